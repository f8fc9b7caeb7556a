-- The ground on which somebody is verified: decides their standing after a change of address.

alter table attendees add column verified_by text check (verified_by in ('mailbox', 'approval', 'organiser'));

-- The audit log tells the ground for existing people. Anyone not in it registered themselves, and proved a mailbox.
update attendees set verified_by = case
    when uuid::text in (
        select event::json ->> 'subject' from audit_events
        where event::json ->> 'action' = 'attendee.added' and event::json -> 'details' ->> 'status' = 'verified'
    ) then 'organiser'
    when uuid::text in (
        select event::json ->> 'subject' from audit_events where event::json ->> 'action' = 'attendee.approved'
    ) then 'approval'
    when status = 'verified' and email is null then 'organiser'
    when status = 'verified' then 'mailbox'
end
where status in ('verified', 'blocked');
