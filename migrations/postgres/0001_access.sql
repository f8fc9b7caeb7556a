-- The people who run the service, and their actions.
-- Times are microseconds since 1970-01-01T00:00:00Z, on both engines.

create table service (
    id bigint primary key check (id = 1),
    secret_fingerprint bytea not null,
    created_at bigint not null
);

create table organisers (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    email text not null,
    password_hash text not null,
    role text not null check (role in ('observer', 'desk', 'organiser', 'owner')),
    created_at bigint not null,
    disabled_at bigint
);
create unique index organisers_active_email on organisers (email) where disabled_at is null;

create table organiser_sessions (
    token_hash bytea primary key,
    organiser_id bigint not null references organisers (id) on delete cascade,
    last_used_at bigint not null,
    expires_at bigint not null
);
create index organiser_sessions_organiser on organiser_sessions (organiser_id);

-- Append-only; each hash covers the one before it.
create table audit_events (
    number bigint primary key,
    conference uuid,
    ballot uuid,
    event text not null,
    hash bytea not null
);
create index audit_events_conference on audit_events (conference, number);
create index audit_events_ballot on audit_events (ballot, number);
