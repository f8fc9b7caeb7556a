//! Mail: a transactional outbox in the database, and a worker that empties it.
//!
//! Whatever causes a mail puts a row into the outbox in its own transaction: no mail without the deed, no deed without
//! the mail. The text, and the personal link in it, is made when the mail is sent; nothing of it is stored.

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

/// Which mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailKind {
    /// The personal link: to sign in, and to prove the mailbox.
    PersonalLink,
}

impl MailKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PersonalLink => "personal_link",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        (name == Self::PersonalLink.as_str()).then_some(Self::PersonalLink)
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

/// Puts a mail into the outbox that anybody can ask for, unless the person has had enough of them. Either way takes as long.
pub(crate) async fn enqueue_within_limits(
    tx: &mut Tx,
    attendee: Key<Attendee>,
    kind: MailKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    // One request after the other, or each would count the same.
    lock_attendee(tx, attendee).await?;
    let within_hour = outbox::count_mails(tx, attendee, now.plus_seconds(-3600)).await?;
    let within_day = outbox::count_mails(tx, attendee, now.plus_seconds(-24 * 3600)).await?;
    tx.begin_undoable().await?;
    enqueue(tx, attendee, kind, now).await?;
    if within_hour < PER_HOUR && within_day < PER_DAY { tx.keep().await } else { tx.undo().await }
}
