//! The texts of mails, in the recipient's language.

use urna_core::Conference;
use urna_texts::Speech;

/// Subject and plain text of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) subject: String,
    pub(super) body: String,
}

/// The mail with the personal link. It repeats nothing that the person entered, not even the name: until they
/// follow the link, nobody knows whether the mailbox is theirs.
pub(super) fn personal_link(t: &Speech, conference: &Conference, url: &str) -> Text {
    let named = |id| t.with1(id, "conference", conference.name.as_str());
    let paragraphs = [
        t.say("mail-hello"),
        named("mail-link-here"),
        url.to_owned(),
        format!("{}\n{}", t.say("mail-link-how"), t.with1("mail-link-until", "day", t.day(conference.ends_on))),
        format!("{}\n{}", t.say("mail-link-secret"), t.say("mail-link-ignore")),
    ];
    Text { subject: named("mail-link-subject"), body: paragraphs.join("\n\n") + "\n" }
}
