//! Facts known from elsewhere, to be found again in a record.

use std::str::FromStr;

use urna_core::signed_note::{VerifyingKey, fingerprint, parse_verifier_key};

/// Facts to compare the record with.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The key that must have signed it.
    pub signer: Option<Signer>,
    /// The statement shown at the close.
    pub statement: Option<ShownStatement>,
}

/// The signer whose signatures count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The holder of this key.
    Key(VerifyingKey),
    /// The holder of the key with this SHA-256, in lower-case hex.
    Fingerprint(String),
}

/// The text is neither a key nor its fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a verification key (urna+1a2b3c4d+AQ…) nor its fingerprint (64 digits of hexadecimal)")]
pub struct InvalidSigner;

impl Signer {
    pub(crate) fn is(&self, key: &VerifyingKey) -> bool {
        match self {
            Self::Key(known) => known == key,
            Self::Fingerprint(known) => *known == fingerprint(key),
        }
    }
}

impl FromStr for Signer {
    type Err = InvalidSigner;

    /// White space around it is ignored; the digits of a fingerprint may be of any case.
    fn from_str(text: &str) -> Result<Self, InvalidSigner> {
        let text = text.trim();
        match parse_verifier_key(text) {
            Ok(key) => Ok(Self::Key(key)),
            Err(_) => digits(text, 64).map(Self::Fingerprint).ok_or(InvalidSigner),
        }
    }
}

/// The SHA-256 of a statement in lower-case hex, or its beginning, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStatement(String);

/// The text is not the fingerprint of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the fingerprint of a statement: 32 digits of hexadecimal, or up to all 64")]
pub struct InvalidShown;

impl ShownStatement {
    pub(crate) fn begins(&self, statement_sha256: &str) -> bool {
        statement_sha256.starts_with(&self.0)
    }
}

impl FromStr for ShownStatement {
    type Err = InvalidShown;

    /// White space around it is ignored; the digits may be of any case.
    fn from_str(text: &str) -> Result<Self, InvalidShown> {
        let text = text.trim();
        // The number of digits shown in the hall; an attacker could find a match for fewer by trial.
        digits(text, 32).map(Self).ok_or(InvalidShown)
    }
}

/// A SHA-256 in hex, or at least `least` digits from its beginning, in lower case.
fn digits(text: &str, least: usize) -> Option<String> {
    let is_hash = (least..=64).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signer_is_a_key_or_its_fingerprint() {
        let text = "urna+8b294609+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
        let key = parse_verifier_key(text).unwrap();
        assert_eq!(text.parse(), Ok(Signer::Key(key)));
        let fingerprint = fingerprint(&key);
        for signer in [text, &fingerprint, &fingerprint.to_uppercase()] {
            assert!(signer.parse::<Signer>().unwrap().is(&key), "{signer}");
        }
        assert!(!"0".repeat(64).parse::<Signer>().unwrap().is(&key));
        for broken in ["", "urna", &fingerprint[1..], &fingerprint.replace(|digit: char| digit.is_ascii_digit(), "g")] {
            assert_eq!(broken.parse::<Signer>(), Err(InvalidSigner), "{broken}");
        }
    }

    #[test]
    fn what_was_shown_is_the_beginning() {
        let hash = "dfbaa3b8c898aca73b68a85e6e43d5671cb8e2233cd5d023cfe4544f5583c235";
        for shown in [&hash[..32], &hash[..40], hash, &hash.to_uppercase()] {
            assert!(shown.parse::<ShownStatement>().unwrap().begins(hash), "{shown}");
        }
        assert!(!hash[1..40].parse::<ShownStatement>().unwrap().begins(hash));
        for broken in ["", &hash[..31], &format!("{hash}0"), &hash.replace('d', "g")] {
            assert_eq!(broken.parse::<ShownStatement>(), Err(InvalidShown), "{broken}");
        }
    }
}
