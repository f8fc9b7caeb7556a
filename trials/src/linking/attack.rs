//! Guesses which vote in the ballot box is whose.

use std::collections::HashMap;
use std::fmt;

use super::evidence::{Evidence, Row};

/// An attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Attack {
    /// Sort both sides, and pair them by position.
    Sorted(Side, Place),
    /// An entry of the inbox contains bytes of a row of the ballot box.
    Contents,
    /// Rows in the order in which they first appear in files from before the close.
    FilesBefore,
    /// The same for files from after the close.
    FilesAfter,
}

/// Sort keys of the voters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    Time,
    Attendee,
    Slot,
    Sealed,
}

/// Sort keys of the ballot box's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    Physical,
    Commitment,
    Code,
    TrackerHash,
    Nonce,
}

const SIDES: [Side; 4] = [Side::Time, Side::Attendee, Side::Slot, Side::Sealed];
const PLACES: [Place; 5] = [Place::Physical, Place::Commitment, Place::Code, Place::TrackerHash, Place::Nonce];

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sorted(side, place) => {
                let side = match side {
                    Side::Time => "time",
                    Side::Attendee => "attendee",
                    Side::Slot => "slot",
                    Side::Sealed => "encrypted bytes",
                };
                let place = match place {
                    Place::Physical => "place in the box",
                    Place::Commitment => "commitment",
                    Place::Code => "code",
                    Place::TrackerHash => "tracker hash",
                    Place::Nonce => "nonce",
                };
                write!(f, "{side} against {place}")
            }
            Self::Contents => f.write_str("contents of the inbox"),
            Self::FilesBefore => f.write_str("files from before the close"),
            Self::FilesAfter => f.write_str("files from after the close"),
        }
    }
}

/// A row of the ballot box for each arrival; each row is used once.
pub(super) type Guess = Vec<usize>;

/// Runs every attack.
pub(super) fn all(evidence: &Evidence) -> Vec<(Attack, Guess)> {
    let sorted = SIDES.iter().flat_map(|side| PLACES.map(|place| Attack::Sorted(*side, place)));
    let attacks = sorted.chain([Attack::Contents, Attack::FilesBefore, Attack::FilesAfter]);
    attacks.map(|attack| (attack, run(attack, evidence))).collect()
}

/// Runs one attack.
pub(super) fn run(attack: Attack, evidence: &Evidence) -> Guess {
    match attack {
        Attack::Sorted(side, place) => sorted(side, place, evidence),
        Attack::Contents => contents(evidence),
        Attack::FilesBefore => files(&evidence.before, evidence),
        Attack::FilesAfter => files(&evidence.after, evidence),
    }
}

fn order<K: Ord>(number: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..number).collect();
    order.sort_by_key(|item| key(*item));
    order
}

fn sorted(side: Side, place: Place, evidence: &Evidence) -> Guess {
    let (arrivals, rows) = (&evidence.arrivals, &evidence.rows);
    let people = match side {
        Side::Time => (0..arrivals.len()).collect(),
        Side::Attendee => order(arrivals.len(), |item| arrivals[item].attendee),
        Side::Slot => order(arrivals.len(), |item| &arrivals[item].slot),
        Side::Sealed => order(arrivals.len(), |item| &arrivals[item].sealed),
    };
    let votes = match place {
        Place::Physical => (0..rows.len()).collect(),
        Place::Commitment => order(rows.len(), |item| &rows[item].commitment),
        Place::Code => order(rows.len(), |item| rows[item].code),
        Place::TrackerHash => order(rows.len(), |item| &rows[item].tracker_hash),
        Place::Nonce => order(rows.len(), |item| &rows[item].nonce),
    };
    pair(&people, &votes)
}

/// Pairs the first person with the first vote, and so on.
fn pair(people: &[usize], votes: &[usize]) -> Guess {
    let mut guess = vec![0; people.len()];
    for (person, vote) in people.iter().zip(votes) {
        guess[*person] = *vote;
    }
    guess
}

fn contents(evidence: &Evidence) -> Guess {
    let needles = Needles::new(&evidence.rows);
    let mut guess: Vec<Option<usize>> = Vec::with_capacity(evidence.arrivals.len());
    let mut taken = vec![false; evidence.rows.len()];
    for arrival in &evidence.arrivals {
        let mut found = None;
        needles.find(&arrival.sealed, |row| found = found.or(Some(row).filter(|row| !taken[*row])));
        if let Some(row) = found {
            taken[row] = true;
        }
        guess.push(found);
    }
    let mut free = (0..taken.len()).filter(|row| !taken[*row]);
    guess.into_iter().map(|row| row.or_else(|| free.next()).unwrap_or_default()).collect()
}

