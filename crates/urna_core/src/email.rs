//! E-mail addresses in one canonical spelling, so that one mailbox is one attendee.

use std::fmt;

use email_address::EmailAddress;
use unicode_normalization::UnicodeNormalization;

/// A canonical address: trimmed, lower case, NFC, the domain in its ASCII (IDNA) form.
///
/// The local part is lowered too. RFC 5321 lets a host tell `Anna` from `anna`, but no host in use does, and two
/// votes for one mailbox would be worse than one person refused. It is lowered, not folded: mail goes to the
/// canonical spelling, so `ß` must not become `ss`, nor a final `ς` a `σ`. Dots and plus-tags stay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Nothing but white space.
    #[error("an e-mail address is needed")]
    Empty,
    /// More than 254 bytes in all, or 64 before the `@` (RFC 5321, 4.5.3.1).
    #[error("an e-mail address has at most 254 bytes, 64 before the @")]
    TooLong,
    /// Not of the form `name@domain`.
    #[error("an e-mail address looks like name@example.org")]
    Malformed,
    /// The part after the `@` is not a domain name with a dot.
    #[error("the part after the @ is not a domain name")]
    InvalidDomain,
    /// A well-formed address to which no mail can be sent.
    #[error("mail cannot be sent to an address with such a character before the @")]
    Unmailable,
}

impl Email {
    /// Parses an address as typed by a person. It must accept mail by the rules of `email_address`, which `lettre`,
    /// the library that sends it, uses too.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let email = Self::canonical(text)?;
        let (local, domain) = email.0.rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        if !EmailAddress::is_valid_domain(domain) {
            return Err(InvalidEmail::InvalidDomain);
        }
        if !EmailAddress::is_valid_local_part(local) {
            return Err(InvalidEmail::Unmailable);
        }
        Ok(email)
    }

    /// The canonical spelling, without the rules that later releases added: for reading and finding stored addresses.
    pub fn canonical(text: &str) -> Result<Self, InvalidEmail> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        // NFC again: `H` with a line below is two characters, `ẖ` is one.
        let local: String = local.to_lowercase().nfc().collect();
        let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c) || is_mark(c);
        if local.split('.').any(|part| part.is_empty() || !part.chars().all(atom)) {
            return Err(InvalidEmail::Malformed);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::InvalidDomain)?;
        let labels: Vec<&str> = domain.split('.').collect();
        let last = labels.last().copied().unwrap_or_default();
        if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) || last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidEmail::InvalidDomain);
        }
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(InvalidEmail::TooLong);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`, in ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address with most of its name hidden (`a…@example.org`), for people who may know that there is one.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.0.chars().next().unwrap_or('…');
        format!("{first}…@{}", self.domain())
    }
}

/// Combining marks without a precomposed letter in NFC belong to the letter before them.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The canonical form of a domain that a conference lists; `None` if it is not a domain.
#[must_use]
pub fn canonical_domain(text: &str) -> Option<String> {
    Email::parse(&format!("x@{}", text.trim())).ok().map(|email| email.domain().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_has_one_spelling() {
        for (typed, canonical) in [
            ("  Anna.Nowak@Example.ORG ", "anna.nowak@example.org"),
            ("anna@MÜNCHEN.de", "anna@xn--mnchen-3ya.de"),
            ("anna@mu\u{308}nchen.de", "anna@xn--mnchen-3ya.de"),
            ("Zoe\u{308}@example.org", "zoë@example.org"),
            ("H\u{331}anna@example.org", "\u{1e96}anna@example.org"),
            ("h\u{331}anna@example.org", "\u{1e96}anna@example.org"),
            ("STRAẞE@example.org", "straße@example.org"),
            ("ΟΔΥΣΣΕΥΣ@example.org", "οδυσσευς@example.org"),
            ("a+tag@example.org", "a+tag@example.org"),
            ("ελένη@παράδειγμα.ελ", "ελένη@xn--hxajbheg2az3al.xn--qxam"),
        ] {
            assert_eq!(Email::parse(typed).map(|e| e.to_string()).as_deref(), Ok(canonical), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        use InvalidEmail::{Empty, InvalidDomain, Malformed, TooLong};
        let long = format!("{}@example.org", "a".repeat(65));
        for (typed, why) in [
            ("  ", Empty),
            ("anna", Malformed),
            ("anna nowak@example.org", Malformed),
            ("an\rna@example.org", Malformed),
            ("a@b@example.org", Malformed),
            (".a@example.org", Malformed),
            ("a..b@example.org", Malformed),
            ("<a>@example.org", Malformed),
            ("a@localhost", InvalidDomain),
            ("a@exa mple.org", InvalidDomain),
            ("a@example..org", InvalidDomain),
            ("a@192.168.0.1", InvalidDomain),
            ("a@", InvalidDomain),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(Email::parse(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn an_address_that_no_mail_reaches_is_refused_at_the_door_and_known_where_it_was_taken_before() {
        for typed in ["l\u{307}ina@example.org", "\u{130}@example.org", "ǎ\u{328}@example.org"] {
            assert_eq!(Email::parse(typed), Err(InvalidEmail::Unmailable), "{typed}");
            let taken = Email::canonical(typed).unwrap();
            assert_eq!(Email::canonical(taken.as_str()), Ok(taken), "{typed}");
        }
        let long = format!("a@{}.org", "b".repeat(64));
        for typed in ["a@-b.org", "a@b-.org", "a@b_.org", "a@_dmarc.example.org", long.as_str()] {
            assert_eq!(Email::parse(typed), Err(InvalidEmail::InvalidDomain), "{typed}");
        }
    }

    #[test]
    fn a_masked_address_keeps_its_domain_only() {
        assert_eq!(Email::parse("zoë@example.org").unwrap().masked(), "z…@example.org");
    }
}
