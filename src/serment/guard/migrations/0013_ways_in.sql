-- Ways in beside the passkey. Everybody signs in again after this upgrade: a session now says until when its authenticator is new.
delete from ceremony;
delete from session;
alter table session alter column passkey_id drop not null;
alter table session add column fresh_until timestamptz;

-- When a session was last used, noted now and then: a session that nobody uses is locked, also after a restart of the guard.
create table session_seen (
    session_id uuid primary key references session on delete cascade,
    at timestamptz not null,
    mac bytea not null
);
grant select, insert, update on session_seen to serment_guard;

-- A password and a time-based code: reduced assurance. The password is kept as Argon2id of its keyed digest; the secret of the codes is
-- derived from the guard's key and `seed`, and kept nowhere. `step` is the last code used: none serves twice.
create table secret (
    account_id uuid primary key references account,
    hash text not null,
    seed uuid not null,
    step bigint not null,
    since timestamptz not null,
    mac bytea not null
);
grant select, insert, update on secret to serment_guard;

-- Failed attempts by account and source, so that they slow down; and where an account signed in, so that its owner is not slowed by others.
create table attempt (
    account_id uuid not null,
    source text not null,
    failures bigint not null,
    failed_at timestamptz,
    succeeded_at timestamptz,
    mac bytea not null,
    primary key (account_id, source)
);
grant select, insert, update on attempt to serment_guard;