fn files(files: &[Vec<u8>], evidence: &Evidence) -> Guess {
    let needles = Needles::new(&evidence.rows);
    let mut seen = vec![false; evidence.rows.len()];
    let mut votes = Vec::with_capacity(evidence.rows.len());
    let mut see = |row: usize| {
        if !std::mem::replace(&mut seen[row], true) {
            votes.push(row);
        }
    };
    for file in files {
        needles.find(file, &mut see);
    }
    (0..evidence.rows.len()).for_each(see);
    let people: Vec<usize> = (0..evidence.arrivals.len()).collect();
    pair(&people, &votes)
}

/// Prefixes of the random values in a row, as raw bytes and as a dump spells them.
struct Needles {
    rows: HashMap<[u8; 8], usize>,
    /// Whether a needle begins with these two bytes: rules out most bytes of a file.
    beginnings: Vec<bool>,
}

impl Needles {
    fn new(rows: &[Row]) -> Self {
        let mut needles = Self { rows: HashMap::new(), beginnings: vec![false; 1 << 16] };
        for (number, row) in rows.iter().enumerate() {
            for bytes in [&row.tracker_hash, &row.nonce, &row.commitment] {
                if let Some((first, _)) = bytes.split_first_chunk::<8>() {
                    needles.add(*first, number);
                    needles.add(hex(*first), number);
                }
            }
            needles.add(row.code.to_be_bytes(), number);
        }
        needles
    }

    fn add(&mut self, needle: [u8; 8], row: usize) {
        self.beginnings[beginning(needle[0], needle[1])] = true;
        self.rows.insert(needle, row);
    }

    /// Calls `found` for each row that is found, in the order of the bytes.
    fn find(&self, bytes: &[u8], mut found: impl FnMut(usize)) {
        for window in bytes.array_windows::<8>() {
            if self.beginnings[beginning(window[0], window[1])]
                && let Some(row) = self.rows.get(window)
            {
                found(*row);
            }
        }
    }
}

fn beginning(first: u8, second: u8) -> usize {
    usize::from(u16::from_be_bytes([first, second]))
}

/// The first four bytes in hex.
fn hex(bytes: [u8; 8]) -> [u8; 8] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|place| {
        let byte = bytes[place / 2];
        DIGITS[usize::from(if place % 2 == 0 { byte >> 4 } else { byte & 15 })]
    })
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Arrival;
    use super::*;

    fn row(number: u8) -> Row {
        let bytes = |what: u8| vec![what ^ number.wrapping_mul(37); 32];
        let (commitment, tracker_hash, nonce) = (bytes(1), bytes(2), bytes(3));
        Row { commitment, code: i64::from(number) << 40, tracker_hash, nonce, choice: vec![number] }
    }

    fn evidence(sealed: impl Fn(&Row) -> Vec<u8>, files: Vec<Vec<u8>>) -> Evidence {
        let rows: Vec<Row> = (0..9).map(row).collect();
        // They come from the last to the first.
        let arrival = |(number, row): (i64, &Row)| Arrival { attendee: number, slot: vec![0], sealed: sealed(row) };
        let arrivals = (0..).zip(rows.iter().rev()).map(arrival).collect();
        Evidence { ballot: 1, wrapped: None, arrivals, rows, before: files, after: Vec::new() }
    }

    const BACKWARDS: [usize; 9] = [8, 7, 6, 5, 4, 3, 2, 1, 0];

    #[test]
    fn an_inbox_that_is_not_encrypted_says_everything() {
        let sealed = |row: &Row| [b"x", row.tracker_hash.as_slice(), b"y"].concat();
        assert_eq!(run(Attack::Contents, &evidence(sealed, Vec::new())), BACKWARDS);
    }

    #[test]
    fn what_is_sorted_alike_is_paired() {
        let sealed = |row: &Row| row.code.to_le_bytes().to_vec();
        let evidence = evidence(sealed, Vec::new());
        assert_eq!(run(Attack::Sorted(Side::Time, Place::Physical), &evidence), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(run(Attack::Sorted(Side::Sealed, Place::Code), &evidence), BACKWARDS);
    }

    #[test]
    fn rows_are_found_in_files_as_bytes_and_in_dumps() {
        let rows: Vec<Row> = (0..9).map(row).collect();
        let raw: Vec<u8> = rows[5..].iter().rev().flat_map(|row| row.nonce.clone()).collect();
        let dump: Vec<u8> = rows[..5].iter().rev().flat_map(|row| hex(*row.nonce.first_chunk().unwrap())).collect();
        let evidence = evidence(|_| Vec::new(), vec![raw, dump]);
        assert_eq!(run(Attack::FilesBefore, &evidence), BACKWARDS);
    }

    #[test]
    fn every_guess_has_each_row_once() {
        for (attack, guess) in all(&evidence(|_| vec![7; 40], vec![vec![0; 100]])) {
            assert_eq!(order(guess.len(), |item| guess[item]).len(), 9, "{attack}");
            let mut rows = guess;
            rows.sort_unstable();
            assert_eq!(rows, [0, 1, 2, 3, 4, 5, 6, 7, 8], "{attack}");
        }
    }
}
