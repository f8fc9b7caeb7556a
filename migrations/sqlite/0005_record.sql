-- The public record. What it consists of is in the ballot, in its box, and here.

-- Signed once, at the close; it gives the winner away, and only its hash is public before the publication.
create table statements (
    ballot_id integer primary key references ballots (id),
    tally text not null,
    history text not null,
    statement text not null
) strict;

alter table ballots add column statement_sha256 blob;

-- The signed note of each published version; what was published before this step has none.
alter table publications add column publication text;
