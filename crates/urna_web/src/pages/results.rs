//! The page of a published result, for everybody.

pub(super) mod card;
mod count;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use urna_app::results::{PublishedRow, ResultsView};
use urna_app::{Failure, Refusal};
use urna_core::life_cycle::HistoryEvent;
use urna_core::method::Method;
use urna_core::method::ranked::RankedCount;
use urna_core::tally::{CountStep, Outcome, share};
use urna_core::{CandidateId, Disclosure, Kind, LocalText, Sha256Hash, Slug, TieRule, Timestamp};
use urna_texts::Speech;

use self::count::CountPart;
use super::ballot::place;
use super::frame::Frame;
use super::portrait::{self, Face};
use super::reader::Reader;
use super::{Written, assets, ballot_path, kind_word, page, see_other};
use crate::api::results::{self as files, VersionQuery};
use crate::extract::InQuery;
use crate::problem::{Code, Problem};
use crate::state::{DownloadHashes, Web};

/// A candidate's row. The bar and the table are both made from it, so they agree.
struct RowLine {
    name: Written,
    /// Organisation and country.
    place: String,
    votes: String,
    /// The votes with the word for them.
    votes_in_words: String,
    share: String,
    /// The width of the bar in per cent of its rail, which stands for all counted votes, or for the most points possible.
    width: String,
    is_elected: bool,
    is_withdrawn: bool,
}

/// An elected candidate.
struct Winner {
    name: Written,
    place: String,
    portrait: Option<Face>,
}

/// The figures that all elected candidates share.
struct Figures {
    share: String,
    votes: String,
    /// The sentence that says who decided, and on which day.
    day: String,
}

/// A file for download.
struct Download {
    text: String,
    path: String,
    /// The SHA-256 of the file.
    hash: Sha256Hash,
}

