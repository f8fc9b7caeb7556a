//! Empties the outbox.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox};
use urna_core::{AttendeeStatus, Conference, Language, Timestamp};
use urna_store::attendees::{OnRoll, find_attendee_by_key};
use urna_store::conferences::get_conference;
use urna_store::outbox::{self, ClaimedMail};

use super::MailKind;
use super::compose::{self, Text};
use super::transport::{Mailer, SendError};
use crate::app::App;
use crate::failure::Failure;

/// Seconds for which a worker has a mail to itself; longer than any server may take.
const CLAIM_SECONDS: i64 = 120;

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT_SECONDS: i64 = 15;
/// The longest wait; after a permanent refusal, every wait.
const LONGEST_WAIT_SECONDS: i64 = 3600;

/// After about three days nobody waits for a personal link any more.
const MOST_ATTEMPTS: u32 = 80;

/// Wait between checks of the outbox.
const PAUSE: Duration = Duration::from_millis(500);

/// Sends the mails in the outbox. Any number of workers may run at once, on any number of instances.
#[derive(Debug)]
pub struct MailWorker {
    app: Arc<App>,
    mailer: Mailer,
}

impl MailWorker {
    /// A worker that sends through this mailer.
    #[must_use]
    pub const fn new(app: Arc<App>, mailer: Mailer) -> Self {
        Self { app, mailer }
    }

    /// Works until the future is dropped; another worker then sends the mail under way again.
    pub async fn run(&self) {
        loop {
            match self.deliver_next().await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(PAUSE).await,
                Err(failure) => {
                    tracing::warn!(?failure, "the outbox cannot be read");
                    tokio::time::sleep(PAUSE * 10).await;
                }
            }
        }
    }

    /// Tries to send the mail that has waited longest; `false` if none is due.
    pub async fn deliver_next(&self) -> Result<bool, Failure> {
        let now = self.app.now();
        let mut tx = self.app.write().await?;
        let Some(mail) = outbox::claim_mail(&mut tx, now, now.plus_seconds(CLAIM_SECONDS)).await? else {
            return Ok(false);
        };
        let on_roll = find_attendee_by_key(&mut tx, mail.attendee).await?;
        let conference = match &on_roll {
            Some(on_roll) => Some(get_conference(&mut tx, on_roll.conference).await?.value),
            None => None,
        };
        tx.commit().await?;

        let written = on_roll.zip(conference).ok_or(Unwritable::NobodyToWriteTo);
        let written = written.and_then(|(on_roll, conference)| self.write(&mail, &on_roll, &conference, now));
        let outcome = match written {
            Ok((name, message)) => Ok(self.mailer.send(&name, message).await),
            Err(unwritable) => Err(unwritable),
        };
        let mut tx = self.app.write().await?;
        match outcome {
            Ok(Ok(())) => {
                outbox::set_sent(&mut tx, mail.key, self.app.now()).await?;
                metrics::counter!("urna_mails_sent_total").increment(1);
            }
            Err(unwritable) => {
                metrics::counter!("urna_mails_failed_total").increment(1);
                tracing::warn!(mail = ?mail.key, kind = %unwritable, "a mail was given up");
                outbox::set_failed(&mut tx, mail.key, &unwritable.to_string(), None).await?;
            }
            Ok(Err(error)) => {
                metrics::counter!("urna_mails_failed_total").increment(1);
                tracing::warn!(mail = ?mail.key, attempts = mail.attempts, kind = %error.kind, "a mail was not sent; the outbox has the reason");
                let next = next_attempt(self.app.now(), mail.attempts, &error);
                outbox::set_failed(&mut tx, mail.key, &error.reason, next).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The mail and its name.
    fn write(
        &self,
        mail: &ClaimedMail,
        on_roll: &OnRoll,
        conference: &Conference,
        now: Timestamp,
    ) -> Result<(String, Message), Unwritable> {
        let attendee = &on_roll.attendee;
        let to = attendee.email.as_ref().filter(|_| attendee.status != AttendeeStatus::Blocked);
        let to = to.ok_or(Unwritable::NobodyToWriteTo)?;
        let to = Mailbox::new(None, to.as_str().parse().map_err(|_| Unwritable::Unmailable)?);
        let wanted = attendee.language.as_ref().map(Language::as_str);
        let speech = urna_texts::choose(None, wanted, &conference.languages);
        let Text { subject, body } = match MailKind::parse(&mail.kind).ok_or(Unwritable::UnknownKind)? {
            MailKind::PersonalLink => {
                let token = self.app.keys.link.token(attendee.id, attendee.link_generation);
                compose::personal_link(speech, conference, &self.app.personal_link_url(&token))
            }
        };
        let name = format!("{}-{}", mail.key, attendee.id);
        let host = self.mailer.from.email.domain();
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let message = Message::builder()
            .from(self.mailer.from.clone())
            .to(to)
            .subject(subject)
            .date(SystemTime::from(now.as_jiff()))
            .message_id(Some(format!("<{name}@{host}>")))
            .raw_header(automatic)
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Content-Language"),
                speech.language().to_string(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(encoded(body).ok_or(Unwritable::NotAMail)?);
        Ok((name, message.map_err(|_| Unwritable::NotAMail)?))
    }
}

/// Why a mail cannot be made; shown to organisers. Trying again is useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unwritable {
    /// Erased, blocked, or without an address by now.
    #[error("there is nobody to write to: the person has no address by now, or is blocked")]
    NobodyToWriteTo,
    /// An address accepted when the rules were laxer.
    #[error("{}", urna_core::email::InvalidEmail::Unmailable)]
    Unmailable,
    /// A newer version of the program put it into the outbox.
    #[error("this version of the program does not know this kind of mail")]
    UnknownKind,
    /// The library refuses the text.
    #[error("the text cannot be made into a mail")]
    NotAMail,
}

/// Plain ASCII unencoded, so that a link stays in one piece in the file; everything else as quoted-printable. (The
/// library folds every line beyond 76 characters; RFC 5322 allows 998.)
fn encoded(body: String) -> Option<Body> {
    if body.is_ascii() && body.lines().all(|line| line.len() <= 998) {
        let lines = body.replace('\n', "\r\n").into_bytes();
        return Some(Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit));
    }
    Body::new_with_encoding(body, ContentTransferEncoding::QuotedPrintable).ok()
}

/// The time of the next attempt: after 15 s, 30 s, 1 min and so on up to an hour; `None` gives up.
fn next_attempt(now: Timestamp, attempts: u32, error: &SendError) -> Option<Timestamp> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let doubled = FIRST_WAIT_SECONDS << attempts.saturating_sub(1).min(10);
    let wait = if error.permanent { LONGEST_WAIT_SECONDS } else { doubled.min(LONGEST_WAIT_SECONDS) };
    Some(now.plus_seconds(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour_and_ends() {
        let now = Timestamp::from_micros(0).unwrap();
        let error = |permanent| SendError { reason: String::new(), kind: String::new(), permanent };
        let wait = |attempts| next_attempt(now, attempts, &error(false)).map(|at| at.as_micros() / 1_000_000);
        assert_eq!([wait(1), wait(2), wait(3), wait(20), wait(80)], [Some(15), Some(30), Some(60), Some(3600), None]);
        assert_eq!(next_attempt(now, 1, &error(true)), Some(now.plus_seconds(3600)));
    }
}
