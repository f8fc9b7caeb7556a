//! The mark in a browser in which an organiser has signed in. It tells such a browser from a stranger's; nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::email::Email;
use crate::keys::DeviceKey;
use crate::time::Timestamp;

/// Days for which a mark is valid: the longest that browsers keep a cookie.
pub const DAYS: u32 = 400;

/// Proof that one organiser has signed in with one browser: a random number, the day, and an authenticator over
/// both and the organiser's address. It signs nobody in. Without the key it does not tell which organiser it
/// belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceMark {
    id: [u8; 16],
    day: u32,
    mac: [u8; 32],
}

/// Days since 1970; 0 for earlier times.
fn day(at: Timestamp) -> u32 {
    u32::try_from(at.as_micros() / 86_400_000_000).unwrap_or(0)
}

impl DeviceMark {
    /// Reads a mark as sent by a browser; `None` if it cannot be one. [`DeviceKey::knows`] tells whether it is genuine.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 52] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (id, rest) = bytes.split_first_chunk()?;
        let (day, mac) = rest.split_first_chunk()?;
        Some(Self { id: *id, day: u32::from_be_bytes(*day), mac: mac.try_into().ok()? })
    }

    /// The text that the browser keeps: 70 characters of base64url.
    #[must_use]
    pub fn reveal(&self) -> String {
        let bytes: Vec<u8> = [self.id.as_slice(), &self.day.to_be_bytes(), &self.mac].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The random number, which tells one browser from another.
    #[must_use]
    pub const fn id(&self) -> &[u8; 16] {
        &self.id
    }
}

impl DeviceKey {
    /// The mark for a browser in which this organiser has signed in; `id` is random, and stays when the mark is
    /// renewed.
    #[must_use]
    pub fn mark(&self, organiser: &Email, id: [u8; 16], now: Timestamp) -> DeviceMark {
        let day = day(now);
        DeviceMark { id, day, mac: self.authenticate(&[&id, &day.to_be_bytes(), organiser.as_str().as_bytes()]) }
    }

    /// Whether this service made the mark for this organiser, within the last [`DAYS`] days.
    #[must_use]
    pub fn knows(&self, mark: &DeviceMark, organiser: &Email, now: Timestamp) -> bool {
        let parts = [mark.id.as_slice(), &mark.day.to_be_bytes(), organiser.as_str().as_bytes()];
        self.verify(&parts, &mark.mac) && day(now).saturating_sub(mark.day) <= DAYS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, MasterSecret};

    #[test]
    fn a_mark_counts_for_its_organiser_from_this_service_for_four_hundred_days() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let [anna, ben] = ["anna@example.org", "ben@example.org"].map(|text| Email::parse(text).unwrap());
        let now: Timestamp = "2026-11-25T18:30:00Z".parse().unwrap();
        let mark = keys.device.mark(&anna, [7; 16], now);
        assert_eq!(DeviceMark::parse(&mark.reveal()), Some(mark.clone()));
        assert!(keys.device.knows(&mark, &anna, now));
        assert!(!keys.device.knows(&mark, &ben, now), "bound to the account");
        assert!(!Keys::derive(&MasterSecret::new([2; 32])).device.knows(&mark, &anna, now));
        let days = |days: i64| now.plus_seconds(days * 86_400);
        assert!(keys.device.knows(&mark, &anna, days(400)));
        assert!(!keys.device.knows(&mark, &anna, days(401)));
        assert!(keys.device.knows(&mark, &anna, days(-1)), "the clock was put right");
        for changed in [
            DeviceMark { id: [8; 16], ..mark.clone() },
            DeviceMark { day: mark.day + 1, ..mark.clone() },
            DeviceMark { mac: [0; 32], ..mark },
        ] {
            assert!(!keys.device.knows(&changed, &anna, now), "{changed:?}");
        }
        for nonsense in ["", "AAAA", "%", &"A".repeat(71)] {
            assert_eq!(DeviceMark::parse(nonsense), None, "{nonsense}");
        }
    }
}
