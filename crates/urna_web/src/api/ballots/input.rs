//! The bodies of requests about ballots.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use urna_app::App;
use urna_app::ballots::{ClosingTime, NewBallot};
use urna_app::{FieldError, Refusal};
use urna_core::definition::{DefinitionFault, DefinitionRefused};
use urna_core::{
    Ballot, Candidate, CandidateId, Category, Country, Definition, Disclosure, Eligibility, Kind, Language, Method,
    Schedule, Sha256Hash, Slug, TieRule, Timestamp,
};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::output::{DisclosureName, KindName, MethodBody, TieRuleBody};
use crate::extract::Object;
use crate::problem::Problem;
use crate::values::schemas::{
    LanguageTag, Line200, LocalLine200, LocalParagraph500, LocalParagraph2000, Paragraph500, SlugText, Website,
};
use crate::values::{Local, Paragraph};

/// The attendees whom a ballot admits.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EligibilityInput {
    /// The only stakeholder groups that may vote.
    #[serde(default)]
    #[schema(value_type = Option<Vec<SlugText>>, min_items = 1, max_items = 50)]
    categories: Option<BTreeSet<Category>>,
}

/// A person or thing that voters can choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CandidateInput {
    /// The id of a candidate to keep in a change; without it the service makes a new one.
    #[schema(value_type = Option<uuid::Uuid>)]
    id: Option<CandidateId>,
    /// The name, at most 200 characters.
    #[schema(value_type = LocalLine200)]
    name: Local,
    #[schema(value_type = Option<Line200>)]
    organisation: Option<String>,
    /// The country, as two letters (ISO 3166-1 alpha-2).
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2}$")]
    country: Option<Country>,
    /// The biography, at most 2,000 characters.
    #[schema(value_type = Option<LocalParagraph2000>)]
    biography: Option<Local>,
    /// A URL that begins with `https://`.
    #[schema(value_type = Option<Website>)]
    website: Option<String>,
    /// The portrait as it was read, or `null` to remove it. To set a portrait, upload its image.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    portrait: Option<Sha256Hash>,
}

/// A ballot as an organiser describes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BallotInput {
    /// The ballot's name in URLs, unique within the conference.
    #[schema(value_type = SlugText)]
    slug: Slug,
    /// The title, at most 200 characters.
    #[schema(value_type = LocalLine200)]
    title: Local,
    /// The question, at most 500 characters.
    #[schema(value_type = LocalParagraph500)]
    question: Local,
    /// The language of the texts; required if one of them is given in several languages.
    #[schema(value_type = Option<LanguageTag>)]
    original_language: Option<Language>,
    kind: KindName,
    #[schema(value_type = MethodBody)]
    method: Object<Method>,
    /// The candidates, in the order that the manifest fixes. Each voter sees them in an order of their own. A motion has
    /// none.
    #[serde(default)]
    #[schema(value_type = Vec<CandidateInput>, max_items = 100, required = false)]
    candidates: Vec<Object<CandidateInput>>,
    /// True if voters may cast a blank vote; never for a motion, which takes abstentions.
    allow_blank: bool,
    #[schema(value_type = Option<EligibilityInput>)]
    eligibility: Option<Object<EligibilityInput>>,
    /// The planned time, which is only announced.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    planned_for: Option<Timestamp>,
    /// The time at which the ballot opens by itself, once it is ready.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    opens_at: Option<Timestamp>,
    /// The time from which no vote is recorded.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    closes_at: Option<Timestamp>,
    /// Required, except for a motion, which has the rule `rejected`.
    #[schema(value_type = Option<TieRuleBody>)]
    tie_rule: Option<Object<TieRule>>,
    disclosure: DisclosureName,
}

