//! Mail: a transactional outbox in the database, and a worker that empties it.
//!
//! A mail is put into the outbox in the transaction that causes it, so neither happens without the other. The text,
//! with the personal link in it, is made when the mail is sent and never stored.

mod compose;
mod status;
mod transport;
mod worker;

pub use status::{MailState, MailStatus};
pub use transport::{InvalidMailUrl, Mailer};
pub use worker::MailWorker;

use urna_core::{Attendee, Timestamp};
use urna_store::attendees::lock_attendee;
use urna_store::{Key, StoreError, Tx, outbox};

/// The kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailKind {
    /// The personal link, for signing in and for proving the mailbox.
    PersonalLink,
}

impl MailKind {
    const ALL: [Self; 1] = [Self::PersonalLink];

    const fn as_str(self) -> &'static str {
        match self {
            Self::PersonalLink => "personal_link",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Puts a mail into the outbox.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    attendee: Key<Attendee>,
    kind: MailKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    outbox::insert_mail(tx, attendee, kind.as_str(), now).await
}

/// The most mails to one person that strangers can cause within an hour, and within a day.
const PER_HOUR: u64 = 3;
const PER_DAY: u64 = 20;

/// Puts a mail that anybody can request into the outbox, unless the person has had enough. Takes equally long
/// either way.
pub(crate) async fn enqueue_within_limits(
    tx: &mut Tx,
    attendee: Key<Attendee>,
    kind: MailKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    // One request after the other: concurrent ones would each see the same count.
    lock_attendee(tx, attendee).await?;
    let within_hour = outbox::count_mails(tx, attendee, now.plus_seconds(-3600)).await?;
    let within_day = outbox::count_mails(tx, attendee, now.plus_seconds(-24 * 3600)).await?;
    tx.begin_undoable().await?;
    enqueue(tx, attendee, kind, now).await?;
    if within_hour < PER_HOUR && within_day < PER_DAY { tx.keep().await } else { tx.undo().await }
}