/// An event in the history, or a correction.
struct Event {
    /// The time, with its date unless the line before is of the same day.
    at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage {
    frame: Frame,
    title: Written,
    winners: Vec<Winner>,
    winner_label: String,
    figures: Option<Figures>,
    /// The sentence that says how a tie was broken, if there was one.
    tie: Option<String>,
    /// The sentence that nobody is elected, if so.
    no_winner: Option<String>,
    turnout: String,
    blank: String,
    /// The sentence with the number of unreadable votes, if there are any.
    unreadable: Option<String>,
    rows: Vec<RowLine>,
    count: CountPart,
    words: Words,
    /// Whether the table has points, and not votes.
    is_of_points: bool,
    has_blank: bool,
    blank_votes: String,
    all_votes: String,
    method: Vec<String>,
    disclosure: String,
    downloads: Vec<Download>,
    fingerprint: String,
    recount: String,
    command: String,
    events: Vec<Event>,
    corrections: Vec<Event>,
    latest: Option<String>,
    /// The path of the version before this one.
    previous: Option<String>,
    conference: String,
    card: Card,
    /// For paper: the address of the page, and the time and version of the publication.
    address: String,
    published: String,
}

/// The words that depend on the kind of ballot.
struct Words {
    candidate: String,
    /// The headings of the two columns of numbers.
    number: String,
    share: String,
    elected: String,
    method: String,
}

/// The preview of the page on other sites.
struct Card {
    title: String,
    description: String,
    url: String,
    image: String,
}

pub(super) async fn show(
    State(web): State<Web>,
    reader: Reader,
    axum::extract::Path((conference, ballot)): axum::extract::Path<(String, String)>,
    InQuery(query): InQuery<VersionQuery>,
) -> Result<Response, Problem> {
    let slug = |text: &str| Slug::parse(text).map_err(|_| Problem::new(Code::NotFound));
    let (conference, ballot) = (slug(&conference)?, slug(&ballot)?);
    let view = match web.app.view_results(&conference, &ballot, query.version).await {
        Ok(view) => view,
        // The ballot's own page tells its state.
        Err(Failure::Refused(Refusal::ResultsNotPublished)) if query.version.is_none() => {
            let view = web.app.view_ballot_by_slug(&conference, &ballot).await?;
            return Ok(see_other(&ballot_path(&view.ballot)));
        }
        Err(other) => return Err(other.into()),
    };
    let t = reader.speech(Some(&view.conference));
    let report = ResultInWords { view: &view, t };
    let downloads = report.downloads(&web).await?;
    let public_url = &web.app.config().public_url;
    let answer = page(&report.page(&reader, public_url, downloads))?;
    if reader.voter.is_some() {
        return Ok(answer);
    }
    let headers = [(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Accept-Language, Cookie")];
    Ok((headers, answer).into_response())
}

/// Writes the share `0.4003` as a width in per cent: `40.03`.
fn width(share: &str) -> String {
    let ten_thousandths: u32 = share.replace('.', "").parse().unwrap_or(0);
    format!("{}.{:02}", ten_thousandths / 100, ten_thousandths % 100)
}

/// `part / whole` with two decimal places, rounded half up.
fn hundredths(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    let hundredths = (part * 200 + whole) / (2 * whole);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The numbers that the rows of a result show.
#[derive(Clone, Copy)]
enum Measure {
    /// The votes that name a candidate.
    Votes,
    /// The votes that put a candidate first.
    FirstPlaces,
    /// Points, in so many units for each; a vote gives a candidate so many at most.
    Points { units: u64, most: u64 },
}

/// A result in one language.
struct ResultInWords<'a> {
    view: &'a ResultsView,
    t: &'static Speech,
}

impl ResultInWords<'_> {
    fn kind(&self) -> &'static str {
        kind_word(self.view.ballot.definition.kind)
    }

    /// Returns a message that depends on the kind of ballot.
    fn say_of_kind(&self, id: &str) -> String {
        self.t.with1(id, "kind", self.kind())
    }

    fn written(&self, text: &LocalText) -> Written {
        Written::of(text, self.view.results.original_language.as_ref(), self.t.language())
    }

    fn name(&self, id: CandidateId) -> String {
        let rows = &self.view.results.rows;
        rows.iter().find(|row| row.candidate_id == id).map_or_else(String::new, |row| self.written(&row.name).text)
    }

    /// Returns a candidate's organisation and country.
    fn place(&self, id: CandidateId) -> String {
        let candidates = &self.view.ballot.definition.candidates;
        candidates.iter().find(|candidate| candidate.id == id).map_or_else(String::new, |found| place(found, self.t))
    }

    /// Writes a time, always with its date: a result is printed, and read for years.
    fn moment(&self, at: Timestamp) -> String {
        self.t.date_time(at, &self.view.conference.time_zone)
    }

    async fn downloads(&self, web: &Web) -> Result<Vec<Download>, Problem> {
        let results = &self.view.results;
        let (id, version) = (results.ballot_id, results.version);
        let make = async {
            let record = match Box::pin(web.app.find_record(id, version)).await {
                Ok(record) => Some(Sha256Hash::of(&record)),
                Err(Failure::Refused(Refusal::ResultsNotPublished)) => None,
                Err(other) => return Err(Problem::from(other)),
            };
            let (csv, json) = (Sha256Hash::of(&files::csv(results)?), Sha256Hash::of(&files::json(results)?));
            let svg = files::svg(results, self.view.ballot.definition.kind)?;
            Ok(DownloadHashes { csv, json, svg: Sha256Hash::of(svg.as_bytes()), record })
        };
        let DownloadHashes { csv, json, svg, record } = web.download_hashes.of(id, version, make).await?;
        let download = |text: &str, path: &str, hash| Download {
            text: self.t.say(text),
            path: format!("/api/v1/ballots/{id}/{path}?version={version}"),
            hash,
        };
        let table = download("download-csv", "results.csv", csv);
        let json = download("download-json", "results", json);
        let record = record.map(|hash| download("download-record", "record.zip", hash));
        let picture = download("download-svg", "results.svg", svg);
        Ok([table, picture, json].into_iter().chain(record).collect())
    }

    fn page(&self, reader: &Reader, public_url: &str, downloads: Vec<Download>) -> ResultsPage {
        let Self { view, t, .. } = self;
        let results = &view.results;
        let title = self.written(&results.title);
        let elected = results.rows.iter().filter(|row| row.elected);
        let winner = |row: &PublishedRow| self.winner(row);
        let winners: Vec<Winner> = elected.map(winner).collect();
        let count = u64::try_from(winners.len()).unwrap_or(u64::MAX);
        let turnout = t.with(
            "turnout",
            [
                ("voted", results.voted.into()),
                ("eligible", results.eligible.into()),
                ("share", t.percent(results.voted, results.eligible).into()),
            ],
        );
        let names = t.list(&winners.iter().map(|winner| winner.name.text.clone()).collect::<Vec<_>>());
        let version = results.version;
        let path = format!("/{}/{}/results", view.conference.slug, view.ballot.slug);
        let latest = view.versions.last().is_some_and(|latest| latest.version > version).then(|| path.clone());
        let card = Card {
            title: title.text.clone(),
            description: match results.outcome {
                Outcome::NoVotes => format!("{} {turnout}", self.say_of_kind("no-winner")),
                _ => t.with(
                    "card",
                    [
                        ("winner", self.winner_label(count).into()),
                        ("names", names.into()),
                        ("turnout", turnout.as_str().into()),
                    ],
                ),
            },
            url: format!("{public_url}{path}"),
            image: format!("{public_url}/{}/{}/card.png?version={version}", view.conference.slug, view.ballot.slug),
        };
        ResultsPage {
            frame: reader.frame(t, title.text.clone(), Some(&view.conference)).public().on_display(),
            no_winner: matches!(results.outcome, Outcome::NoVotes).then(|| self.say_of_kind("no-winner")),
            winner_label: self.winner_label(count),
            figures: self.figures(count),
            turnout,
            blank: t.with1("blank-votes", "blank", results.blank),
            unreadable: (results.unreadable > 0).then(|| t.with1("unreadable-votes", "votes", results.unreadable)),
            rows: self.rows(),
            count: self.count(),
            words: Words {
                candidate: self.say_of_kind("table-candidate"),
                number: t.say(match self.measure() {
                    Measure::Votes => "table-votes",
                    Measure::FirstPlaces => "table-first-places",
                    Measure::Points { .. } => "table-points",
                }),
                share: t.say(match self.measure() {
                    Measure::Votes | Measure::FirstPlaces => "table-share",
                    Measure::Points { .. } => "table-average",
                }),
                elected: self.say_of_kind("row-elected"),
                method: self.say_of_kind("method-heading"),
            },
            is_of_points: matches!(self.measure(), Measure::Points { .. }),
            has_blank: results.blank > 0,
            blank_votes: t.number(results.blank),
            all_votes: t.number(results.counted + results.blank),
            tie: self.tie(),
            previous: (version > 1).then(|| format!("{path}?version={}", version - 1)),
            conference: format!("/{}", view.conference.slug),
            method: self.method(),
            disclosure: t.say(match view.ballot.definition.disclosure {
                Disclosure::Full => "disclosure-full",
                Disclosure::Counts => "disclosure-counts",
            }),
            downloads,
            fingerprint: results.statement_sha256.clone(),
            recount: t.say(match view.ballot.definition.disclosure {
                Disclosure::Full => "verify-recount",
                Disclosure::Counts => "verify-counts",
            }),
            command: format!("urna verify record.zip --statement {}", results.statement_sha256),
            events: self.events(),
            corrections: self.corrections(),
            latest,
            address: card.url.clone(),
            published: self.published(),
            card,
            title,
            winners,
        }
    }

    fn winner(&self, row: &PublishedRow) -> Winner {
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

    fn winner_label(&self, winners: u64) -> String {
        let seats = u64::from(self.view.results.method.seats());
        if seats > 1 {
            return self.t.with("winner-seats", [("kind", self.kind().into()), ("winners", winners.into())]);
        }
        self.t.with("winner", [("kind", self.kind().into()), ("winners", winners.into())])
    }

    fn figures(&self, winners: u64) -> Option<Figures> {
        let results = &self.view.results;
        let first = results.rows.iter().find(|row| row.elected)?;
        let closed = self.view.history.iter().rfind(|line| matches!(line.event, HistoryEvent::Closed { .. }));
        let at = closed.map_or(results.published_at, |line| line.at);
        let day = self.t.with1("winner-day", "day", self.t.date(at, &self.view.conference.time_zone));
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

    /// The share of the winner in the last round of an instant runoff, and the votes; otherwise how many voted.
    fn last_round(&self, winners: u64) -> (String, String) {
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

    fn published(&self) -> String {
        let results = &self.view.results;
        let time = self.moment(results.published_at);
        self.t.with("paper-published", [("time", time.into()), ("version", u64::from(results.version).into())])
    }

    fn rows(&self) -> Vec<RowLine> {
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
    fn measure(&self) -> Measure {
        let definition = &self.view.ballot.definition;
        let candidates = u64::from(definition.candidate_count());
        match self.view.results.method {
            Method::Plurality { .. } | Method::Approval { .. } => Measure::Votes,
            Method::Score { max, .. } => Measure::Points { units: 1, most: max.into() },
            Method::Ranked { count: RankedCount::Borda, .. } => {
                Measure::Points { units: 2, most: candidates.saturating_sub(1) }
            }
            Method::Ranked { .. } => Measure::FirstPlaces,
        }
    }

    /// The number of a row, alone and in words; its share or average; and the width of its bar.
    fn numbers(&self, row: &PublishedRow) -> (String, String, String, String) {
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

    /// Says how a tie was settled, if one had to be.
    fn tie(&self) -> Option<String> {
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
    fn method(&self) -> Vec<String> {
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
        };
        let seats = definition.method.seats();
        let seats = (seats > 1).then(|| self.t.with("method-seats", [kind(), number("seats", seats)]));
        let rule = match (definition.tie_rule, definition.method.orders_everybody()) {
            (TieRule::Jury {}, true) => self.t.say("method-order-jury"),
            (TieRule::Jury {}, false) => self.t.say("method-tie-jury"),
            (TieRule::Lot {}, true) => self.t.say("method-order-lot"),
            (TieRule::Lot {}, false) => self.t.say("method-tie-lot"),
            (TieRule::Shared {}, _) => self.say_of_kind("method-tie-shared"),
        };
        [method].into_iter().chain(seats).chain([rule]).chain(self.settled()).collect()
    }

    /// Explains in sentences what settled a tie.
    fn settled(&self) -> Vec<String> {
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
                        (TieRule::Jury {}, Some(decision)) => {
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
                    let Some(decision) = &self.view.tie_break else { return Vec::new() };
                    let by =
                        [("who", decision.decided_by.as_str().into()), ("reason", decision.reason.as_str().into())];
                    return vec![self.t.with("tied-by", by)];
                }
                _ => {}
            }
        }
        Vec::new()
    }

    fn names(&self, candidates: &[CandidateId]) -> String {
        self.t.list(&candidates.iter().map(|id| self.name(*id)).collect::<Vec<_>>())
    }

    fn events(&self) -> Vec<Event> {
        let happened = self.view.history.iter().filter_map(|line| {
            let text = match &line.event {
                HistoryEvent::Opened { eligible } => self.t.with1("history-opened", "eligible", *eligible),
                HistoryEvent::Paused => self.t.say("history-paused"),
                HistoryEvent::Resumed => self.t.say("history-resumed"),
                HistoryEvent::ClosingTime { closes_at: Some(at) } => {
                    self.t.with1("history-closing-time", "time", self.moment(*at))
                }
                HistoryEvent::ClosingTime { closes_at: None } => self.t.say("history-closing-time-none"),
                HistoryEvent::Withdrawn { candidate, reason } => {
                    let (name, reason) = (self.name(*candidate), reason.as_str());
                    let values = [("kind", self.kind().into()), ("name", name.into()), ("reason", reason.into())];
                    self.t.with("history-withdrawn", values)
                }
                HistoryEvent::Closed { eligible, voted, unreadable } => {
                    let closed =
                        self.t.with("history-closed", [("eligible", (*eligible).into()), ("voted", (*voted).into())]);
                    match unreadable {
                        0 => closed,
                        _ => format!("{closed} {}", self.t.with1("unreadable-votes", "votes", *unreadable)),
                    }
                }
                HistoryEvent::Cancelled { .. } => return None,
            };
            Some((line.at, text))
        });
        let published = self.view.versions.first().map(|first| (first.at, self.t.say("history-published")));
        let mut before = None;
        let line = |(at, text)| Event { at: self.moment_after(before.replace(at), at), text };
        happened.chain(published).map(line).collect()
    }

    /// Writes a time, without its date if the line before is of the same day.
    fn moment_after(&self, before: Option<Timestamp>, at: Timestamp) -> String {
        before.map_or_else(|| self.moment(at), |before| self.t.moment(at, before, &self.view.conference.time_zone))
    }

    fn corrections(&self) -> Vec<Event> {
        let later = self.view.versions.iter().skip(1);
        later
            .map(|version| Event {
                at: self.t.with1("corrected", "time", self.moment(version.at)),
                text: version.note.clone().unwrap_or_default(),
            })
            .collect()
    }
}
