//! Plants a fault, to prove that the test finds it.

use super::trace::{Change, Event, Synced, What};

/// Removes from a trace the syncs that SQLite would leave out with `synchronous = normal`: those of the log at a
/// commit. Keeps the syncs of a new log header, of a checkpoint, and of all other files. `log` tells whether a file is
/// a log.
///
/// A connection has one thread, so the thread's operations before and after a sync show its purpose: a header, at the
/// very beginning of the log, is written before it; a checkpoint goes on with writes into the database.
pub(super) fn synchronous_normal(events: Vec<Event>, log: impl Fn(usize) -> bool) -> Vec<Event> {
    let commits: Vec<usize> = (0..events.len())
        .filter_map(|place| match events[place].what {
            What::Sync { number, of: Synced::File(file) } if log(file) => {
                (!is_for_head(&events, place) && !is_for_checkpoint(&events, place, file)).then_some(number)
            }
            _ => None,
        })
        .collect();
    let is_of_commit = |event: &Event| match event.what {
        What::Sync { number, .. } | What::SyncDone { number } => commits.binary_search(&number).is_ok(),
        _ => false,
    };
    events.into_iter().filter(|event| !is_of_commit(event)).collect()
}

fn is_for_head(events: &[Event], place: usize) -> bool {
    let thread = events[place].thread;
    let before = events[..place].iter().rev().filter(|event| event.thread == thread);
    let mut changes = before.filter(|event| !matches!(event.what, What::Changed { .. }));
    matches!(changes.next(), Some(Event { what: What::Change { change: Change::Write { at: 0, .. }, .. }, .. }))
}

fn is_for_checkpoint(events: &[Event], place: usize, log: usize) -> bool {
    let thread = events[place].thread;
    let after = events[place + 1..].iter().filter(|event| event.thread == thread);
    // A connection that syncs the log for the first time also syncs the folder.
    let mut next =
        after.filter(|event| !matches!(event.what, What::SyncDone { .. } | What::Sync { of: Synced::Folder, .. }));
    matches!(next.next(), Some(Event { what: What::Change { file, .. }, .. }) if *file != log)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: usize = 0;
    const LOG: usize = 1;

    fn event(what: What) -> Event {
        Event { thread: 7, what }
    }

    fn write(number: usize, file: usize, at: usize) -> [Event; 2] {
        let change = Change::Write { at, bytes: vec![1] };
        [event(What::Change { number, file, change }), event(What::Changed { number })]
    }

    fn sync(number: usize, file: usize) -> [Event; 2] {
        [event(What::Sync { number, of: Synced::File(file) }), event(What::SyncDone { number })]
    }

    #[test]
    fn only_the_syncs_of_commits_are_taken_out() {
        let head = [write(1, LOG, 0), sync(2, LOG)].concat();
        let commit = [write(3, LOG, 32), write(4, LOG, 56), sync(5, LOG)].concat();
        let folder = [What::Sync { number: 9, of: Synced::Folder }, What::SyncDone { number: 9 }].map(event);
        let checkpoint = [sync(6, LOG), folder, write(7, DATABASE, 0), sync(8, DATABASE)].concat();
        let events = [head.clone(), commit, checkpoint.clone()].concat();
        let without = [head, write(3, LOG, 32).to_vec(), write(4, LOG, 56).to_vec(), checkpoint].concat();
        assert_eq!(synchronous_normal(events, |file| file == LOG), without);
    }
}