impl BallotInput {
    pub(super) fn ballot(self, app: &App) -> Result<NewBallot, Problem> {
        let candidates = self.candidates.into_iter().map(|Object(candidate)| Candidate {
            id: candidate.id.unwrap_or_else(|| CandidateId::new(app.new_id())),
            name: candidate.name.0,
            organisation: candidate.organisation,
            country: candidate.country,
            biography: candidate.biography.map(|text| text.0),
            website: candidate.website,
            portrait: candidate.portrait,
        });
        let definition = Definition {
            title: self.title.0,
            question: self.question.0,
            original_language: self.original_language,
            kind: match self.kind {
                KindName::Award => Kind::Award,
                KindName::Consultation => Kind::Consultation,
            },
            method: self.method.0,
            candidates: candidates.collect(),
            allow_blank: self.allow_blank,
            eligibility: self
                .eligibility
                .map_or_else(Eligibility::default, |Object(given)| Eligibility { categories: given.categories }),
            tie_rule: match (self.tie_rule, self.method.0.motion()) {
                (Some(Object(rule)), _) => rule,
                (None, Some(_)) => TieRule::Rejected {},
                (None, None) => return Err(Problem::invalid("/tie_rule", "missing", "the rule that settles a tie")),
            },
            disclosure: match self.disclosure {
                DisclosureName::Full => Disclosure::Full,
                DisclosureName::Counts => Disclosure::Counts,
            },
        };
        let definition = definition.parse().map_err(refuse)?;
        let (planned_for, opens_at, closes_at) = (self.planned_for, self.opens_at, self.closes_at);
        Ok(NewBallot { slug: self.slug, definition, schedule: Schedule { planned_for, opens_at, closes_at } })
    }
}

/// Reports each mistake in a definition at its field.
fn refuse(faults: Vec<DefinitionFault>) -> Problem {
    let field = |DefinitionFault { place, refused }: DefinitionFault| FieldError {
        pointer: place.to_string(),
        code: match refused {
            DefinitionRefused::DuplicateId => "duplicate-id",
            DefinitionRefused::DuplicateName => "duplicate-name",
            DefinitionRefused::OriginalLanguageMissing => "original-language-missing",
            DefinitionRefused::Text(_)
            | DefinitionRefused::Website
            | DefinitionRefused::TooManyCandidates
            | DefinitionRefused::TooMuchText
            | DefinitionRefused::Categories
            | DefinitionRefused::Method(_)
            | DefinitionRefused::TieRule
            | DefinitionRefused::Candidates
            | DefinitionRefused::AllowBlank => "invalid-value",
        },
        detail: refused.to_string(),
    };
    Refusal::Invalid(faults.into_iter().map(field).collect()).into()
}

/// Returns the editable fields of a draft as JSON, into which a PATCH is merged.
pub(super) fn editable(ballot: &Ballot) -> Value {
    let Ballot { slug, definition, schedule, .. } = ballot;
    let mut whole = serde_json::to_value(&**definition).unwrap_or_else(|_| json!({}));
    if let Value::Object(fields) = &mut whole {
        fields.insert("slug".to_owned(), json!(slug));
        for (field, time) in
            [("planned_for", schedule.planned_for), ("opens_at", schedule.opens_at), ("closes_at", schedule.closes_at)]
        {
            fields.insert(field.to_owned(), json!(time));
        }
    }
    whole
}

/// A request to copy a ballot.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CopyInput {
    /// True to give the copy a slug that names it a rehearsal.
    #[serde(default)]
    #[schema(required = false)]
    pub(super) rehearsal: bool,
}

/// The target state of a ballot.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    Draft,
    Ready,
    Open,
    Paused,
    Closed,
    Cancelled,
}

impl From<Target> for urna_core::StateName {
    fn from(target: Target) -> Self {
        match target {
            Target::Draft => Self::Draft,
            Target::Ready => Self::Ready,
            Target::Open => Self::Open,
            Target::Paused => Self::Paused,
            Target::Closed => Self::Closed,
            Target::Cancelled => Self::Cancelled,
        }
    }
}

