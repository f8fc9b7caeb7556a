//! Keeps a list of the ballots that are over, outside the database.

use std::time::{Duration, Instant};

use urna_store::ballots::list_states;
use urna_store::changes::ChangeMark;

use crate::app::App;
use crate::closed_list::ClosedList;
use crate::failure::Failure;

/// How often all ballots are read even though no change was announced: somebody may have changed one directly in
/// the database.
const FLOOR: Duration = Duration::from_secs(5);

/// The last check.
#[derive(Debug, Default)]
pub struct Looked {
    at: Option<(Instant, Option<ChangeMark>)>,
}

impl App {
    /// The list of closed ballots.
    #[must_use]
    pub const fn closed(&self) -> &ClosedList {
        &self.closed
    }

    /// Puts every ballot that is closed, published or cancelled on the list and saves it to the file; also reads
    /// lines that other processes wrote. If the file cannot be written, [`ClosedList::trouble`] says so.
    pub async fn learn_closed(&self) -> Result<(), Failure> {
        let known = self.closed.known();
        let mut tx = self.read().await?;
        let states = list_states(&mut tx).await?;
        drop(tx);
        self.closed.compare(&known, &states);
        self.closed.save().await;
        Ok(())
    }

    /// The same for an instance about to serve: makes sure that its file exists from the beginning.
    pub async fn prepare_closed(&self) -> Result<(), Failure> {
        self.learn_closed().await?;
        if self.closed.trouble().is_none() {
            self.closed.make().await;
        }
        Ok(())
    }

    /// [`App::learn_closed`] if a ballot may have changed since the last time, on any instance; meant to be called
    /// a few times a second.
    pub async fn hear_of_closes(&self, looked: &mut Looked) -> Result<(), Failure> {
        let is_same = looked.at.is_some_and(|(at, mark)| {
            at.elapsed() < FLOOR && mark.is_some_and(|mark| self.changes().is_public_as_of(mark))
        });
        if is_same {
            self.closed.save().await;
            return Ok(());
        }
        let now = (Instant::now(), self.changes().mark());
        self.learn_closed().await?;
        looked.at = Some(now);
        Ok(())
    }
}
