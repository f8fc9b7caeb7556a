//! The only source of random bytes and ids.

use urna_core::Timestamp;
use uuid::{Builder, Uuid};

/// Bytes from the operating system's generator.
///
/// # Panics
/// If the operating system has no randomness to give: without it, no secret can be made and no vote kept.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the home of randomness")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A UUID version 7, for anything that is not part of a vote: it contains the time.
#[must_use]
pub fn id(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}
