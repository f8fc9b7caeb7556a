//! Rate limits: by account where that cannot lock anyone out, else by network, with a ceiling far above the needs
//! of a whole hall behind one address.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota};

use urna_core::{DeviceMark, Email};

use crate::failure::Refusal;
use crate::passwords::Lane;

/// Attempts at one organiser's password from one place (a browser in which they have signed in before; else a
/// network): ten at once, then one every thirty seconds.
const SIGN_IN_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
const SIGN_IN_PERIOD: Duration = Duration::from_secs(30);

/// Attempts at one organiser's password from everywhere except such browsers, for guessers with many networks (a
/// botnet, a large share of IPv6). One network alone never gets this far: its own limit is lower.
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::new(50).expect("fifty are not zero");
const ACCOUNT_PERIOD: Duration = Duration::from_secs(10);

/// Attempts at the passwords of any organisers, existing or not, from one network: each costs fifty milliseconds of
/// a thread. The organisers of a conference behind one address stay far below it.
const NETWORK_BURST: NonZeroU32 = NonZeroU32::new(100).expect("a hundred are not zero");
const NETWORK_PERIOD: Duration = Duration::from_secs(1);

/// Attempts at badge codes from one network, at one instance: three thousand at once, then fifty a second. At that
/// pace the chance of guessing one of the 2^40 secrets of a person within a year is one in seven hundred.
const BADGE_CODE_BURST: NonZeroU32 = NonZeroU32::new(3_000).expect("three thousand are not zero");
const BADGE_CODES_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("fifty are not zero");

/// Requests that cause mails (links, registrations) from one network, at one instance: fifteen hundred at once,
/// then twenty a second. Each is a commit, whether or not a mail follows.
const MAIL_BURST: NonZeroU32 = NonZeroU32::new(1_500).expect("fifteen hundred are not zero");
const MAILS_PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("twenty are not zero");

/// The network of a request: an IPv4 address, or the 64 bits of IPv6 that one subscriber has.
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
    /// Accounts and devices are stored as hashes under a key of this process: a stranger may send long addresses.
    hash: RandomState,
    sign_in_from: DefaultKeyedRateLimiter<u64>,
    sign_in_to: DefaultKeyedRateLimiter<u64>,
    sign_in_network: DefaultKeyedRateLimiter<Network>,
    badge_code: DefaultKeyedRateLimiter<Network>,
    asking_for_mail: DefaultKeyedRateLimiter<Network>,
}

impl Default for Limits {
    fn default() -> Self {
        let quota = |period, burst| Quota::with_period(period).expect("no period is zero").allow_burst(burst);
        Self {
            hash: RandomState::new(),
            sign_in_from: DefaultKeyedRateLimiter::keyed(quota(SIGN_IN_PERIOD, SIGN_IN_BURST)),
            sign_in_to: DefaultKeyedRateLimiter::keyed(quota(ACCOUNT_PERIOD, ACCOUNT_BURST)),
            sign_in_network: DefaultKeyedRateLimiter::keyed(quota(NETWORK_PERIOD, NETWORK_BURST)),
            badge_code: DefaultKeyedRateLimiter::keyed(
                Quota::per_second(BADGE_CODES_PER_SECOND).allow_burst(BADGE_CODE_BURST),
            ),
            asking_for_mail: DefaultKeyedRateLimiter::keyed(
                Quota::per_second(MAILS_PER_SECOND).allow_burst(MAIL_BURST),
            ),
        }
    }
}

/// Turns the limiter's decision into a refusal.
fn allowed<T>(decision: Result<T, NotUntil<<DefaultClock as Clock>::Instant>>) -> Result<(), Refusal> {
    let wait = |not_until: NotUntil<_>| not_until.wait_time_from(DefaultClock::default().now());
    decision
        .map(drop)
        .map_err(|not_until| Refusal::TooManyAttempts { retry_after: wait(not_until).as_secs().saturating_add(1) })
}

