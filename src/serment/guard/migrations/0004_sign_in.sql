-- Passkeys, sessions, and what is under way. A code or a session's handle is kept as a digest only. Every row carries a MAC.
create table passkey (
    id uuid primary key,
    account_id uuid not null references account,
    credential_id bytea not null unique,
    public_key bytea not null,
    sign_count bigint not null,
    label text not null,
    software boolean not null,
    added_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    mac bytea not null
);
create index passkey_by_account on passkey (account_id);

create table session (
    id uuid primary key,
    digest bytea not null unique,
    account_id uuid not null references account,
    passkey_id uuid not null references passkey,
    thumbprint text not null,
    public_jwk text not null,
    assurance text not null,
    software boolean not null,
    user_agent text not null,
    opened_at timestamptz not null,
    until timestamptz not null,
    closed_at timestamptz,
    mac bytea not null
);
create index session_by_account on session (account_id, until) where closed_at is null;

create table enrolment_code (
    code_digest bytea primary key,
    account_id uuid not null references account,
    until timestamptz not null,
    used_at timestamptz,
    mac bytea not null
);

-- A ceremony is taken by deleting its row: it serves once, whatever comes of it.
create table ceremony (
    id uuid primary key,
    kind text not null check (kind in ('sign_in', 'enrolment', 'touch')),
    account_id uuid references account,
    session_id uuid references session,
    challenge bytea not null,
    public_jwk text not null,
    code_digest bytea not null,
    until timestamptz not null,
    mac bytea not null
);
create index ceremony_by_end on ceremony (until);

grant select, insert, update on passkey, session, enrolment_code to serment_guard;
grant select, insert, delete on ceremony to serment_guard;
