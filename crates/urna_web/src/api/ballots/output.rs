//! What is answered about ballots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use urna_app::ballots::Readiness;
use urna_core::readiness::Warning;
use urna_core::{Ballot, Candidate, Disclosure, Kind, LocalText, Method, StateName, TieRule, Timestamp};
use utoipa::ToSchema;
use uuid::Uuid;

/// A text, or the same text under several language tags.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = LocalText)]
pub(in crate::api) enum LocalTextBody {
    /// In the language of the ballot.
    One(String),
    /// Under language tags such as `en`.
    Many(BTreeMap<String, String>),
}

impl From<&LocalText> for LocalTextBody {
    fn from(text: &LocalText) -> Self {
        match text {
            LocalText::One(text) => Self::One(text.clone()),
            LocalText::Many(texts) => {
                Self::Many(texts.iter().map(|(language, text)| (language.to_string(), text.clone())).collect())
            }
        }
    }
}

/// What a ballot is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Kind)]
pub(super) enum KindName {
    /// Somebody is honoured.
    Award,
    /// The attendees are asked for their view.
    Consultation,
}

/// How votes are cast and counted.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Method)]
pub(in crate::api) enum MethodBody {
    /// Each vote names one candidate; the most votes win.
    Plurality {},
    /// Each vote names one candidate or several, all alike; the most votes win.
    Approval {
        /// The most that one vote may name.
        #[schema(minimum = 2, maximum = 100)]
        max_choices: u16,
    },
}

impl From<Method> for MethodBody {
    fn from(method: Method) -> Self {
        match method {
            Method::Plurality {} => Self::Plurality {},
            Method::Approval { max_choices } => Self::Approval { max_choices },
        }
    }
}

/// What settles a tie for the first place.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = TieRule)]
pub(in crate::api) enum TieRuleBody {
    /// A tie-break that people decide.
    Jury {},
    /// A lot drawn reproducibly from the votes' commitments.
    Lot {},
    /// The place is shared.
    Shared {},
}

impl From<TieRule> for TieRuleBody {
    fn from(rule: TieRule) -> Self {
        match rule {
            TieRule::Jury {} => Self::Jury {},
            TieRule::Lot {} => Self::Lot {},
            TieRule::Shared {} => Self::Shared {},
        }
    }
}

/// How much of the votes the public record opens.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Disclosure)]
pub(super) enum DisclosureName {
    /// Every vote, without its voter.
    Full,
    /// Only the counts.
    Counts,
}

/// Where a ballot is in its life.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = State)]
pub(super) enum StateBody {
    Draft,
    Ready,
    Open,
    Paused,
    Closed,
    Published,
    Cancelled,
}

impl From<StateName> for StateBody {
    fn from(state: StateName) -> Self {
        match state {
            StateName::Draft => Self::Draft,
            StateName::Ready => Self::Ready,
            StateName::Open => Self::Open,
            StateName::Paused => Self::Paused,
            StateName::Closed => Self::Closed,
            StateName::Published => Self::Published,
            StateName::Cancelled => Self::Cancelled,
        }
    }
}

/// Somebody or something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Candidate)]
struct CandidateBody {
    id: Uuid,
    name: LocalTextBody,
    organisation: Option<String>,
    country: Option<String>,
    biography: Option<LocalTextBody>,
    website: Option<String>,
    /// The SHA-256 of the portrait, in hex: see `/portraits/{sha256}/{px}`.
    portrait: Option<String>,
}

impl From<&Candidate> for CandidateBody {
    fn from(candidate: &Candidate) -> Self {
        Self {
            id: candidate.id.uuid(),
            name: (&candidate.name).into(),
            organisation: candidate.organisation.clone(),
            country: candidate.country.as_ref().map(ToString::to_string),
            biography: candidate.biography.as_ref().map(Into::into),
            website: candidate.website.clone(),
            portrait: candidate.portrait.map(|hash| hash.to_string()),
        }
    }
}

/// Whom a ballot admits, beyond being verified.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Eligibility)]
struct EligibilityBody {
    /// Only these stakeholder groups; `null` admits all.
    categories: Option<Vec<String>>,
}

