//! The page of a published result, for everybody.

pub(super) mod card;
mod count;
mod flow;
mod history;
mod method;
pub(super) mod motion;
mod rows;
mod winners;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use urna_app::results::{PublishedRow, ResultsView};
use urna_app::{Failure, Refusal};
use urna_core::tally::Outcome;
use urna_core::{CandidateId, Disclosure, LocalText, Sha256Hash, Slug, Timestamp};
use urna_texts::Speech;

use self::count::CountPart;
use self::history::Event;
use self::motion::Verdict;
use self::rows::{Measure, RowLine, Words};
use self::winners::{Figures, Winner};
use super::ballot::place;
use super::frame::Frame;
use super::reader::Reader;
use super::{Written, assets, ballot_path, kind_word, page, see_other};
use crate::api::results::{self as files, VersionQuery};
use crate::extract::InQuery;
use crate::problem::{Code, Problem};
use crate::state::{DownloadHashes, Web};

/// A file for download.
struct Download {
    text: String,
    path: String,
    /// The SHA-256 of the file.
    hash: Sha256Hash,
}

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage {
    frame: Frame,
    title: Written,
    winners: Vec<Winner>,
    winner_label: String,
    figures: Option<Figures>,
    /// The outcome, if the ballot is a motion.
    verdict: Option<Verdict>,
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
        let version = results.version;
        let path = format!("/{}/{}/results", view.conference.slug, view.ballot.slug);
        let latest = view.versions.last().is_some_and(|latest| latest.version > version).then(|| path.clone());
        let verdict = self.verdict();
        let is_counted = !matches!(results.outcome, Outcome::NotDecided);
        let card = Card {
            title: title.text.clone(),
            description: self.description(&winners, &turnout),
            url: format!("{public_url}{path}"),
            image: format!("{public_url}/{}/{}/card.png?version={version}", view.conference.slug, view.ballot.slug),
        };
        ResultsPage {
            frame: reader.frame(t, title.text.clone(), Some(&view.conference)).public().on_display(),
            no_winner: matches!(results.outcome, Outcome::NoVotes).then(|| self.say_of_kind("no-winner")),
            winner_label: self.winner_label(count),
            figures: self.figures(count),
            turnout,
            blank: if verdict.is_some() { String::new() } else { t.with1("blank-votes", "blank", results.blank) },
            unreadable: (results.unreadable > 0).then(|| t.with1("unreadable-votes", "votes", results.unreadable)),
            rows: if verdict.is_some() { self.answer_rows() } else { self.rows() },
            count: self.count(),
            words: self.words(),
            is_of_points: matches!(self.measure(), Measure::Points { .. }),
            has_blank: results.blank > 0,
            blank_votes: t.number(results.blank),
            all_votes: t.number(results.counted + results.blank),
            tie: self.tie(),
            previous: (version > 1).then(|| format!("{path}?version={}", version - 1)),
            conference: format!("/{}", view.conference.slug),
            method: self.method(),
            disclosure: t.say(match view.ballot.definition.disclosure {
                _ if !is_counted => "disclosure-nothing",
                Disclosure::Full => "disclosure-full",
                Disclosure::Counts => "disclosure-counts",
            }),
            downloads,
            fingerprint: results.statement_sha256.clone(),
            recount: t.say(match view.ballot.definition.disclosure {
                Disclosure::Full if is_counted => "verify-recount",
                Disclosure::Full | Disclosure::Counts => "verify-counts",
            }),
            command: format!("urna verify record.zip --statement {}", results.statement_sha256),
            events: self.events(),
            corrections: self.corrections(),
            latest,
            address: card.url.clone(),
            published: self.published(),
            card,
            title,
            verdict,
            winners,
        }
    }

    /// Describes the result in one sentence, for the preview of the page.
    fn description(&self, winners: &[Winner], turnout: &str) -> String {
        let count = u64::try_from(winners.len()).unwrap_or(u64::MAX);
        let said = |winner: &str, names: &str| {
            self.t.with("card", [("winner", winner.into()), ("names", names.into()), ("turnout", turnout.into())])
        };
        match (&self.view.results.outcome, self.verdict()) {
            (Outcome::NoVotes, _) => format!("{} {turnout}", self.say_of_kind("no-winner")),
            (_, Some(verdict)) if verdict.answers.is_empty() => format!("{}. {turnout}", verdict.heading),
            (_, Some(verdict)) => said(&verdict.heading, &verdict.answers),
            _ => {
                let names: Vec<_> = winners.iter().map(|winner| winner.name.text.clone()).collect();
                said(&self.winner_label(count), &self.t.list(&names))
            }
        }
    }

    fn published(&self) -> String {
        let results = &self.view.results;
        let time = self.moment(results.published_at);
        self.t.with("paper-published", [("time", time.into()), ("version", u64::from(results.version).into())])
    }

    fn names(&self, candidates: &[CandidateId]) -> String {
        self.t.list(&candidates.iter().map(|id| self.name(*id)).collect::<Vec<_>>())
    }
}
