-- The public record. Its parts are in the ballot, in its box, and here.

-- Signed once, at the close. It reveals the winner, so only its hash is public before the publication.
create table statements (
    ballot_id bigint primary key references ballots (id),
    tally text not null,
    history text not null,
    statement text not null
);

alter table ballots add column statement_sha256 bytea;

-- The signed note of each published version; missing if published before this step.
alter table publications add column publication text;
