//! Opens and closes ballots at their scheduled times.

use urna_core::Timestamp;
use urna_store::ballots::{find_next_due, list_due};

use crate::app::App;
use crate::failure::Failure;

impl App {
    /// Takes the steps that are due, on any number of instances at once: the lock and the state make each step
    /// happen once. Returns the time at which the next step is due, if any is known.
    pub async fn run_schedule(&self) -> Result<Option<Timestamp>, Failure> {
        let mut tx = self.read().await?;
        let now = self.clock.deciding();
        let due = list_due(&mut tx, now).await?;
        drop(tx);
        for ballot in due {
            match self.settle_ballot(ballot).await {
                Ok(true) => tracing::info!(%ballot, "a scheduled opening or close was carried out"),
                Ok(false) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        self.clock.catch_up(now);
        let mut tx = self.read().await?;
        Ok(find_next_due(&mut tx, self.clock.deciding()).await?)
    }

    /// Follows a clock that was put back; needed before setting a time relative to now.
    pub(super) async fn follow_clock(&self) -> Result<(), Failure> {
        if self.clock.is_behind() {
            self.run_schedule().await?;
        }
        Ok(())
    }
}
