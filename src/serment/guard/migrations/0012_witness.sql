-- What others said of our checkpoints: each row proves itself, by a signature that is not ours.
create table journal_cosignature (
    witness text not null,
    size bigint not null,
    at timestamptz not null,
    line text not null,
    primary key (witness, size)
);
create table journal_timestamp (
    size bigint primary key,
    at timestamptz not null,
    token bytea not null
);
-- Added to, like the journal itself, and never changed.
grant select, insert on journal_cosignature, journal_timestamp to serment_guard;
grant select on journal_cosignature, journal_timestamp to serment_auditor;
