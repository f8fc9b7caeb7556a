//! Signed notes as in <https://c2sp.org/signed-note>, with one Ed25519 signature under the key name `urna`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

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

/// The SHA-256 of the public key in hex: what people compare aloud.
#[must_use]
pub fn fingerprint(key: &VerifyingKey) -> String {
    Sha256::digest(key.as_bytes()).iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signature, Verifier as _};

    #[test]
    fn a_note_carries_its_text_and_a_signature_over_it() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let note = sign("urna receipt v1\nx\n", &key);
        let (text, signatures) = note.split_once("\n\n").unwrap();
        assert_eq!(text, "urna receipt v1\nx");
        let line = signatures.strip_prefix("— urna ").unwrap().strip_suffix('\n').unwrap();
        let bytes = STANDARD.decode(line).unwrap();
        let vkey = verifier_key(&key.verifying_key());
        let parts: Vec<&str> = vkey.splitn(3, '+').collect();
        assert_eq!(parts[0], "urna");
        assert_eq!(u32::from_str_radix(parts[1], 16).unwrap().to_be_bytes(), bytes[..4]);
        let signature = Signature::from_slice(&bytes[4..]).unwrap();
        assert!(key.verifying_key().verify(format!("{text}\n").as_bytes(), &signature).is_ok());
        assert!(key.verifying_key().verify(b"another text\n", &signature).is_err());
    }
}
