-- Mail to be sent: kind and recipient. Never its text, never a token.
-- A mail without a next attempt has been sent or given up.

create table outbox (
    id integer primary key autoincrement,
    attendee_id integer not null references attendees (id) on delete cascade,
    kind text not null,
    created_at integer not null,
    attempts integer not null,
    next_attempt_at integer,
    sent_at integer,
    last_error text
) strict;
create index outbox_due on outbox (next_attempt_at) where next_attempt_at is not null;
create index outbox_attendee on outbox (attendee_id, created_at);
