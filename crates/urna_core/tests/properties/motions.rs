//! Motions: the arithmetic of majority and quorum.

use proptest::prelude::*;
use proptest::sample::select;
use urna_core::choice::{Answer, Mark};
use urna_core::count::{Orders, Turnout, Votes, Withdrawals, count};
use urna_core::method::motion::{Fraction, Majority, MajorityBase, Quorum, Threshold};
use urna_core::tally::{Outcome, Tally};
use urna_core::{Choice, Definition, Method, TieRule};

use crate::cases;
use crate::election::definition;

/// A part of so many, up to all of them.
fn part() -> impl Strategy<Value = Fraction> {
    denominator()
        .prop_flat_map(|denominator| (1..=denominator).prop_map(move |numerator| Fraction { numerator, denominator }))
}

/// A part that is one half at least, up to all but `less`.
fn large_part(less: u16) -> impl Strategy<Value = Fraction> {
    denominator().prop_flat_map(move |denominator| {
        let least = denominator.div_ceil(2);
        (least..=(denominator - less).max(least)).prop_map(move |numerator| Fraction { numerator, denominator })
    })
}

fn denominator() -> impl Strategy<Value = u16> {
    prop_oneof![2..=6u16, 2..=1_000u16]
}

/// Any motion that can be frozen.
pub(crate) fn motion() -> impl Strategy<Value = Method> {
    let quorum = prop_oneof![Just(Quorum::None {}), part().prop_map(|fraction| Quorum::Members { fraction })];
    let base = select(vec![MajorityBase::YesAndNo, MajorityBase::Cast, MajorityBase::Members]);
    let threshold =
        prop_oneof![large_part(1).prop_map(Threshold::MoreThan), large_part(0).prop_map(Threshold::AtLeast)];
    (quorum, base, threshold)
        .prop_map(|(quorum, base, threshold)| Method::Motion { quorum, majority: Majority { base, threshold } })
}

/// A motion with its votes, and the number of people who took part without a readable vote, or not at all.
#[derive(Debug, Clone)]
struct Poll {
    method: Method,
    answers: Vec<Answer>,
    unreadable: u64,
    absent: u64,
}

impl Poll {
    fn definition(&self) -> Definition {
        Definition { method: self.method, ..definition(0, false, TieRule::Rejected {}) }
    }

    fn turnout(&self) -> Turnout {
        let took_part = self.answers.len() as u64 + self.unreadable;
        Turnout { eligible: took_part + self.absent, took_part }
    }

    fn tally(&self) -> Tally {
        let mark = |answer: &Answer| Mark { candidate: 0, value: answer.number() };
        let choices: Vec<_> = self.answers.iter().map(|answer| Choice::of(self.method, [mark(answer)])).collect();
        let votes = Votes::of(&choices, &self.definition(), self.turnout());
        count(&self.definition(), &votes, Withdrawals::default(), Orders::default())
    }

    fn number(&self, of: Answer) -> u128 {
        self.answers.iter().filter(|answer| **answer == of).count() as u128
    }
}

fn poll() -> impl Strategy<Value = Poll> {
    let answers = prop::collection::vec(select(Answer::ALL.to_vec()), 0..24);
    (motion(), answers, prop_oneof![3 => Just(0u64), 1 => 0..3u64], 0..20u64)
        .prop_map(|(method, answers, unreadable, absent)| Poll { method, answers, unreadable, absent })
}

proptest! {
    #![proptest_config(cases(1024))]

    /// By cross products, and not by the numbers of the derivation.
    #[test]
    fn a_motion_is_decided_by_its_rules(poll in poll()) {
        let Method::Motion { quorum, majority } = poll.method else { unreachable!() };
        let Turnout { eligible, took_part } = poll.turnout();
        let (members, took_part) = (u128::from(eligible), u128::from(took_part));
        let reaches = |number: u128, fraction: Fraction, whole: u128| {
            (number * u128::from(fraction.denominator)).cmp(&(u128::from(fraction.numerator) * whole))
        };
        let is_decided = match quorum {
            Quorum::None {} => true,
            Quorum::Members { fraction } | Quorum::Present { fraction } => {
                reaches(took_part, fraction, members).is_ge()
            }
        };
        let (yes, no, abstained) = (poll.number(Answer::Yes), poll.number(Answer::No), poll.number(Answer::Abstain));
        let base = match majority.base {
            MajorityBase::YesAndNo => yes + no,
            MajorityBase::Cast => yes + no + abstained,
            MajorityBase::Members => members,
        };
        let is_carried = match majority.threshold {
            Threshold::MoreThan(fraction) => reaches(yes, fraction, base).is_gt(),
            Threshold::AtLeast(fraction) => reaches(yes, fraction, base).is_ge(),
        };
        let expected = match (is_decided, is_carried && yes != no) {
            (false, _) => Outcome::NotDecided,
            (true, true) => Outcome::Carried,
            (true, false) => Outcome::Rejected,
        };
        prop_assert_eq!(poll.tally().outcome, expected);
    }

    /// A majority is one: what is carried would not be carried with yes and no exchanged.
    #[test]
    fn a_motion_and_its_opposite_are_not_both_carried(poll in poll()) {
        let swapped = |answer: &Answer| match answer {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Abstain => Answer::Abstain,
        };
        let opposite = Poll { answers: poll.answers.iter().map(swapped).collect(), ..poll.clone() };
        let both = poll.tally().outcome == Outcome::Carried && opposite.tally().outcome == Outcome::Carried;
        prop_assert!(!both);
    }

    /// Another answer that becomes yes never undoes a motion that was carried.
    #[test]
    fn yes_never_harms(poll in poll(), place in any::<prop::sample::Index>()) {
        if poll.tally().outcome == Outcome::Carried {
            let mut better = poll.clone();
            let place = place.index(better.answers.len());
            better.answers[place] = Answer::Yes;
            prop_assert_eq!(better.tally().outcome, Outcome::Carried);
        }
    }

    #[test]
    fn the_order_of_answers_is_irrelevant(poll in poll()) {
        let mut reversed = poll.clone();
        reversed.answers.reverse();
        prop_assert_eq!(reversed.tally(), poll.tally());
    }

    /// Without its quorum nobody learns more of a motion than how many took part.
    #[test]
    fn answers_to_a_motion_without_its_quorum_leave_no_trace(poll in poll()) {
        if poll.tally().outcome == Outcome::NotDecided {
            let other = Poll { answers: vec![Answer::Abstain; poll.answers.len()], ..poll.clone() };
            prop_assert_eq!(other.tally(), poll.tally());
        }
    }

    /// A record that discloses counts alone leads to the same tally.
    #[test]
    fn counts_lead_to_the_tally_of_the_answers(poll in poll()) {
        let tally = poll.tally();
        let votes = Votes::disclosed(&tally, &poll.definition(), poll.turnout()).expect("a tally has its votes");
        prop_assert_eq!(votes.voted(), tally.voted);
        let again = count(&poll.definition(), &votes, Withdrawals::default(), Orders::default());
        prop_assert_eq!(again, tally);
    }
}
