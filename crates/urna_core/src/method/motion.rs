//! Motion: each vote says yes, no, or abstains; the motion is carried, rejected, or not decided.
//!
//! A quorum asks that enough members take part, abstentions included. A majority asks for enough yes. As many yes as no is
//! always rejected. Without its quorum a motion is not decided, and nobody counts it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Method;
use crate::choice::{Answer, Choice, GivenChoice, InvalidChoice, Mark};
use crate::count::Turnout;
use crate::tally::{CountStep, Outcome, Tally};

/// A part of a whole, written `2/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// The number above the line.
    pub numerator: u16,
    /// The number below the line.
    pub denominator: u16,
}

/// The largest denominator of a fraction in a rule.
pub const MOST_PARTS: u16 = 1_000;

impl Fraction {
    /// One half.
    pub const HALF: Self = Self { numerator: 1, denominator: 2 };

    /// Whether it is a part of something: more than 0, at most 1, in at most [`MOST_PARTS`] parts.
    #[must_use]
    pub const fn is_part(self) -> bool {
        0 < self.numerator && self.numerator <= self.denominator && self.denominator <= MOST_PARTS
    }

    const fn is_half_at_least(self) -> bool {
        self.denominator <= self.numerator.saturating_mul(2)
    }

    /// This part of `whole`, as a whole number and what remains of it in parts of the denominator: 2/3 of 37 is `(24, 2)`,
    /// which is 24 2/3.
    ///
    /// # Panics
    /// If the denominator is 0.
    #[must_use]
    pub fn of(self, whole: u64) -> (u64, u16) {
        let (product, parts) = (u128::from(self.numerator) * u128::from(whole), u128::from(self.denominator));
        let number = u64::try_from(product / parts).unwrap_or(u64::MAX);
        (number, u16::try_from(product % parts).expect("less than the denominator"))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// The text is not a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fraction such as \"2/3\"")]
pub struct InvalidFraction;

impl FromStr for Fraction {
    type Err = InvalidFraction;

    /// Reads two numbers and a slash; refuses signs, leading zeros and blanks.
    fn from_str(text: &str) -> Result<Self, InvalidFraction> {
        let (numerator, denominator) = text.split_once('/').ok_or(InvalidFraction)?;
        let number = |text: &str| text.parse().map_err(|_| InvalidFraction);
        let read = Self { numerator: number(numerator)?, denominator: number(denominator)? };
        if read.to_string() == text { Ok(read) } else { Err(InvalidFraction) }
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// How many must take part, abstentions included, for a motion to be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Quorum {
    /// Any number.
    None {},
    /// A part of the members: of all who could vote.
    Members {
        /// At least this part.
        fraction: Fraction,
    },
    /// A part of those who are present. No ballot knows them yet: see [`crate::life_cycle::Missing::Presence`].
    Present {
        /// At least this part.
        fraction: Fraction,
    },
}

impl Default for Quorum {
    fn default() -> Self {
        Self::None {}
    }
}

impl Quorum {
    /// How many of so many must take part; nobody if there is no quorum.
    fn needed(self, members: u64) -> Option<u64> {
        match self {
            Self::None {} => None,
            Self::Members { fraction } | Self::Present { fraction } => {
                Some(Threshold::AtLeast(fraction).fewest(members))
            }
        }
    }

    pub(crate) const fn is_in_bounds(self) -> bool {
        match self {
            Self::None {} => true,
            Self::Members { fraction } | Self::Present { fraction } => fraction.is_part(),
        }
    }
}

/// How many yes carry a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Majority {
    /// The votes or people of whom the threshold is a part.
    #[serde(default)]
    pub base: MajorityBase,
    /// The part: one half at least.
    #[serde(default)]
    pub threshold: Threshold,
}

/// The votes or people of whom a majority is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MajorityBase {
    /// Those who say yes or no.
    #[default]
    YesAndNo,
    /// Every vote, abstentions included.
    Cast,
    /// All who could vote.
    Members,
}

/// The part that a majority needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threshold {
    /// More than this part.
    MoreThan(Fraction),
    /// This part, or more.
    AtLeast(Fraction),
}

impl Default for Threshold {
    fn default() -> Self {
        Self::MoreThan(Fraction::HALF)
    }
}

impl Default for Majority {
    /// More than half of those who say yes or no.
    fn default() -> Self {
        Self { base: MajorityBase::default(), threshold: Threshold::default() }
    }
}

impl Threshold {
    /// The part.
    #[must_use]
    pub const fn fraction(self) -> Fraction {
        match self {
            Self::MoreThan(fraction) | Self::AtLeast(fraction) => fraction,
        }
    }

    /// The fewest of so many that reach it.
    fn fewest(self, whole: u64) -> u64 {
        let (number, rest) = self.fraction().of(whole);
        match self {
            Self::MoreThan(_) => number + 1,
            Self::AtLeast(_) => number + u64::from(rest > 0),
        }
    }

