//! The pages of a ballot: the lobby, choosing, checking, casting, and a page for every other state.

mod candidate;
mod casting;
mod choosing;
mod marks;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use urna_app::ballots::{BallotView, Participation};
use urna_core::{BallotId, Candidate, CandidateId, Ineligible, StateName, Timestamp};
use urna_texts::Speech;

pub(super) use self::candidate::{place, show_candidate};
pub(super) use self::casting::{back, cast};
pub(super) use self::choosing::check;

use self::choosing::{Left, fresh_tracker};
use super::conference::results_path;
use super::frame::Frame;
use super::kept::Kept;
use super::own_form::OwnForm;
use super::reader::Reader;
use super::receipt::ReceiptLines;
use super::{Link, Written, ballot_path, kind_word, page, page_with, see_other};
use crate::extract::InPath;
use crate::problem::Problem;
use crate::state::Web;

/// A page of a few sentences about the state of a ballot.
#[derive(Template)]
#[template(path = "state.html")]
struct StatePage {
    frame: Frame,
    ballot: Option<Written>,
    paragraphs: Vec<String>,
    links: Vec<Link>,
    /// The receipt that this browser keeps.
    receipt: Option<ReceiptLines>,
    /// The address at which the script asks for changes, and what it knows so far.
    watch: Option<Watch>,
    lobby: Option<Lobby>,
}

/// A page that waits for a change of its ballot.
struct Watch {
    /// The paths to ask at, and of the page to show.
    path: String,
    page: String,
    state: &'static str,
    /// The closing time as in the answer; empty if it has none.
    closes_at: String,
    /// The sentence that the page shows only with the script, because only then it is true.
    promise: Option<String>,
    /// The sentence to announce once when voting opens.
    announcement: Option<String>,
}

/// The parts of a lobby besides its sentences.
struct Lobby {
    /// The time at which voting is to open, if that is today.
    hour: Option<String>,
    left: Option<Left>,
    /// The candidates in the voter's order, with links to those who say more.
    candidates: Vec<Met>,
    heading: String,
    connected: String,
    lost: String,
}

/// A candidate in the lobby.
struct Met {
    name: Written,
    place: String,
    about: Option<String>,
}

/// Shows the ballot as this reader finds it.
pub(super) async fn show(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    InPath(id): InPath<BallotId>,
) -> Result<Response, Problem> {
    show_to(&web, &reader, &headers, id).await
}

/// Leads to the ballot, which says whether the person who asks has voted, and not somebody else who is signed in by
/// then.
pub(super) async fn ask(InPath(id): InPath<BallotId>, _own: OwnForm) -> Response {
    see_other(&format!("/ballots/{id}"))
}

/// Shows the ballot to a reader who is known already.
pub(super) async fn show_to(
    web: &Web,
    reader: &Reader,
    headers: &HeaderMap,
    id: BallotId,
) -> Result<Response, Problem> {
    let view = web.app.view_ballot(id, reader.voter.as_deref()).await?;
    let scene = Scene::new(web, reader, &view);
    let kept = Kept::of(web, headers, &view.ballot, reader.voter.as_deref());
    let is_of_this = |participation: &&Participation| participation.reason != Some(Ineligible::OtherConference);
    let answer = match (scene.state, view.participation.as_ref().filter(is_of_this)) {
        (StateName::Published, _) => Ok(see_other(&results_path(&view.conference, &view.ballot))),
        (StateName::Cancelled, _) => page(&scene.cancelled()),
        (_, Some(participation)) if participation.has_voted => page(&scene.voted(kept.receipt.as_ref())),
        (_, Some(Participation { reason: Some(reason), .. })) => {
            page_with(StatusCode::FORBIDDEN, &scene.not_eligible(*reason))
        }
        (StateName::Draft | StateName::Ready, Some(_)) => page(&scene.lobby()),
        (StateName::Open, Some(_)) => page(&scene.choose(&fresh_tracker(), None, None)),
        (StateName::Paused, Some(_)) => page(&scene.paused()),
        (StateName::Closed, _) => page(&scene.closed()),
        (_, None) => page_with(StatusCode::UNAUTHORIZED, &scene.sign_in_first()),
    };
    answer.map(|answer| kept.tell(answer))
}

