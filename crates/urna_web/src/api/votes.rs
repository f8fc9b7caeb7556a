//! Votes and receipts.

use std::fmt;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use urna_app::voting::{CastVote, ReceiptStatus};
use urna_core::choice::{Answer, GivenChoice};
use urna_core::{BallotId, CandidateId, ReceiptCode, Tracker};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::{InPath, JsonBody, Object};
use crate::problem::{Code, Problem};
use crate::session::Attendee;
use crate::state::Web;
use crate::values::schemas::True;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(cast)).routes(routes!(find_participation)).routes(routes!(find_receipt))
}

/// A choice: exactly one of these fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Choice, min_properties = 1, max_properties = 1)]
struct ChoiceInput {
    /// One candidate, for the method `plurality`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Uuid, required = false)]
    candidate: Option<Sent<CandidateId>>,
    /// All candidates that the voter approves of, each once, in any order, for the method `approval`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Uuid>, required = false, min_items = 1, max_items = 100)]
    candidates: Option<Sent<Vec<CandidateId>>>,
    /// The candidates in order, the best first, for the method `ranked`. A list in the list has candidates that share a
    /// rank, if the count takes that.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<RankInput>, required = false, min_items = 1, max_items = 100)]
    ranking: Option<Sent<Vec<RankInput>>>,
    /// Points by the candidate's id, for the method `score`. A candidate who is missing gets the fewest.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<Uuid, u16>, required = false)]
    scores: Option<Sent<Scores>>,
    /// The answer to a motion, for the method `motion`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = AnswerName, required = false)]
    motion: Option<Sent<AnswerName>>,
    /// `true` for a blank vote, if the ballot allows it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = True, required = false)]
    blank: Option<Sent<bool>>,
}

/// An answer to a motion.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Answer)]
enum AnswerName {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither.
    Abstain,
}

impl From<AnswerName> for Answer {
    fn from(name: AnswerName) -> Self {
        match name {
            AnswerName::Yes => Self::Yes,
            AnswerName::No => Self::No,
            AnswerName::Abstain => Self::Abstain,
        }
    }
}

/// The candidate at one rank, or several who share it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Rank)]
enum RankInput {
    /// One candidate.
    One(Uuid),
    /// Candidates who share the rank.
    Several(Vec<Uuid>),
}

/// Points as sent: a candidate that is there twice is kept, to be refused.
#[derive(Debug, Clone)]
struct Scores(Vec<(CandidateId, u16)>);

impl<'de> Deserialize<'de> for Scores {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Scores;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a number of points for each candidate's id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scores, A::Error> {
                let mut scores = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    scores.push(entry);
                }
                Ok(Scores(scores))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// The value of a field that was sent; it may be `null`, which differs from a field that is absent: a choice has exactly
/// one.
#[derive(Debug)]
struct Sent<T>(Option<T>);

fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Sent<T>>, D::Error> {
    Option::deserialize(deserializer).map(|value| Some(Sent(value)))
}

impl ChoiceInput {
    fn given(&self) -> Result<GivenChoice, Problem> {
        let Self { candidate, candidates, ranking, scores, motion, blank } = self;
        match (candidate, candidates, ranking, scores, motion, blank) {
            (Some(Sent(Some(candidate))), None, None, None, None, None) => Ok(GivenChoice::Candidate(*candidate)),
            (None, Some(Sent(Some(candidates))), None, None, None, None) => {
                Ok(GivenChoice::Candidates(candidates.clone()))
            }
            (None, None, Some(Sent(Some(ranks))), None, None, None) => {
                let rank = |rank: &RankInput| match rank {
                    RankInput::One(id) => vec![CandidateId::new(*id)],
                    RankInput::Several(ids) => ids.iter().copied().map(CandidateId::new).collect(),
                };
                Ok(GivenChoice::Ranking(ranks.iter().map(rank).collect()))
            }
            (None, None, None, Some(Sent(Some(Scores(scores)))), None, None) => Ok(GivenChoice::Scores(scores.clone())),
            (None, None, None, None, Some(Sent(Some(answer))), None) => Ok(GivenChoice::Motion((*answer).into())),
            (None, None, None, None, None, Some(Sent(Some(true)))) => Ok(GivenChoice::Blank),
            _ => {
                let detail = "A choice is one of candidate, candidates, ranking, scores, motion and blank: true.";
                Err(Problem::new(Code::InvalidChoice).detail(detail))
            }
        }
    }
}

/// A vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoteInput {
    #[schema(value_type = ChoiceInput)]
    choice: Object<ChoiceInput>,
    /// The tracker: 32 random bytes in base64url. Make new ones for each vote, and send the same ones with each retry
    /// of it: they make the retry safe. Without a tracker the server makes one, and a lost response cannot be fetched
    /// again.
    #[schema(value_type = Option<String>, min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
    tracker: Option<TrackerField>,
}

/// A tracker as the client sends it.
#[derive(Debug)]
struct TrackerField(Tracker);

