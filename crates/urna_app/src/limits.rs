//! Who tries too often: always by what they try to get into, never by where they come from, since a whole hall is one
//! address.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::failure::Refusal;

/// Tries at one organiser's password: ten at once, then one every thirty seconds.
const SIGN_IN_BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
const SIGN_IN_PERIOD: Duration = Duration::from_secs(30);

/// The limits of one instance.
#[derive(Debug)]
pub(crate) struct Limits {
    organiser_sign_in: DefaultKeyedRateLimiter<String>,
}

impl Default for Limits {
    fn default() -> Self {
        let quota = Quota::with_period(SIGN_IN_PERIOD).expect("thirty seconds are not zero").allow_burst(SIGN_IN_BURST);
        Self { organiser_sign_in: DefaultKeyedRateLimiter::keyed(quota) }
    }
}

impl Limits {
    /// Counts a try to sign in with this address.
    pub(crate) fn try_organiser_sign_in(&self, address: &str) -> Result<(), Refusal> {
        self.organiser_sign_in.check_key(&address.to_owned()).map_err(|not_until| Refusal::TooManyAttempts {
            retry_after: not_until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1),
        })
    }

    /// Forgets those who have not tried for long.
    pub(crate) fn forget_idle(&self) {
        self.organiser_sign_in.retain_recent();
    }
}
