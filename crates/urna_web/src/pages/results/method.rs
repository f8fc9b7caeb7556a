//! How a result was decided, in sentences: the rules that were set before anybody voted, and their outcome.

use urna_app::results::TieBreak;
use urna_core::TieRule;
use urna_core::method::Method;
use urna_core::method::ranked::RankedCount;
use urna_core::tally::CountStep;

use super::{ResultInWords, motion};

impl ResultInWords<'_> {
    /// Says how a tie was settled, if one had to be.
    pub(super) fn tie(&self) -> Option<String> {
        self.view.results.derivation.iter().find_map(|step| match step {
            CountStep::SettleTie { rule: TieRule::Jury {}, .. }
            | CountStep::TieOrder { rule: TieRule::Jury {}, .. } => Some(self.t.say("tie-jury")),
            CountStep::SettleTie { rule: TieRule::Lot {}, .. } | CountStep::TieOrder { rule: TieRule::Lot {}, .. } => {
                Some(self.t.say("tie-lot"))
            }
            _ => None,
        })
    }

    /// Explains how the winner was decided: the rules that were set before anybody voted, and their outcome.
    pub(super) fn method(&self) -> Vec<String> {
        let definition = &self.view.ballot.definition;
        let candidates = definition.candidate_count();
        let kind = || ("kind", self.kind().into());
        let number = |name, number: u16| (name, u64::from(number).into());
        let method = match definition.method {
            Method::Plurality { .. } => self.say_of_kind("method-plurality"),
            Method::Approval { .. } => {
                self.t.with("method-approval", [kind(), number("most", definition.method.most_marks(candidates))])
            }
            Method::Score { min, max, .. } => {
                self.t.with("method-score", [kind(), number("min", min), number("max", max)])
            }
            Method::Ranked { count, .. } => {
                let id = match count {
                    RankedCount::Irv => "method-irv",
                    RankedCount::Schulze => "method-schulze",
                    RankedCount::Borda => "method-borda",
                    RankedCount::ScottishStv => "method-stv",
                };
                self.t.with(id, [kind(), number("most", definition.method.most_ranks(candidates))])
            }
            Method::Motion { .. } => self.t.say("method-motion"),
        };
        let seats = definition.method.seats();
        let seats = (seats > 1).then(|| self.t.with("method-seats", [kind(), number("seats", seats)]));
        let rule = match (definition.tie_rule, definition.method.orders_everybody()) {
            (TieRule::Jury {}, true) => self.t.say("method-order-jury"),
            (TieRule::Jury {}, false) => self.t.say("method-tie-jury"),
            (TieRule::Lot {}, true) => self.t.say("method-order-lot"),
            (TieRule::Lot {}, false) => self.t.say("method-tie-lot"),
            (TieRule::Shared {}, _) => self.say_of_kind("method-tie-shared"),
            (TieRule::Rejected {}, _) => self.t.say("motion-tie"),
        };
        let carried = motion::rules(definition.method, self.t);
        [method].into_iter().chain(seats).chain(carried).chain([rule]).chain(self.settled()).collect()
    }

    /// Explains in sentences what settled a tie.
    pub(super) fn settled(&self) -> Vec<String> {
        // Those who were tied, and for how many votes, if it was for votes.
        let mut tied = None;
        for step in &self.view.results.derivation {
            match step {
                CountStep::MostVotes { votes, candidates, .. } => tied = Some((Some(*votes), candidates)),
                CountStep::MostPoints { candidates, .. } | CountStep::Unbeaten { candidates } => {
                    tied = Some((None, candidates));
                }
                CountStep::SettleTie { rule, elected, .. } => {
                    let Some((votes, tied)) = tied else { return Vec::new() };
                    let names = || ("names", self.names(tied).into());
                    let winner = || ("winner", self.names(elected).into());
                    return match (rule, &self.view.tie_break) {
                        (TieRule::Jury {}, Some(TieBreak { decision, .. })) => {
                            let who = decision.decided_by.as_str();
                            let by = [("who", who.into()), ("reason", decision.reason.as_str().into())];
                            let tie = match votes {
                                Some(votes) => self.t.with("tied-decided", [names(), ("votes", votes.into())]),
                                None => self.t.with("tied-equal-decided", [names()]),
                            };
                            vec![tie, self.t.with("tied-by", by)]
                        }
                        (TieRule::Lot {}, _) => vec![match votes {
                            Some(votes) => self.t.with("tied-lot", [names(), ("votes", votes.into()), winner()]),
                            None => self.t.with("tied-equal-lot", [names(), winner()]),
                        }],
                        _ => Vec::new(),
                    };
                }
                CountStep::TieOrder { rule: TieRule::Jury {}, .. } => {
                    let Some(TieBreak { decision, .. }) = &self.view.tie_break else { return Vec::new() };
                    let by =
                        [("who", decision.decided_by.as_str().into()), ("reason", decision.reason.as_str().into())];
                    return vec![self.t.with("tied-by", by)];
                }
                _ => {}
            }
        }
        Vec::new()
    }
}
