//! The picture of the rounds: a column for each, in it a bar for each candidate, and bands for the votes that stay or move.

use askama::Template;
use urna_core::CandidateId;
use urna_core::rounds::{CountRound, Moves};
use urna_core::tally::PartVotes;

use super::ResultInWords;

/// The picture, in units that are pixels on a screen.
#[derive(Template)]
#[template(path = "flow.svg")]
pub(super) struct Flow {
    width: u64,
    height: u64,
    headings: Vec<Label>,
    bands: Vec<Band>,
    bars: Vec<Bar>,
    labels: Vec<Label>,
}

/// A text, and where it begins.
struct Label {
    x: u64,
    y: u64,
    text: String,
    /// Whether it ends at `x`.
    is_before: bool,
}

/// The votes of a candidate in a round, or of nobody.
struct Bar {
    x: u64,
    y: u64,
    height: u64,
    class: &'static str,
}

/// Votes on their way from one round to the next.
struct Band {
    path: String,
    class: &'static str,
}

/// From one column to the next.
const COLUMN: u64 = 132;
/// The width of a bar.
const BAR: u64 = 14;
/// The room for names before the first column, and for names and numbers after the last.
const BEFORE: u64 = 190;
const AFTER: u64 = 250;
/// The room above the bars.
const TOP: u64 = 34;
/// The height of all votes.
const ALL: u64 = 300;
/// The height that every bar has at least, for its number, and the gap below it.
const LEAST: u64 = 16;
const GAP: u64 = 6;
/// The longest name before the first column, and after the last, in letters.
const LETTERS: [usize; 2] = [24, 30];
/// The most rounds of a picture: beyond, nobody follows a band.
const MOST_ROUNDS: usize = 24;

/// A place in a column: of a candidate, or of the votes with nobody to go to.
type Place = Option<CandidateId>;

/// The bars of one round, from the top.
struct Column {
    x: u64,
    /// Place, top and height.
    bars: Vec<(Place, u64, u64)>,
}

impl Column {
    fn bar(&self, place: Place) -> Option<(u64, u64)> {
        self.bars.iter().find(|(of, ..)| *of == place).map(|(_, y, height)| (*y, *height))
    }
}

fn votes_at(round: &CountRound, place: Place) -> PartVotes {
    place.map_or(round.nobody, |id| round.votes_of(id))
}

/// The height of votes, where `all` are [`ALL`] units high; one unit at least for any.
fn height(votes: PartVotes, all: PartVotes) -> u64 {
    let share = u128::from(votes.units()) * u128::from(ALL) / u128::from(all.units().max(1));
    u64::try_from(share).unwrap_or(ALL).max(u64::from(votes.units() > 0))
}

/// A band between the right side of one bar and the left side of another; `from` and `to` are top and height.
fn band(x: u64, (from, from_height): (u64, u64), (to, to_height): (u64, u64), class: &'static str) -> Band {
    let (left, right) = (x + BAR, x + COLUMN);
    let middle = left.midpoint(right);
    let (from_end, to_end) = (from + from_height, to + to_height);
    Band {
        path: format!(
            "M{left} {from}C{middle} {from} {middle} {to} {right} {to}V{to_end}C{middle} {to_end} {middle} {from_end} {left} {from_end}Z"
        ),
        class,
    }
}

