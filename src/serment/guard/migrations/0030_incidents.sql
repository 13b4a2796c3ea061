-- Incidents, and what was known of each at every time: added to, never changed. Officers' words; patients by identifier only.
create table incident (
    id uuid primary key,
    reference text not null unique,
    declared_at timestamptz not null,
    declared_by uuid not null references account,
    mac bytea not null
);

create table incident_statement (
    incident_id uuid not null references incident,
    number integer not null,
    at timestamptz not null,
    by_account uuid not null references account,
    phase text not null check (phase in ('initial', 'complementary', 'closed')),
    aware_at timestamptz not null,
    since timestamptz not null,
    until timestamptz not null,
    accounts uuid[] not null,
    sessions uuid[] not null,
    sources text[] not null,
    passkeys uuid[] not null,
    establishments uuid[] not null,
    everybody boolean not null,
    known text not null,
    mac bytea not null,
    primary key (incident_id, number)
);
grant select, insert on incident, incident_statement to serment_guard;
