//! The list of ballots that were closed, which stands outside the database: what its lines look like.
//!
//! Whoever can write to the database could put a closed ballot back to open, with one vote in its inbox at a time, and
//! close it again through the service, which has the key: so the service would tell whose vote is whose. Against that it
//! keeps this list. A line is `urna closed v1 <ballot id> <HMAC>`, and the key of the HMAC comes from the master secret:
//! nobody else can put a ballot on the list.

use std::collections::BTreeSet;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::BallotId;
use crate::keys::hmac;

/// Marks the lines of the list.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ClosedKey(pub(crate) [u8; 32]);

impl std::fmt::Debug for ClosedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClosedKey(…)")
    }
}

/// What a list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClosedBallots {
    /// The ballots on it.
    pub ballots: BTreeSet<BallotId>,
    /// How many lines are not by the holder of the key: another service's, damaged, or torn by a crash.
    pub foreign: usize,
}

/// How every line begins.
const LINE: &str = "urna closed v1";

impl ClosedKey {
    /// The line of a ballot, without its end.
    #[must_use]
    pub fn line(&self, ballot: BallotId) -> String {
        let mac = hmac(&self.0, &[ballot.as_bytes()]);
        mac.iter().fold(format!("{LINE} {ballot} "), |line, byte| format!("{line}{byte:02x}"))
    }

    /// Reads a list. Empty lines mean nothing; a line that this key has not marked puts no ballot on the list.
    #[must_use]
    pub fn read(&self, list: &[u8]) -> ClosedBallots {
        let mut read = ClosedBallots::default();
        for line in list.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match self.read_line(line) {
                Some(ballot) => drop(read.ballots.insert(ballot)),
                None => read.foreign += 1,
            }
        }
        read
    }

    fn read_line(&self, line: &[u8]) -> Option<BallotId> {
        let text = std::str::from_utf8(line).ok()?;
        let (id, _mac) = text.strip_prefix(LINE)?.strip_prefix(' ')?.split_once(' ')?;
        let ballot = id.parse().ok()?;
        (self.line(ballot) == text).then_some(ballot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, MasterSecret};

    fn key(byte: u8) -> ClosedKey {
        Keys::derive(&MasterSecret::new([byte; 32])).closed
    }

    fn ballot(number: u128) -> BallotId {
        BallotId::new(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let list = format!("\n{}\n\n{}\n{}", key(1).line(ballot(7)), key(1).line(ballot(8)), key(1).line(ballot(7)));
        let read = key(1).read(list.as_bytes());
        assert_eq!(read, ClosedBallots { ballots: [ballot(7), ballot(8)].into(), foreign: 0 });
        assert_eq!(key(1).read(b""), ClosedBallots::default());
    }

    #[test]
    fn a_line_that_is_not_by_the_key_puts_no_ballot_on_the_list() {
        let line = key(1).line(ballot(7));
        assert_eq!(key(2).read(line.as_bytes()), ClosedBallots { ballots: BTreeSet::new(), foreign: 1 });
        let moved = line.replace(&ballot(7).to_string(), &ballot(8).to_string());
        let upper = line.to_uppercase();
        for bytes in [moved.as_bytes(), upper.as_bytes(), &line.as_bytes()[..60], b"\xff\xfe", b"urna closed v1  "] {
            assert_eq!(key(1).read(bytes), ClosedBallots { ballots: BTreeSet::new(), foreign: 1 }, "{bytes:?}");
        }
        let torn = [&line.as_bytes()[..line.len() - 1], b"\n", key(1).line(ballot(9)).as_bytes(), b"\n"].concat();
        assert_eq!(key(1).read(&torn), ClosedBallots { ballots: [ballot(9)].into(), foreign: 1 });
    }
}
