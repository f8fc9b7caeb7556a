//! "Close in ten seconds", "keep open", "two minutes more".

use serde_json::json;
use urna_core::cast::CastRefused;
use urna_core::life_cycle::HistoryEvent;
use urna_core::{BallotId, StateName, Timestamp};
use urna_store::ballots as store;

use super::load_for_change;
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal};

/// The wanted closing time of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosingTime {
    /// At this moment.
    At(Timestamp),
    /// This many seconds after the request is decided.
    InSeconds(u32),
    /// No time: somebody closes it.
    Never,
}

impl App {
    /// Sets, moves or removes the closing time of a ballot that is not over. Returns the new one.
    ///
    /// # Errors
    /// [`Refusal::Cast`] with `Closed` or `Cancelled` once the ballot is over, which it is from the closing time
    /// on; [`Refusal::Invalid`] for a time that has passed.
    pub async fn set_closing_time(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        wanted: ClosingTime,
    ) -> Result<Option<Timestamp>, Failure> {
        self.follow_clock().await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let state = found.ballot.state_at(lock.now);
        match state {
            StateName::Draft | StateName::Ready | StateName::Open | StateName::Paused => {}
            StateName::Closed | StateName::Published => return Err(CastRefused::Closed.into()),
            StateName::Cancelled => return Err(CastRefused::Cancelled.into()),
        }
        let closes_at = match wanted {
            ClosingTime::At(at) => Some(at),
            ClosingTime::InSeconds(seconds) => Some(lock.now.plus_seconds(i64::from(seconds))),
            ClosingTime::Never => None,
        };
        let opens_at = found.ballot.schedule.opens_at.filter(|_| !state.is_running());
        if closes_at.is_some_and(|at| at < lock.now || opens_at.is_some_and(|opens_at| at <= opens_at)) {
            let detail = "a ballot closes after it opens, and not before now";
            return Err(Refusal::invalid("/closes_at", "too-early", detail).into());
        }
        store::set_closing_time(&mut tx, &lock, closes_at).await?;
        if state.is_running() {
            store::insert_history(&mut tx, &lock, &HistoryEvent::ClosingTime { closes_at }).await?;
        }
        let entry = AuditEntry::new(lock.now, by.actor(), "ballot.closing_time_set").ballot(&found.ballot);
        entry.details(json!({ "closes_at": closes_at })).record(&mut tx).await?;
        tx.commit().await?;
        Ok(closes_at)
    }
}
