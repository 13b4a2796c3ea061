-- What two persons decide together.
create table proposal (
    id uuid primary key,
    kind text not null,
    subject uuid,
    terms text not null,
    reason text not null,
    proposer uuid not null references account,
    proposed_at timestamptz not null,
    not_before timestamptz not null,
    until timestamptz not null,
    state text not null check (state in ('proposed', 'approved', 'refused', 'withdrawn', 'executed', 'failed')),
    decider uuid references account,
    decided_at timestamptz,
    mac bytea not null
);
create index proposal_by_state on proposal (state, not_before);
grant select, insert, update on proposal to serment_guard;

-- A right to carry records away, once, up to a number, until a day. An exporter must present it.
create table export_grant (
    id uuid primary key,
    account_id uuid not null references account,
    records integer not null,
    until timestamptz not null,
    mac bytea not null
);
grant select, insert, update on export_grant to serment_guard;
