-- The stakeholder group that a person claims; `category` is what an organiser entered or confirmed.

alter table attendees add column claimed_category text;

-- Anyone not added by an organiser registered and made the claim themselves: the audit log tells them apart.
update attendees set claimed_category = category, category = null
where category is not null and hex(uuid) not in (
    select upper(replace(json_extract(event, '$.subject'), '-', '')) from audit_events
    where json_extract(event, '$.action') = 'attendee.added'
);
