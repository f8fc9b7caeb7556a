-- Ballots, and the ballot box that keeps the votes secret.

create table ballots (
    id integer primary key autoincrement,
    uuid blob not null unique,
    conference_id integer not null references conferences (id),
    slug text not null,
    definition text not null,
    state text not null
        check (state in ('draft', 'ready', 'open', 'paused', 'closed', 'published', 'cancelled')),
    planned_for integer,
    opens_at integer,
    closes_at integer,
    manifest blob,
    closed_at integer,
    eligible integer,
    voted integer,
    cancel_reason text,
    unique (conference_id, slug)
) strict;

create table ballot_history (
    ballot_id integer not null references ballots (id) on delete cascade,
    number integer not null,
    at integer not null,
    event text not null,
    primary key (ballot_id, number)
) strict, without rowid;

create table withdrawals (
    ballot_id integer not null references ballots (id) on delete cascade,
    candidate blob not null,
    reason text not null,
    at integer not null,
    primary key (ballot_id, candidate)
) strict, without rowid;

-- Random, created at the opening, wrapped by a key from the master secret, deleted at the close.
create table box_keys (
    ballot_id integer primary key references ballots (id),
    wrapped blob not null
) strict;

-- Only the fact that somebody took part: no time, no number, no session, no address.
create table participations (
    ballot_id integer not null,
    attendee_id integer not null,
    primary key (ballot_id, attendee_id)
) strict, without rowid;

-- Encrypted votes until the close; the keys of the rows reveal nothing.
create table ballot_inbox (
    ballot_id integer not null,
    slot blob not null,
    sealed blob not null,
    primary key (ballot_id, slot)
) strict, without rowid;

-- Opened votes after the close, written once, in the order of their commitments.
create table ballot_box (
    ballot_id integer not null,
    commitment blob not null,
    code integer not null,
    tracker_hash blob not null,
    nonce blob not null,
    choice blob not null,
    primary key (ballot_id, commitment)
) strict, without rowid;
create index ballot_box_code on ballot_box (code);

-- The codes that remain of a cancelled ballot's votes.
create table cancelled_codes (
    code integer not null,
    ballot_id integer not null,
    primary key (code, ballot_id)
) strict, without rowid;

create table tie_breaks (
    ballot_id integer primary key references ballots (id),
    candidate_order text not null,
    reason text not null,
    decided_by text not null,
    at integer not null
) strict;

create table publications (
    ballot_id integer not null references ballots (id),
    version integer not null,
    at integer not null,
    note text,
    results text not null,
    primary key (ballot_id, version)
) strict, without rowid;
