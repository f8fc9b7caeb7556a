//! A published result, for everybody.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use urna_app::results::{PublishedRow, ResultsView};
use urna_app::{Failure, Refusal};
use urna_core::life_cycle::HistoryEvent;
use urna_core::tally::{CountStep, Outcome};
use urna_core::{CandidateId, Disclosure, LocalText, Method, Sha256Hash, Slug, TieRule, Timestamp};
use urna_texts::Speech;
use utoipa::IntoParams;

use super::ballot::place;
use super::frame::Frame;
use super::reader::Reader;
use super::{Written, assets, ballot_path, page, see_other};
use crate::api::results as files;
use crate::extract::InQuery;
use crate::problem::{Code, Problem};
use crate::state::{DownloadHashes, Web};

/// A candidate's row: the bar and the table say the same, for they are made of it.
struct RowLine {
    name: Written,
    /// Organisation and country.
    place: String,
    votes: String,
    share: String,
    /// Of the longest bar, in whole per cent.
    width: u64,
    is_elected: bool,
    is_withdrawn: bool,
}

/// Who is elected.
struct Winner {
    name: Written,
    place: String,
}

/// What can be downloaded.
struct Download {
    text: String,
    path: String,
    /// SHA-256 of what comes.
    hash: Sha256Hash,
}

/// Something that happened.
struct Event {
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
    /// How a tie was broken, if there was one.
    tie: Option<String>,
    no_winner: bool,
    turnout: String,
    blank: String,
    /// How many votes could not be read, if any.
    unreadable: Option<String>,
    rows: Vec<RowLine>,
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
    /// The version before this one, and where it is.
    previous: Option<String>,
    conference: String,
    card: Card,
}

/// What other sites show of the page.
struct Card {
    title: String,
    description: String,
    url: String,
    image: String,
}

/// Which of the published versions.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub(super) struct VersionQuery {
    /// Its number; without one the latest.
    version: Option<u32>,
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
        // The ballot's own page says how far it is.
        Err(Failure::Refused(Refusal::ResultsNotPublished)) if query.version.is_none() => {
            let view = web.app.view_ballot_by_slug(&conference, &ballot).await?;
            return Ok(see_other(&ballot_path(&view.ballot)));
        }
        Err(other) => return Err(other.into()),
    };
    let t = reader.speech(Some(&view.conference));
    let report = Report { view: &view, t };
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
struct Report<'a> {
    view: &'a ResultsView,
    t: &'static Speech,
}