impl<'de> Deserialize<'de> for TrackerField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// The receipt that the voter keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
struct ReceiptBody {
    /// The receipt code by which the voter looks the vote up, such as `K7QF-2M9T-XW4R`.
    code: String,
    /// The tracker, the voter's secret, in base64url.
    tracker: String,
    /// The commitment that will be in the public record, in base64url.
    commitment: String,
    /// The service's promise, as a C2SP signed note.
    signed_note: String,
}

/// A vote that is durably recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedVote)]
struct RecordedVoteBody {
    ballot_id: Uuid,
    receipt: ReceiptBody,
}

/// Casts a vote. The service records it durably before it responds. A repeated request with the same tracker and choice
/// returns 200 and the same receipt.
#[utoipa::path(post, path = "/ballots/{id}/votes", operation_id = "cast_vote",
    tag = "Votes", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = VoteInput,
    responses((status = 201, body = RecordedVoteBody),
        (status = 200, description = "recorded before: a retry", body = RecordedVoteBody),
        (status = 403, description = "`not-eligible` with `reason`"),
        (status = 409, description = "`already-voted`, `ballot-not-open`, `ballot-paused`, `tracker-reused`"),
        (status = 410, description = "`ballot-closed`, `ballot-cancelled`"),
        (status = 422, description = "`invalid-choice`, `validation-failed`"),
        (status = 503, description = "`not-recorded`: this request certainly recorded nothing"),
        (status = 504, description = "`outcome-unknown` with the `tracker` to retry with")))]
async fn cast(
    State(web): State<Web>,
    voter: Result<Attendee, Problem>,
    InPath(ballot): InPath<BallotId>,
    body: Result<JsonBody<VoteInput>, Problem>,
) -> Result<Response, Problem> {
    // The caller is checked before the body.
    let Attendee(voter) = voter.map_err(certainly_not_recorded)?;
    let JsonBody(body) = body?;
    let choice = body.choice.0.given()?;
    let cast = CastVote { ballot, choice, tracker: body.tracker.map(|field| field.0) };
    let recorded = web.app.cast_vote(&voter, cast).await?;
    let status = if recorded.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let receipt = recorded.receipt;
    let body = RecordedVoteBody {
        ballot_id: receipt.ballot.uuid(),
        receipt: ReceiptBody {
            code: receipt.code.to_string(),
            tracker: receipt.tracker.to_string(),
            commitment: receipt.commitment.to_string(),
            signed_note: receipt.signed_note,
        },
    };
    Ok((status, Json(body)).into_response())
}

/// Tells the voter that nothing was recorded if not even the session could be looked up.
fn certainly_not_recorded(problem: Problem) -> Problem {
    if problem.code == Code::Unavailable { Problem::new(Code::NotRecorded) } else { problem }
}

/// The caller's participation in a ballot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Participation)]
struct ParticipationBody {
    /// True if the caller may vote, or has voted.
    eligible: bool,
    /// The reason why the caller may not vote: `unverified`, `pending`, `blocked`, `category` or `other-conference`.
    reason: Option<&'static str>,
    has_voted: bool,
    /// The candidates in this voter's own order.
    candidate_order: Vec<Uuid>,
}

/// Returns the caller's participation in a ballot.
#[utoipa::path(get, path = "/ballots/{id}/participation", tag = "Votes", security(("session" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = ParticipationBody)))]
async fn find_participation(
    State(web): State<Web>,
    Attendee(voter): Attendee,
    InPath(ballot): InPath<BallotId>,
) -> Result<Json<ParticipationBody>, Problem> {
    let found = web.app.find_participation(&voter, ballot).await?;
    Ok(Json(ParticipationBody {
        eligible: found.eligible,
        reason: found.reason.map(urna_core::Ineligible::as_str),
        has_voted: found.has_voted,
        candidate_order: found.candidate_order.into_iter().map(CandidateId::uuid).collect(),
    }))
}

/// The status of a vote.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReceiptStatus)]
enum ReceiptStatusName {
    /// In the ballot box, and not published yet.
    Recorded,
    /// In a published result.
    Counted,
    /// In a cancelled ballot.
    Cancelled,
}

/// A vote that was found by its receipt code, without the choice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceiptTrace)]
struct ReceiptTraceBody {
    ballot_id: Uuid,
    status: ReceiptStatusName,
}

/// Looks up the vote with a receipt code.
#[utoipa::path(get, path = "/receipts/{code}", tag = "Votes", params(("code" = String, Path)),
    responses((status = 200, body = ReceiptTraceBody), (status = 404, description = "`receipt-not-found`")))]
async fn find_receipt(
    State(web): State<Web>,
    code: Result<InPath<ReceiptCode>, Problem>,
) -> Result<Json<ReceiptTraceBody>, Problem> {
    let InPath(code) = code.map_err(|_| urna_app::Refusal::ReceiptNotFound)?;
    let found = web.app.find_receipt(code).await?;
    let status = match found.status {
        ReceiptStatus::Recorded => ReceiptStatusName::Recorded,
        ReceiptStatus::Counted => ReceiptStatusName::Counted,
        ReceiptStatus::Cancelled => ReceiptStatusName::Cancelled,
    };
    Ok(Json(ReceiptTraceBody { ballot_id: found.ballot.uuid(), status }))
}
