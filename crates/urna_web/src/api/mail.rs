//! What organisers see of the mails to the people on a roll.

use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use urna_app::mail::{MailState, MailStatus};
use urna_core::Role;
use utoipa::ToSchema;

use super::roll::AttendeeBody;
use crate::etag;

/// How it stands with a mail.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailState)]
enum MailStateName {
    /// It waits for its first try.
    Queued,
    /// The mail server took it.
    Sent,
    /// A try failed; there will be another.
    Deferred,
    /// It was given up.
    Failed,
}

/// What became of the last mail to a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
struct MailBody {
    state: MailStateName,
    /// Why it is deferred or failed, in the words of the service or of the mail server. Not for observers: it may repeat the address.
    reason: Option<String>,
    /// When it was asked for.
    #[schema(format = "date-time")]
    queued_at: String,
    /// When the mail server took it.
    #[schema(format = "date-time")]
    sent_at: Option<String>,
}

/// An attendee, and what became of the last mail to them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttendeeOnRoll)]
pub(super) struct WithMail {
    #[serde(flatten)]
    attendee: AttendeeBody,
    /// Not there where nobody has written to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailBody>,
}

impl WithMail {
    /// What an organiser of this role sees.
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

    /// The tag of this answer: that of the attendee, and behind a dot that of the mail, which changes by itself.
    pub(super) fn tag(&self) -> String {
        let attendee = etag::of_json(&self.attendee);
        match &self.mail {
            Some(mail) => format!("{}.{}", attendee.trim_end_matches('"'), etag::of_json(mail).trim_start_matches('"')),
            None => attendee,
        }
    }
}

/// The headers with tags of attendees alone in `If-Match`: a mail that was sent meanwhile is no change that somebody could
/// overwrite.
pub(super) fn without_mail(headers: &HeaderMap) -> HeaderMap {
    let alone =
        |item: &str| item.split_once('.').map_or_else(|| item.to_owned(), |(attendee, _mail)| format!("{attendee}\""));
    let lists = headers.get_all(IF_MATCH).iter().map(|list| {
        let tags = list.to_str().ok().map(|list| list.split(',').map(alone).collect::<Vec<_>>().join(","));
        let tags = tags.and_then(|tags| HeaderValue::from_str(&tags).ok());
        // What is no text is no tag of ours, and will not match.
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
