//! Points in time, to the microsecond: what PostgreSQL keeps, SQLite keeps, and the API shows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Microseconds since 1970-01-01T00:00:00Z. Shown as RFC 3339 in UTC with `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// The text or number is not a point in time that Urna can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time in the form 2026-11-22T18:30:00Z")]
pub struct InvalidTime;

impl Timestamp {
    /// Reads microseconds since the epoch, as databases store them.
    pub fn from_micros(micros: i64) -> Result<Self, InvalidTime> {
        jiff::Timestamp::from_microsecond(micros).map(Self).map_err(|_| InvalidTime)
    }

    /// Rounds down to the microsecond.
    #[must_use]
    pub fn from_jiff(at: jiff::Timestamp) -> Self {
        Self(jiff::Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// This time, `seconds` later (or earlier); the ends of the calendar are never passed.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(self.0))
    }

    /// Whole seconds from `earlier` until this time, rounded up, never below zero.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> u64 {
        let micros = self.as_micros().saturating_sub(earlier.as_micros());
        u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000)
    }

    /// As the `jiff` type, for calendars and zones.
    #[must_use]
    pub fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse().map(Self::from_jiff).map_err(|_| InvalidTime)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_utc_and_keep_microseconds() {
        let at: Timestamp = "2026-11-22T19:30:00.1234567+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-22T18:30:00.123456Z");
        assert_eq!(Timestamp::from_micros(at.as_micros()), Ok(at));
        assert!("2026-11-22".parse::<Timestamp>().is_err());
        assert!(Timestamp::from_micros(i64::MAX).is_err());
    }

    #[test]
    fn seconds_are_rounded_up() {
        let at = Timestamp::from_micros(0).unwrap();
        assert_eq!(Timestamp::from_micros(1).unwrap().seconds_since(at), 1);
        assert_eq!(at.seconds_since(at.plus_seconds(5)), 0);
    }
}
