-- What the guard believes of people: every row carries a MAC that only the guard can make.
create table account (
    id uuid primary key,
    label text not null,
    profession text not null,
    role text not null,
    rpps text not null,
    kind text not null check (kind in ('person', 'interface')),
    demonstration boolean not null,
    contained_at timestamptz,
    role_since timestamptz not null,
    mac bytea not null
);
create index account_by_rpps on account (rpps) where rpps <> '';

create table unit (
    id uuid primary key,
    label text not null,
    establishment_id uuid,
    mac bytea not null
);

create table assignment (
    id uuid primary key,
    account_id uuid not null references account,
    unit_id uuid not null references unit,
    role text not null,
    since timestamptz not null,
    until timestamptz,
    establishment_id uuid,
    mac bytea not null
);
create index assignment_by_account on assignment (account_id);

create table interface_key (
    thumbprint text primary key,
    account_id uuid not null references account,
    mac bytea not null
);

-- A tie is replaced by one with the same reference, never edited by hand: the MAC covers every column.
create table tie (
    patient_id uuid not null,
    reference text not null,
    kind text not null,
    holder_account uuid,
    holder_unit uuid,
    since timestamptz not null,
    until timestamptz,
    origin_account uuid not null,
    made_at timestamptz not null,
    mac bytea not null,
    primary key (patient_id, reference),
    check ((holder_account is null) <> (holder_unit is null))
);
create index tie_by_account on tie (holder_account) where holder_account is not null;

grant select, insert, update on account, tie to serment_guard;
grant select, insert, update on unit to serment_guard;
grant select, insert on interface_key to serment_guard;
grant select, insert, update on assignment to serment_guard;
