//! The public record of a ballot: the files from which anybody can count it again, and the two signed texts over them.
//!
//! The formats are described to the byte, for whoever writes a verifier of their own, in `docs/verification.md`.

pub mod archive;

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ballot::Version;
use crate::ids::{BallotId, CandidateId};
use crate::life_cycle::HistoryEvent;
use crate::tally::Tally;
use crate::time::Timestamp;
use crate::vote::{Commitment, Nonce, TrackerHash};

/// The names of the files in a record, in their order.
pub mod file {
    /// The verification key under which the record is signed, and a newline.
    pub const KEY: &str = "key";
    /// The frozen definition.
    pub const MANIFEST: &str = "manifest.json";
    /// [`super::encode_commitments`].
    pub const COMMITMENTS: &str = "commitments";
    /// [`super::encode_openings`]; not where the ballot discloses counts alone.
    pub const OPENINGS: &str = "openings";
    /// [`super::encode_tally`].
    pub const TALLY: &str = "tally.json";
    /// [`super::encode_history`].
    pub const HISTORY: &str = "history.json";
    /// A signed note: [`super::Statement`].
    pub const STATEMENT: &str = "statement";
    /// A signed note: [`super::Publication`].
    pub const PUBLICATION: &str = "publication";

    /// Every name.
    pub const ALL: [&str; 8] = [KEY, MANIFEST, COMMITMENTS, OPENINGS, TALLY, HISTORY, STATEMENT, PUBLICATION];
}

/// The SHA-256 of a file; shown in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash([u8; 32]);

impl FileHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes the 32 bytes of a hash.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Not 64 digits of hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case digits of hexadecimal")]
pub struct InvalidHash;

impl FromStr for FileHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let digits = text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if !digits {
            return Err(InvalidHash);
        }
        let mut bytes = [0; 32];
        for (byte, place) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| InvalidHash)?;
        }
        Ok(Self(bytes))
    }
}

/// What opens a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening<'a> {
    /// SHA-256 of the voter's tracker.
    pub tracker: TrackerHash,
    /// The server's random bytes.
    pub nonce: Nonce,
    /// The encoded choice, see [`crate::Choice::decode`].
    pub choice: &'a [u8],
}

/// The commitments behind each other, 32 bytes each; they come in ascending order.
#[must_use]
pub fn encode_commitments<'a>(commitments: impl IntoIterator<Item = &'a Commitment>) -> Vec<u8> {
    commitments.into_iter().flat_map(|commitment| *commitment.as_bytes()).collect()
}

/// The openings in the order of the commitments, each `tracker hash[32] ‖ nonce[32] ‖ u32be length ‖ choice`.
///
/// # Panics
/// Where a choice is longer than 4 GiB.
#[must_use]
pub fn encode_openings<'a>(openings: impl IntoIterator<Item = Opening<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for opening in openings {
        bytes.extend_from_slice(opening.tracker.as_bytes());
        bytes.extend_from_slice(opening.nonce.as_bytes());
        let length = u32::try_from(opening.choice.len()).expect("a choice is a few hundred bytes at most");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(opening.choice);
    }
    bytes
}

/// The bytes end in the middle of something, or are no such file at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file ends in the middle of an entry")]
pub struct Truncated;

/// Reads [`encode_commitments`].
pub fn decode_commitments(bytes: &[u8]) -> Result<Vec<Commitment>, Truncated> {
    let (commitments, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(commitments.iter().copied().map(Commitment::new).collect()) } else { Err(Truncated) }
}

/// Reads [`encode_openings`].
pub fn decode_openings(mut bytes: &[u8]) -> Result<Vec<Opening<'_>>, Truncated> {
    let mut openings = Vec::new();
    while !bytes.is_empty() {
        let (tracker, rest) = bytes.split_first_chunk().ok_or(Truncated)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(Truncated)?;
        let (length, rest) = rest.split_first_chunk().ok_or(Truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Truncated)?;
        let (choice, rest) = rest.split_at_checked(length).ok_or(Truncated)?;
        openings.push(Opening { tracker: TrackerHash::new(*tracker), nonce: Nonce::new(*nonce), choice });
        bytes = rest;
    }
    Ok(openings)
}

/// The tally as canonical JSON (RFC 8785), with its derivation.
#[must_use]
pub fn encode_tally(tally: &Tally) -> Vec<u8> {
    canonical(tally)
}

