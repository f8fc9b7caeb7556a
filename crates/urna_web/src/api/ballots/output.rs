//! The bodies of responses about ballots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use urna_app::ballots::Readiness;
use urna_core::method::motion::{Fraction, Majority, MajorityBase, Quorum, Threshold};
use urna_core::method::ranked::RankedCount;
use urna_core::readiness::Warning;
use urna_core::{Ballot, Candidate, Disclosure, Kind, LocalText, Method, StateName, TieRule, Timestamp};
use utoipa::ToSchema;
use uuid::Uuid;

/// A text in one language, or in several under their language tags.
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

/// The purpose of a ballot.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Kind)]
pub(super) enum KindName {
    /// An award, which honours somebody.
    Award,
    /// A consultation, which asks the attendees for their view.
    Consultation,
}

/// How rankings are counted.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RankedCount)]
pub(in crate::api) enum RankedCountName {
    /// Instant runoff.
    Irv,
    /// Schulze.
    Schulze,
    /// Borda.
    Borda,
    /// The single transferable vote of Scotland, for several seats.
    ScottishStv,
}

/// The method by which votes are cast and counted. `seats` is how many candidates are elected; absent if it is 1.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Method)]
pub(in crate::api) enum MethodBody {
    /// Each vote names one candidate; the most votes win.
    Plurality {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100, required = false)]
        seats: Option<u16>,
    },
    /// Each vote names one or several candidates, all with the same weight; the most votes win.
    Approval {
        /// The maximum number of candidates that one vote may name.
        #[schema(minimum = 2, maximum = 100)]
        max_choices: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100, required = false)]
        seats: Option<u16>,
    },
    /// Each vote gives every candidate points; the most points win.
    Score {
        /// The fewest points; a candidate without any in a vote gets them.
        #[schema(maximum = 9)]
        min: u16,
        /// The most points, above `min`.
        #[schema(minimum = 1, maximum = 10)]
        max: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100, required = false)]
        seats: Option<u16>,
    },
    /// Each vote ranks candidates.
    Ranked {
        count: RankedCountName,
        /// The maximum number of ranks in one vote. Without it a vote ranks at most 3 of more than 5 candidates, because
        /// long rankings can be recognised; a ballot that is ready says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100, required = false)]
        max_ranks: Option<u16>,
        /// More than 1 only with `scottish_stv`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100, required = false)]
        seats: Option<u16>,
    },
    /// Each vote says yes, no, or abstains. There are no candidates.
    Motion {
        /// By default there is no quorum.
        #[schema(required = false)]
        quorum: QuorumBody,
        /// By default more than half of those who say yes or no. As many yes as no is rejected.
        #[schema(required = false)]
        majority: MajorityBody,
    },
}

/// A part of a whole: two numbers, of which the second is at most 1000.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Fraction, value_type = String, pattern = r"^[1-9]\d{0,3}/[1-9]\d{0,3}$")]
pub(in crate::api) struct FractionText(String);

impl From<Fraction> for FractionText {
    fn from(fraction: Fraction) -> Self {
        Self(fraction.to_string())
    }
}

/// How many must take part in a motion, abstentions included.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Quorum)]
pub(in crate::api) enum QuorumBody {
    /// Any number.
    None {},
    /// At least this part of all who could vote.
    Members { fraction: FractionText },
    /// At least this part of those who are present. No ballot can be ready with it yet.
    Present { fraction: FractionText },
}

/// The votes or people of whom a majority is a part.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MajorityBase)]
pub(in crate::api) enum MajorityBaseName {
    /// Those who say yes or no.
    YesAndNo,
    /// Every vote, abstentions included.
    Cast,
    /// All who could vote.
    Members,
}

/// The part that must say yes: one half at least.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Threshold)]
pub(in crate::api) enum ThresholdBody {
    /// More than this part.
    MoreThan(FractionText),
    /// This part, or more.
    AtLeast(FractionText),
}

/// How many yes carry a motion.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Majority)]
pub(in crate::api) struct MajorityBody {
    /// By default `yes_and_no`.
    #[schema(required = false)]
    base: MajorityBaseName,
    /// By default more than one half.
    #[schema(required = false)]
    threshold: ThresholdBody,
}

impl From<Quorum> for QuorumBody {
    fn from(quorum: Quorum) -> Self {
        match quorum {
            Quorum::None {} => Self::None {},
            Quorum::Members { fraction } => Self::Members { fraction: fraction.into() },
            Quorum::Present { fraction } => Self::Present { fraction: fraction.into() },
        }
    }
}

impl From<Threshold> for ThresholdBody {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::MoreThan(fraction) => Self::MoreThan(fraction.into()),
            Threshold::AtLeast(fraction) => Self::AtLeast(fraction.into()),
        }
    }
}

impl From<Majority> for MajorityBody {
    fn from(majority: Majority) -> Self {
        let base = match majority.base {
            MajorityBase::YesAndNo => MajorityBaseName::YesAndNo,
            MajorityBase::Cast => MajorityBaseName::Cast,
            MajorityBase::Members => MajorityBaseName::Members,
        };
        Self { base, threshold: majority.threshold.into() }
    }
}

