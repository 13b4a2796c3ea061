-- Keys at rest: every one wrapped by the master key, which is not in any database.
create table guard_key (
    name text primary key,
    wrapped bytea not null,
    created_at timestamptz not null default now()
);
create table patient_key (
    patient_id uuid primary key,
    wrapped bytea not null,
    created_at timestamptz not null default now()
);
grant select, insert on guard_key, patient_key to serment_guard;