    /// Whether it can be reached, and is no less than one half.
    pub(crate) const fn is_in_bounds(self) -> bool {
        let fraction = self.fraction();
        let can_be_more = !matches!(self, Self::MoreThan(_)) || fraction.numerator < fraction.denominator;
        fraction.is_part() && fraction.is_half_at_least() && can_be_more
    }
}

/// The votes on a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Votes in the box.
    pub voted: u64,
    /// The people who could vote, and those who took part.
    pub turnout: Turnout,
    /// The votes for each answer; missing if the quorum was not reached: then nobody counts them.
    pub answers: Option<Answers>,
}

/// The number of votes for each answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Votes that say yes.
    pub yes: u64,
    /// Votes that say no.
    pub no: u64,
    /// Votes that abstain.
    pub abstained: u64,
}

impl Answers {
    /// The votes for one answer.
    #[must_use]
    pub const fn of(&self, answer: Answer) -> u64 {
        match answer {
            Answer::Yes => self.yes,
            Answer::No => self.no,
            Answer::Abstain => self.abstained,
        }
    }
}

impl Answered {
    /// Sums up these choices.
    ///
    /// # Panics
    /// If a choice is not one of a motion.
    pub(crate) fn of(choices: &[Choice], quorum: Quorum, turnout: Turnout) -> Self {
        let count = || {
            let mut answers = Answers::default();
            for choice in choices {
                match choice.marks() {
                    [mark] if mark.value == Answer::Yes.number() => answers.yes += 1,
                    [mark] if mark.value == Answer::No.number() => answers.no += 1,
                    [mark] if mark.value == Answer::Abstain.number() => answers.abstained += 1,
                    _ => panic!("a vote on a motion has one answer"),
                }
            }
            answers
        };
        let answers = is_reached(quorum, turnout).then(count);
        Self { voted: choices.len() as u64, turnout, answers }
    }

    /// The answers as a tally has them, if that many votes can add up to them.
    pub(crate) fn disclosed(tally: &Tally, quorum: Quorum, turnout: Turnout) -> Option<Self> {
        let Tally { counted, blank, derivation, .. } = tally;
        let counted_answers = MotionCount::of(derivation).answers;
        let is_whole = |answers: &Answers| {
            let sum = answers.yes.checked_add(answers.no).and_then(|sum| sum.checked_add(answers.abstained));
            sum == Some(*counted)
        };
        let is_possible = match counted_answers {
            Some(answers) => is_whole(&answers),
            None => !is_reached(quorum, turnout),
        };
        let answers = counted_answers.filter(|_| is_reached(quorum, turnout));
        (is_possible && *blank == 0).then_some(Self { voted: *counted, turnout, answers })
    }
}

/// The count of a motion, as its derivation has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MotionCount {
    /// The quorum, if there is one.
    pub quorum: Option<QuorumCount>,
    /// The answers; missing if the quorum was not reached.
    pub answers: Option<Answers>,
    /// The majority; missing if the quorum was not reached.
    pub majority: Option<MajorityCount>,
}

/// See [`CountStep::Quorum`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuorumCount {
    /// All who could vote.
    pub members: u64,
    /// The fewest who must take part.
    pub needed: u64,
    /// Those who did.
    pub took_part: u64,
}

/// See [`CountStep::Majority`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MajorityCount {
    /// The number of votes or people of whom the threshold is a part.
    pub base: u64,
    /// The part.
    pub threshold: Threshold,
    /// The fewest yes that reach it.
    pub needed: u64,
}

impl MotionCount {
    /// Reads a derivation; empty if it is none of a motion.
    #[must_use]
    pub fn of(derivation: &[CountStep]) -> Self {
        let mut count = Self::default();
        for step in derivation {
            match *step {
                CountStep::Quorum { members, needed, took_part } => {
                    count.quorum = Some(QuorumCount { members, needed, took_part });
                }
                CountStep::Answers { yes, no, abstained } => count.answers = Some(Answers { yes, no, abstained }),
                CountStep::Majority { base, threshold, needed } => {
                    count.majority = Some(MajorityCount { base, threshold, needed });
                }
                _ => {}
            }
        }
        count
    }
}

/// Whether enough take part.
fn is_reached(quorum: Quorum, turnout: Turnout) -> bool {
    quorum.needed(turnout.eligible).is_none_or(|needed| turnout.took_part >= needed)
}

/// The one mark of a choice: the motion itself, with the number of the answer.
pub(super) fn marks(given: &GivenChoice) -> Result<Vec<Mark>, InvalidChoice> {
    let GivenChoice::Motion(answer) = given else { return Err(InvalidChoice::OtherMethod { takes: "motion" }) };
    Ok(vec![Mark { candidate: 0, value: answer.number() }])
}

pub(super) fn accepts(marks: &[Mark]) -> bool {
    matches!(marks, [Mark { candidate: 0, value }] if Answer::of_number(*value).is_some())
}

