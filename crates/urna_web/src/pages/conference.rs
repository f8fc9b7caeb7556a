//! The start page, and the page of a conference with its ballots.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use urna_app::ballots::{ConferenceView, Participation};
use urna_core::registration::Registration;
use urna_core::{AttendeeStatus, Ballot, Conference, Slug, StateName, Timestamp};
use urna_texts::Speech;

use super::frame::Frame;
use super::reader::Reader;
use super::{Written, ballot_path, page};
use crate::etag;
use crate::extract::InPath;
use crate::problem::Problem;
use crate::state::Web;

/// The most conferences on the start page, and the most ballots on the page of a conference.
const MOST: u32 = 200;

/// The start page of the service.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    conferences: Vec<ConferenceLine>,
}

struct ConferenceLine {
    name: String,
    path: String,
    days: String,
}

pub(super) async fn home(State(web): State<Web>, reader: Reader) -> Result<Response, Problem> {
    let t = reader.speech(None);
    let conferences = web.app.list_conferences(None, MOST).await?;
    let line = |conference: &Conference| ConferenceLine {
        name: conference.name.clone(),
        path: format!("/{}", conference.slug),
        days: days(conference, t),
    };
    page(&HomePage {
        frame: reader.frame(t, t.say("home-heading"), None).public().on_display(),
        conferences: conferences.iter().rev().map(line).collect(),
    })
}

/// Writes the days of a conference, only one if it begins and ends on that day.
fn days(conference: &Conference, t: &Speech) -> String {
    let (from, to) = (t.day(conference.starts_on), t.day(conference.ends_on));
    if from == to { from } else { t.with("from-to", [("from", from.into()), ("to", to.into())]) }
}

/// A ballot in a list.
struct BallotLine {
    title: Written,
    /// The name of the state, a class for styles.
    state: &'static str,
    /// The mark of the state: an SVG path in a square of 24.
    mark: &'static str,
    status: String,
    /// The voter's own standing, if it is worth a word.
    own: Option<String>,
    path: String,
    /// The action that the ballot offers, if any.
    action: Option<String>,
}

impl BallotLine {
    /// Describes the ballot at `now`: it counts as closed from the closing time on. The standing of a voter, if known,
    /// decides what is left to do.
    fn at(
        ballot: &Ballot,
        standing: Option<&Participation>,
        conference: &Conference,
        now: Timestamp,
        t: &'static Speech,
    ) -> Self {
        let state = ballot.state_at(now);
        let schedule = &ballot.schedule;
        let moment = |at: Timestamp| t.moment(at, now, &conference.time_zone);
        let status = match state {
            StateName::Draft | StateName::Ready => match schedule.opens_at.or(schedule.planned_for) {
                Some(at) => t.with1("state-ready-planned", "time", moment(at)),
                None => t.say("state-ready"),
            },
            StateName::Open => match schedule.closes_at {
                Some(at) => t.with1("state-open-until", "time", moment(at)),
                None => t.say("state-open"),
            },
            StateName::Paused => t.say("state-paused"),
            StateName::Closed => t.say("state-closed"),
            StateName::Published => t.say("state-published"),
            StateName::Cancelled => t.say("state-cancelled"),
        };
        let (path, action) = match state {
            StateName::Published => (results_path(conference, ballot), Some(t.say("see-result"))),
            StateName::Open if standing.is_none_or(|standing| standing.eligible && !standing.has_voted) => {
                (ballot_path(ballot), Some(t.say("vote-now")))
            }
            _ => (ballot_path(ballot), None),
        };
        let own = standing.and_then(|standing| match standing {
            Participation { has_voted: true, .. } => Some(t.say("voted-heading")),
            Participation { eligible: false, .. } => Some(t.say("not-eligible-heading")),
            _ => None,
        });
        let title = Written::in_ballot(&ballot.definition.title, ballot, t.language());
        Self { title, state: state.as_str(), mark: mark(state), status, own, path, action }
    }
}

/// Returns the mark of a state. Its shape alone tells it from the others: a full circle is open, a ring not open yet,
/// two bars a pause, a full square closed, rising bars a result, a cross cancelled.
const fn mark(state: StateName) -> &'static str {
    match state {
        StateName::Draft | StateName::Ready => "M12 2a10 10 0 100 20 10 10 0 000-20zm0 4a6 6 0 110 12 6 6 0 010-12z",
        StateName::Open => "M12 2a10 10 0 100 20 10 10 0 000-20z",
        StateName::Paused => "M4 3h6v18H4zM14 3h6v18h-6z",
        StateName::Closed => "M3 3h18v18H3z",
        StateName::Published => "M2 14h5v7H2zM9.5 3h5v18h-5zM17 9h5v12h-5z",
        StateName::Cancelled => {
            "M5.5 2.7 12 9.2l6.5-6.5 2.8 2.8L14.8 12l6.5 6.5-2.8 2.8L12 14.8l-6.5 6.5-2.8-2.8L9.2 12 2.7 5.5z"
        }
    }
}

