-- The journal: leaves are inserted and never touched again; their place in the Merkle tree is written beside them.
create table journal_entry (
    id bigint generated always as identity primary key,
    entry uuid not null unique,
    at timestamptz not null,
    kind text not null,
    account_id uuid,
    account_seq bigint,
    patient_id uuid,
    patient_seq bigint,
    leaf bytea not null,
    check ((account_id is null) = (account_seq is null)),
    check ((patient_id is null) = (patient_seq is null))
);
-- A counter put back to an older value collides here: the entry is refused rather than the numbers doubled.
create unique index journal_entry_of_account on journal_entry (account_id, account_seq);
create unique index journal_entry_of_patient on journal_entry (patient_id, patient_seq);
create index journal_entry_by_kind on journal_entry (kind, at);
-- The meters ask on every opening what an account's last one was.
create index journal_opening_of_account on journal_entry (account_id, account_seq) where kind in ('opening', 'emergency');

create table journal_counter (
    scope text not null check (scope in ('account', 'patient')),
    id uuid not null,
    last bigint not null,
    primary key (scope, id)
);

create table journal_sequence (
    leaf_index bigint primary key,
    entry_id bigint not null unique references journal_entry,
    leaf_hash bytea not null
);

-- Hashes of complete subtrees of 256**level leaves, so that a proof reads a few ranges and never the whole journal.
create table journal_tile (
    level smallint not null check (level > 0),
    index bigint not null,
    hash bytea not null,
    primary key (level, index)
);

create table journal_checkpoint (
    size bigint primary key,
    root bytea not null,
    note text not null,
    at timestamptz not null
);

grant select, insert on journal_entry, journal_sequence, journal_tile, journal_checkpoint to serment_guard;
grant select, insert, update on journal_counter to serment_guard;
grant select on journal_entry, journal_sequence, journal_tile, journal_checkpoint, journal_counter to serment_auditor;
