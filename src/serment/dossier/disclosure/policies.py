"""Which rows the database itself shows: the one definition behind every table of sealed things.

The guard alone writes `opening`; `serment_app` sees there nothing but the one row whose ticket its transaction presents, and through it
the sealed rows of that patient and those compartments. `= any (array(select ...))` is evaluated once per statement; the same written with
`exists` is evaluated per row and took 200 times longer on lists. A cluster that refuses a subquery in a policy replaces this file alone.

The owner of the tables is not bound by the policies: it makes the backups, and holds no key.
"""

from __future__ import annotations

OPENING = """
create table opening (
    id uuid primary key,
    patient_id uuid not null,
    account_id uuid not null,
    session_id uuid not null,
    compartments text[] not null,
    ticket_digest bytea not null unique,
    until timestamptz not null
);
create index opening_by_account on opening (account_id);
create index opening_by_end on opening (until);
alter table opening enable row level security;
create policy opening_of_guard on opening to serment_guard using (true) with check (true);
create policy opening_of_ticket on opening for select to serment_app
    using (ticket_digest = sha256(convert_to(current_setting('serment.ticket', true), 'UTF8')) and until > now());
grant select, insert, delete on opening to serment_guard;
grant select on opening to serment_app;
"""

_SHOWN = "patient_id = any (array(select patient_id from opening)) and compartment = any (array(select unnest(compartments) from opening))"

# Words not signed yet: their writer alone reads, replaces and removes them, and only with the record open.
OWN_DRAFTS = f"""
alter table draft enable row level security;
create policy draft_own on draft to serment_app
    using ({_SHOWN} and author = any (array(select account_id from opening)))
    with check ({_SHOWN} and author = any (array(select account_id from opening)));
grant select, insert, update, delete on draft to serment_app;
"""

_SEALED_TABLE = """
alter table {table} enable row level security;
create policy {table}_shown on {table} for select to serment_app using ({shown});
create policy {table}_written on {table} for insert to serment_app
    with check ({shown} and author = any (array(select account_id from opening)) and not deposit);
create policy {table}_deposited on {table} for insert to serment_interface with check (deposit);
grant select, insert on {table} to serment_app;
grant insert on {table} to serment_interface;
"""


# A document filed by who may not read it: in a record open to its author, as a deposit, under their name.
_FILED = """
create policy {table}_filed on {table} for insert to serment_app
    with check (deposit and compartment = 'care' and patient_id = any (array(select patient_id from opening))
                and author = any (array(select account_id from opening)){besides});
"""


def filed(table: str, *, besides: str = "") -> str:
    """The policy of a sealed table that lets a document be filed blind; `besides` narrows it further."""
    return _FILED.format(table=table, besides=f" and {besides}" if besides else "")


def sealed_table(table: str) -> str:
    """The policies and rights of a table that has the columns patient_id, compartment, author and deposit: the application reads and
    adds under a live opening of the author, an interface adds deposits and reads nothing, nobody changes or deletes a row."""
    return _SEALED_TABLE.format(table=table, shown=_SHOWN)


# What the patient had masked: older versions of it lie among care, and are shown to nobody but who has `sealed` open while the masking
# stands. Restrictive: it holds whatever else shows the row. The array is computed once per statement.
_HIDDEN = """
create policy {table}_masked on {table} as restrictive for select to serment_app
    using (compartment = 'sealed'
           or 'sealed' = any (array(select unnest(compartments) from opening))
           or id <> all (array(
               select made.entry_id from masking made
               where made.patient_id = any (array(select patient_id from opening)) and made.lifts is null
               and not exists (select 1 from masking lifted where lifted.patient_id = made.patient_id
                               and lifted.entry_id = made.entry_id and lifted.lifts = made.version))));
"""

# Sealed with a public key by who cares for the patient and does not read what is sealed.
SEALED_BLIND = """
create policy entry_sealed_blind on entry for insert to serment_app
    with check (deposit and compartment = 'sealed' and patient_id = any (array(select patient_id from opening))
                and 'care' = any (array(select unnest(compartments) from opening))
                and author = any (array(select account_id from opening)));
"""


def hidden(table: str) -> str:
    """The policy that hides masked rows of a sealed table from who has not `sealed` open, whatever else shows them."""
    return _HIDDEN.format(table=table)


# A clear fact about a record, told by who has it open: nobody else sees the row, and nobody changes it.
_TOLD_TABLE = """
alter table {table} enable row level security;
create policy {table}_shown on {table} for select to serment_app using (patient_id = any (array(select patient_id from opening)));
create policy {table}_told on {table} for insert to serment_app
    with check (patient_id = any (array(select patient_id from opening)) and author = any (array(select account_id from opening)));
grant select, insert on {table} to serment_app;
"""


def told_table(table: str) -> str:
    """The policies and rights of a table of clear facts that has the columns patient_id and author."""
    return _TOLD_TABLE.format(table=table)


# The guard says which kinds of a person's data an incident exposed: it learns which kinds of entries there are, since when, and never what
# they say. Its role has the columns named here and no other; what is sealed is not among them.
KINDS_FOR_THE_GUARD = """
create policy {table}_kinds on {table} for select to serment_guard using (true);
grant select (patient_id, kind, compartment, status, recorded_at) on {table} to serment_guard;
"""

# One ticket may show the rows of several patients: those of one page of persons who are told of an incident.
SEVERAL_OF_ONE_TICKET = """
alter table opening drop constraint opening_ticket_digest_key;
create index opening_by_ticket on opening (ticket_digest);
"""

# A list that somebody published is compared with how patients are reached, where the keys are: the guard reads the sealed contact of
# patients, in all its versions, and of nothing else. A view of the owner's, since policies for one role could not tell columns apart.
CONTACTS_FOR_THE_GUARD = """
create view contact_entry as
    select patient_id, id, version, kind, deposit, recorded_at, status, sealed from entry
    where compartment = 'contact' and kind = 'Patient';
grant select on contact_entry to serment_guard;
"""
