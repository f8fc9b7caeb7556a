//! The state of the e-mails to attendees, as organisers see it.

use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use urna_app::mail::{MailState, MailStatus};
use urna_core::Role;
use utoipa::ToSchema;

use super::roll::AttendeeBody;
use crate::etag;

/// The delivery state of an e-mail.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailState)]
enum MailStateName {
    /// Waiting for the first attempt.
    Queued,
    /// Accepted by the mail server.
    Sent,
    /// Waiting for another attempt after one that failed.
    Deferred,
    /// Given up.
    Failed,
}

/// The last e-mail to an attendee.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
struct MailBody {
    state: MailStateName,
    /// The reason why the e-mail is deferred or failed, in the words of the service or of the mail server. Observers do
    /// not get it, because it may repeat the address.
    reason: Option<String>,
    /// The time at which the e-mail was requested.
    #[schema(format = "date-time")]
    queued_at: String,
    /// The time at which the mail server accepted the e-mail.
    #[schema(format = "date-time")]
    sent_at: Option<String>,
}

/// An attendee, with the last e-mail to them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttendeeOnRoll)]
pub(super) struct WithMail {
    #[serde(flatten)]
    attendee: AttendeeBody,
    /// The last e-mail to the attendee; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailBody>,
}

impl WithMail {
    /// Returns what an organiser with this role may see.
    pub(super) fn for_role(attendee: AttendeeBody, mail: Option<&MailStatus>, role: Role) -> Self {
        let mail = mail.map(|mail| MailBody {
            state: match mail.state {
                MailState::Queued => MailStateName::Queued,
                MailState::Sent => MailStateName::Sent,
                MailState::Deferred => MailStateName::Deferred,
                MailState::Failed => MailStateName::Failed,
            },
            reason: mail.reason.clone().filter(|_| role >= Role::Desk),
            queued_at: mail.queued_at.to_string(),
            sent_at: mail.sent_at.map(|at| at.to_string()),
        });
        Self { attendee, mail }
    }

    /// Returns the tag of this answer: the attendee's tag, then a dot and the tag of the e-mail, which changes on its
    /// own.
    pub(super) fn tag(&self) -> String {
        let attendee = etag::of_json(&self.attendee);
        match &self.mail {
            Some(mail) => format!("{}.{}", attendee.trim_end_matches('"'), etag::of_json(mail).trim_start_matches('"')),
            None => attendee,
        }
    }
}

/// Returns the `If-Match` headers with the attendees' tags alone: an e-mail sent in the meantime is not a change that a
/// caller could overwrite.
pub(super) fn without_mail(headers: &HeaderMap) -> HeaderMap {
    let alone =
        |item: &str| item.split_once('.').map_or_else(|| item.to_owned(), |(attendee, _mail)| format!("{attendee}\""));
    let lists = headers.get_all(IF_MATCH).iter().map(|list| {
        let tags = list.to_str().ok().map(|list| list.split(',').map(alone).collect::<Vec<_>>().join(","));
        let tags = tags.and_then(|tags| HeaderValue::from_str(&tags).ok());
        // A value that is not text is not one of our tags, and will not match.
        (IF_MATCH, tags.unwrap_or_else(|| list.clone()))
    });
    lists.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_counts_without_its_mail() {
        let headers =
            |lists: &[&str]| lists.iter().map(|list| (IF_MATCH, list.parse().unwrap())).collect::<HeaderMap>();
        for (sent, read) in [("\"a-_9.b-_8\"", "\"a-_9\""), ("\"a\", W/\"b.c\"", "\"a\", W/\"b\""), ("*", "*")] {
            assert_eq!(without_mail(&headers(&[sent, "\"x\""])), headers(&[read, "\"x\""]));
        }
        assert!(without_mail(&HeaderMap::new()).is_empty());
    }
}
