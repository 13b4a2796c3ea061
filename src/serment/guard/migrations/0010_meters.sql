-- A ceremony may be of one act on one thing.
alter table ceremony drop constraint ceremony_kind_check;
alter table ceremony add column act text not null default '';

-- The meter is a remembered fold over the journal; what the old one held is folded anew.
drop table meter;
create table meter (
    account_id uuid primary key references account,
    last_seq bigint not null,
    shift_since timestamptz not null,
    touched_at timestamptz,
    lease_patients integer not null,
    lease_lines integer not null,
    patients integer not null,
    lines integer not null,
    unexplained integer not null,
    unlocked integer not null,
    held boolean not null,
    recent integer[] not null,
    mac bytea not null
);
grant select, insert, update on meter to serment_guard;

drop index journal_opening_of_account;
create index journal_metered on journal_entry (account_id, account_seq)
    where kind in ('sign_in', 'touch', 'opening', 'emergency', 'lines', 'find', 'unlocked', 'cleared');

-- What two persons decided instead of a default.
create table setting (
    name text primary key,
    value bigint not null,
    decided_by uuid not null references account,
    made_at timestamptz not null,
    mac bytea not null
);
grant select, insert, update on setting to serment_guard;

-- A colleague's unlock, asked for and perhaps given.
create table unlock_request (
    id uuid primary key,
    account_id uuid not null references account,
    asked_at timestamptz not null,
    until timestamptz not null,
    granted_by uuid references account,
    granted_at timestamptz,
    mac bytea not null
);
create index unlock_request_live on unlock_request (until) where granted_at is null;
grant select, insert, update on unlock_request to serment_guard;