/// See [`super::Method::count`].
pub(super) fn count(quorum: Quorum, majority: Majority, answered: &Answered) -> Tally {
    let Answered { voted, turnout, answers } = *answered;
    let mut derivation = Vec::new();
    if let Some(needed) = quorum.needed(turnout.eligible) {
        derivation.push(CountStep::Quorum { members: turnout.eligible, needed, took_part: turnout.took_part });
    }
    let outcome = match answers {
        None => Outcome::NotDecided,
        Some(Answers { yes, no, abstained }) => {
            derivation.push(CountStep::Answers { yes, no, abstained });
            let base = match majority.base {
                MajorityBase::YesAndNo => yes + no,
                MajorityBase::Cast => yes + no + abstained,
                MajorityBase::Members => turnout.eligible,
            };
            let needed = majority.threshold.fewest(base);
            derivation.push(CountStep::Majority { base, threshold: majority.threshold, needed });
            // One half of all, and no more, may be enough for the threshold: as many yes as no is rejected all the same.
            if yes >= needed && yes > no { Outcome::Carried } else { Outcome::Rejected }
        }
    };
    Tally { voted, counted: voted, blank: 0, rows: Vec::new(), outcome, derivation }
}

impl Method {
    /// The rules that decide a motion; nothing for other methods.
    #[must_use]
    pub const fn motion(self) -> Option<(Quorum, Majority)> {
        match self {
            Self::Motion { quorum, majority } => Some((quorum, majority)),
            _ => None,
        }
    }

    /// Whether votes are counted, and shown, after such a turnout: those on a motion without its quorum are not.
    #[must_use]
    pub fn is_counted(self, turnout: Turnout) -> bool {
        self.motion().is_none_or(|(quorum, _)| is_reached(quorum, turnout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        text.parse().unwrap()
    }

    #[test]
    fn a_fraction_has_one_form() {
        assert_eq!(fraction("2/3"), Fraction { numerator: 2, denominator: 3 });
        for text in ["", "2", "/3", "2/", "+2/3", "02/3", "2/03", "2 / 3", "2/3/4", "70000/70001", "-1/2", "0.5"] {
            assert_eq!(text.parse::<Fraction>(), Err(InvalidFraction), "{text}");
        }
        assert_eq!(fraction("2/3").of(37), (24, 2));
        assert_eq!(fraction("1000/1000").of(u64::MAX), (u64::MAX, 0));
    }

    #[test]
    fn a_rule_is_within_its_bounds() {
        let quorum = |text| Quorum::Members { fraction: fraction(text) }.is_in_bounds();
        assert!(quorum("1/1000") && quorum("1/1") && Quorum::None {}.is_in_bounds());
        assert!(!quorum("3/2") && !quorum("0/2") && !quorum("0/0") && !quorum("1/1001"));
        let (more, least) = (|text| Threshold::MoreThan(fraction(text)), |text| Threshold::AtLeast(fraction(text)));
        assert!(more("1/2").is_in_bounds() && least("1/1").is_in_bounds() && least("2/3").is_in_bounds());
        assert!(!more("1/1").is_in_bounds(), "nobody reaches it");
        assert!(!more("1/3").is_in_bounds() && !least("499/1000").is_in_bounds(), "less than a majority");
    }

    #[test]
    fn a_majority_is_exact() {
        let votes = |yes, no, abstained| Answered {
            voted: yes + no + abstained,
            turnout: Turnout { eligible: 60, took_part: yes + no + abstained },
            answers: Some(Answers { yes, no, abstained }),
        };
        let outcome = |base, threshold, (yes, no, abstained)| {
            count(Quorum::None {}, Majority { base, threshold }, &votes(yes, no, abstained)).outcome
        };
        let (half, two_thirds) = (fraction("1/2"), fraction("2/3"));
        for (base, threshold, votes, expected) in [
            (MajorityBase::YesAndNo, Threshold::MoreThan(half), (19, 18, 4), Outcome::Carried),
            (MajorityBase::YesAndNo, Threshold::MoreThan(half), (18, 18, 4), Outcome::Rejected),
            (MajorityBase::YesAndNo, Threshold::AtLeast(half), (18, 18, 4), Outcome::Rejected),
            (MajorityBase::YesAndNo, Threshold::AtLeast(two_thirds), (20, 10, 30), Outcome::Carried),
            (MajorityBase::YesAndNo, Threshold::MoreThan(two_thirds), (20, 10, 30), Outcome::Rejected),
            (MajorityBase::YesAndNo, Threshold::AtLeast(two_thirds), (19, 10, 0), Outcome::Rejected),
            (MajorityBase::Cast, Threshold::MoreThan(half), (20, 1, 19), Outcome::Rejected),
            (MajorityBase::Cast, Threshold::AtLeast(half), (20, 1, 19), Outcome::Carried),
            (MajorityBase::Members, Threshold::MoreThan(half), (30, 0, 0), Outcome::Rejected),
            (MajorityBase::Members, Threshold::MoreThan(half), (31, 29, 0), Outcome::Carried),
            (MajorityBase::YesAndNo, Threshold::MoreThan(half), (0, 0, 5), Outcome::Rejected),
            (MajorityBase::YesAndNo, Threshold::AtLeast(half), (0, 0, 0), Outcome::Rejected),
        ] {
            assert_eq!(outcome(base, threshold, votes), expected, "{base:?} {threshold:?} {votes:?}");
        }
    }
}
