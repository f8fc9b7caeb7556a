//! Tallies, tie-breaks and published results.

mod commitments;
mod derivation;
mod formats;
mod rounds;

pub(crate) use formats::{csv, svg};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::authority::Manage;
use urna_app::results::{FoundResults, PublishedResults, PublishedRow, TallyReport, TieBreak};
use urna_core::method::motion::{Answers, MotionCount};
use urna_core::record::Decision;
use urna_core::tally::{Outcome, TallyRow};
use urna_core::{BallotId, CandidateId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::derivation::StepBody;
use self::rounds::RoundBody;
use super::ballots::output::{LocalTextBody, MethodBody, TieRuleBody};
use crate::etag::{self, IMMUTABLE, PUBLIC};
use crate::extract::{InPath, InQuery, JsonBody, OptionalJsonBody};
use crate::problem::{Code, Problem};
use crate::session::{Caller, Organiser};
use crate::state::Web;
use crate::values::Paragraph;
use crate::values::schemas::{Paragraph200, Paragraph500};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(find_tally))
        .routes(routes!(break_tie))
        .routes(routes!(publish))
        .routes(routes!(find_results))
        .routes(routes!(find_results_csv))
        .routes(routes!(find_results_svg))
        .routes(routes!(find_record))
        .routes(routes!(find_statement))
        .merge(commitments::routes())
}

/// The outcome of a count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Outcome)]
enum OutcomeBody {
    /// As many candidates as there are seats, more if the last one is shared, or fewer if nobody else has votes.
    Elected { candidates: Vec<Uuid> },
    /// Several candidates are equal, and the tie rule has not settled the tie yet.
    Tied { candidates: Vec<Uuid>, rule: TieRuleBody },
    /// No vote names a candidate who can be elected.
    NoVotes {},
    /// Enough votes say yes to the motion.
    Carried {},
    /// Too few votes say yes to the motion.
    Rejected {},
    /// Too few people took part to decide the motion. Nobody counts their votes.
    NotDecided {},
}

fn uuids(candidates: &[CandidateId]) -> Vec<Uuid> {
    candidates.iter().map(|candidate| candidate.uuid()).collect()
}

impl From<&Outcome> for OutcomeBody {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Elected { candidates } => Self::Elected { candidates: uuids(candidates) },
            Outcome::Tied { candidates, rule } => Self::Tied { candidates: uuids(candidates), rule: (*rule).into() },
            Outcome::NoVotes => Self::NoVotes {},
            Outcome::Carried => Self::Carried {},
            Outcome::Rejected => Self::Rejected {},
            Outcome::NotDecided => Self::NotDecided {},
        }
    }
}

/// One candidate's count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResultRow)]
struct RowBody {
    candidate_id: Uuid,
    name: LocalTextBody,
    /// The place by votes or points, in a ranked count by how far the candidate came; from 1. Equals share a place.
    rank: u32,
    /// The number of votes that name the candidate; in a score those that give more than the fewest points, in a ranked
    /// count those that put the candidate first.
    votes: u64,
    /// The points, where they decide: in a score, and by Borda's count, which may have a half.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, pattern = r"^\d+(\.5)?$")]
    points: Option<String>,
    /// The share of the counted votes, with four decimal places, rounded half up.
    #[schema(pattern = r"^[01]\.\d{4}$")]
    share: String,
    /// True if the candidate withdrew and could not be elected: the votes stay counted, except in a ranked count, which
    /// passes the candidate over. There a loser who withdraws after the close changes nothing, and is not marked.
    withdrawn: bool,
    elected: bool,
}

/// The votes for each answer to a motion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answers)]
struct AnswersBody {
    yes: u64,
    no: u64,
    abstained: u64,
}

impl From<Answers> for AnswersBody {
    fn from(Answers { yes, no, abstained }: Answers) -> Self {
        Self { yes, no, abstained }
    }
}

