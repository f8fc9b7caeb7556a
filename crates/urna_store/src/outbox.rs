//! Mail to be sent. Only kind and recipient are stored; the text is written when the mail is sent.

use urna_core::{Attendee, AttendeeId, Timestamp};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;

/// A mail in the outbox.
#[derive(Debug)]
pub enum Mail {}

/// A mail claimed by a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// Its row.
    pub key: Key<Mail>,
    /// The recipient.
    pub attendee: Key<Attendee>,
    /// The kind of mail.
    pub kind: String,
    /// The number of attempts, including this one.
    pub attempts: u32,
}

/// Puts a mail into the outbox, in the transaction that causes it.
pub async fn insert_mail(tx: &mut Tx, attendee: Key<Attendee>, kind: &str, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into outbox (attendee_id, kind, created_at, attempts, next_attempt_at) values ($1, $2, $3, 0, $3)";
    execute!(tx, SQL, attendee.number(), kind, now.as_micros())?;
    Ok(())
}

/// Counts the mails put into the outbox for an attendee since `since`.
pub async fn count_mails(tx: &mut Tx, attendee: Key<Attendee>, since: Timestamp) -> Result<u64, StoreError> {
    const SQL: &str = "select count(*) from outbox where attendee_id = $1 and created_at > $2";
    let (count,) = fetch_one!(tx, (i64,), SQL, attendee.number(), since.as_micros())?;
    u64::try_from(count).or_corrupt("count(*)")
}

/// Claims the mail that has waited longest, and keeps other workers from it until `until`.
pub async fn claim_mail(tx: &mut Tx, now: Timestamp, until: Timestamp) -> Result<Option<ClaimedMail>, StoreError> {
    // Two workers may pick the same row; for the second the condition is then false, and it gets none.
    const SQL: &str = "update outbox set attempts = attempts + 1, next_attempt_at = $2 where id = \
                       (select id from outbox where next_attempt_at <= $1 \
                        order by next_attempt_at, id limit 1) \
                       and next_attempt_at <= $1 \
                       returning id, attendee_id, kind, attempts";
    let row = fetch_optional!(tx, (i64, i64, String, i64), SQL, now.as_micros(), until.as_micros())?;
    row.map(|(id, attendee, kind, attempts)| {
        Ok(ClaimedMail {
            key: Key::new(id),
            attendee: Key::new(attendee),
            kind,
            attempts: u32::try_from(attempts).or_corrupt("outbox.attempts")?,
        })
    })
    .transpose()
}

/// Records that a mail was handed over.
pub async fn set_sent(tx: &mut Tx, mail: Key<Mail>, at: Timestamp) -> Result<(), StoreError> {
    execute!(
        tx,
        "update outbox set sent_at = $2, next_attempt_at = null, last_error = null where id = $1",
        mail.number(),
        at.as_micros()
    )?;
    Ok(())
}

/// Records why a mail could not be handed over, and when to try again; `None` gives it up.
pub async fn set_failed(
    tx: &mut Tx,
    mail: Key<Mail>,
    error: &str,
    next_attempt_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    const SQL: &str = "update outbox set last_error = $2, next_attempt_at = $3 where id = $1";
    execute!(tx, SQL, mail.number(), error, next_attempt_at.map(Timestamp::as_micros))?;
    Ok(())
}

/// Deletes the unsent mails to an attendee, including those just claimed by a worker.
pub async fn delete_unsent(tx: &mut Tx, attendee: Key<Attendee>) -> Result<(), StoreError> {
    execute!(tx, "delete from outbox where attendee_id = $1 and next_attempt_at is not null", attendee.number())?;
    Ok(())
}

/// The state of the last mail to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMail {
    /// The time when it was put into the outbox.
    pub created_at: Timestamp,
    /// The time of the next attempt; `None` once it was sent or given up.
    pub next_attempt_at: Option<Timestamp>,
    /// The time when it was handed over.
    pub sent_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// The last mail of each attendee in one roll between two attendees, both included, in the order of arrival;
/// attendees who were never written to are left out.
pub async fn list_last_mails(
    tx: &mut Tx,
    first: AttendeeId,
    last: AttendeeId,
) -> Result<Vec<(AttendeeId, LastMail)>, StoreError> {
    const SQL: &str = "select a.uuid, o.created_at, o.next_attempt_at, o.sent_at, o.last_error \
                       from attendees f join attendees l on l.uuid = $2 \
                       join attendees a on a.conference_id = f.conference_id and a.id >= f.id and a.id <= l.id \
                       join outbox o on o.id = (select max(m.id) from outbox m where m.attendee_id = a.id) \
                       where f.uuid = $1 order by a.id";
    type Row = (Uuid, i64, Option<i64>, Option<i64>, Option<String>);
    let rows = fetch_all!(tx, Row, SQL, first.uuid(), last.uuid())?;
    let at = |micros: Option<i64>| micros.map(Timestamp::from_micros).transpose().or_corrupt("outbox");
    rows.into_iter()
        .map(|(attendee, created_at, next_attempt_at, sent_at, last_error)| {
            let created_at = Timestamp::from_micros(created_at).or_corrupt("outbox.created_at")?;
            let mail =
                LastMail { created_at, next_attempt_at: at(next_attempt_at)?, sent_at: at(sent_at)?, last_error };
            Ok((AttendeeId::new(attendee), mail))
        })
        .collect()
}

/// The number of mails waiting to be sent, and since when the oldest has waited.
pub async fn count_waiting(tx: &mut Tx) -> Result<(u64, Option<Timestamp>), StoreError> {
    let (count, oldest) = fetch_one!(
        tx,
        (i64, Option<i64>),
        "select count(*), min(created_at) from outbox where next_attempt_at is not null"
    )?;
    let oldest = oldest.map(Timestamp::from_micros).transpose().or_corrupt("outbox.created_at")?;
    Ok((u64::try_from(count).or_corrupt("count(*)")?, oldest))
}
