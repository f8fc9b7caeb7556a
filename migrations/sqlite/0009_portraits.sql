-- Portraits of candidates, as squares of 96, 192 and 384 pixels. A definition names each by the SHA-256 of the largest.

create table portraits (
    ballot_id integer not null references ballots (id) on delete cascade,
    candidate blob not null,
    sha256 blob not null,
    small blob not null,
    medium blob not null,
    large blob not null,
    primary key (ballot_id, candidate)
) strict, without rowid;

create index portraits_by_hash on portraits (sha256);
