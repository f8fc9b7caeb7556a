-- The tally of each publication, as its record has it; and the secret of a jury's order that was sealed before the close.

alter table publications add column tally text;

alter table tie_breaks add column order_nonce bytea;
