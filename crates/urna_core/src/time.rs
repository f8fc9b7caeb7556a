//! Points in time, to the microsecond: the precision of PostgreSQL, SQLite and the API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whole microseconds since 1970-01-01T00:00:00Z. Shown as RFC 3339 in UTC with `Z`, from the year 0000 (RFC 3339
/// has none earlier) to the last whole second that `jiff` holds, 9999-12-30T22:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// 0000-01-01T00:00:00Z in microseconds.
const FIRST: i64 = -62_167_219_200_000_000;
/// 9999-12-30T22:00:00Z in microseconds.
const LAST: i64 = 253_402_207_200_000_000;

/// The text or number is not a point in time that Urna can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time in the form 2026-11-22T18:30:00Z")]
pub struct InvalidTime;

impl Timestamp {
    /// Reads microseconds since the epoch, as databases store them.
    pub fn from_micros(micros: i64) -> Result<Self, InvalidTime> {
        if !(FIRST..=LAST).contains(&micros) {
            return Err(InvalidTime);
        }
        jiff::Timestamp::from_microsecond(micros).map(Self).map_err(|_| InvalidTime)
    }

    /// Rounds down to the microsecond; clamped to the ends of the calendar.
    #[must_use]
    pub fn from_jiff(at: jiff::Timestamp) -> Self {
        let micros = at.as_nanosecond().div_euclid(1_000).clamp(FIRST.into(), LAST.into());
        Self::within(i64::try_from(micros).expect("clamped to 64 bits"))
    }

    /// The nearest time within the calendar.
    fn within(micros: i64) -> Self {
        Self::from_micros(micros.clamp(FIRST, LAST)).expect("the ends of the calendar are times that jiff holds")
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// This time, `seconds` later (or earlier if negative); clamped to the ends of the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::within(self.as_micros().saturating_add(seconds.saturating_mul(1_000_000)))
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

    /// RFC 3339 with any offset (and the other forms of ISO 8601 that `jiff` reads), rounded down to the
    /// microsecond; an error if it lies outside the calendar.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let at: jiff::Timestamp = text.parse().map_err(|_| InvalidTime)?;
        let micros = at.as_nanosecond().div_euclid(1_000);
        i64::try_from(micros).map_err(|_| InvalidTime).and_then(Self::from_micros)
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
    fn what_one_side_takes_the_other_takes() {
        let (first, last) = (Timestamp::from_micros(FIRST).unwrap(), Timestamp::from_micros(LAST).unwrap());
        assert_eq!(
            (first.to_string().as_str(), last.to_string().as_str()),
            ("0000-01-01T00:00:00Z", "9999-12-30T22:00:00Z")
        );
        assert_eq!((first.plus_seconds(-1), last.plus_seconds(i64::MAX)), (first, last));
        assert_eq!(
            (Timestamp::from_jiff(jiff::Timestamp::MIN), Timestamp::from_jiff(jiff::Timestamp::MAX)),
            (first, last)
        );
        for outside in ["-000001-12-31T23:59:59Z", "9999-12-30T22:00:00.5Z"] {
            assert!(outside.parse::<Timestamp>().is_err(), "{outside}");
        }
        let before_the_epoch = jiff::Timestamp::from_nanosecond(-1).unwrap();
        assert_eq!(Timestamp::from_jiff(before_the_epoch).as_micros(), -1, "down, not towards zero");
    }

    #[test]
    fn seconds_are_rounded_up() {
        let at = Timestamp::from_micros(0).unwrap();
        assert_eq!(Timestamp::from_micros(1).unwrap().seconds_since(at), 1);
        assert_eq!(at.seconds_since(at.plus_seconds(5)), 0);
    }
}