/// The turnout of a ballot, with the number of votes of each kind.
#[derive(Debug, Serialize, ToSchema)]
struct ResultTurnout {
    eligible: u64,
    /// The sum `counted + blank`, plus `unreadable` if it is present.
    voted: u64,
    /// The number of votes that are not blank: of an undecided motion, whose votes nobody counts, all that are there.
    counted: u64,
    blank: u64,
    /// The number of votes that could not be read at the close and are not counted; usually absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, minimum = 1)]
    unreadable: Option<u64>,
}

/// A published result. It never changes; a correction is a new version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Results)]
struct ResultsBody {
    ballot_id: Uuid,
    version: u32,
    #[schema(format = "date-time")]
    published_at: String,
    method: MethodBody,
    turnout: ResultTurnout,
    /// The candidates' counts, best first; a motion has none.
    rows: Vec<RowBody>,
    /// The votes for each answer to a motion; missing if it was not decided, and for every other method.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    answers: Option<AnswersBody>,
    outcome: OutcomeBody,
    /// The steps that led to the outcome.
    derivation: Vec<StepBody>,
    /// The rounds of an instant runoff, or the stages of a transferable vote; other counts have none.
    rounds: Vec<RoundBody>,
    /// The statement fingerprint that was shown at the close: the SHA-256 of the signed statement, in hex.
    statement_sha256: String,
    /// The path of this version's record.
    record: String,
    /// All published versions. Present only in the response to a request without `version`: only this response knows
    /// the latest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    versions: Vec<u32>,
}

impl ResultsBody {
    fn new(results: &PublishedResults, versions: Vec<u32>) -> Self {
        let method = results.method;
        let row = |row: &PublishedRow| RowBody {
            candidate_id: row.candidate_id.uuid(),
            name: (&row.name).into(),
            rank: row.rank,
            votes: row.votes,
            points: row.points.map(|points| method.decimal_points(points)),
            share: row.share.clone(),
            withdrawn: row.withdrawn,
            elected: row.elected,
        };
        Self {
            ballot_id: results.ballot_id.uuid(),
            version: results.version,
            published_at: results.published_at.to_string(),
            method: results.method.into(),
            turnout: ResultTurnout {
                eligible: results.eligible,
                voted: results.voted,
                counted: results.counted,
                blank: results.blank,
                unreadable: Some(results.unreadable).filter(|number| *number > 0),
            },
            rows: results.rows.iter().map(row).collect(),
            answers: MotionCount::of(&results.derivation).answers.map(AnswersBody::from),
            outcome: (&results.outcome).into(),
            derivation: results.derivation.iter().map(StepBody::from).collect(),
            rounds: rounds::of(results),
            statement_sha256: results.statement_sha256.clone(),
            record: format!("/api/v1/ballots/{}/record.zip?version={}", results.ballot_id, results.version),
            versions,
        }
    }
}

/// The version of a result.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// The number of the version; the latest by default.
    #[param(minimum = 1)]
    pub(crate) version: Option<u32>,
}

impl VersionQuery {
    /// Returns the cache policy: a result requested by its version never changes, but a correction may follow the
    /// latest.
    const fn cache(&self) -> &'static str {
        if self.version.is_some() { IMMUTABLE } else { PUBLIC }
    }
}

/// Returns the JSON of a published version.
pub(crate) fn json(results: &PublishedResults) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(&ResultsBody::new(results, Vec::new())).map_err(|_| Problem::new(Code::Internal))
}

/// Returns the published result.
#[utoipa::path(get, path = "/ballots/{id}/results", tag = "Results", params(("id" = Uuid, Path), VersionQuery),
    responses((status = 200, body = ResultsBody), (status = 304),
        (status = 404, description = "`results-not-published`, `not-found`")))]
async fn find_results(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    InQuery(query): InQuery<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let FoundResults { results, latest, .. } = web.app.find_results(id, query.version).await?;
    let versions = if query.version.is_some() { Vec::new() } else { (1..=latest).collect() };
    Ok(etag::answer_json(&headers, query.cache(), &ResultsBody::new(&results, versions)))
}

/// Returns the published result as a CSV table.
#[utoipa::path(get, path = "/ballots/{id}/results.csv", tag = "Results", params(("id" = Uuid, Path), VersionQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 304),
        (status = 404, description = "`results-not-published`, `not-found`")))]