/// One line of a ballot's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: HistoryEvent,
}

/// The history up to the close as canonical JSON (RFC 8785): a list, oldest first.
#[must_use]
pub fn encode_history(history: &[HistoryLine]) -> Vec<u8> {
    canonical(history)
}

/// The bytes are not in the one form that they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in the form that it is to have")]
pub struct InvalidForm;

/// Reads [`encode_history`]; nothing but its own bytes.
pub fn decode_history(bytes: &[u8]) -> Result<Vec<HistoryLine>, InvalidForm> {
    let history: Vec<HistoryLine> = serde_json::from_slice(bytes).map_err(|_| InvalidForm)?;
    let is_exact = |line: &HistoryLine| match line.event {
        HistoryEvent::Opened { eligible } => eligible <= LARGEST_NUMBER,
        HistoryEvent::Closed { eligible, voted } => eligible.max(voted) <= LARGEST_NUMBER,
        _ => true,
    };
    if history.iter().all(is_exact) && encode_history(&history) == bytes { Ok(history) } else { Err(InvalidForm) }
}

fn canonical<T: Serialize>(value: T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(&value).expect("it has string keys and no floats")
}

fn canonical_text<T: Serialize>(value: T) -> String {
    serde_json_canonicalizer::to_string(&value).expect("it has string keys and no floats")
}

/// What is signed at the close, once for each ballot: the SHA-256 of every file, and the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Of which ballot.
    pub ballot: BallotId,
    /// Of the manifest's bytes; the manifest hash.
    pub manifest: FileHash,
    /// Of all commitments.
    pub commitments: FileHash,
    /// Of all openings.
    pub openings: FileHash,
    /// Of the tally.
    pub tally: FileHash,
    /// Of the history.
    pub history: FileHash,
    /// (Verified and admitted) or took part.
    pub eligible: u64,
    /// Who took part.
    pub participations: u64,
    /// Votes in the box.
    pub votes: u64,
    /// Votes that name a candidate.
    pub counted: u64,
    /// Votes that name nobody.
    pub blank: u64,
}

/// The first line of a statement.
const STATEMENT: &str = "urna statement v1";
/// The first line of a publication.
const PUBLICATION: &str = "urna publication v1";

impl Statement {
    /// The text that is signed: twelve lines, in this order.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{STATEMENT}\n{}\n", self.ballot);
        let hashes = [
            ("manifest", self.manifest),
            ("commitments", self.commitments),
            ("openings", self.openings),
            ("tally", self.tally),
            ("history", self.history),
        ];
        let numbers = [
            ("eligible", self.eligible),
            ("participations", self.participations),
            ("votes", self.votes),
            ("counted", self.counted),
            ("blank", self.blank),
        ];
        for (name, hash) in hashes {
            let _ = writeln!(text, "{name} {hash}");
        }
        for (name, number) in numbers {
            let _ = writeln!(text, "{name} {number}");
        }
        text
    }
}

/// The largest number of a record: 2^53, up to which numbers of JSON are exact everywhere (RFC 8785, 3.2.2.3).
const LARGEST_NUMBER: u64 = 1 << 53;

/// The lines of a text that begins with `title`.
struct Lines<'a>(std::str::Split<'a, char>);

impl<'a> Lines<'a> {
    fn of(text: &'a str, title: &str) -> Result<Self, InvalidForm> {
        let mut lines = text.split('\n');
        if lines.next() == Some(title) { Ok(Self(lines)) } else { Err(InvalidForm) }
    }

    fn line<T: FromStr>(&mut self) -> Result<T, InvalidForm> {
        self.0.next().and_then(|line| line.parse().ok()).ok_or(InvalidForm)
    }

    fn after(&mut self, name: &str) -> Result<&'a str, InvalidForm> {
        let rest = self.0.next().and_then(|line| line.strip_prefix(name)).ok_or(InvalidForm)?;
        rest.strip_prefix(' ').ok_or(InvalidForm)
    }

    fn number(&mut self, name: &str) -> Result<u64, InvalidForm> {
        self.value(name).and_then(|number| if number <= LARGEST_NUMBER { Ok(number) } else { Err(InvalidForm) })
    }

    fn value<T: FromStr>(&mut self, name: &str) -> Result<T, InvalidForm> {
        self.after(name)?.parse().map_err(|_| InvalidForm)
    }

    fn json<T: for<'de> Deserialize<'de>>(&mut self, name: &str) -> Result<T, InvalidForm> {
        serde_json::from_str(self.after(name)?).map_err(|_| InvalidForm)
    }
}

