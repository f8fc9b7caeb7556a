//! Signed notes as in <https://c2sp.org/signed-note>, with one Ed25519 signature under the key name `urna`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use ed25519_dalek::VerifyingKey;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::sha256::Sha256Hash;

/// The name under which the service signs.
pub const KEY_NAME: &str = "urna";

/// The algorithm byte of Ed25519 in the signed-note format.
const ED25519: u8 = 1;

/// The first four bytes of `SHA-256(name ‖ "\n" ‖ 1 ‖ public key)`.
fn key_id(key: &VerifyingKey) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(KEY_NAME)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    std::array::from_fn(|i| hash[i])
}

/// Signs a text, which must end in a newline: the text, an empty line, the signature line.
#[must_use]
pub fn sign(text: &str, key: &SigningKey) -> String {
    debug_assert!(text.ends_with('\n'), "a note's text ends in a newline");
    let signature = key.sign(text.as_bytes()).to_bytes();
    let line = STANDARD.encode([key_id(&key.verifying_key()).as_slice(), &signature].concat());
    format!("{text}\n— {KEY_NAME} {line}\n")
}

/// The public key in the form that verifiers take: `urna+<key id in hex>+<base64 of 1 ‖ public key>`.
#[must_use]
pub fn verifier_key(key: &VerifyingKey) -> String {
    let id = u32::from_be_bytes(key_id(key));
    let public = STANDARD.encode([[ED25519].as_slice(), key.as_bytes()].concat());
    format!("{KEY_NAME}+{id:08x}+{public}")
}

/// The text is not a key in the form of [`verifier_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a verification key; it looks like urna+1a2b3c4d+AQ…")]
pub struct InvalidKey;

/// Reads [`verifier_key`]'s form. Refuses a key of small order, under which a signature proves nothing, and a
/// non-canonical encoding of a point, which some libraries accept.
pub fn parse_verifier_key(text: &str) -> Result<VerifyingKey, InvalidKey> {
    let bytes = text.splitn(3, '+').nth(2).and_then(|encoded| STANDARD.decode(encoded).ok()).ok_or(InvalidKey)?;
    let public = bytes.strip_prefix(&[ED25519]).and_then(|public| public.try_into().ok()).ok_or(InvalidKey)?;
    let key = VerifyingKey::from_bytes(public).map_err(|_| InvalidKey)?;
    let is_canonical = key.to_edwards().compress().as_bytes() == public;
    if is_canonical && !key.is_weak() && verifier_key(&key) == text { Ok(key) } else { Err(InvalidKey) }
}

/// Why a note proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidNote {
    /// It has no text, no signature line, or one that cannot be read.
    #[error("not a signed note")]
    Malformed,
    /// None of its signatures is by the key.
    #[error("not signed with this key")]
    OtherKey,
    /// The signature is by the key, but over another text.
    #[error("the signature does not fit the text")]
    Signature,
}

/// The text of a note that the key has signed. Signatures by other keys are ignored, as the format requires.
pub fn open<'a>(note: &'a str, key: &VerifyingKey) -> Result<&'a str, InvalidNote> {
    let end = note.rfind("\n\n").ok_or(InvalidNote::Malformed)?;
    let (text, signatures) = (&note[..=end], &note[end + 2..]);
    if note.chars().any(|character| character < ' ' && character != '\n') {
        return Err(InvalidNote::Malformed);
    }
    let mut signed = false;
    for line in signatures.strip_suffix('\n').ok_or(InvalidNote::Malformed)?.split('\n') {
        let signature = line.strip_prefix("— ").and_then(|line| line.split_once(' '));
        let (name, encoded) = signature.ok_or(InvalidNote::Malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidNote::Malformed)?;
        let (id, signature) = bytes.split_at_checked(4).ok_or(InvalidNote::Malformed)?;
        if signature.is_empty() || name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(InvalidNote::Malformed);
        }
        if name != KEY_NAME || id != key_id(key) {
            continue;
        }
        let signature = Signature::from_slice(signature).map_err(|_| InvalidNote::Malformed)?;
        key.verify_strict(text.as_bytes(), &signature).map_err(|_| InvalidNote::Signature)?;
        signed = true;
    }
    if signed { Ok(text) } else { Err(InvalidNote::OtherKey) }
}

/// The SHA-256 of the public key in hex, for people to compare aloud.
#[must_use]
pub fn fingerprint(key: &VerifyingKey) -> String {
    Sha256Hash::of(key.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_opened_with_its_key_alone() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let note = sign("urna receipt v1\nx\n", &key);
        assert_eq!(open(&note, &key.verifying_key()), Ok("urna receipt v1\nx\n"));
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(open(&note, &other), Err(InvalidNote::OtherKey));
        assert_eq!(open(&note.replace("\nx\n", "\ny\n"), &key.verifying_key()), Err(InvalidNote::Signature));
        for broken in ["", "\n\n", "text\n\n— urna !\n", "text\n\n— urna AAAA\n", "no signature\n", note.trim_end()]
        {
            assert_eq!(open(broken, &key.verifying_key()), Err(InvalidNote::Malformed), "{broken:?}");
        }
        for line in ["— a+b AAAAAAAA\n", "—  AAAAAAAA\n", "— w AAAAAA==\n", "— w\t AAAAAAAA\n", "— w\u{a0} AAAAAAAA\n"]
        {
            let others = format!("{note}{line}");
            assert_eq!(open(&others, &key.verifying_key()), Err(InvalidNote::Malformed), "{line:?}");
        }
        let witnessed = format!("{note}— witness.example AAAAAAAA\n");
        assert!(open(&witnessed, &key.verifying_key()).is_ok(), "signatures by others do not matter");
    }

    #[test]
    fn a_key_is_read_as_it_is_shown() {
        let key = SigningKey::from_bytes(&[3; 32]).verifying_key();
        let text = verifier_key(&key);
        assert_eq!(parse_verifier_key(&text), Ok(key));
        let other_id = format!("urna+00000000+{}", text.rsplit('+').next().unwrap());
        for broken in ["", "urna", "urna+", &text[..text.len() - 1], &text.replace("urna", "other"), &other_id] {
            assert_eq!(parse_verifier_key(broken), Err(InvalidKey), "{broken}");
        }
        // The neutral element, and a point of order four.
        for small in [[vec![1], vec![0; 31]].concat(), vec![0; 32]] {
            let small = VerifyingKey::from_bytes(&small.try_into().unwrap()).unwrap();
            assert_eq!(parse_verifier_key(&verifier_key(&small)), Err(InvalidKey));
        }
    }
}