/// The target state of a ballot, and the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TransitionInput {
    pub(super) to: Target,
    /// The reason. Required for `cancelled`, where it becomes public, and together with `without_unreadable`.
    pub(super) reason: Option<Paragraph<500>>,
    /// The number of unreadable votes to leave out, as `unreadable-votes` names it. Allowed only with `closed`.
    pub(super) without_unreadable: Option<u64>,
    /// The consequences that the organiser accepts.
    #[serde(default)]
    pub(super) accept: Vec<Accepted>,
}

/// A consequence that has to be accepted before a ballot is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Accepted {
    /// Every vote is published, and long rankings can be recognised.
    RecognisableRankings,
}

impl ToSchema for TransitionInput {}

impl PartialSchema for TransitionInput {
    /// Returns a schema with alternatives, because the fields depend on the target state.
    fn schema() -> RefOr<Schema> {
        let to =
            |states: &[&str]| ObjectBuilder::new().schema_type(Type::String).enum_values(Some(states.iter().copied()));
        let unreadable = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(1))
            .description(Some("The number of votes to leave out, as the refusal `unreadable-votes` gives it."));
        let fields = |description: &str, states: &[&str]| {
            ObjectBuilder::new()
                .description(Some(description))
                .property("to", to(states))
                .property("reason", Paragraph500::schema())
                .required("to")
                .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let accepted = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["recognisable-rankings"]));
        let accept = ArrayBuilder::new().items(accepted).description(Some(
            "Consequences that `not-ready` names, and that are accepted: published rankings so long that they can be recognised.",
        ));
        let walk =
            fields("A move to another state. The reason is optional.", &["draft", "ready", "open", "paused", "closed"])
                .property("accept", accept);
        let cancel = fields("A cancellation. Its reason becomes public.", &["cancelled"]).required("reason");
        let close = fields("A close without the votes that can no longer be read.", &["closed"])
            .property("without_unreadable", unreadable)
            .required("reason")
            .required("without_unreadable");
        let any = OneOfBuilder::new().description(Some("The state to move a ballot to, and the reason."));
        RefOr::T(any.item(walk).item(cancel).item(close).build().into())
    }
}

/// The closing time to set: exactly one of the two fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1, max_properties = 1)]
pub(super) struct ClosingTimeInput {
    /// The closing time, or `null` for none.
    #[expect(clippy::option_option, reason = "nothing, null and a moment are three things")]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date-time", required = false)]
    closes_at: Option<Option<Timestamp>>,
    /// The number of seconds from the decision about the request to the close.
    #[serde(default)]
    #[schema(value_type = u32, required = false, maximum = 604_800)]
    in_seconds: Option<u32>,
}

/// Distinguishes `null` from an absent field.
#[expect(clippy::option_option, reason = "nothing, null and a moment are three things")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Timestamp>>, D::Error> {
    Option::<Timestamp>::deserialize(deserializer).map(Some)
}

/// One week: longer than any conference keeps a ballot open by the second.
const LONGEST_SECONDS: u32 = 604_800;

impl ClosingTimeInput {
    pub(super) fn wanted(&self) -> Result<ClosingTime, Problem> {
        match (self.closes_at, self.in_seconds) {
            (Some(Some(at)), None) => Ok(ClosingTime::At(at)),
            (Some(None), None) => Ok(ClosingTime::Never),
            (None, Some(seconds)) if seconds <= LONGEST_SECONDS => Ok(ClosingTime::InSeconds(seconds)),
            (None, Some(_)) => Err(Problem::invalid("/in_seconds", "invalid-value", "at most a week: 604800 seconds")),
            _ => Err(Problem::invalid("", "exactly-one", "either closes_at or in_seconds, not both")),
        }
    }
}

/// The candidate who withdraws, and the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawalInput {
    #[schema(value_type = uuid::Uuid)]
    pub(super) candidate_id: CandidateId,
    /// The reason, which becomes public.
    #[schema(value_type = Paragraph500)]
    pub(super) reason: Paragraph<500>,
}
