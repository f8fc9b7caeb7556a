//! The rows of a result: a bar and a line of the table for each candidate.

use urna_app::results::PublishedRow;
use urna_core::method::Method;
use urna_core::method::ranked::RankedCount;
use urna_core::tally::share;

use super::ResultInWords;
use crate::pages::Written;

/// A candidate's row. The bar and the table are both made from it, so they agree.
pub(super) struct RowLine {
    pub(super) name: Written,
    /// Organisation and country.
    pub(super) place: String,
    pub(super) votes: String,
    /// The votes with the word for them.
    pub(super) votes_in_words: String,
    pub(super) share: String,
    /// The width of the bar in per cent of its rail, which stands for all counted votes, or for the most points possible.
    pub(super) width: String,
    pub(super) is_elected: bool,
    pub(super) is_withdrawn: bool,
}

/// `part / whole` with two decimal places, rounded half up.
pub(super) fn hundredths(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    let hundredths = (part * 200 + whole) / (2 * whole);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The numbers that the rows of a result show.
#[derive(Clone, Copy)]
pub(super) enum Measure {
    /// The votes that name a candidate.
    Votes,
    /// The votes that put a candidate first.
    FirstPlaces,
    /// Points, in so many units for each; a vote gives a candidate so many at most.
    Points { units: u64, most: u64 },
}

/// Writes the share `0.4003` as a width in per cent: `40.03`.
pub(super) fn width(share: &str) -> String {
    let ten_thousandths: u32 = share.replace('.', "").parse().unwrap_or(0);
    format!("{}.{:02}", ten_thousandths / 100, ten_thousandths % 100)
}

/// The words that depend on the kind of ballot.
pub(super) struct Words {
    pub(super) caption: String,
    pub(super) candidate: String,
    /// The headings of the two columns of numbers.
    pub(super) number: String,
    pub(super) share: String,
    pub(super) elected: String,
    pub(super) method: String,
}

impl ResultInWords<'_> {
    /// The words of the table.
    pub(super) fn words(&self) -> Words {
        let is_motion = self.view.results.method.motion().is_some();
        let of_motion = |id: &str, otherwise: &str| {
            if is_motion { self.t.say(id) } else { self.say_of_kind(otherwise) }
        };
        Words {
            caption: self.t.say(match self.measure() {
                Measure::Votes => "table-caption",
                Measure::FirstPlaces => "table-caption-first-places",
                Measure::Points { .. } => "table-caption-points",
            }),
            candidate: of_motion("table-answer", "table-candidate"),
            number: self.t.say(match self.measure() {
                Measure::Votes => "table-votes",
                Measure::FirstPlaces => "table-first-places",
                Measure::Points { .. } => "table-points",
            }),
            share: self.t.say(match self.measure() {
                Measure::Votes | Measure::FirstPlaces => "table-share",
                Measure::Points { .. } => "table-average",
            }),
            elected: self.say_of_kind("row-elected"),
            method: of_motion("method-heading-motion", "method-heading"),
        }
    }

    pub(super) fn rows(&self) -> Vec<RowLine> {
        let rows = &self.view.results.rows;
        let line = |row: &PublishedRow| {
            let (number, in_words, share, width) = self.numbers(row);
            RowLine {
                name: self.written(&row.name),
                place: self.place(row.candidate_id),
                votes: number,
                votes_in_words: in_words,
                share,
                width,
                is_elected: row.elected,
                is_withdrawn: row.withdrawn,
            }
        };
        // Equals stand in the order of the ballot, but the elected come first.
        let mut rows: Vec<_> = rows.iter().collect();
        rows.sort_by_key(|row| (row.rank, !row.elected));
        rows.into_iter().map(line).collect()
    }

    /// The numbers that the rows show.
    pub(super) fn measure(&self) -> Measure {
        let definition = &self.view.ballot.definition;
        let candidates = u64::from(definition.candidate_count());
        match self.view.results.method {
            Method::Plurality { .. } | Method::Approval { .. } | Method::Motion { .. } => Measure::Votes,
            Method::Score { max, .. } => Measure::Points { units: 1, most: max.into() },
            Method::Ranked { count: RankedCount::Borda, .. } => {
                Measure::Points { units: 2, most: candidates.saturating_sub(1) }
            }
            Method::Ranked { .. } => Measure::FirstPlaces,
        }
    }

    /// The number of a row, alone and in words; its share or average; and the width of its bar.
    pub(super) fn numbers(&self, row: &PublishedRow) -> (String, String, String, String) {
        let counted = self.view.results.counted;
        match (self.measure(), row.points) {
            (Measure::Points { units, most }, Some(points)) => {
                let number = self.t.decimal(&self.view.results.method.decimal_points(points));
                let in_words = self.t.with1("bar-points", "points", number.as_str());
                let of_most = share(points, counted.saturating_mul(units).saturating_mul(most));
                let average = hundredths(points, counted.saturating_mul(units));
                (number, in_words, self.t.decimal(&average), width(&of_most))
            }
            (Measure::FirstPlaces, _) => {
                let in_words = self.t.with1("bar-first-places", "votes", row.votes);
                (self.t.number(row.votes), in_words, self.t.percent_of_share(&row.share), width(&row.share))
            }
            _ => {
                let in_words = self.t.with1("bar-votes", "votes", row.votes);
                (self.t.number(row.votes), in_words, self.t.percent_of_share(&row.share), width(&row.share))
            }
        }
    }
}