impl Report<'_> {
    fn written(&self, text: &LocalText) -> Written {
        Written::of(text, self.view.results.original_language.as_ref(), self.t.language())
    }

    fn name(&self, id: CandidateId) -> String {
        let rows = &self.view.results.rows;
        rows.iter().find(|row| row.candidate_id == id).map_or_else(String::new, |row| self.written(&row.name).text)
    }

    /// Organisation and country of a candidate.
    fn place(&self, id: CandidateId) -> String {
        let candidates = &self.view.ballot.definition.candidates;
        candidates.iter().find(|candidate| candidate.id == id).map_or_else(String::new, |found| place(found, self.t))
    }

    /// With its date always: a result is printed, and read for years.
    fn moment(&self, at: Timestamp) -> String {
        self.t.date_time(at, &self.view.conference.time_zone)
    }

    async fn downloads(&self, web: &Web) -> Result<Vec<Download>, Problem> {
        let results = &self.view.results;
        let (id, version) = (results.ballot_id, results.version);
        let make = Box::pin(async {
            let record = match web.app.find_record(id, version).await {
                Ok(record) => Some(Sha256Hash::of(&record)),
                Err(Failure::Refused(Refusal::ResultsNotPublished)) => None,
                Err(other) => return Err(Problem::from(other)),
            };
            let (csv, json) = (Sha256Hash::of(&files::csv(results)?), Sha256Hash::of(&files::json(results)?));
            Ok(DownloadHashes { csv, json, record })
        });
        let DownloadHashes { csv, json, record } = web.download_hashes.of(id, version, make).await?;
        let download = |text: &str, path: &str, hash| Download {
            text: self.t.say(text),
            path: format!("/api/v1/ballots/{id}/{path}?version={version}"),
            hash,
        };
        let table = download("download-csv", "results.csv", csv);
        let json = download("download-json", "results", json);
        let record = record.map(|hash| download("download-record", "record.zip", hash));
        Ok([table, json].into_iter().chain(record).collect())
    }

    fn page(&self, reader: &Reader, public_url: &str, downloads: Vec<Download>) -> ResultsPage {
        let Self { view, t, .. } = self;
        let results = &view.results;
        let title = self.written(&results.title);
        let elected = results.rows.iter().filter(|row| row.elected);
        let winner = |row: &PublishedRow| Winner { name: self.written(&row.name), place: self.place(row.candidate_id) };
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
                Outcome::NoVotes => format!("{} {turnout}", t.say("no-winner")),
                _ => t.with(
                    "card",
                    [
                        ("winner", t.with1("winner", "winners", count).into()),
                        ("names", names.into()),
                        ("turnout", turnout.as_str().into()),
                    ],
                ),
            },
            url: format!("{public_url}{path}"),
            image: format!("{public_url}{}", assets::card()),
        };
        ResultsPage {
            frame: reader.frame(t, title.text.clone(), Some(&view.conference)).public(),
            no_winner: matches!(results.outcome, Outcome::NoVotes),
            winner_label: t.with1("winner", "winners", count),
            turnout,
            blank: t.with1("blank-votes", "blank", results.blank),
            unreadable: (results.unreadable > 0).then(|| t.with1("unreadable-votes", "votes", results.unreadable)),
            rows: self.rows(),
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
            card,
            title,
            winners,
        }
    }

    fn rows(&self) -> Vec<RowLine> {
        let rows = &self.view.results.rows;
        let most = rows.iter().map(|row| row.votes).max().unwrap_or(0).max(1);
        let line = |row: &PublishedRow| RowLine {
            name: self.written(&row.name),
            place: self.place(row.candidate_id),
            votes: self.t.number(row.votes),
            share: self.t.percent_of_share(&row.share),
            width: (row.votes * 100 + most / 2) / most,
            is_elected: row.elected,
            is_withdrawn: row.withdrawn,
        };
        // Equals stand in the order of the ballot; who is elected comes first.
        let mut rows: Vec<_> = rows.iter().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.votes), !row.elected));
        rows.into_iter().map(line).collect()
    }

    /// How a tie was settled, where one had to be.
    fn tie(&self) -> Option<String> {
        self.view.results.derivation.iter().find_map(|step| match step {
            CountStep::SettleTie { rule: TieRule::Jury {}, .. } => Some(self.t.say("tie-jury")),
            CountStep::SettleTie { rule: TieRule::Lot {}, .. } => Some(self.t.say("tie-lot")),
            _ => None,
        })
    }

    /// How the winner was decided: the rules that were set before anybody voted, and what they led to.
    fn method(&self) -> Vec<String> {
        let method = match self.view.results.method {
            Method::Plurality {} => self.t.say("method-plurality"),
            Method::Approval { max_choices } => self.t.with1("method-approval", "most", u64::from(max_choices)),
        };
        let rule = self.t.say(match self.view.ballot.definition.tie_rule {
            TieRule::Jury {} => "method-tie-jury",
            TieRule::Lot {} => "method-tie-lot",
            TieRule::Shared {} => "method-tie-shared",
        });
        [method, rule].into_iter().chain(self.settled()).collect()
    }

    /// What settled a tie, in sentences.
    fn settled(&self) -> Vec<String> {
        let mut most = None;
        for step in &self.view.results.derivation {
            match step {
                CountStep::MostVotes { votes, candidates } => most = Some((*votes, candidates)),
                CountStep::SettleTie { rule, elected, .. } => {
                    let Some((votes, tied)) = most else { return Vec::new() };
                    let names = self.names(tied);
                    let tie = [("names", names.as_str().into()), ("votes", votes.into())];
                    return match (rule, &self.view.tie_break) {
                        (TieRule::Jury {}, Some(decision)) => {
                            let who = decision.decided_by.as_str();
                            let by = [("who", who.into()), ("reason", decision.reason.as_str().into())];
                            vec![self.t.with("tied-decided", tie), self.t.with("tied-by", by)]
                        }
                        (TieRule::Lot {}, _) => {
                            let [names, votes] = tie;
                            vec![self.t.with("tied-lot", [names, votes, ("winner", self.names(elected).into())])]
                        }
                        _ => Vec::new(),
                    };
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
                    let values = [("name", self.name(*candidate).into()), ("reason", reason.as_str().into())];
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
        happened.chain(published).map(|(at, text)| Event { at: self.moment(at), text }).collect()
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
