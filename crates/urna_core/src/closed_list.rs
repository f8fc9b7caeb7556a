//! The list of closed ballots, kept outside the database: the format of its lines.
//!
//! The list guards against an attacker who can write to the database: they could set a closed ballot back to open,
//! with one vote at a time in its inbox, and close it again through the service, whose key would then reveal whose
//! vote is whose. A line is `urna closed v1 <ballot id> <HMAC>`. The key of the HMAC is derived from the master
//! secret, so nobody else can put a ballot on the list.

use std::collections::BTreeSet;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::BallotId;
use crate::keys::hmac;

/// Authenticates the lines of the list.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ClosedKey(pub(crate) [u8; 32]);

impl std::fmt::Debug for ClosedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClosedKey(…)")
    }
}

/// The content of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClosedBallots {
    /// The ballots on the list.
    pub ballots: BTreeSet<BallotId>,
    /// Lines not made with this key: another service's, damaged, or torn by a crash.
    pub foreign: usize,
}

/// The start of every line.
const LINE: &str = "urna closed v1";

impl ClosedKey {
    /// The line of a ballot, without the newline.
    #[must_use]
    pub fn line(&self, ballot: BallotId) -> String {
        let mac = hmac(&self.0, &[ballot.as_bytes()]);
        mac.iter().fold(format!("{LINE} {ballot} "), |line, byte| format!("{line}{byte:02x}"))
    }

    /// Reads a list. Empty lines are ignored; a line without a valid HMAC puts no ballot on the list.
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
