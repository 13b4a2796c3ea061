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
    login text not null unique,
    hash text not null,
    seed uuid not null,
    step bigint not null,
    since timestamptz not null,
    mac bytea not null
);
grant select, insert, update on secret to serment_guard;
