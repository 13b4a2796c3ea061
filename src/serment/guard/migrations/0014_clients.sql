-- Applications that read through the API: whose key signs for them, and what two persons registered them for.
create table client (
    account_id uuid primary key references account,
    public_jwk text not null,
    scopes text[] not null,
    since timestamptz not null,
    mac bytea not null
);
grant select, insert, update on client to serment_guard;

-- Assertions that served already, by digest, as long as they could serve again.
create table client_assertion (
    digest bytea primary key,
    until timestamptz not null
);
grant select, insert, delete on client_assertion to serment_guard;

-- A session of an application says what it may read. Everybody signs in again after this upgrade.
delete from ceremony;
delete from session;
alter table session add column scopes text[] not null default '{}';
alter table account drop constraint account_kind_check;
alter table account add constraint account_kind_check check (kind in ('person', 'interface', 'application'));
