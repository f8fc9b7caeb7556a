-- Portraits of candidates, as squares of 96, 192 and 384 pixels. A definition names each by the SHA-256 of the largest.

create table portraits (
    ballot_id bigint not null references ballots (id) on delete cascade,
    candidate uuid not null,
    sha256 bytea not null,
    small bytea not null,
    medium bytea not null,
    large bytea not null,
    primary key (ballot_id, candidate)
);

create index portraits_by_hash on portraits (sha256);
