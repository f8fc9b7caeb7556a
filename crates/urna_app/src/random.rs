//! The one place that makes random bytes and ids.

use urna_core::Timestamp;
use uuid::{Builder, Uuid};

/// Bytes from the operating system's generator.
///
/// # Panics
/// Where the operating system has no randomness to give: no secret can be made then, and no vote be kept.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the home of randomness")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A UUID version 7 for an ordinary thing. Nothing of a vote has one: it tells the time.
#[must_use]
pub fn id(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}
