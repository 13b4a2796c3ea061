-- Identities, sealed; the keyed index that finds them; what was opened; what is left of each budget.
create table identity (
    patient_id uuid primary key references patient_key,
    sealed bytea not null,
    updated_at timestamptz not null
);

create table find_token (
    token bytea not null,
    patient_id uuid not null references patient_key,
    kind text not null check (kind in ('traits', 'phonetic', 'ins', 'number')),
    primary key (token, patient_id)
);
-- One person per INS and per local number; traits may be shared by homonyms.
create unique index find_token_exclusive on find_token (token) where kind in ('ins', 'number');
create index find_token_by_patient on find_token (patient_id);

create table opening (
    id uuid primary key,
    account_id uuid not null references account,
    session_id uuid not null,
    patient_id uuid not null,
    compartments text[] not null,
    tie text not null,
    explained boolean not null,
    emergency boolean not null,
    since timestamptz not null,
    until timestamptz not null,
    closed_at timestamptz,
    mac bytea not null
);
create index opening_by_account on opening (account_id, patient_id, until);

create table meter (
    account_id uuid primary key references account,
    lease_left integer not null,
    touched_at timestamptz,
    unexplained_used integer not null,
    unexplained_since timestamptz not null,
    last_opening_seq bigint not null,
    mac bytea not null
);

grant select, insert, update on identity, opening, meter to serment_guard;
grant select, insert, delete on find_token to serment_guard;