/// A question that is put to the vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ballot)]
pub(super) struct BallotBody {
    id: Uuid,
    /// The id of the conference.
    conference: Uuid,
    slug: String,
    title: LocalTextBody,
    question: LocalTextBody,
    original_language: Option<String>,
    kind: KindName,
    state: StateBody,
    method: MethodBody,
    candidates: Vec<CandidateBody>,
    allow_blank: bool,
    eligibility: EligibilityBody,
    #[schema(format = "date-time")]
    planned_for: Option<String>,
    #[schema(format = "date-time")]
    opens_at: Option<String>,
    /// From this moment on no vote is recorded. Once closed: when it closed.
    #[schema(format = "date-time")]
    closes_at: Option<String>,
    tie_rule: TieRuleBody,
    disclosure: DisclosureName,
    /// From `ready` on: the SHA-256 of the manifest, in hex.
    manifest_sha256: Option<String>,
    /// From the close on: the SHA-256 of the signed statement, in hex. The statement itself is secret until the publication.
    statement_sha256: Option<String>,
    /// Why the ballot was given up.
    cancel_reason: Option<String>,
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl BallotBody {
    /// As it is now: closed from the closing time on, whether or not anybody has acted on it yet.
    pub(super) fn at(ballot: &Ballot, now: Timestamp) -> Self {
        let Ballot { definition, schedule, state, .. } = ballot;
        let categories = definition.eligibility.categories.as_ref();
        Self {
            id: ballot.id.uuid(),
            conference: ballot.conference.uuid(),
            slug: ballot.slug.to_string(),
            title: (&definition.title).into(),
            question: (&definition.question).into(),
            original_language: definition.original_language.as_ref().map(ToString::to_string),
            kind: match definition.kind {
                Kind::Award => KindName::Award,
                Kind::Consultation => KindName::Consultation,
            },
            state: ballot.state_at(now).into(),
            method: definition.method.into(),
            candidates: definition.candidates.iter().map(CandidateBody::from).collect(),
            allow_blank: definition.allow_blank,
            eligibility: EligibilityBody {
                categories: categories.map(|categories| categories.iter().map(ToString::to_string).collect()),
            },
            planned_for: time(schedule.planned_for),
            opens_at: time(schedule.opens_at),
            closes_at: time(schedule.closes_at),
            tie_rule: definition.tie_rule.into(),
            disclosure: match definition.disclosure {
                Disclosure::Full => DisclosureName::Full,
                Disclosure::Counts => DisclosureName::Counts,
            },
            manifest_sha256: state.frozen().map(|frozen| frozen.hash.to_string()),
            statement_sha256: state.closing().map(|closing| closing.statement.to_string()),
            cancel_reason: match state {
                urna_core::State::Cancelled { reason, .. } => Some(reason.clone()),
                _ => None,
            },
        }
    }
}

/// What phones poll: at most 200 bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BallotState {
    /// As it is now: `closed` from the closing time on.
    state: StateBody,
    #[schema(format = "date-time")]
    opens_at: Option<String>,
    #[schema(format = "date-time")]
    closes_at: Option<String>,
    /// Whether the result is published.
    result_available: bool,
}

impl BallotState {
    pub(super) fn at(ballot: &Ballot, now: Timestamp) -> Self {
        Self {
            state: ballot.state_at(now).into(),
            opens_at: time(ballot.schedule.opens_at),
            closes_at: time(ballot.schedule.closes_at),
            result_available: ballot.state.published_version().is_some(),
        }
    }
}

/// How many can vote, and how many have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Turnout)]
pub(super) struct TurnoutBody {
    /// (Verified and admitted) or took part; fixed at the close.
    pub(super) eligible: u64,
    pub(super) voted: u64,
}

/// A change of state that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transition)]
pub(super) struct TransitionBody {
    pub(super) from: StateBody,
    pub(super) to: StateBody,
    #[schema(format = "date-time")]
    pub(super) at: String,
    /// What an operator has to look into although it happened; usually not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(super) warning: Option<&'static str>,
    /// On the way to `ready` and `open`: what to look at, if anything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) warnings: Vec<WarningBody>,
}

/// Something to look at before a ballot opens; it keeps nothing from happening.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "snake_case")]
#[schema(as = Warning)]
pub(super) enum WarningBody {
    /// People claim a stakeholder group that the ballot asks for; until an organiser confirms it they cannot vote.
    ClaimedCategories {
        /// How many.
        people: u64,
    },
    /// The ballot closes after the end of the conference. Links and badge codes are good until then.
    ClosesAfterConference {
        #[schema(format = "date-time")]
        conference_ends_at: String,
    },
}

impl From<&Warning> for WarningBody {
    fn from(warning: &Warning) -> Self {
        match warning {
            Warning::ClaimedCategories { people } => Self::ClaimedCategories { people: *people },
            Warning::ClosesAfterConference { conference_ends_at } => {
                Self::ClosesAfterConference { conference_ends_at: conference_ends_at.to_string() }
            }
        }
    }
}

/// How far a ballot is from being opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(super) struct ReadinessBody {
    /// Whether it can be opened now.
    ready: bool,
    /// How many can vote on it.
    eligible: u64,
    /// What keeps it from being opened.
    missing: Vec<&'static str>,
    /// What does not, and should be looked at.
    warnings: Vec<WarningBody>,
}

impl From<&Readiness> for ReadinessBody {
    fn from(readiness: &Readiness) -> Self {
        Self {
            ready: readiness.is_ready,
            eligible: readiness.eligible,
            missing: readiness.missing.iter().map(|missing| missing.as_str()).collect(),
            warnings: readiness.warnings.iter().map(WarningBody::from).collect(),
        }
    }
}

/// When the ballot closes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClosingTime)]
pub(super) struct ClosingTimeBody {
    #[schema(format = "date-time")]
    pub(super) closes_at: Option<String>,
}

/// A candidate who withdrew.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawal)]
pub(super) struct WithdrawalBody {
    pub(super) candidate_id: Uuid,
    pub(super) reason: String,
    #[schema(format = "date-time")]
    pub(super) at: String,
}