/// A ballot before its reader.
struct Scene<'a> {
    reader: &'a Reader,
    view: &'a BallotView,
    state: StateName,
    now: Timestamp,
    t: &'static Speech,
    /// The public key that verifies the signatures of receipts.
    key: String,
}

impl<'a> Scene<'a> {
    fn new(web: &Web, reader: &'a Reader, view: &'a BallotView) -> Self {
        let now = web.app.now();
        let (state, t) = (view.ballot.state_at(now), reader.speech(Some(&view.conference)));
        Self { reader, view, state, now, t, key: web.app.verifier_key() }
    }

    fn frame(&self, heading: String) -> Frame {
        self.reader.frame(self.t, heading, Some(&self.view.conference))
    }

    fn title(&self) -> Written {
        Written::in_ballot(&self.view.ballot.definition.title, &self.view.ballot, self.t.language())
    }

    /// Returns a message that depends on the kind of ballot.
    fn say_of_kind(&self, id: &str) -> String {
        self.t.with1(id, "kind", self.kind())
    }

    fn kind(&self) -> &'static str {
        kind_word(self.view.ballot.definition.kind)
    }

    fn moment(&self, at: Timestamp) -> String {
        self.t.moment(at, self.now, &self.view.conference.time_zone)
    }

    fn state_page<const N: usize>(&self, heading: &str, paragraphs: [String; N]) -> StatePage {
        StatePage {
            frame: self.frame(self.t.say(heading)),
            ballot: Some(self.title()),
            paragraphs: paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).collect(),
            links: vec![self.to_conference()],
            receipt: None,
            watch: None,
            lobby: None,
        }
    }

    fn to_conference(&self) -> Link {
        Link { text: self.t.say("to-conference"), path: format!("/{}", self.view.conference.slug) }
    }

    fn watch(&self) -> Watch {
        Watch {
            path: format!("/api/v1/ballots/{}/state", self.view.ballot.id),
            page: ballot_path(&self.view.ballot),
            state: self.state.as_str(),
            closes_at: self.view.ballot.schedule.closes_at.map(|at| at.to_string()).unwrap_or_default(),
            promise: None,
            announcement: None,
        }
    }

    /// Makes a page wait until it turns into the ballot.
    fn waiting(&self, page: StatePage, promise: Option<&str>) -> StatePage {
        let promise = promise.map(|id| self.t.say(id));
        let watch = Watch { promise, announcement: Some(self.t.say("lobby-opened")), ..self.watch() };
        StatePage { watch: Some(watch), frame: page.frame.with_script(), ..page }
    }

    fn watched(&self, page: StatePage) -> StatePage {
        StatePage { watch: Some(self.watch()), frame: page.frame.with_script(), ..page }
    }

    fn lobby(&self) -> StatePage {
        let schedule = &self.view.ballot.schedule;
        let (zone, at) = (&self.view.conference.time_zone, schedule.opens_at.or(schedule.planned_for));
        let planned = match at {
            Some(at) => self.t.with1("lobby-planned", "time", self.moment(at)),
            None => self.t.say("lobby-not-open"),
        };
        let ahead = at.filter(|at| *at > self.now);
        let is_today = |at: &Timestamp| self.moment(*at) == self.t.time(*at, zone);
        let find = |id: &CandidateId| self.view.ballot.definition.candidates.iter().find(|one| one.id == *id);
        let lobby = Lobby {
            hour: ahead.filter(is_today).map(|at| self.t.clock(at, zone)),
            left: ahead.and_then(|at| Left::until(at, self.now, self.t, "lobby-minutes", "lobby-seconds")),
            candidates: self.order().iter().filter_map(find).map(|candidate| self.met(candidate)).collect(),
            heading: self.say_of_kind("lobby-candidates"),
            connected: self.t.say("lobby-connected"),
            lost: self.t.say("lobby-lost"),
        };
        let page = self.waiting(self.state_page("lobby-heading", [planned]), Some("lobby-changes"));
        StatePage { lobby: Some(lobby), ..page }
    }

    fn met(&self, candidate: &Candidate) -> Met {
        let path = || format!("{}/candidates/{}", ballot_path(&self.view.ballot), candidate.id);
        Met {
            name: Written::in_ballot(&candidate.name, &self.view.ballot, self.t.language()),
            place: place(candidate, self.t),
            about: candidate.has_details().then(path),
        }
    }

    fn order(&self) -> Vec<CandidateId> {
        match &self.view.participation {
            Some(participation) => participation.candidate_order.clone(),
            None => self.view.ballot.definition.candidates.iter().map(|candidate| candidate.id).collect(),
        }
    }

    fn paused(&self) -> StatePage {
        self.waiting(self.state_page("paused-heading", [self.t.say("critical-paused")]), None)
    }

    fn closed(&self) -> StatePage {
        let at = self.view.ballot.schedule.closes_at.map(|at| self.t.with1("critical-closed", "time", self.moment(at)));
        let page = self.state_page("closed-heading", [at.unwrap_or_default(), self.t.say("closed-result")]);
        self.watched(page)
    }

    fn voted(&self, receipt: Option<&urna_core::receipt::Receipt>) -> StatePage {
        let recorded = self.t.with1("critical-already-voted", "ballot", self.title().text);
        let is_over = self.state == StateName::Closed;
        let warning = if is_over { String::new() } else { self.t.say("voted-not-you") };
        let heading = if is_over { "closed-heading" } else { "voted-heading" };
        let mut page = self.state_page(heading, [recorded, self.t.say("voted-result"), warning]);
        page.receipt = receipt.map(|receipt| ReceiptLines::of(receipt, &self.view.ballot));
        self.watched(page)
    }

    fn cancelled(&self) -> StatePage {
        let reason = match &self.view.ballot.state {
            urna_core::State::Cancelled { reason, .. } => reason.clone(),
            _ => String::new(),
        };
        self.state_page("cancelled-heading", [reason, self.t.say("cancelled-votes")])
    }

    fn not_eligible(&self, reason: Ineligible) -> StatePage {
        let attendee = self.reader.voter.as_ref().map(|voter| voter.attendee());
        let is_in = attendee.and_then(|attendee| attendee.category.as_ref()).map(urna_core::Category::as_str);
        let claims = attendee.and_then(|attendee| attendee.claimed_category.as_ref());
        let claims = claims.filter(|claimed| self.view.ballot.definition.eligibility.asks_for(claimed));
        let why = match (is_in, claims) {
            (Some(category), _) => self.t.with1("not-eligible-category", "category", category),
            (None, Some(claimed)) => self.t.with1("not-eligible-claim", "category", claimed.as_str()),
            (None, None) => String::new(),
        };
        let heading = "not-eligible-heading";
        match reason {
            Ineligible::Unverified => self.state_page(heading, [self.t.say("account-unverified")]),
            Ineligible::Pending => self.state_page(heading, [self.t.say("account-pending")]),
            Ineligible::Blocked => self.state_page(heading, [self.t.say("account-blocked")]),
            Ineligible::Category | Ineligible::OtherConference => {
                self.state_page(heading, [self.t.say("not-eligible"), why, self.t.say("not-eligible-desk")])
            }
        }
    }

    fn sign_in_first(&self) -> StatePage {
        let mut page = if self.reader.may_refuse_cookies() {
            self.state_page("signed-out-heading", [self.t.say("no-cookie"), self.t.say("signed-out")])
        } else {
            self.state_page("sign-in-first-heading", [self.t.say("sign-in-first")])
        };
        let ask =
            Link { text: self.t.say("conference-send-link"), path: format!("/{}/link", self.view.conference.slug) };
        let enter = Link {
            text: self.t.say("conference-enter-code"),
            path: format!("/{}/enter?ballot={}", self.view.conference.slug, self.view.ballot.id),
        };
        page.links.splice(0..0, [enter, ask]);
        page
    }
}
