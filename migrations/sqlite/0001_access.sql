-- The people who run the service, and their actions.
-- Times are microseconds since 1970-01-01T00:00:00Z, on both engines.

create table service (
    id integer primary key check (id = 1),
    secret_fingerprint blob not null,
    created_at integer not null
) strict;

create table organisers (
    id integer primary key autoincrement,
    uuid blob not null unique,
    email text not null,
    password_hash text not null,
    role text not null check (role in ('observer', 'desk', 'organiser', 'owner')),
    created_at integer not null,
    disabled_at integer
) strict;
create unique index organisers_active_email on organisers (email) where disabled_at is null;

create table organiser_sessions (
    token_hash blob primary key,
    organiser_id integer not null references organisers (id) on delete cascade,
    last_used_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index organiser_sessions_organiser on organiser_sessions (organiser_id);

-- Append-only; each hash covers the one before it.
create table audit_events (
    number integer primary key,
    conference blob,
    ballot blob,
    event text not null,
    hash blob not null
) strict;
create index audit_events_conference on audit_events (conference, number);
create index audit_events_ballot on audit_events (ballot, number);
