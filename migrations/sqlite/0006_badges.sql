-- Badge codes, and the look of a conference's pages.

-- A code is derived from the master secret and its generation; only the part that finds the person is stored.
create table badge_codes (
    attendee_id integer primary key references attendees (id) on delete cascade,
    conference_id integer not null references conferences (id),
    locator integer not null,
    generation integer not null,
    unique (conference_id, locator)
) strict;

alter table conferences add column accent text;

create table logos (
    conference_id integer primary key references conferences (id),
    sha256 blob not null,
    media_type text not null,
    image blob not null
) strict;
