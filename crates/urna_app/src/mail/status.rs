//! The delivery status of a person's mail, for organisers.

use std::collections::HashMap;

use urna_core::{AttendeeId, Timestamp};
use urna_store::outbox::{LastMail, list_last_mails};

use crate::app::App;
use crate::authority::{Authority, Observe};
use crate::failure::Failure;

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Waits for its first attempt.
    Queued,
    /// The server took it.
    Sent,
    /// An attempt failed, and there will be another.
    Deferred,
    /// It was given up.
    Failed,
}

/// The last mail to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStatus {
    /// Its state.
    pub state: MailState,
    /// The time when it was requested.
    pub queued_at: Timestamp,
    /// The time when the server took it.
    pub sent_at: Option<Timestamp>,
    /// Why it is deferred or given up, in the service's words or the server's, which may repeat the address.
    pub reason: Option<String>,
}

impl From<LastMail> for MailStatus {
    fn from(mail: LastMail) -> Self {
        let LastMail { created_at, next_attempt_at, sent_at, last_error } = mail;
        let state = match (sent_at, next_attempt_at, &last_error) {
            (Some(_), _, _) => MailState::Sent,
            (None, None, _) => MailState::Failed,
            (None, Some(_), Some(_)) => MailState::Deferred,
            (None, Some(_), None) => MailState::Queued,
        };
        Self { state, queued_at: created_at, sent_at, reason: last_error }
    }
}

impl App {
    /// The last mail of each attendee in one roll between two attendees, both included; omits those never written to.
    pub async fn find_mail_statuses(
        &self,
        _by: &Authority<Observe>,
        first: AttendeeId,
        last: AttendeeId,
    ) -> Result<HashMap<AttendeeId, MailStatus>, Failure> {
        let mut tx = self.read().await?;
        let mails = list_last_mails(&mut tx, first, last).await?;
        Ok(mails.into_iter().map(|(attendee, mail)| (attendee, mail.into())).collect())
    }
}
