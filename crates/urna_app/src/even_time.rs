//! Responses at even times: their timing reveals nothing about the work behind.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Far longer than the work takes, but too short for a person to notice.
const STEP: Duration = Duration::from_millis(25);

/// Does the work, and returns at the end of the current step of 25 ms.
///
/// This hides whether a person is known. The work must still cost the same either way: on a busy service the longer
/// of two kinds of work would end in a later step more often.
pub(crate) async fn at_even_time<T>(work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    let steps = begun.elapsed().as_micros() / STEP.as_micros() + 1;
    sleep_until(begun + STEP * u32::try_from(steps).unwrap_or(u32::MAX)).await;
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_waits_for_the_end_of_its_step() {
        let begun = Instant::now();
        assert_eq!(at_even_time(async { 7 }).await, 7);
        assert!(begun.elapsed() >= STEP);
    }

    #[tokio::test]
    async fn work_that_takes_longer_is_answered_at_the_end_of_a_later_step() {
        let begun = Instant::now();
        at_even_time(sleep_until(begun + STEP)).await;
        assert!(begun.elapsed() >= 2 * STEP);
    }
}
