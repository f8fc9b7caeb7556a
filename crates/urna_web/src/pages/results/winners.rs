//! The winners, and by how much they won.

use urna_app::results::PublishedRow;
use urna_core::Kind;
use urna_core::life_cycle::HistoryEvent;
use urna_core::tally::CountStep;

use super::ResultInWords;
use super::rows::Measure;
use crate::pages::Written;
use crate::pages::portrait::{self, Face};

/// An elected candidate.
pub(super) struct Winner {
    pub(super) name: Written,
    pub(super) place: String,
    pub(super) portrait: Option<Face>,
}

/// The figures that all elected candidates share.
pub(super) struct Figures {
    pub(super) share: String,
    pub(super) votes: String,
    /// The sentence that says who decided, and on which day.
    pub(super) day: String,
}

impl ResultInWords<'_> {
    pub(super) fn winner(&self, row: &PublishedRow) -> Winner {
        let name = self.written(&row.name);
        let definition = &self.view.ballot.definition;
        let candidate = definition.candidates.iter().find(|candidate| candidate.id == row.candidate_id);
        let image = candidate.and_then(|candidate| candidate.portrait).map(|hash| portrait::path(hash, 384));
        let portrait = match (definition.kind, image) {
            (Kind::Consultation, None) => None,
            (_, image) => Face::of(&name.text, image),
        };
        Winner { place: self.place(row.candidate_id), portrait, name }
    }

    pub(super) fn winner_label(&self, winners: u64) -> String {
        let seats = u64::from(self.view.results.method.seats());
        if seats > 1 {
            return self.t.with("winner-seats", [("kind", self.kind().into()), ("winners", winners.into())]);
        }
        self.t.with("winner", [("kind", self.kind().into()), ("winners", winners.into())])
    }

    pub(super) fn figures(&self, winners: u64) -> Option<Figures> {
        let results = &self.view.results;
        let first = results.rows.iter().find(|row| row.elected)?;
        let day = self.day();
        // Several who fill several seats have each their own.
        let is_common = results.rows.iter().filter(|row| row.elected).all(|row| row.votes == first.votes);
        let (share, votes) = match self.measure() {
            Measure::Votes if is_common => {
                let numbers = [("winners", winners), ("votes", first.votes), ("all", results.counted)];
                let votes = self.t.with("winner-votes", numbers.map(|(name, number)| (name, number.into())));
                (self.t.percent_of_share(&first.share), votes)
            }
            Measure::Points { .. } if winners == 1 => {
                let (number, in_words, average, _) = self.numbers(first);
                (number, self.t.with("winner-points", [("points", in_words.into()), ("average", average.into())]))
            }
            _ => self.last_round(winners),
        };
        Some(Figures { share, votes, day })
    }

    /// Says who decided, and on which day.
    pub(super) fn day(&self) -> String {
        self.t.with1("winner-day", "day", self.closing_day())
    }

    /// The day on which voting ended.
    pub(super) fn closing_day(&self) -> String {
        let closed = self.view.history.iter().rfind(|line| matches!(line.event, HistoryEvent::Closed { .. }));
        let at = closed.map_or(self.view.results.published_at, |line| line.at);
        self.t.date(at, &self.view.conference.time_zone)
    }

    /// The share of the winner in the last round of an instant runoff, and the votes; otherwise how many voted.
    pub(super) fn last_round(&self, winners: u64) -> (String, String) {
        let last = self.view.results.derivation.iter().rev().find_map(|step| match step {
            CountStep::Round { votes, continuing, .. } => Some((votes.iter().max().copied()?, *continuing)),
            _ => None,
        });
        match last.filter(|_| winners == 1) {
            Some((votes, all)) => {
                let values = [("votes", votes.into()), ("all", all.into())];
                (self.t.percent(votes, all), self.t.with("winner-round", values))
            }
            None => (String::new(), self.t.with1("winner-counted", "votes", self.view.results.counted)),
        }
    }
}
