-- The ground on which somebody is verified: decides their standing after a change of address.

alter table attendees add column verified_by text check (verified_by in ('mailbox', 'approval', 'organiser'));

-- The audit log tells the ground for existing people. Anyone not in it registered themselves, and proved a mailbox.
update attendees set verified_by = case
    when hex(uuid) in (
        select upper(replace(json_extract(event, '$.subject'), '-', '')) from audit_events
        where json_extract(event, '$.action') = 'attendee.added' and json_extract(event, '$.details.status') = 'verified'
    ) then 'organiser'
    when hex(uuid) in (
        select upper(replace(json_extract(event, '$.subject'), '-', '')) from audit_events
        where json_extract(event, '$.action') = 'attendee.approved'
    ) then 'approval'
    when status = 'verified' and email is null then 'organiser'
    when status = 'verified' then 'mailbox'
end
where status in ('verified', 'blocked');
