//! Answers that come at even times, so that how long the work took is not told.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Far longer than the work takes, and nothing that a person notices.
const STEP: Duration = Duration::from_millis(25);

/// Does the work, and answers at the end of the step of 25 ms in which it ended.
///
/// It stands before what must not be told from its absence by a clock. The work itself should cost the same either way,
/// or a busy service would still tell: what takes longer ends more often in a later step.
pub(crate) async fn at_even_time<T>(work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    let steps = begun.elapsed().as_micros() / STEP.as_micros() + 1;
    sleep_until(begun + STEP * u32::try_from(steps).unwrap_or(u32::MAX)).await;
    done
}
