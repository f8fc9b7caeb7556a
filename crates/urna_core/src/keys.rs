//! The service's one master secret and the keys derived from it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::badge_code::BadgeCode;
use crate::browser::{CookieKey, MarkKey};
use crate::closed_list::ClosedKey;
use crate::crockford;
use crate::ids::AttendeeId;

/// 32 random bytes that exist once per service, outside the database and its backups.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterSecret([u8; 32]);

/// A secret file that does not hold exactly 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master secret is exactly 32 bytes, this is {0}")]
pub struct InvalidSecret(pub usize);

impl MasterSecret {
    /// Takes 32 bytes from a good source of randomness.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Takes the content of a secret file.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidSecret> {
        bytes.try_into().map(Self).map_err(|_| InvalidSecret(bytes.len()))
    }

    /// HKDF-SHA-256 (RFC 5869) without salt; `info` names the purpose.
    fn derive(&self, info: &str) -> [u8; 32] {
        derive(&self.0, info)
    }
}

/// HKDF-SHA-256 without salt.
pub(crate) fn derive(secret: &[u8; 32], info: &str) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret).expand(info.as_bytes(), &mut key).expect("32 bytes are within HKDF's limit");
    key
}

/// HMAC-SHA-256.
pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The keys of a service, each for one purpose.
pub struct Keys {
    /// Signs receipts.
    pub signing: SigningKey,
    /// Wraps the box keys in the database.
    pub wrapping: WrappingKey,
    /// Makes personal links.
    pub link: LinkKey,
    /// Makes the codes on badges.
    pub badge: BadgeKey,
    /// Marks forms with the person they were made for.
    pub mark: MarkKey,
    /// Seals the receipts that browsers keep.
    pub cookie: CookieKey,
    /// Authenticates the list of closed ballots.
    pub closed: ClosedKey,
    /// Makes the marks of browsers in which organisers have signed in.
    pub device: DeviceKey,
    /// Tells master secrets apart without revealing them; kept in the database.
    pub fingerprint: [u8; 32],
}

impl Keys {
    /// Derives every key.
    #[must_use]
    pub fn derive(secret: &MasterSecret) -> Self {
        Self {
            signing: SigningKey::from_bytes(&secret.derive("urna/signing/v1")),
            wrapping: WrappingKey(secret.derive("urna/wrapping/v1")),
            link: LinkKey(secret.derive("urna/link/v1")),
            badge: BadgeKey(secret.derive("urna/badge/v1")),
            mark: MarkKey(secret.derive("urna/mark/v1")),
            cookie: CookieKey(secret.derive("urna/cookie/v1")),
            closed: ClosedKey(secret.derive("urna/closed/v1")),
            device: DeviceKey(secret.derive("urna/device/v1")),
            fingerprint: secret.derive("urna/fingerprint/v1"),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Wraps box keys; see [`crate::sealed_vote`].
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct WrappingKey(pub(crate) [u8; 32]);

/// Makes the tokens of personal links.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LinkKey([u8; 32]);

impl LinkKey {
    /// The token of one generation of an attendee's link: `HMAC(link key, attendee id ‖ u32be generation)`.
    #[must_use]
    pub fn token(&self, attendee: AttendeeId, generation: u32) -> LinkToken {
        LinkToken(hmac(&self.0, &[attendee.as_bytes(), &generation.to_be_bytes()]))
    }
}

/// Makes the codes on badges.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BadgeKey([u8; 32]);

impl BadgeKey {
    /// One generation of an attendee's code: its secret is the first 40 bits of
    /// `HMAC(badge key, attendee id ‖ u32be generation)`.
    #[must_use]
    pub fn code(&self, locator: u32, attendee: AttendeeId, generation: u32) -> BadgeCode {
        let mac = hmac(&self.0, &[attendee.as_bytes(), &generation.to_be_bytes()]);
        let secret = mac[..5].iter().fold(0u64, |secret, byte| (secret << 8) | u64::from(*byte));
        BadgeCode::new(locator, secret)
    }
}

/// Makes the marks of browsers in which organisers have signed in; see [`crate::device`].
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DeviceKey([u8; 32]);

impl DeviceKey {
    /// HMAC-SHA-256 of the concatenated parts.
    pub(crate) fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.0, parts)
    }

    /// Whether `mac` authenticates the parts; compared in constant time.
    pub(crate) fn verify(&self, parts: &[&[u8]], mac: &[u8; 32]) -> bool {
        self.authenticate(parts).ct_eq(mac).into()
    }
}

/// The secret in a personal link: 256 bits, 52 characters of Crockford base32, read in any case.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LinkToken([u8; 32]);

impl LinkToken {
    /// Reads a token as typed or scanned; `None` if it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crockford::decode_bytes(text).map(Self)
    }

    /// The text that goes into the link.
    #[must_use]
    pub fn reveal(&self) -> String {
        crockford::encode_bytes(&self.0)
    }

    /// The SHA-256 by which the token is looked up; the token itself is never stored.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// The secret of a session: 32 random bytes, base64url without padding. Only its SHA-256 is stored.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

impl Token {
    /// Takes 32 bytes from a good source of randomness.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a token as sent; `None` if it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text given to its holder.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The SHA-256 by which the session is looked up.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_purpose_and_secret() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let other = Keys::derive(&MasterSecret::new([2; 32]));
        assert_ne!(keys.fingerprint, other.fingerprint);
        assert_ne!(keys.wrapping.0, keys.link.0);
        assert_ne!(keys.signing.to_bytes(), keys.wrapping.0);
        assert_eq!(MasterSecret::from_slice(&[0; 31]).err(), Some(InvalidSecret(31)));
    }

    #[test]
    fn a_badge_code_depends_on_person_and_generation() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let anna = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let code = keys.badge.code(7, anna, 1);
        assert_eq!(code.locator(), 7);
        assert_eq!(code, keys.badge.code(7, anna, 1));
        assert_ne!(code, keys.badge.code(7, anna, 2));
        assert_ne!(code, Keys::derive(&MasterSecret::new([2; 32])).badge.code(7, anna, 1));
        let other = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
        assert_ne!(code, keys.badge.code(7, other, 1));
    }

    #[test]
    fn a_link_is_the_same_until_its_generation_changes() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let anna = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let token = keys.link.token(anna, 1);
        assert_eq!(token, keys.link.token(anna, 1));
        assert_ne!(token, keys.link.token(anna, 2));
        assert_eq!(LinkToken::parse(&token.reveal().to_lowercase()), Some(token));
        assert_eq!(LinkToken::parse("nonsense"), None);
    }
}
