use urna_core::Tracker;

use super::*;
use crate::journal::Journal;

const OK: Outcome = Outcome::Ok { status: 201 };
const AGAIN: Outcome = Outcome::Ok { status: 200 };

fn fail(code: &str) -> Outcome {
    Outcome::Fail { status: 410, code: code.to_owned() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { status: 0, code: "lost".to_owned() }
}

fn tracker(number: u8) -> Tracker {
    Tracker::new([number; 32])
}

fn entry(voter: u8, invoked: u128, ended: Option<Outcome>) -> Entry {
    let ended = ended.map(|outcome| (outcome, invoked + 5));
    Entry { voter: i64::from(voter), tracker: tracker(voter), choice: u16::from(voter), invoked, ended }
}

/// Attendee 1 has an ok, 2 an unknown and then a 200, 3 never got an answer, 4 was too late.
fn history() -> History {
    let entries = vec![
        entry(1, 10, Some(OK)),
        entry(2, 20, Some(unknown())),
        entry(3, 30, None),
        entry(4, 100, Some(fail("ballot-closed"))),
        entry(2, 110, Some(AGAIN)),
    ];
    History { entries, close_invoked: vec![50], close_returned: vec![60] }
}

fn box_vote(voter: u8) -> BoxVote {
    BoxVote {
        commitment: vec![voter; 32],
        tracker_hash: tracker(voter).hash().as_bytes().to_vec(),
        choice: vec![1, 0, 1, 0, voter, 0, 1],
    }
}

fn found(voters: &[u8]) -> Found {
    Found {
        state: "closed".to_owned(),
        participations: voters.iter().copied().map(i64::from).collect(),
        inbox: 0,
        votes: voters.iter().copied().map(box_vote).collect(),
    }
}

/// The violated invariants.
fn violated(history: &History, found: &Found) -> Vec<&'static str> {
    let names: BTreeSet<_> = history.check(found).into_iter().map(|violation| violation.invariant).collect();
    names.into_iter().collect()
}

#[test]
fn a_sound_history_passes_with_and_without_what_is_unknown() {
    assert_eq!(history().check(&found(&[1, 2])), []);
    assert_eq!(history().check(&found(&[1, 2, 3])), []);
}

#[test]
fn a_lost_vote_is_noticed() {
    assert_eq!(violated(&history(), &found(&[2])), ["I1"]);
    // The last answer was a 200.
    assert_eq!(violated(&history(), &found(&[1])), ["I1"]);
    let mut doubled = found(&[1, 2]);
    doubled.votes.push(box_vote(1));
    assert!(violated(&history(), &doubled).contains(&"I1"));
}

#[test]
fn a_vote_that_nobody_sent_is_noticed() {
    assert!(violated(&history(), &found(&[1, 2, 9])).contains(&"I2"));
    let mut turned = found(&[1, 2]);
    turned.votes[0].choice[4] = 2;
    assert_eq!(violated(&history(), &turned), ["I2"]);
}

#[test]
fn votes_that_are_not_the_participants_are_noticed() {
    let mut other = found(&[1, 2]);
    other.participations = vec![1, 3];
    assert_eq!(violated(&history(), &other), ["I3"]);
    let mut history = history();
    history.entries[2].voter = 1;
    assert_eq!(violated(&history, &found(&[1, 2, 3])), ["I3"], "two votes of one attendee");
}

#[test]
fn a_vote_after_the_close_is_noticed() {
    let mut late = history();
    late.entries[0].invoked = 61;
    assert_eq!(violated(&late, &found(&[1, 2])), ["I4"]);
    let mut refused = history();
    refused.entries[3] = entry(4, 40, Some(fail("ballot-closed")));
    assert_eq!(violated(&refused, &found(&[1, 2])), ["I4"], "refused before anybody had closed");
    let mut scheduled = history();
    (scheduled.close_invoked, scheduled.close_returned) = (Vec::new(), Vec::new());
    assert_eq!(violated(&scheduled, &found(&[1, 2])), [""; 0]);
    scheduled.entries[0].invoked = 120;
    assert_eq!(violated(&scheduled, &found(&[1, 2])), ["I4"]);
}

#[test]
fn a_refused_vote_in_the_box_is_noticed() {
    assert_eq!(violated(&history(), &found(&[1, 2, 4])), ["I7"]);
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(folder.path().join("journal")).unwrap();
    let attempts = [1, 2, 3].map(|voter| journal.invoke(voter, &tracker(7), 2));
    journal.outcome(attempts[2], &fail("already-voted"));
    journal.close_invoked();
    journal.outcome(attempts[0], &OK);
    journal.close_returned();
    let history = journal.finish().unwrap();
    let ended: Vec<_> = history.entries.iter().map(|entry| entry.ended.as_ref().map(|(outcome, _)| outcome)).collect();
    assert_eq!(ended, [Some(&OK), None, Some(&fail("already-voted"))]);
    assert_eq!((history.entries[1].voter, history.entries[1].tracker, history.entries[1].choice), (2, tracker(7), 2));
    assert!(history.entries.is_sorted_by_key(|entry| entry.invoked));
    assert!(history.close_invoked[0] < history.close_returned[0]);
    assert!(Journal::create(folder.path().join("journal")).is_err(), "nothing is written over");
}