async fn find_results_csv(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    InQuery(query): InQuery<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let results = web.app.find_results(id, query.version).await?.results;
    Ok(etag::answer(&headers, "text/csv; charset=utf-8", query.cache(), formats::csv(&results)?))
}

/// Returns the published result as an SVG image.
#[utoipa::path(get, path = "/ballots/{id}/results.svg", tag = "Results", params(("id" = Uuid, Path), VersionQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = 304),
        (status = 404, description = "`results-not-published`, `not-found`")))]
async fn find_results_svg(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    InQuery(query): InQuery<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let FoundResults { results, kind, .. } = web.app.find_results(id, query.version).await?;
    Ok(etag::answer(&headers, "image/svg+xml", query.cache(), svg(&results, kind)?))
}

/// Returns the public record: one archive with everything that is needed to count again. The bytes of a version never
/// change.
#[utoipa::path(get, path = "/ballots/{id}/record.zip", tag = "Verification", params(("id" = Uuid, Path), VersionQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 304),
        (status = 404, description = "`results-not-published`, `not-found`")))]
async fn find_record(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    InQuery(query): InQuery<VersionQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // The publication names everything in the archive: a caller who has the archive of this publication need not wait
    // until it is built again.
    let (version, publication) = web.app.find_publication(id, query.version).await?;
    let tag = etag::of_bytes(publication.as_bytes());
    if let Some(known) = etag::not_modified(&headers, query.cache(), &tag) {
        return Ok(known);
    }
    let record = web.app.find_record(id, version).await?;
    Ok(etag::tagged("application/zip", query.cache(), &tag, record))
}

/// Returns the signed statement. It reveals the winner: before the publication only organisers may read it, and the
/// audit log records each reading.
#[utoipa::path(get, path = "/ballots/{id}/statement", tag = "Verification", params(("id" = Uuid, Path)),
    security((), ("session" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 304),
        (status = 404, description = "`results-not-published`, `not-found`"),
        (status = 409, description = "`not-closed`, to organisers")))]
async fn find_statement(
    State(web): State<Web>,
    caller: Caller,
    organiser: Result<Organiser<Manage>, Problem>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Before the publication an observer is refused like the public.
    let by = organiser.ok();
    let statement = web.app.find_statement(by.as_ref().map(|organiser| &organiser.authority), id).await?;
    Ok(etag::answer(&headers, "text/plain; charset=utf-8", caller.cache(), statement))
}

/// A tie-break: the decision about a tie.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TieBreak)]
struct TieBreakBody {
    /// The tied candidates, the preferred one first; in a ranked count all candidates.
    order: Vec<Uuid>,
    reason: String,
    decided_by: String,
    #[schema(format = "date-time")]
    at: String,
    /// The hash of an order that is sealed, in hex: the history of the record has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
}

/// The tally of a closed ballot, with every step that led to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tally)]
struct TallyBody {
    ballot_id: Uuid,
    method: MethodBody,
    turnout: ResultTurnout,
    /// The candidates' counts, best first.
    rows: Vec<RowBody>,
    outcome: OutcomeBody,
    /// The steps that led to the outcome.
    derivation: Vec<StepBody>,
    tie_break: Option<TieBreakBody>,
}

