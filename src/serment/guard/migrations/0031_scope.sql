-- Whom an incident exposed: one computation after the other, each at one size of the signed tree.
create table scope (
    id uuid primary key,
    incident_id uuid not null references incident,
    statement integer not null,
    asked_by uuid not null references account,
    asked_at timestamptz not null,
    state text not null check (state in ('asked', 'done', 'failed')),
    done_at timestamptz,
    size bigint not null,
    digest bytea not null,
    persons integer not null,
    certain integer not null,
    figures text not null,
    mac bytea not null
);
create index scope_of_incident on scope (incident_id, asked_at);

-- The persons of a computation, numbered without a gap, so that one taken out shows.
create table exposure (
    scope_id uuid not null,
    place integer not null,
    patient_id uuid not null,
    certainty text not null check (certainty in ('certain', 'possible')),
    compartments text[] not null,
    kinds text[] not null,
    possible_kinds text[] not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    openings integer not null,
    lines integer not null,
    flags text[] not null,
    mac bytea not null,
    primary key (scope_id, place)
);
create index exposure_of_patient on exposure (scope_id, patient_id);

-- Where a computation that runs puts down what it has read: a patient several times, then once. Emptied by the next one.
create unlogged table scope_reading (
    patient_id uuid not null,
    is_certain boolean not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    openings integer not null,
    lines integer not null,
    -- Until when the keys of each compartment could be used in the window.
    identity_until timestamptz,
    contact_until timestamptz,
    care_until timestamptz,
    sealed_until timestamptz
);
create unlogged table scope_person (like scope_reading, primary key (patient_id, is_certain));

grant select, insert, update on scope to serment_guard;
grant select, insert, delete on exposure to serment_guard;
grant select, insert, truncate on scope_reading, scope_person to serment_guard;
