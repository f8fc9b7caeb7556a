//! Ballots open and close by themselves.

use urna_core::Timestamp;
use urna_store::ballots::{find_next_due, list_due};

use crate::app::App;
use crate::failure::Failure;

impl App {
    /// Does what is due, on any number of instances at once: the lock and the state make each step happen once.
    /// Answers with the time at which the next thing is due, if any is known.
    pub async fn run_schedule(&self) -> Result<Option<Timestamp>, Failure> {
        let mut tx = self.read().await?;
        let due = list_due(&mut tx, self.clock.deciding()).await?;
        drop(tx);
        for ballot in due {
            match self.settle_ballot(ballot).await {
                Ok(true) => tracing::info!(%ballot, "a scheduled opening or close was carried out"),
                Ok(false) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        let mut tx = self.read().await?;
        Ok(find_next_due(&mut tx, self.clock.deciding()).await?)
    }
}
