-- Conferences and their rolls.

create table conferences (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    slug text not null unique,
    name text not null,
    starts_on text not null,
    ends_on text not null,
    time_zone text not null,
    languages text not null,
    registration text not null check (registration in ('closed', 'listed_domains', 'approval', 'open')),
    listed_domains text not null
);

-- Participations refer to the dense number; it is never used again, even after an erasure.
create table attendees (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    conference_id bigint not null references conferences (id),
    email text,
    name text not null,
    organisation text,
    country text,
    category text,
    language text,
    external_id text,
    status text not null check (status in ('registered', 'pending', 'verified', 'blocked')),
    link_generation bigint not null,
    unique (conference_id, email),
    unique (conference_id, external_id)
);

-- Hashes of every link ever issued, to tell a replaced link from a wrong one. Never a token.
create table personal_links (
    token_hash bytea primary key,
    attendee_id bigint not null references attendees (id) on delete cascade,
    generation bigint not null
);
create index personal_links_attendee on personal_links (attendee_id);

create table attendee_sessions (
    token_hash bytea primary key,
    attendee_id bigint not null references attendees (id) on delete cascade,
    expires_at bigint not null
);
create index attendee_sessions_attendee on attendee_sessions (attendee_id);
