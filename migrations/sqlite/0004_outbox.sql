-- Mail that is to be sent: which, and to whom. Never its text, never a token.

create table outbox (
    id integer primary key autoincrement,
    attendee_id integer not null references attendees (id) on delete cascade,
    kind text not null,
    created_at integer not null,
    attempts integer not null,
    next_attempt_at integer not null,
    sent_at integer,
    last_error text
) strict;
create index outbox_due on outbox (next_attempt_at) where sent_at is null;
create index outbox_attendee on outbox (attendee_id, created_at);
