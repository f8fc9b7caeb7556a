//! The texts of mails. English; the other languages come with the pages.

use urna_core::Conference;

/// Subject and plain text of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) subject: String,
    pub(super) body: String,
}

/// The mail with the personal link. It says nothing that the person gave themselves, name included: until they follow
/// the link nobody knows whether the mailbox is theirs.
pub(super) fn personal_link(conference: &Conference, url: &str) -> Text {
    let Conference { name, ends_on, .. } = conference;
    Text {
        subject: format!("Your personal link for {name}"),
        body: format!(
            "Hello,\n\
             \n\
             this is your personal link for {name}:\n\
             \n\
             {url}\n\
             \n\
             Open it on the phone or computer you want to vote with, and choose \"Sign in\".\n\
             You can use it as often as you like until the conference ends on {ends_on}.\n\
             \n\
             Keep the link to yourself: whoever has it can vote in your place.\n\
             If you did not ask for this mail, you can ignore it.\n"
        ),
    }
}