impl From<Method> for MethodBody {
    fn from(method: Method) -> Self {
        let seats = Some(method.seats()).filter(|seats| *seats != 1);
        match method {
            Method::Plurality { .. } => Self::Plurality { seats },
            Method::Approval { max_choices, .. } => Self::Approval { max_choices, seats },
            Method::Score { min, max, .. } => Self::Score { min, max, seats },
            Method::Ranked { count, max_ranks, .. } => Self::Ranked { count: count.into(), max_ranks, seats },
            Method::Motion { quorum, majority } => Self::Motion { quorum: quorum.into(), majority: majority.into() },
        }
    }
}

impl From<RankedCount> for RankedCountName {
    fn from(count: RankedCount) -> Self {
        match count {
            RankedCount::Irv => Self::Irv,
            RankedCount::Schulze => Self::Schulze,
            RankedCount::Borda => Self::Borda,
            RankedCount::ScottishStv => Self::ScottishStv,
        }
    }
}

/// The rule that settles a tie for the first place.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = TieRule)]
pub(in crate::api) enum TieRuleBody {
    /// A tie-break that people decide.
    Jury {},
    /// A lot drawn reproducibly from the votes' commitments.
    Lot {},
    /// A place shared by the tied candidates.
    Shared {},
    /// A motion with as many yes as no is rejected. The rule of every motion, and of no other ballot.
    Rejected {},
}

impl From<TieRule> for TieRuleBody {
    fn from(rule: TieRule) -> Self {
        match rule {
            TieRule::Jury {} => Self::Jury {},
            TieRule::Lot {} => Self::Lot {},
            TieRule::Shared {} => Self::Shared {},
            TieRule::Rejected {} => Self::Rejected {},
        }
    }
}

/// The part of the votes that the public record discloses.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Disclosure)]
pub(super) enum DisclosureName {
    /// Every vote, without its voter.
    Full,
    /// The totals alone.
    Counts,
}

/// The state of a ballot.
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

/// A person or thing that voters can choose.
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

/// The attendees whom a ballot admits; they must also be verified.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Eligibility)]
struct EligibilityBody {
    /// The stakeholder groups that may vote; `null` admits all.
    categories: Option<Vec<String>>,
}

/// A question that is put to the vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ballot)]
pub(in crate::api) struct BallotBody {
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
    /// The time from which no vote is recorded. After the close, the time at which the ballot closed.
    #[schema(format = "date-time")]
    closes_at: Option<String>,
    tie_rule: TieRuleBody,
    disclosure: DisclosureName,
    /// The SHA-256 of the manifest, in hex, from `ready` on.
    manifest_sha256: Option<String>,
    /// The statement fingerprint from the close on: the SHA-256 of the signed statement, in hex. The statement itself
    /// is secret until the publication.
    statement_sha256: Option<String>,
    /// The reason why the ballot was cancelled.
    cancel_reason: Option<String>,
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl BallotBody {
    /// Returns the ballot as it is now: closed from the closing time on, even if nothing has acted on the close yet.
    pub(in crate::api) fn at(ballot: &Ballot, now: Timestamp) -> Self {
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

/// The state of a ballot, in at most 200 bytes for phones that poll it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BallotState {
    /// The current state: `closed` from the closing time on.
    state: StateBody,
    #[schema(format = "date-time")]
    opens_at: Option<String>,
    #[schema(format = "date-time")]
    closes_at: Option<String>,
    /// True if the result is published.
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

/// The numbers of attendees who may vote and who have voted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Turnout)]
pub(super) struct TurnoutBody {
    /// The number of attendees who are verified and admitted, or took part; fixed at the close.
    pub(super) eligible: u64,
    pub(super) voted: u64,
}

/// A completed change of state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transition)]
pub(super) struct TransitionBody {
    pub(super) from: StateBody,
    pub(super) to: StateBody,
    #[schema(format = "date-time")]
    pub(super) at: String,
    /// A problem for an operator to look into, although the change succeeded; usually absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(super) warning: Option<&'static str>,
    /// The warnings for a change to `ready` or `open`; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) warnings: Vec<WarningBody>,
}

/// A point to check before a ballot opens. It does not prevent anything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "snake_case")]
#[schema(as = Warning)]
pub(super) enum WarningBody {
    /// Some people claim a stakeholder group that the ballot requires. They cannot vote until an organiser confirms it.
    ClaimedCategories {
        /// The number of these people.
        people: u64,
    },
    /// The ballot closes after the end of the conference. Personal links and badge codes are valid until that end.
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

/// The readiness of a ballot to be opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(super) struct ReadinessBody {
    /// True if the ballot can be opened now.
    ready: bool,
    /// The number of attendees who can vote in the ballot.
    eligible: u64,
    /// The missing conditions that prevent the opening.
    missing: Vec<&'static str>,
    /// The points to check that do not prevent the opening.
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

/// The closing time of a ballot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClosingTime)]
pub(super) struct ClosingTimeBody {
    #[schema(format = "date-time")]
    pub(super) closes_at: Option<String>,
}

/// The withdrawal of a candidate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawal)]
pub(super) struct WithdrawalBody {
    pub(super) candidate_id: Uuid,
    pub(super) reason: String,
    #[schema(format = "date-time")]
    pub(super) at: String,
}