impl Limits {
    /// Counts an attempt to sign in as the organiser with this address, from a browser in which they have signed in
    /// before (`device`) or from anywhere else. Returns the lane in which the password waits to be checked.
    ///
    /// Nobody else's attempts count against such a browser, so that an organiser on stage is never locked out.
    pub(crate) fn try_organiser_sign_in(
        &self,
        address: &Email,
        network: Network,
        device: Option<&DeviceMark>,
    ) -> Result<Lane, Refusal> {
        if let Some(device) = device {
            allowed(self.sign_in_from.check_key(&self.hash.hash_one((address.as_str(), device.id()))))?;
            return Ok(Lane::Known);
        }
        // The network first: attempts refused there must not slow the account down for others.
        allowed(self.sign_in_network.check_key(&network))?;
        allowed(self.sign_in_from.check_key(&self.hash.hash_one((address.as_str(), network))))?;
        allowed(self.sign_in_to.check_key(&self.hash.hash_one(address.as_str())))?;
        Ok(Lane::Network(network))
    }

    /// Counts an attempt to sign in with a badge code.
    pub(crate) fn try_badge_code(&self, network: Network) -> Result<(), Refusal> {
        allowed(self.badge_code.check_key(&network))
    }

    /// Counts a request that may cause a mail.
    pub(crate) fn try_asking_for_mail(&self, network: Network) -> Result<(), Refusal> {
        allowed(self.asking_for_mail.check_key(&network))
    }

    /// Forgets places without recent attempts.
    pub(crate) fn forget_idle(&self) {
        self.sign_in_from.retain_recent();
        self.sign_in_to.retain_recent();
        self.sign_in_network.retain_recent();
        self.badge_code.retain_recent();
        self.asking_for_mail.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use urna_core::Timestamp;
    use urna_core::keys::{Keys, MasterSecret};

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
        assert!((0..1_200).all(|_| limits.try_asking_for_mail(hall).is_ok()));
        let refused = (0..10_000).find_map(|_| limits.try_asking_for_mail(hall).err());
        assert_eq!(refused, Some(Refusal::TooManyAttempts { retry_after: 1 }));
    }

    #[test]
    fn a_stranger_slows_down_himself_and_new_browsers_and_no_browser_that_is_known() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let chair = Email::parse("chair@example.org").unwrap();
        let device = |id| keys.device.mark(&chair, [id; 16], Timestamp::from_micros(0).unwrap());
        let limits = Limits::default();
        let from = |number: u8, device: Option<&DeviceMark>| {
            limits.try_organiser_sign_in(&chair, Network::of([192, 0, 2, number].into()), device)
        };
        let taken = (0..1_000).filter(|_| from(1, None).is_ok()).count();
        assert!((10..13).contains(&taken), "{taken}");
        assert!(from(2, None).is_ok(), "one network does not slow the account down elsewhere");
        assert!((3..=200).any(|number| from(number, None).is_err()), "many do");
        assert_eq!(from(1, Some(&device(1))), Ok(Lane::Known), "even behind the stranger's own address");
        let taken = (0..1_000).filter(|_| from(1, Some(&device(1))).is_ok()).count();
        assert!((9..12).contains(&taken), "a browser that guesses is held up itself: {taken}");
        assert_eq!(from(1, Some(&device(2))), Ok(Lane::Known));
    }

    #[test]
    fn invented_addresses_are_held_up_by_their_network() {
        let limits = Limits::default();
        let address = |number: u32| Email::parse(&format!("x{number}@example.org")).unwrap();
        let from = |number, network: u8| {
            limits.try_organiser_sign_in(&address(number), Network::of([192, 0, 2, network].into()), None)
        };
        let taken = (0..1_000).filter(|number| from(*number, 1).is_ok()).count();
        assert!((100..110).contains(&taken), "{taken}");
        assert!(from(1_000, 2).is_ok());
    }
}
