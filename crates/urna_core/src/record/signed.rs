//! The two signed texts of a record: the statement at the close, and the publication of each version.

use std::fmt::Write as _;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{InvalidForm, LARGEST_NUMBER};
use crate::ballot::Version;
use crate::ids::{BallotId, CandidateId};
use crate::sha256::Sha256Hash;
use crate::time::Timestamp;
use crate::vote::OrderNonce;

fn canonical_text<T: Serialize>(value: T) -> String {
    serde_json_canonicalizer::to_string(&value).expect("it has string keys and no floats")
}

/// The text signed at the close, once for each ballot: the SHA-256 of every file, and the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The ballot.
    pub ballot: BallotId,
    /// SHA-256 of the manifest's bytes: the manifest hash.
    pub manifest: Sha256Hash,
    /// SHA-256 of all commitments.
    pub commitments: Sha256Hash,
    /// SHA-256 of all openings.
    pub openings: Sha256Hash,
    /// SHA-256 of the tally.
    pub tally: Sha256Hash,
    /// SHA-256 of the history.
    pub history: Sha256Hash,
    /// The number of people who are verified and admitted, or took part.
    pub eligible: u64,
    /// The number of people who took part.
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
const PUBLICATION: &str = "urna publication v2";
/// The first line of a publication by the first release.
const PUBLICATION_WITHOUT_RESULT: &str = "urna publication v1";

impl Statement {
    /// The text to sign: twelve lines, in this order.
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

impl Statement {
    /// Whether the statement was signed over this box; both arguments as in the files of the record.
    #[must_use]
    pub fn fixes(&self, commitments: &[u8], openings: &[u8]) -> bool {
        self.commitments == Sha256Hash::of(commitments) && self.openings == Sha256Hash::of(openings)
    }
}

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

    /// Reads [`Statement::text`]; refuses any other text.
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

/// The jury's decision about a tie, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The tied candidates, the elected one first; in a ranked count all candidates.
    pub order: Vec<CandidateId>,
    /// The reason, in their words.
    pub reason: String,
    /// The people who decided, in their words.
    pub decided_by: String,
    /// The random bytes under which it was sealed before the close; missing if it was made since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<OrderNonce>,
}

impl Decision {
    /// Its order, if it was sealed.
    #[must_use]
    pub fn sealed_order(&self) -> Option<&[CandidateId]> {
        self.nonce.is_some().then_some(self.order.as_slice())
    }

    /// The hash that a sealed decision has in the history: `SHA-256("urna/tie-order/v1\n" ‖ manifest hash ‖ nonce ‖ JSON)`,
    /// where JSON is the canonical form (RFC 8785) of `decided_by`, `order` and `reason`. `None` of one that was not sealed.
    #[must_use]
    pub fn seal(&self, manifest: &Sha256Hash) -> Option<Sha256Hash> {
        let nonce = self.nonce?;
        let open = Self { nonce: None, ..self.clone() };
        let hash = Sha256::new().chain_update("urna/tie-order/v1\n").chain_update(manifest.as_bytes());
        let hash = hash.chain_update(nonce.as_bytes()).chain_update(canonical_text(open));
        Some(Sha256Hash::new(hash.finalize().into()))
    }
}

/// The text signed when a version is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The ballot.
    pub ballot: BallotId,
    /// SHA-256 of the statement, with its signature.
    pub statement: Sha256Hash,
    /// SHA-256 of the result; the first release signed none.
    pub result: Option<Sha256Hash>,
    /// From 1.
    pub version: Version,
    /// The time.
    pub at: Timestamp,
    /// The jury's decision about a tie.
    pub tie_break: Option<Decision>,
    /// The candidates who withdrew after the close, in the order of the manifest.
    pub withdrawals: Vec<CandidateId>,
    /// How often organisers looked at the tally or the statement before the first publication.
    pub looks: u64,
    /// The reason for a further version.
    pub note: Option<String>,
    /// SHA-256 of the previous version's publication, with its signature.
    pub previous: Option<Sha256Hash>,
}

impl Publication {
    /// The text to sign: eleven lines, in this order, or ten without a result; a missing value is `null`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { ballot, statement, result, version, at, tie_break, withdrawals, looks, note, previous } = self;
        let (tie_break, withdrawals) = (canonical_text(tie_break), canonical_text(withdrawals));
        let note = canonical_text(note);
        let previous = previous.map_or_else(|| "null".to_owned(), |hash| hash.to_string());
        let (title, result) = match result {
            Some(result) => (PUBLICATION, format!("result {result}\n")),
            None => (PUBLICATION_WITHOUT_RESULT, String::new()),
        };
        format!(
            "{title}\n{ballot}\nstatement {statement}\n{result}version {version}\nat {at}\ntie-break {tie_break}\n\
             withdrawals {withdrawals}\nlooks {looks}\nnote {note}\nprevious {previous}\n"
        )
    }
}

impl FromStr for Publication {
    type Err = InvalidForm;

    /// Reads [`Publication::text`]; refuses any other text.
    fn from_str(text: &str) -> Result<Self, InvalidForm> {
        let (mut lines, has_result) = match Lines::of(text, PUBLICATION) {
            Ok(lines) => (lines, true),
            Err(InvalidForm) => (Lines::of(text, PUBLICATION_WITHOUT_RESULT)?, false),
        };
        let publication = Self {
            ballot: lines.line()?,
            statement: lines.value("statement")?,
            result: if has_result { Some(lines.value("result")?) } else { None },
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

    fn hash(byte: u8) -> Sha256Hash {
        Sha256Hash::new([byte; 32])
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
            result: None,
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
            nonce: Some(OrderNonce::new([5; 32])),
        };
        let second = Publication {
            result: Some(hash(8)),
            version: 2,
            tie_break: Some(tie_break),
            withdrawals: vec![BALLOT.parse().unwrap()],
            note: Some("A name\u{7f}\twas wrong.".to_owned()),
            previous: Some(hash(7)),
            ..first.clone()
        };
        for publication in [first, second] {
            let text = publication.text();
            assert_eq!(text.lines().count(), if publication.result.is_some() { 11 } else { 10 }, "{text}");
            assert_eq!(text.parse(), Ok(publication));
            assert_eq!(text.replace("looks 2", "looks +2").parse::<Publication>(), Err(InvalidForm));
            for (of, by) in [("v1", "v2"), ("v2", "v1"), ("v1", "v3"), ("v2", "v3")] {
                assert!(!text.contains(of) || text.replace(of, by).parse::<Publication>() == Err(InvalidForm), "{by}");
            }
            assert_eq!(text.replace("looks 2", "looks 9007199254740993").parse::<Publication>(), Err(InvalidForm));
        }
    }
}