impl ResultInWords<'_> {
    /// The picture, if the count has several rounds, and not too many.
    pub(super) fn flow(&self) -> Option<Flow> {
        let rounds = CountRound::all(&self.view.results.derivation);
        if !(2..=MOST_ROUNDS).contains(&rounds.len()) {
            return None;
        }
        let first = rounds.first()?;
        let sum = first.votes.iter().map(|(_, votes)| votes.units()).sum::<u64>() + first.nobody.units();
        let all = PartVotes::of_units(sum);
        // The best stand at the top, and those who leave at the lower edge.
        let mut places: Vec<Place> = self.ranked().into_iter().map(Some).collect();
        places.push(None);
        let columns: Vec<Column> =
            (0..).zip(&rounds).map(|(number, round)| column(BEFORE + number * COLUMN, round, &places, all)).collect();
        let elected: Vec<CandidateId> =
            self.view.results.rows.iter().filter(|row| row.elected).map(|row| row.candidate_id).collect();
        let class = |place: Place| match place {
            Some(id) if elected.contains(&id) => "won",
            Some(_) => "stands",
            None => "nobody",
        };
        let bars = columns.iter().flat_map(|column| {
            column.bars.iter().map(|(place, y, height)| Bar {
                x: column.x,
                y: *y,
                height: *height,
                class: class(*place),
            })
        });
        let pairs = rounds.windows(2).zip(columns.windows(2));
        let bands = pairs.flat_map(|(rounds, columns)| bands(rounds, columns, &places, all, class)).collect();
        let lowest =
            columns.iter().flat_map(|column| column.bars.iter().map(|(_, y, height)| y + (*height).max(LEAST)));
        Some(Flow {
            width: BEFORE + (u64::try_from(columns.len()).ok()? - 1) * COLUMN + BAR + AFTER,
            height: lowest.max()? + GAP,
            headings: (1..).zip(&columns).map(|(number, column)| self.heading(number, column.x)).collect(),
            bands,
            bars: bars.collect(),
            labels: self.labels(&rounds, &columns),
        })
    }

    /// The candidates, those who came furthest first.
    fn ranked(&self) -> Vec<CandidateId> {
        let mut rows: Vec<_> = self.view.results.rows.iter().collect();
        rows.sort_by_key(|row| (row.rank, !row.elected));
        rows.into_iter().map(|row| row.candidate_id).collect()
    }

    fn heading(&self, number: u64, x: u64) -> Label {
        let text = self.t.with1(if self.has_stages() { "stage" } else { "round" }, "number", number);
        Label { x, y: TOP - 14, text, is_before: false }
    }

    fn has_stages(&self) -> bool {
        self.view.results.derivation.iter().any(|step| matches!(step, urna_core::tally::CountStep::Stage { .. }))
    }

    /// The names before the first column and after the last, and a number at every bar.
    fn labels(&self, rounds: &[CountRound], columns: &[Column]) -> Vec<Label> {
        let name = |place: Place, most: usize| {
            let full = match place {
                Some(id) => self.name(id),
                None => self.t.say(if self.has_stages() { "stage-not-transferable" } else { "round-exhausted" }),
            };
            if full.chars().count() <= most { full } else { full.chars().take(most - 1).chain(['…']).collect() }
        };
        let [before, after] = LETTERS;
        let mut labels = Vec::new();
        for (number, (round, column)) in rounds.iter().zip(columns).enumerate() {
            let is_last = number + 1 == columns.len();
            for (place, y, height) in &column.bars {
                let middle = y + (*height).max(LEAST) / 2 + 5;
                let votes = self.t.decimal(&short(votes_at(round, *place)));
                let text = if is_last { format!("{votes}  {}", name(*place, after)) } else { votes };
                labels.push(Label { x: column.x + BAR + 6, y: middle, text, is_before: false });
                if number == 0 {
                    labels.push(Label { x: column.x - 8, y: middle, text: name(*place, before), is_before: true });
                }
            }
        }
        labels
    }
}

/// Votes with at most two decimal places: the tables have all five.
fn short(votes: PartVotes) -> String {
    let hundredths = (votes.units() + 500) / 1_000;
    let (whole, part) = (hundredths / 100, hundredths % 100);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") }
}

fn column(x: u64, round: &CountRound, places: &[Place], all: PartVotes) -> Column {
    let mut y = TOP;
    let mut bars = Vec::new();
    for place in places {
        let votes = votes_at(round, *place);
        if votes.units() > 0 {
            let height = height(votes, all);
            bars.push((*place, y, height));
            y += height.max(LEAST) + GAP;
        }
    }
    Column { x, bars }
}

/// The bands from one round to the next: first those who stay, then those who move.
fn bands(
    rounds: &[CountRound],
    columns: &[Column],
    places: &[Place],
    all: PartVotes,
    class: impl Fn(Place) -> &'static str,
) -> Vec<Band> {
    let ([round, next], [from, to]) = (rounds, columns) else { return Vec::new() };
    let leaves = round.moves.map(Moves::candidate);
    let x = from.x;
    let mut bands = Vec::new();
    // The part of the bar from which votes leave that is taken already.
    let mut taken = 0;
    for place in places {
        let stay = PartVotes::of_units(votes_at(round, *place).units().min(votes_at(next, *place).units()));
        let (Some((y, full)), Some((next_y, next_full))) = (from.bar(*place), to.bar(*place)) else { continue };
        let height = height(stay, all).min(full).min(next_full);
        bands.push(band(x, (y, height), (next_y, height), class(*place)));
        if *place == leaves {
            taken = height;
        }
    }
    let Some((source, full)) = leaves.and_then(|leaves| from.bar(Some(leaves))) else { return bands };
    for place in places.iter().filter(|place| **place != leaves) {
        let (before, after) = (votes_at(round, *place).units(), votes_at(next, *place).units());
        let moved = PartVotes::of_units(after.saturating_sub(before));
        let Some((y, next_full)) = to.bar(*place).filter(|_| moved.units() > 0) else { continue };
        let height = height(moved, all).min(full.saturating_sub(taken)).min(next_full);
        bands.push(band(x, (source + taken, height), (y + next_full - height, height), "moves"));
        taken += height;
    }
    bands
}
