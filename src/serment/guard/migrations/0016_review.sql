-- Lists that nobody reads in a table: one row each, sealed under a named key of its own and padded to one size.
create table sealed_list (
    name text primary key,
    sealed bytea not null
);
grant select, insert, update on sealed_list to serment_guard;

-- Unexplained openings that a person looks at afterwards.
create table review (
    id uuid primary key,
    opening_id uuid not null unique,
    account_id uuid not null references account,
    patient_id uuid not null,
    at timestamptz not null,
    role text not null,
    emergency boolean not null,
    compartments text[] not null,
    features text[] not null,
    strength integer not null,
    due timestamptz not null,
    escalated_at timestamptz,
    reviewer uuid references account,
    answered_at timestamptz,
    answer text not null check (answer in ('', 'legitimate', 'illegitimate')),
    mac bytea not null
);
create index review_waiting on review (account_id, due) where answered_at is null;
create index review_answered on review (answered_at) where answered_at is not null;

-- Broken glasses that an officer has read.
create table acknowledgement (
    opening_id uuid primary key,
    account_id uuid not null references account,
    at timestamptz not null,
    mac bytea not null
);
grant select, insert, update on review to serment_guard;
grant select, insert on acknowledgement to serment_guard;
