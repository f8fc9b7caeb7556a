//! Waits for external conditions, with a time limit.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Polls until the condition holds, and fails if that takes too long. An error of the look ends the wait.
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