impl FromStr for Statement {
    type Err = InvalidForm;

    /// Reads [`Statement::text`]; nothing but its own text.
    fn from_str(text: &str) -> Result<Self, InvalidForm> {
        let mut lines = Lines::of(text, STATEMENT)?;
        let statement = Self {
            ballot: lines.line()?,
            manifest: lines.value("manifest")?,
            commitments: lines.value("commitments")?,
            openings: lines.value("openings")?,
            tally: lines.value("tally")?,
            history: lines.value("history")?,
            eligible: lines.number("eligible")?,
            participations: lines.number("participations")?,
            votes: lines.number("votes")?,
            counted: lines.number("counted")?,
            blank: lines.number("blank")?,
        };
        if statement.text() == text { Ok(statement) } else { Err(InvalidForm) }
    }
}

/// What the jury decided about a tie, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The tied candidates, the elected one first.
    pub order: Vec<CandidateId>,
    /// Why, in their words.
    pub reason: String,
    /// Who decided, in their words.
    pub decided_by: String,
}

/// What is signed when a version is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Of which ballot.
    pub ballot: BallotId,
    /// Of the statement, with its signature.
    pub statement: FileHash,
    /// From 1.
    pub version: Version,
    /// When.
    pub at: Timestamp,
    /// The jury's decision about a tie.
    pub tie_break: Option<Decision>,
    /// Who withdrew after the close, in the order of the manifest.
    pub withdrawals: Vec<CandidateId>,
    /// How often organisers looked at the tally or the statement before the first publication.
    pub looks: u64,
    /// Why there is a further version.
    pub note: Option<String>,
    /// Of the publication of the version before, with its signature.
    pub previous: Option<FileHash>,
}

impl Publication {
    /// The text that is signed: ten lines, in this order; what is not there is `null`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { ballot, statement, version, at, tie_break, withdrawals, looks, note, previous } = self;
        let (tie_break, withdrawals) = (canonical_text(tie_break), canonical_text(withdrawals));
        let note = canonical_text(note);
        let previous = previous.map_or_else(|| "null".to_owned(), |hash| hash.to_string());
        format!(
            "{PUBLICATION}\n{ballot}\nstatement {statement}\nversion {version}\nat {at}\ntie-break {tie_break}\n\
             withdrawals {withdrawals}\nlooks {looks}\nnote {note}\nprevious {previous}\n"
        )
    }
}

impl FromStr for Publication {
    type Err = InvalidForm;

