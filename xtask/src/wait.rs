//! Waiting for something outside, never without an end.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(200);

/// Looks until it is so, and fails if that takes too long. An error of the look is the end of the wait.
pub(crate) fn until(what: &str, limit: Duration, mut is_so: impl FnMut() -> Result<bool>) -> Result<Duration> {
    let begin = Instant::now();
    while !is_so()? {
        if begin.elapsed() > limit {
            bail!("after {} s still not so: {what}", limit.as_secs());
        }
        thread::sleep(PAUSE);
    }
    Ok(begin.elapsed())
}

/// Whether an address answers 200.
pub(crate) fn is_ok(url: &str) -> bool {
    let config = ureq::Agent::config_builder().proxy(None).timeout_global(Some(Duration::from_secs(5))).build();
    ureq::Agent::from(config).get(url).call().is_ok_and(|answer| answer.status() == 200)
}