/// Whether there is something to vote on, now or soon.
pub(super) const fn is_due(state: StateName) -> bool {
    state.is_running() || matches!(state, StateName::Ready)
}

/// Returns the path of a ballot's result.
pub(super) fn results_path(conference: &Conference, ballot: &Ballot) -> String {
    format!("/{}/{}/results", conference.slug, ballot.slug)
}

/// The page of a conference.
#[derive(Template)]
#[template(path = "conference.html")]
struct ConferencePage {
    frame: Frame,
    path: String,
    days: String,
    ballots: Vec<BallotLine>,
    /// The states that the script compares with those of [`show_states`].
    states: String,
    /// Whether there is something to vote on now or soon.
    is_due: bool,
    is_signed_in: bool,
    /// A notice about the signed-in attendee's standing, or about why nobody is signed in.
    standing: Option<String>,
    can_register: bool,
}

pub(super) async fn show(
    State(web): State<Web>,
    reader: Reader,
    InPath(SlugInPath(slug)): InPath<SlugInPath>,
) -> Result<Response, Problem> {
    show_to(&web, &reader, &slug).await
}

/// Shows the conference to a reader who is known already.
pub(super) async fn show_to(web: &Web, reader: &Reader, slug: &Slug) -> Result<Response, Problem> {
    let ConferenceView { conference, mut ballots } =
        web.app.view_conference(slug, reader.voter.as_deref(), MOST).await?;
    let (t, now) = (reader.speech(Some(&conference)), web.app.now());
    let voter = reader.voter_of(&conference);
    let standing = voter.map_or_else(
        || reader.may_refuse_cookies().then(|| t.say("no-cookie")),
        |voter| match voter.attendee().status {
            AttendeeStatus::Registered => Some(t.say("account-unverified")),
            AttendeeStatus::Pending => Some(t.say("account-pending")),
            AttendeeStatus::Blocked => Some(t.say("account-blocked")),
            AttendeeStatus::Verified => None,
        },
    );
    let states = States::of(ballots.iter().map(|(ballot, _)| ballot.state_at(now)));
    // Ballots with something to do come first; equals keep the order in which they were made.
    ballots.sort_by_key(|(ballot, _)| match ballot.state_at(now) {
        StateName::Open => 0,
        StateName::Paused => 1,
        StateName::Draft | StateName::Ready => 2,
        StateName::Closed => 3,
        StateName::Published => 4,
        StateName::Cancelled => 5,
    });
    let line = |(ballot, standing): &(Ballot, Option<Participation>)| {
        let standing = standing.as_ref().filter(|_| ballot.state_at(now).is_running());
        BallotLine::at(ballot, standing, &conference, now, t)
    };
    page(&ConferencePage {
        states: states.state,
        is_due: ballots.iter().any(|(ballot, _)| is_due(ballot.state_at(now))),
        is_signed_in: voter.is_some(),
        standing,
        path: format!("/{slug}"),
        days: days(&conference, t),
        ballots: ballots.iter().map(line).collect(),
        can_register: conference.registration != Registration::Closed,
        frame: reader
            .frame(t, conference.name.clone(), Some(&conference))
            .public()
            .with_script()
            .on_display()
            .at_home(),
    })
}

/// The states of a conference's ballots, in a few bytes: its page asks for them to stay up to date.
#[derive(Serialize)]
struct States {
    state: String,
}

impl States {
    /// Joins the states in the order in which the ballots were made.
    fn of(states: impl Iterator<Item = StateName>) -> Self {
        Self { state: states.map(StateName::as_str).collect::<Vec<_>>().join(",") }
    }
}

pub(super) async fn show_states(
    State(web): State<Web>,
    headers: HeaderMap,
    InPath(SlugInPath(slug)): InPath<SlugInPath>,
) -> Result<Response, Problem> {
    let (ballots, now) = (web.app.list_ballot_states(&slug, MOST).await?, web.app.now());
    let states = States::of(ballots.iter().map(|ballot| ballot.state_at(now)));
    Ok(etag::answer_json(&headers, "no-cache", &states))
}

/// The name of a conference or a ballot in an address.
pub(super) struct SlugInPath(pub(super) Slug);

impl std::str::FromStr for SlugInPath {
    type Err = urna_core::text::InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Slug::parse(text).map(Self)
    }
}