    /// Reads [`Publication::text`]; nothing but its own text.
    fn from_str(text: &str) -> Result<Self, InvalidForm> {
        let mut lines = Lines::of(text, PUBLICATION)?;
        let publication = Self {
            ballot: lines.line()?,
            statement: lines.value("statement")?,
            version: lines.value("version")?,
            at: lines.value("at")?,
            tie_break: lines.json("tie-break")?,
            withdrawals: lines.json("withdrawals")?,
            looks: lines.number("looks")?,
            note: lines.json("note")?,
            previous: match lines.after("previous")? {
                "null" => None,
                hash => Some(hash.parse().map_err(|_| InvalidForm)?),
            },
        };
        if publication.version > 0 && publication.text() == text { Ok(publication) } else { Err(InvalidForm) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BALLOT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn hash(byte: u8) -> FileHash {
        FileHash::new([byte; 32])
    }

    fn statement() -> Statement {
        Statement {
            ballot: BALLOT.parse().unwrap(),
            manifest: hash(1),
            commitments: hash(2),
            openings: hash(3),
            tally: hash(4),
            history: hash(0xab),
            eligible: 1000,
            participations: 928,
            votes: 928,
            counted: 920,
            blank: 8,
        }
    }

    #[test]
    fn a_statement_is_read_from_its_own_text_alone() {
        let text = statement().text();
        assert_eq!(text.lines().count(), 12);
        assert!(text.starts_with("urna statement v1\n01890a5d-ac96-774b-bcce-b302099a8057\nmanifest 0101"), "{text}");
        assert_eq!(text.parse(), Ok(statement()));
        for (of, by) in
            [("v1", "v2"), ("blank 8", "blank 08"), ("abab", "ABAB"), ("votes", "vote"), ("\nblank 8\n", "\n")]
        {
            assert_eq!(text.replace(of, by).parse::<Statement>(), Err(InvalidForm), "{by}");
        }
        assert_eq!(format!("{text}more\n").parse::<Statement>(), Err(InvalidForm));
    }

    #[test]
    fn a_publication_is_read_from_its_own_text_alone() {
        let first = Publication {
            ballot: BALLOT.parse().unwrap(),
            statement: hash(1),
            version: 1,
            at: Timestamp::from_micros(1_790_000_000_123_456).unwrap(),
            tie_break: None,
            withdrawals: Vec::new(),
            looks: 2,
            note: None,
            previous: None,
        };
        let tie_break = Decision {
            order: vec![BALLOT.parse().unwrap()],
            reason: "The jury\npreferred \"her\".".to_owned(),
            decided_by: "the jury".to_owned(),
        };
        let second = Publication {
            version: 2,
            tie_break: Some(tie_break),
            withdrawals: vec![BALLOT.parse().unwrap()],
            note: Some("A name\u{7f}\twas wrong.".to_owned()),
            previous: Some(hash(7)),
            ..first.clone()
        };
        for publication in [first, second] {
            let text = publication.text();
            assert_eq!(text.lines().count(), 10, "{text}");
            assert_eq!(text.parse(), Ok(publication));
            assert_eq!(text.replace("looks 2", "looks +2").parse::<Publication>(), Err(InvalidForm));
            assert_eq!(text.replace("v1", "v2").parse::<Publication>(), Err(InvalidForm));
            assert_eq!(text.replace("looks 2", "looks 9007199254740993").parse::<Publication>(), Err(InvalidForm));
        }
    }

    #[test]
    fn commitments_and_openings_come_back() {
        let commitments = [Commitment::new([1; 32]), Commitment::new([2; 32])];
        let bytes = encode_commitments(&commitments);
        assert_eq!(decode_commitments(&bytes), Ok(commitments.to_vec()));
        assert_eq!(decode_commitments(&bytes[1..]), Err(Truncated));
        let opening =
            |byte, choice| Opening { tracker: TrackerHash::new([byte; 32]), nonce: Nonce::new([byte; 32]), choice };
        let openings = [opening(1, [1, 0, 0].as_slice()), opening(2, &[1, 0, 1, 0, 0, 0, 1])];
        let bytes = encode_openings(openings.clone());
        assert_eq!(bytes.len(), 68 + 3 + 68 + 7);
        assert_eq!(decode_openings(&bytes), Ok(openings.to_vec()));
        for end in 1..71 {
            assert_eq!(decode_openings(&bytes[..end]), Err(Truncated), "{end}");
        }
    }

    #[test]
    fn a_history_is_canonical() {
        let line = |micros, event| HistoryLine { at: Timestamp::from_micros(micros).unwrap(), event };
        let history =
            [line(0, HistoryEvent::Opened { eligible: 3 }), line(1, HistoryEvent::Closed { eligible: 3, voted: 2 })];
        let bytes = encode_history(&history);
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            r#"[{"at":"1970-01-01T00:00:00Z","eligible":3,"type":"opened"},{"at":"1970-01-01T00:00:00.000001Z","eligible":3,"type":"closed","voted":2}]"#
        );
        assert_eq!(decode_history(&bytes), Ok(history.to_vec()));
        assert_eq!(decode_history(&[bytes.as_slice(), b"\n"].concat()), Err(InvalidForm));
        let inexact = encode_history(&[line(0, HistoryEvent::Closed { eligible: u64::MAX, voted: 2 })]);
        assert_eq!(decode_history(&inexact), Err(InvalidForm));
    }

    #[test]
    fn a_hash_is_sixty_four_small_digits() {
        let text = hash(0x0f).to_string();
        assert_eq!(text.parse(), Ok(hash(0x0f)));
        for broken in ["", &text[1..], &text.to_uppercase(), &text.replacen('0', "+", 1)] {
            assert_eq!(broken.parse::<FileHash>(), Err(InvalidHash), "{broken}");
        }
    }
}
