//! An instance hears which ballots are over, and keeps them on a list outside the database.

use std::time::{Duration, Instant};

use urna_store::ballots::list_states;
use urna_store::changes::Mark;

use crate::app::App;
use crate::closed_list::ClosedList;
use crate::failure::Failure;

/// How often all ballots are looked at although nobody has said that one has changed: somebody may have changed it behind
/// the service's back.
const FLOOR: Duration = Duration::from_secs(5);

/// What was looked at last.
#[derive(Debug, Default)]
pub struct Looked {
    at: Option<(Instant, Option<Mark>)>,
}

impl App {
    /// The list of closed ballots.
    #[must_use]
    pub const fn closed(&self) -> &ClosedList {
        &self.closed
    }

    /// Puts every ballot that is closed, published or cancelled on the list, and makes its file have them; takes in what
    /// other processes wrote into that. A file that cannot be written is said by [`ClosedList::trouble`].
    pub async fn learn_closed(&self) -> Result<(), Failure> {
        let mut tx = self.read().await?;
        let states = list_states(&mut tx).await?;
        drop(tx);
        self.closed.compare(&states);
        self.closed.save().await;
        Ok(())
    }

    /// The same for an instance that is to serve, which has its file from the beginning.
    pub async fn prepare_closed(&self) -> Result<(), Failure> {
        self.learn_closed().await?;
        if self.closed.trouble().is_none() {
            self.closed.make().await;
        }
        Ok(())
    }

    /// [`App::learn_closed`] where a ballot may have changed since the last time, here or elsewhere; worth doing a few
    /// times a second.
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
