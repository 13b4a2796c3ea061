-- Rows of a leaked list, matched: by number, and of whom each is, if anybody. What the rows said is not kept.
create table sample_match (
    approval_id uuid not null,
    number integer not null,
    patient_id uuid,
    how text not null check (how in ('', 'ins', 'number', 'exact', 'sound', 'near')),
    -- How often the same row with another birth date was found: what chance finds.
    by_chance integer not null,
    mac bytea not null,
    primary key (approval_id, number)
);
grant select, insert, update on sample_match to serment_guard;
