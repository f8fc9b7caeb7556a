-- Badge codes, and the look of a conference's pages.

-- A code is derived from the master secret and its generation; only the part that finds the person is stored.
create table badge_codes (
    attendee_id bigint primary key references attendees (id) on delete cascade,
    conference_id bigint not null references conferences (id),
    locator bigint not null,
    generation bigint not null,
    unique (conference_id, locator)
);

alter table conferences add column accent text;

create table logos (
    conference_id bigint primary key references conferences (id),
    sha256 bytea not null,
    media_type text not null,
    image bytea not null
);
