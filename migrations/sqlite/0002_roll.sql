-- Conferences and their rolls.

create table conferences (
    id integer primary key autoincrement,
    uuid blob not null unique,
    slug text not null unique,
    name text not null,
    starts_on text not null,
    ends_on text not null,
    time_zone text not null,
    languages text not null,
    registration text not null check (registration in ('closed', 'listed_domains', 'approval', 'open')),
    listed_domains text not null
) strict;

-- Participations refer to the dense number; it is never used again, even after an erasure.
create table attendees (
    id integer primary key autoincrement,
    uuid blob not null unique,
    conference_id integer not null references conferences (id),
    email text,
    name text not null,
    organisation text,
    country text,
    category text,
    language text,
    external_id text,
    status text not null check (status in ('registered', 'pending', 'verified', 'blocked')),
    link_generation integer not null,
    unique (conference_id, email),
    unique (conference_id, external_id)
) strict;

-- Hashes of every link ever issued, to tell a replaced link from a wrong one. Never a token.
create table personal_links (
    token_hash blob primary key,
    attendee_id integer not null references attendees (id) on delete cascade,
    generation integer not null
) strict, without rowid;
create index personal_links_attendee on personal_links (attendee_id);

create table attendee_sessions (
    token_hash blob primary key,
    attendee_id integer not null references attendees (id) on delete cascade,
    expires_at integer not null
) strict, without rowid;
create index attendee_sessions_attendee on attendee_sessions (attendee_id);
