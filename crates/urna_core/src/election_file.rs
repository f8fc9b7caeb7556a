//! Files of rankings: elections held elsewhere, to be counted by the same rules.
//!
//! Nothing is repaired. What does not fit is refused with its place.

mod blt;
mod json;
mod preflib;
mod table;

use std::fmt;

use crate::method::ranked::{InvalidRanking, Ranking, Rankings};

/// The most candidates of a file.
pub const MOST_CANDIDATES: u16 = 1_000;

/// The most votes of a file: every sum of votes, points and parts of votes stays within 64 bits.
pub const MOST_VOTES: u64 = 1 << 40;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.blt`, the format of `OpenSTV`: candidates and seats, papers by number, names.
    Blt,
    /// `.soc`, `.soi`, `.toc`, `.toi` of `PrefLib`: comments with the names, then `times: 1,2,{3,4}`.
    PrefLib,
    /// CSV with a column for each candidate, that has ranks, or for each rank, that has candidates.
    Table,
    /// JSON with `votes_by_preference`.
    Json,
}

impl Format {
    /// The format that files with this extension have.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "blt" => Self::Blt,
            "soc" | "soi" | "toc" | "toi" => Self::PrefLib,
            "csv" => Self::Table,
            "json" => Self::Json,
            _ => return None,
        })
    }
}

/// An election as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectionFile {
    /// Its title, if it has one.
    pub title: Option<String>,
    /// The names of the candidates; one without a name has its number.
    pub candidates: Vec<String>,
    /// Places of those who withdrew, ascending.
    pub withdrawn: Vec<u16>,
    /// How many are elected, if the file says it.
    pub seats: Option<u16>,
    /// The votes.
    pub rankings: Rankings,
    /// The first place where candidates share a rank: not every count takes that.
    pub equal_ranks_at: Option<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A line, from 1.
    Line(u64),
    /// An entry of the list of votes, from 1.
    Entry(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry(entry) => write!(f, "votes_by_preference, entry {entry}"),
        }
    }
}

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {mistake}")]
pub struct InvalidElection {
    /// The place.
    pub place: Place,
    /// The mistake.
    pub mistake: Mistake,
}

/// A kind of mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Something else was expected.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A number does not fit.
    #[error("the number is too large")]
    TooLarge,
    /// More votes than [`MOST_VOTES`].
    #[error("more than {MOST_VOTES} votes")]
    TooManyVotes,
    /// No candidates, or more than [`MOST_CANDIDATES`].
    #[error("an election has from 1 to {MOST_CANDIDATES} candidates")]
    Candidates,
    /// As many seats as candidates, or none.
    #[error("there must be at least one seat, and fewer seats than candidates")]
    Seats,
    /// A number that no candidate has.
    #[error("there is no candidate {0}")]
    UnknownCandidate(String),
    /// A name, number or heading that is there twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// A vote that is no ranking.
    #[error(transparent)]
    Ranking(#[from] InvalidRanking),
    /// Ranks that are not 1, 2, 3, … without a gap.
    #[error("ranks must go 1, 2, 3, … without a gap")]
    Ranks,
    /// Fewer or more names than candidates.
    #[error("{found} names for {candidates} candidates")]
    Names {
        /// Names that are there.
        found: usize,
        /// Candidates that need one.
        candidates: u16,
    },
    /// Text in no known encoding.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not the form that it says it is.
    #[error("{0}")]
    Form(String),
}

impl Mistake {
    fn at(self, place: Place) -> InvalidElection {
        InvalidElection { place, mistake: self }
    }
}

impl ElectionFile {
    /// Reads a file of this format.
    pub fn read(format: Format, bytes: &[u8]) -> Result<Self, InvalidElection> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|invalid| {
            let before = bytes[..invalid.valid_up_to()].split(|byte| *byte == b'\n').count();
            Mistake::NotUtf8.at(Place::Line(before as u64))
        })?;
        match format {
            Format::Blt => blt::read(text),
            Format::PrefLib => preflib::read(text),
            Format::Table => table::read(text),
            Format::Json => json::read(text),
        }
    }
}

/// An election while its file is read.
struct Reading {
    file: ElectionFile,
    votes: u64,
}

impl Reading {
    fn new(candidates: Vec<String>, seats: Option<u16>, at: Place) -> Result<Self, InvalidElection> {
        let number = u16::try_from(candidates.len()).unwrap_or(u16::MAX);
        if !(1..=MOST_CANDIDATES).contains(&number) {
            return Err(Mistake::Candidates.at(at));
        }
        if seats.is_some_and(|seats| !(1..number).contains(&seats)) {
            return Err(Mistake::Seats.at(at));
        }
        let rankings = Rankings::new(number);
        let (title, withdrawn) = (None, Vec::new());
        let file = ElectionFile { title, candidates, withdrawn, seats, rankings, equal_ranks_at: None };
        Ok(Self { file, votes: 0 })
    }

    /// The place in the list of the candidate with this number.
    fn candidate(&self, number: &str, at: Place) -> Result<u16, InvalidElection> {
        let unknown = || Mistake::UnknownCandidate(number.to_owned()).at(at);
        let place = number.parse::<u16>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(unknown)?;
        if usize::from(place) < self.file.candidates.len() { Ok(place) } else { Err(unknown()) }
    }

    /// Adds a vote with these groups of candidates, best first; blank if there are none.
    fn vote(&mut self, groups: &[Vec<u16>], times: u64, at: Place) -> Result<(), InvalidElection> {
        self.votes = self
            .votes
            .checked_add(times)
            .filter(|votes| *votes <= MOST_VOTES)
            .ok_or_else(|| Mistake::TooManyVotes.at(at))?;
        if groups.is_empty() {
            self.file.rankings.add_blank(times);
            return Ok(());
        }
        if groups.iter().any(|group| group.len() > 1) {
            self.file.equal_ranks_at.get_or_insert(at);
        }
        let ranking = Ranking::of_groups(groups).map_err(|invalid| Mistake::from(invalid).at(at))?;
        self.file.rankings.add(ranking, times);
        Ok(())
    }
}

/// A number of votes; what is no number is not `expected`.
fn number(text: &str, expected: &'static str) -> Result<u64, Mistake> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().map_err(|_| Mistake::TooLarge) } else { Err(Mistake::Expected(expected)) }
}

/// The first of these that is there twice.
fn repeated(names: &[String]) -> Option<&String> {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(format: Format, text: &str) -> String {
        ElectionFile::read(format, text.as_bytes()).map(|_| ()).expect_err("it is wrong").to_string()
    }

    const BLT: &str = "3 2\n-3\n2 1 2 0\n4 2 0\n0\n\"Ana\"\n\"Ben\"\n\"Eva\"\n\"Title\"\n";

    #[test]
    fn a_blt_is_read() {
        let file = ElectionFile::read(Format::Blt, BLT.as_bytes()).unwrap();
        let ElectionFile { title, candidates, withdrawn, seats, rankings, equal_ranks_at } = &file;
        assert_eq!((title.as_deref(), seats, equal_ranks_at), (Some("Title"), &Some(2), &None));
        assert_eq!((candidates.join(" ").as_str(), withdrawn.as_slice()), ("Ana Ben Eva", [2].as_slice()));
        assert_eq!((rankings.counted(), rankings.blank()), (6, 0));
        for same in [
            BLT.replace('\n', "\r\n"),
            BLT.replace("3 2\n", "# made by hand\n  3 2 # three for two seats\n\n"),
            BLT.replace("2 1 2 0\n", "2 1\n2 0 "),
            format!("\u{feff}{BLT}"),
        ] {
            assert_eq!(ElectionFile::read(Format::Blt, same.as_bytes()).as_ref(), Ok(&file), "{same}");
        }
        let untitled = BLT.replace("\"Title\"\n", "");
        assert_eq!(ElectionFile::read(Format::Blt, untitled.as_bytes()).unwrap().title, None);
    }

    #[test]
    fn a_wrong_blt_is_refused_with_its_line() {
        for (of, by, error) in [
            ("3 2", "3 0", "line 1: there must be at least one seat, and fewer seats than candidates"),
            ("3 2", "3 3", "line 1: there must be at least one seat, and fewer seats than candidates"),
            ("3 2", "0 1", "line 1: an election has from 1 to 1000 candidates"),
            ("3 2", "1001 1", "line 1: an election has from 1 to 1000 candidates"),
            ("3 2", "three 2", "line 1: expected the number of candidates"),
            ("3 2", "70000 2", "line 1: the number is too large"),
            ("-3", "-4", "line 2: there is no candidate 4"),
            ("-3", "-3 -3", "line 2: -3 is there twice"),
            ("4 2 0", "4 9 0", "line 4: there is no candidate 9"),
            ("4 2 0", "4 2 2 0", "line 4: a candidate is ranked twice"),
            ("4 2 0", "4 2=2 0", "line 4: a candidate is ranked twice"),
            ("4 2 0", "4 2= 0", "line 4: there is no candidate "),
            ("4 2 0", "4 -2 0", "line 4: there is no candidate -2"),
            ("4 2 0", "x 2 0", "line 4: expected how often a paper was cast, or the 0 that ends the papers"),
            ("4 2 0", "-4 2 0", "line 4: expected how often a paper was cast, or the 0 that ends the papers"),
            ("4 2 0", "18446744073709551616 2 0", "line 4: the number is too large"),
            ("4 2 0", "18446744073709551615 2 0", "line 4: more than 1099511627776 votes"),
            ("4 2 0", "1099511627775 2 0", "line 4: more than 1099511627776 votes"),
            ("4 2 0\n0\n", "4 2\n", "line 5: expected the 0 that ends a paper"),
            ("\n0\n", "\n", "line 5: expected how often a paper was cast, or the 0 that ends the papers"),
            ("\"Eva\"\n\"Title\"", "", "line 7: 2 names for 3 candidates"),
            ("\"Eva\"", "\"Eva\" \"Zoë\"", "line 9: 5 names for 3 candidates"),
            ("\"Eva\"", "Eva", "line 8: expected a name in quotes"),
            ("\"Eva\"", "\"Eva", "line 8: expected a closing quote"),
        ] {
            assert!(BLT.contains(of));
            assert_eq!(refused(Format::Blt, &BLT.replacen(of, by, 1)), error, "{by}");
        }
        let long = "2 ".repeat(70_000);
        assert_eq!(
            refused(Format::Blt, &BLT.replace("4 2 0", &format!("4 {long} 0"))),
            "line 4: a candidate is ranked twice"
        );
        assert_eq!(refused(Format::Blt, ""), "line 1: expected more: the file ends here");
        assert_eq!(refused(Format::Blt, "3 2\n2 1 2"), "line 2: expected more: the file ends here");
        let invalid = ElectionFile::read(Format::Blt, b"3 2\n\xff").expect_err("Latin 1");
        assert_eq!(invalid.to_string(), "line 2: not UTF-8");
    }

    #[test]
    fn equal_ranks_are_told_with_their_place() {
        let read = |format, text: &str| ElectionFile::read(format, text.as_bytes()).unwrap().equal_ranks_at;
        assert_eq!(read(Format::Blt, &BLT.replace("4 2 0", "4 2=1 3 0")), Some(Place::Line(4)));
        assert_eq!(read(Format::Table, "Ana,Ben\n1,2\n1,1\n"), Some(Place::Line(3)));
        let preflib = "# ALTERNATIVE NAME 1: Ana\n# ALTERNATIVE NAME 2: Ben\n1: 1,2\n1: {1,2}\n";
        assert_eq!(read(Format::PrefLib, preflib), Some(Place::Line(4)));
    }

    #[test]
    fn a_table_has_ranks_or_names() {
        let read = |text: &str| ElectionFile::read(Format::Table, text.as_bytes()).unwrap();
        let ranks = read("votes,Ana,Ben,\"Eva, jr.\"\n2,2,1,\n1,,,\n3,1,,2\n");
        let names = read("votes,1,2,3\n2,Ben,Ana,\n1\n3,Ana,\"Eva, jr.\",\n");
        assert_eq!(ranks, names);
        assert_eq!((ranks.rankings.counted(), ranks.rankings.blank()), (5, 1));
        for (text, error) in [
            ("", "line 1: expected a heading"),
            ("Ana,Ana\n1,2\n", "line 1: Ana is there twice"),
            ("Ana,\n1,2\n", "line 1: expected the name of a candidate above every column"),
            ("Ana,Ben\n1,3\n", "line 2: ranks must go 1, 2, 3, … without a gap"),
            ("Ana,Ben\n1,2\n0,1\n", "line 3: ranks must go 1, 2, 3, … without a gap"),
            ("Ana,Ben\n1,x\n", "line 2: expected a rank, or an empty cell"),
            ("Ana,Ben\n1,2,3\n", "line 2: expected no more cells than the heading has"),
            ("votes,Ana\nx,1\n", "line 2: expected how often the vote was cast"),
            ("1,2\nAna,Ben\n,Ana\n", "line 3: ranks must go 1, 2, 3, … without a gap"),
            ("1,2\nAna,Ana\n", "line 2: a candidate is ranked twice"),
            ("1,2\n,\n", "line 1: an election has from 1 to 1000 candidates"),
            ("1,2\n\"Ana,Ben\nBen,Ana\n", "line 2: expected a closing quote"),
            ("1,2\nAna,B\"en\n", "line 2: expected quotes only around a whole cell"),
            ("1,2\n\"Ana\" ,Ben\n", "line 2: expected quotes only around a whole cell"),
        ] {
            assert_eq!(refused(Format::Table, text), error, "{text}");
        }
    }

    #[test]
    fn a_wrong_list_of_orders_is_refused() {
        let two = "# TITLE: T\n# ALTERNATIVE NAME 1: Ana\n# ALTERNATIVE NAME 2: Ben\n";
        for (line, error) in [
            ("1,2", "line 4: expected how often a vote was cast, a colon, and the candidates"),
            ("x: 1", "line 4: expected how often a vote was cast, a colon, and the candidates"),
            ("1: 3", "line 4: there is no candidate 3"),
            ("1: 1,,2", "line 4: there is no candidate "),
            ("1: {1,2", "line 4: expected numbers with commas, equals in braces"),
            ("1: 1,2}", "line 4: expected numbers with commas, equals in braces"),
            ("1: {1,{2}}", "line 4: expected numbers with commas, equals in braces"),
            ("1: 1,1", "line 4: a candidate is ranked twice"),
        ] {
            assert_eq!(refused(Format::PrefLib, &format!("{two}{line}\n")), error, "{line}");
        }
        let turned = "# ALTERNATIVE NAME 2: Ben\n";
        let error = "line 1: expected the candidates by number from 1, in turn";
        assert_eq!(refused(Format::PrefLib, turned), error);
    }

    #[test]
    fn json_tells_the_entry() {
        let read = |text: &str| ElectionFile::read(Format::Json, text.as_bytes());
        let file =
            read(r#"{"candidates": 3, "seats": 2, "votes_by_preference": [[2, [1, 3]], [1, []]], "quota": "1"}"#);
        assert_eq!(file.map(|file| (file.rankings.counted(), file.rankings.blank())), Ok((2, 1)));
        for (votes, error) in [
            ("[[2, [1, 4]]]", "votes_by_preference, entry 1: there is no candidate 4"),
            ("[[2, [1]], [1, [0]]]", "votes_by_preference, entry 2: there is no candidate 0"),
            ("[[2, [1, 1]]]", "votes_by_preference, entry 1: a candidate is ranked twice"),
        ] {
            let text = format!(r#"{{"candidates": ["Ana", "Ben", "Eva"], "votes_by_preference": {votes}}}"#);
            assert_eq!(refused(Format::Json, &text), error);
        }
        assert!(refused(Format::Json, "{\n\"candidates\": -1}").starts_with("line 2: "));
        assert!(
            refused(Format::Json, r#"{"candidates": 3, "votes_by_preference": [[1.5, [1]]]}"#).starts_with("line 1: ")
        );
    }
}