impl From<&TallyReport> for TallyBody {
    fn from(report: &TallyReport) -> Self {
        let TallyReport { ballot, tally, tie_break } = report;
        let name = |id: CandidateId| {
            let found = ballot.definition.candidates.iter().find(|candidate| candidate.id == id);
            found.map_or_else(|| LocalTextBody::One(String::new()), |candidate| (&candidate.name).into())
        };
        let method = ballot.definition.method;
        let row = |row: &TallyRow| RowBody {
            candidate_id: row.candidate.uuid(),
            name: name(row.candidate),
            rank: row.rank,
            votes: row.votes,
            points: row.points.map(|points| method.decimal_points(points)),
            share: row.share.clone(),
            withdrawn: row.withdrawn,
            elected: row.elected,
        };
        let voted = ballot.state.closing().map_or(tally.voted, |closing| closing.voted);
        Self {
            ballot_id: ballot.id.uuid(),
            method: ballot.definition.method.into(),
            turnout: ResultTurnout {
                eligible: ballot.state.closing().map_or(0, |closing| closing.eligible),
                voted,
                counted: tally.counted,
                blank: tally.blank,
                unreadable: Some(voted.saturating_sub(tally.voted)).filter(|number| *number > 0),
            },
            rows: tally.rows.iter().map(row).collect(),
            outcome: (&tally.outcome).into(),
            derivation: tally.derivation.iter().map(StepBody::from).collect(),
            tie_break: tie_break.as_ref().map(|TieBreak { decision, at }| TieBreakBody {
                order: uuids(&decision.order),
                reason: decision.reason.clone(),
                decided_by: decision.decided_by.clone(),
                at: at.to_string(),
                sha256: ballot
                    .state
                    .frozen()
                    .and_then(|frozen| decision.seal(&frozen.hash))
                    .map(|hash| hash.to_string()),
            }),
        }
    }
}

/// Returns the tally of a closed ballot. Before the publication the audit log records each reading.
#[utoipa::path(get, path = "/ballots/{id}/tally", tag = "Results", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = TallyBody), (status = 409, description = "`not-closed`")))]
async fn find_tally(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
) -> Result<Json<TallyBody>, Problem> {
    let report = web.app.tally_ballot(&caller.authority, id).await?;
    Ok(Json(TallyBody::from(&report)))
}

/// The decision that the tie rule requires.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TieBreakInput {
    /// The tied candidates, each once, the preferred one first; in a ranked count every candidate of the ballot.
    #[schema(value_type = BTreeSet<Uuid>, min_items = 2, max_items = 100)]
    order: Vec<CandidateId>,
    #[schema(value_type = Paragraph500)]
    reason: Paragraph<500>,
    /// The people who decided, such as "the jury".
    #[schema(value_type = Paragraph200)]
    decided_by: Paragraph<200>,
}

/// Enters the decision about a tie. In a ranked count with the tie rule `jury` the order of all candidates may also be given
/// before the close, from `ready` on: sealed, so that the history of the record has its hash alone. A later one replaces it until the close,
/// which makes it final; it becomes public if a tie needs it.
#[utoipa::path(post, path = "/ballots/{id}/tie-breaks", tag = "Results", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = TieBreakInput,
    responses((status = 201, body = TieBreakBody),
        (status = 409, description = "`not-closed`, `no-tie`, `already-published`, `tie-break-final`")))]
async fn break_tie(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    JsonBody(body): JsonBody<TieBreakInput>,
) -> Result<Response, Problem> {
    let TieBreakInput { order, reason: Paragraph(reason), decided_by: Paragraph(decided_by) } = body;
    let decision = Decision { order, reason, decided_by, nonce: None };
    let (at, sha256) = web.app.break_tie(&caller.authority, id, decision.clone()).await?;
    let Decision { order, reason, decided_by, .. } = decision;
    let sha256 = sha256.map(|hash| hash.to_string());
    let body = TieBreakBody { order: uuids(&order), reason, decided_by, at: at.to_string(), sha256 };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// A request to publish a result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicationInput {
    /// The reason for the version, which becomes public. Required for every version after the first.
    #[schema(value_type = Option<Paragraph500>)]
    note: Option<Paragraph<500>>,
}

/// A version that has been published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Publication)]
struct PublicationBody {
    version: u32,
}

/// Publishes the result.
#[utoipa::path(post, path = "/ballots/{id}/publications", operation_id = "publish_results",
    tag = "Results", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body(content = Option<PublicationInput>),
    responses((status = 201, body = PublicationBody),
        (status = 409, description = "`not-closed`, `tie-unresolved`, `already-published`")))]
async fn publish(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    OptionalJsonBody(body): OptionalJsonBody<PublicationInput>,
) -> Result<Response, Problem> {
    let version = web.app.publish_results(&caller.authority, id, body.note.map(|note| note.0)).await?;
    Ok((StatusCode::CREATED, Json(PublicationBody { version })).into_response())
}
