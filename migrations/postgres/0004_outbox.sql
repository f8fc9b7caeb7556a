-- Mail to be sent: kind and recipient. Never its text, never a token.
-- A mail without a next attempt has been sent or given up.

create table outbox (
    id bigint generated always as identity primary key,
    attendee_id bigint not null references attendees (id) on delete cascade,
    kind text not null,
    created_at bigint not null,
    attempts bigint not null,
    next_attempt_at bigint,
    sent_at bigint,
    last_error text
);
create index outbox_due on outbox (next_attempt_at) where next_attempt_at is not null;
create index outbox_attendee on outbox (attendee_id, created_at);
