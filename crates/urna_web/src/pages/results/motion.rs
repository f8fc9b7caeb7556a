//! The result of a motion: the verdict, the votes for each answer, and the arithmetic, all from the derivation that was
//! signed.

use urna_core::choice::Answer;
use urna_core::method::motion::{Fraction, MajorityBase, MotionCount, Quorum, Threshold};
use urna_core::tally::{Outcome, share};

use super::ResultInWords;
use super::rows::{RowLine, width};
use crate::pages::Written;

/// The outcome of a motion, and how it came about.
pub(super) struct Verdict {
    /// The question that was put to the vote.
    pub(super) question: Written,
    pub(super) heading: String,
    /// The votes for each answer; empty if they were not counted.
    pub(super) answers: String,
    /// Sentences with what was needed.
    pub(super) needed: Vec<String>,
    /// The sentence that says who decided, and on which day.
    pub(super) day: String,
}

/// Returns the message for an answer.
pub(in crate::pages) const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "motion-yes",
        Answer::No => "motion-no",
        Answer::Abstain => "motion-abstain",
    }
}

/// Returns the message for the votes with an answer.
const fn row_word(answer: Answer) -> &'static str {
    match answer {
        Answer::Abstain => "motion-abstained",
        Answer::Yes | Answer::No => answer_word(answer),
    }
}

impl ResultInWords<'_> {
    /// The verdict, if the ballot is a motion.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let results = &self.view.results;
        let heading = self.t.say(match results.outcome {
            Outcome::Carried => "motion-carried",
            Outcome::Rejected => "motion-rejected",
            Outcome::NotDecided => "motion-not-decided",
            Outcome::Elected { .. } | Outcome::Tied { .. } | Outcome::NoVotes => return None,
        });
        let count = MotionCount::of(&results.derivation);
        let numbers = count.answers.map(|answers| {
            [("yes", answers.yes), ("no", answers.no), ("abstained", answers.abstained)]
                .map(|(name, number)| (name, number.into()))
        });
        let (_, majority) = results.method.motion()?;
        let needed = count.majority.map(|majority_count| {
            let part = self.part(majority_count.threshold.fraction(), majority_count.base);
            self.t.with(
                "motion-needed",
                [
                    ("rule", rule_word(majority.threshold).into()),
                    ("part", part.into()),
                    ("base", base_word(majority.base).into()),
                    ("all", majority_count.base.into()),
                ],
            )
        });
        let is_equal = count
            .answers
            .zip(count.majority)
            .is_some_and(|(answers, majority_count)| answers.yes == answers.no && answers.yes >= majority_count.needed);
        let quorum = count.quorum.map(|quorum| {
            let numbers = [("took", quorum.took_part), ("members", quorum.members), ("needed", quorum.needed)];
            self.t.with("motion-took-part", numbers.map(|(name, number)| (name, number.into())))
        });
        let equal = is_equal.then(|| self.t.say("motion-equal"));
        let day = match count.answers {
            Some(_) => self.day(),
            None => self.t.with1("motion-ended", "day", self.closing_day()),
        };
        Some(Verdict {
            question: self.written(&self.view.ballot.definition.question),
            heading,
            answers: numbers.map_or_else(String::new, |numbers| self.t.with("motion-answers", numbers)),
            needed: [needed, equal, quorum].into_iter().flatten().collect(),
            day,
        })
    }

    /// A part of a number, as `18.5` or, where no decimal number is exact, as `24 2/3`.
    fn part(&self, fraction: Fraction, whole: u64) -> String {
        let (number, rest) = fraction.of(whole);
        let parts = fraction.denominator.max(1);
        let hundredths = u32::from(rest) * 100;
        if rest == 0 {
            self.t.number(number)
        } else if hundredths % u32::from(parts) == 0 {
            let decimals = format!("{:02}", hundredths / u32::from(parts));
            self.t.decimal(&format!("{number}.{}", decimals.trim_end_matches('0')))
        } else {
            format!("{}\u{a0}{rest}/{parts}", self.t.number(number))
        }
    }

    /// The rows of the answers; none if they were not counted.
    pub(super) fn answer_rows(&self) -> Vec<RowLine> {
        let results = &self.view.results;
        let Some(answers) = MotionCount::of(&results.derivation).answers else { return Vec::new() };
        let line = |answer: Answer| {
            let votes = answers.of(answer);
            let share = share(votes, results.counted);
            RowLine {
                name: Written { text: self.t.say(row_word(answer)), language: None },
                place: String::new(),
                votes: self.t.number(votes),
                votes_in_words: self.t.with1("bar-votes", "votes", votes),
                share: self.t.percent_of_share(&share),
                width: width(&share),
                is_elected: false,
                is_withdrawn: false,
            }
        };
        Answer::ALL.into_iter().map(line).collect()
    }
}

const fn rule_word(threshold: Threshold) -> &'static str {
    match threshold {
        Threshold::MoreThan(_) => "more",
        Threshold::AtLeast(_) => "least",
    }
}

const fn base_word(base: MajorityBase) -> &'static str {
    match base {
        MajorityBase::YesAndNo => "answers",
        MajorityBase::Cast => "votes",
        MajorityBase::Members => "members",
    }
}

/// A fraction, or the key of the word for it.
fn part_word(fraction: Fraction) -> String {
    if fraction == Fraction::HALF { "half".to_owned() } else { fraction.to_string() }
}

/// Says what carries a motion, and how many must take part; nothing of another method.
pub(in crate::pages) fn rules(method: urna_core::Method, t: &urna_texts::Speech) -> Vec<String> {
    let Some((quorum, majority)) = method.motion() else { return Vec::new() };
    let carried = t.with(
        "motion-rule",
        [
            ("rule", rule_word(majority.threshold).into()),
            ("part", part_word(majority.threshold.fraction()).into()),
            ("base", base_word(majority.base).into()),
        ],
    );
    let quorum = match quorum {
        Quorum::None {} => None,
        Quorum::Members { fraction } | Quorum::Present { fraction } => {
            Some(t.with1("motion-quorum", "part", part_word(fraction)))
        }
    };
    [carried].into_iter().chain(quorum).collect()
}
