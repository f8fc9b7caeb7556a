-- Ballots, and the ballot box that keeps the votes secret.

create table ballots (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    conference_id bigint not null references conferences (id),
    slug text not null,
    definition text not null,
    state text not null
        check (state in ('draft', 'ready', 'open', 'paused', 'closed', 'published', 'cancelled')),
    planned_for bigint,
    opens_at bigint,
    closes_at bigint,
    manifest bytea,
    closed_at bigint,
    eligible bigint,
    voted bigint,
    cancel_reason text,
    unique (conference_id, slug)
);

create table ballot_history (
    ballot_id bigint not null references ballots (id) on delete cascade,
    number bigint not null,
    at bigint not null,
    event text not null,
    primary key (ballot_id, number)
);

create table withdrawals (
    ballot_id bigint not null references ballots (id) on delete cascade,
    candidate uuid not null,
    reason text not null,
    at bigint not null,
    primary key (ballot_id, candidate)
);

-- Random, created at the opening, wrapped by a key from the master secret, deleted at the close.
create table box_keys (
    ballot_id bigint primary key references ballots (id),
    wrapped bytea not null
);

-- Only the fact that somebody took part: no time, no number, no session, no address.
create table participations (
    ballot_id bigint not null,
    attendee_id bigint not null,
    primary key (ballot_id, attendee_id)
);

-- Encrypted votes until the close; the keys of the rows reveal nothing.
create table ballot_inbox (
    ballot_id bigint not null,
    slot bytea not null,
    sealed bytea not null,
    primary key (ballot_id, slot)
);

-- Opened votes after the close, written once, in the order of their commitments.
create table ballot_box (
    ballot_id bigint not null,
    commitment bytea not null,
    code bigint not null,
    tracker_hash bytea not null,
    nonce bytea not null,
    choice bytea not null,
    primary key (ballot_id, commitment)
);
create index ballot_box_code on ballot_box (code);

-- The codes that remain of a cancelled ballot's votes.
create table cancelled_codes (
    code bigint not null,
    ballot_id bigint not null,
    primary key (code, ballot_id)
);

create table tie_breaks (
    ballot_id bigint primary key references ballots (id),
    candidate_order text not null,
    reason text not null,
    decided_by text not null,
    at bigint not null
);

create table publications (
    ballot_id bigint not null references ballots (id),
    version bigint not null,
    at bigint not null,
    note text,
    results text not null,
    primary key (ballot_id, version)
);
