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

grant select, insert, update on review to serment_guard;

-- What the database knows of an opening that a reviewer wants to be told: did the account open this record before, how many unexplained
-- ones in the last hour, how many emergencies in this shift, at which hours it works, out of how many openings, is the patient in care.
create function review_facts(account uuid, patient uuid, own uuid, at timestamptz)
returns table (known boolean, in_hour bigint, emergencies bigint, hours integer[], count bigint, in_care boolean)
language sql stable set search_path = public as $$
    select
        bool_or(patient_id = patient and id <> own),
        count(*) filter (where not explained and since > at - interval '1 hour'),
        count(*) filter (where emergency and since > at - interval '12 hours'),
        coalesce(array_agg(distinct extract(hour from since at time zone 'UTC')::integer) filter (where id <> own), '{}'),
        count(*) filter (where id <> own),
        exists (select from tie where patient_id = patient and holder_unit is not null and since <= at and (until is null or until > at))
    from opening where account_id = account and (since > at - interval '30 days' or patient_id = patient)
$$;
revoke execute on function review_facts(uuid, uuid, uuid, timestamptz) from public;
grant execute on function review_facts(uuid, uuid, uuid, timestamptz) to serment_guard;
