//! Who tries too often: by what they try to get into where that locks nobody out, by where they come from only with a
//! ceiling far above what a whole hall behind one address needs.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota};

use crate::failure::Refusal;

/// Tries at one organiser's password: ten at once, then one every thirty seconds.
const SIGN_IN_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
const SIGN_IN_PERIOD: Duration = Duration::from_secs(30);

/// Tries at badge codes from one network, at one instance: three thousand at once, then fifty a second. At that pace a guesser hits one of
/// the 2^40 secrets of a person within a year with a chance of one in seven hundred.
const BADGE_CODE_BURST: NonZeroU32 = NonZeroU32::new(3_000).expect("three thousand are not zero");
const BADGE_CODES_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("fifty are not zero");

/// Where a request comes from: an address of IPv4, or the 64 bits of IPv6 that one subscriber has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
    }
}

/// The limits of one instance.
#[derive(Debug)]
pub(crate) struct Limits {
    organiser_sign_in: DefaultKeyedRateLimiter<String>,
    badge_code: DefaultKeyedRateLimiter<Network>,
}

impl Default for Limits {
    fn default() -> Self {
        let quota = Quota::with_period(SIGN_IN_PERIOD).expect("thirty seconds are not zero").allow_burst(SIGN_IN_BURST);
        Self {
            organiser_sign_in: DefaultKeyedRateLimiter::keyed(quota),
            badge_code: DefaultKeyedRateLimiter::keyed(
                Quota::per_second(BADGE_CODES_PER_SECOND).allow_burst(BADGE_CODE_BURST),
            ),
        }
    }
}

/// The limiter's word as a refusal.
fn allowed<T>(decision: Result<T, NotUntil<<DefaultClock as Clock>::Instant>>) -> Result<(), Refusal> {
    let wait = |not_until: NotUntil<_>| not_until.wait_time_from(DefaultClock::default().now());
    decision
        .map(drop)
        .map_err(|not_until| Refusal::TooManyAttempts { retry_after: wait(not_until).as_secs().saturating_add(1) })
}

impl Limits {
    /// Counts a try to sign in with this address.
    pub(crate) fn try_organiser_sign_in(&self, address: &str) -> Result<(), Refusal> {
        allowed(self.organiser_sign_in.check_key(&address.to_owned()))
    }

    /// Counts a try to sign in with a badge code.
    pub(crate) fn try_badge_code(&self, network: Network) -> Result<(), Refusal> {
        allowed(self.badge_code.check_key(&network))
    }

    /// Forgets those who have not tried for long.
    pub(crate) fn forget_idle(&self) {
        self.organiser_sign_in.retain_recent();
        self.badge_code.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_address_or_a_subscribers_share_of_ipv6() {
        let network = |address: &str| Network::of(address.parse().unwrap());
        assert_eq!(network("192.0.2.7"), network("::ffff:192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn a_guesser_waits_and_a_hall_does_not() {
        let limits = Limits::default();
        let hall = Network::of("192.0.2.7".parse().unwrap());
        assert!((0..2_500).all(|_| limits.try_badge_code(hall).is_ok()));
        let refused = (0..10_000).find_map(|_| limits.try_badge_code(hall).err());
        assert_eq!(refused, Some(Refusal::TooManyAttempts { retry_after: 1 }));
        assert_eq!(limits.try_badge_code(Network::of("192.0.2.8".parse().unwrap())), Ok(()));
    }
}
