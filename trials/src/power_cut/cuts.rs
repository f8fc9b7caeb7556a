//! Cuts at many points of a trace, each of which keeps some of the unsynced data.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::{fs, thread};

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;
use urna_core::TrackerHash;

use super::disk::{Disk, Image, Survival};
use super::folder::Folder;
use super::recover::{Oracle, Verdict};
use super::trace::Event;
use crate::chance::Chance;

/// A power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) number: u32,
    /// The number of events before it.
    pub(super) after: usize,
    pub(super) survival: Survival,
}

/// The outcome of a cut.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) cut: Cut,
    /// The files after the cut.
    pub(super) image: Image,
    /// The number of acknowledged votes.
    pub(super) acknowledged: usize,
    pub(super) verdict: Verdict,
}

/// Cuts at random points of a stretch of the trace, in the order of these points.
pub(super) fn plan(seed: u64, count: u32, stretch: Range<usize>) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = (1..=count)
        .map(|number| {
            let mut chance = Chance::new(&[seed, u64::from(number)]);
            // After an event: at least the first of the stretch has happened.
            let after = stretch.start + 1 + chance.below(stretch.len());
            Cut { number, after, survival: survival(number, &mut chance) }
        })
        .collect();
    cuts.sort_by_key(|cut| (cut.after, cut.number));
    cuts
}

/// Every fourth cut loses all it can, every sixteenth nothing; the others are in between.
fn survival(number: u32, chance: &mut Chance) -> Survival {
    match number % 16 {
        0 | 4 | 8 | 12 => Survival::Nothing,
        1 => Survival::Everything,
        _ => Survival::Some { whole: chance.below(101), torn: chance.below(101) },
    }
}

/// A trace to cut, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replay<'a> {
    pub(super) seed: u64,
    /// The files before the trace.
    pub(super) before: &'a Image,
    pub(super) events: &'a [Event],
    pub(super) oracle: &'a Arc<Oracle>,
    /// The trackers, in the order of their acknowledgement.
    pub(super) order: &'a Arc<Vec<TrackerHash>>,
    /// The folder in which SQLite opens the remains.
    pub(super) memory: &'a Folder,
}

impl Replay<'_> {
    /// Makes the planned cuts and hands each outcome to `take`, not quite in order.
    pub(super) async fn cut(&self, plan: &[Cut], mut take: impl FnMut(Outcome) -> Result<()>) -> Result<()> {
        let at_once = thread::available_parallelism().map_or(2, usize::from);
        let mut disk = Disk::new(self.before);
        let (mut happened, mut acknowledged) = (0, 0);
        let mut checks = JoinSet::new();
        for cut in plan.iter().copied() {
            for event in &self.events[happened..cut.after] {
                disk.apply(&event.what);
                acknowledged += usize::from(event.what.acknowledged().is_some());
            }
            happened = cut.after;
            let image = disk.image(cut.survival, &mut Chance::new(&[self.seed, u64::from(cut.number), 1]));
            if checks.len() >= at_once
                && let Some(outcome) = checks.join_next().await
            {
                take(outcome.context("a check came to no end")??)?;
            }
            let (oracle, order, folder) = (Arc::clone(self.oracle), Arc::clone(self.order), self.memory.further()?);
            checks.spawn(async move {
                save(&image, folder.path())?;
                let verdict = oracle.check(folder.path(), &order[..acknowledged]).await;
                anyhow::Ok(Outcome { cut, image, acknowledged, verdict })
            });
        }
        while let Some(outcome) = checks.join_next().await {
            take(outcome.context("a check came to no end")??)?;
        }
        Ok(())
    }
}

/// Writes the files into an existing folder.
pub(super) fn save(image: &Image, folder: &Path) -> Result<()> {
    for (name, content) in image {
        fs::write(folder.join(name), content).with_context(|| format!("{name} cannot be written"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_the_same_for_the_same_seed_and_lie_in_their_stretch() {
        let cuts = plan(1, 200, 10..20);
        assert_eq!(cuts, plan(1, 200, 10..20));
        assert_ne!(cuts, plan(2, 200, 10..20));
        assert!(cuts.iter().all(|cut| (11..=20).contains(&cut.after)));
        assert!(cuts.is_sorted_by_key(|cut| cut.after));
        let lost = cuts.iter().filter(|cut| cut.survival == Survival::Nothing).count();
        assert_eq!(lost, 50);
        // A cut's plan depends on its number only, not on the total.
        let fewer = plan(1, 20, 10..20);
        assert!(fewer.iter().all(|cut| cuts.contains(cut)));
    }
}
