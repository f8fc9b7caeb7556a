//! Casting, and the pages for a cast without a receipt.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use urna_app::voting::CastVote;
use urna_app::{Failure, Refusal};
use urna_core::cast::CastRefused;
use urna_core::{BallotId, StateName, Timestamp};

use super::choosing::tracker_of;
use super::marks::{self, FormChoice, HiddenField, fields};
use super::{Scene, StatePage, Watch};
use crate::extract::InPath;
use crate::pages::frame::Frame;
use crate::pages::kept::keep;
use crate::pages::own_form::OwnForm;
use crate::pages::receipt;
use crate::pages::{asks_for_the_next_page, at, page_with, see_other};
use crate::problem::{Code, Problem};
use crate::state::Web;

/// The page for an unknown outcome or an unrecorded vote, which retries with the same tracker.
#[derive(Template)]
#[template(path = "unconfirmed.html")]
struct UnconfirmedPage {
    frame: Frame,
    path: String,
    tracker: String,
    fields: Vec<HiddenField>,
}

/// Casts the vote and leads to the receipt. A vote sent twice is cast once.
pub(in crate::pages) async fn cast(
    State(web): State<Web>,
    headers: HeaderMap,
    InPath(id): InPath<BallotId>,
    OwnForm { reader, voter, form }: OwnForm,
) -> Result<Response, Problem> {
    let FormChoice::Given(choice) = marks::read(&form) else { return Ok(see_other(&format!("/ballots/{id}"))) };
    let (tracker, fields) = (tracker_of(&form), fields(&choice));
    let arrived = web.app.now();
    let cast = CastVote { ballot: id, choice, tracker: Some(tracker) };
    let failure = match web.app.cast_vote(&voter, cast).await {
        Ok(recorded) => {
            let cookie = keep(&web, &headers, &voter, &recorded.receipt).ok_or(Problem::new(Code::Internal))?;
            let to = format!("/ballots/{id}/receipt");
            let answer = if asks_for_the_next_page(&headers) {
                at(&to, receipt::show_one(&web, &reader, &recorded.receipt).await?)
            } else {
                see_other(&to)
            };
            return Ok(([(header::SET_COOKIE, cookie)], answer).into_response());
        }
        Err(failure) => failure,
    };
    match failure {
        // This page does not ask the database, which may be down.
        Failure::NotRecorded | Failure::OutcomeUnknown(_) | Failure::Overloaded | Failure::Unavailable(_) => {
            let t = reader.speech(Some(voter.conference()));
            let frame = reader.frame(t, t.say("unconfirmed-heading"), Some(voter.conference())).error();
            let unconfirmed =
                UnconfirmedPage { frame, path: format!("/ballots/{id}"), tracker: tracker.to_string(), fields };
            page_with(Problem::from(failure).status(), &unconfirmed)
        }
        Failure::Refused(Refusal::Cast(CastRefused::Closed)) => {
            let view = web.app.view_ballot(id, Some(&voter)).await?;
            page_with(StatusCode::GONE, &Scene::new(&web, &reader, &view).late(arrived))
        }
        Failure::Refused(Refusal::Cast(CastRefused::Paused)) => {
            let view = web.app.view_ballot(id, Some(&voter)).await?;
            page_with(StatusCode::CONFLICT, &Scene::new(&web, &reader, &view).interrupted())
        }
        // The ballot's own page tells any other state.
        Failure::Refused(Refusal::Cast(_)) => Ok(see_other(&format!("/ballots/{id}"))),
        other @ Failure::Refused(_) => Err(other.into()),
    }
}

/// Redirects a GET to the ballot: its paths take only POST.
pub(in crate::pages) async fn back(InPath(id): InPath<BallotId>) -> Response {
    see_other(&format!("/ballots/{id}"))
}

impl Scene<'_> {
    /// Answers a vote that came in a pause.
    fn interrupted(&self) -> StatePage {
        let not_recorded = self.t.say("critical-paused-not-recorded");
        let page = self.state_page("paused-heading", [not_recorded, self.t.say("critical-paused")]);
        let page = self.waiting(page, None);
        // The page announces a pause and waits for its end, even if voting has resumed meanwhile.
        let watch = page.watch.map(|watch| Watch { state: StateName::Paused.as_str(), ..watch });
        StatePage { watch, frame: page.frame.error(), ..page }
    }

    /// Answers a vote that came after the close.
    fn late(&self, arrived: Timestamp) -> StatePage {
        let zone = &self.view.conference.time_zone;
        let exactly = |at: Timestamp| self.t.time_with_seconds(at, zone);
        let closed = self.view.ballot.schedule.closes_at.unwrap_or(arrived);
        let (closed, arrived) = (exactly(closed), exactly(arrived.max(closed)));
        let said = if closed == arrived {
            self.t.with1("critical-just-late", "closed", closed)
        } else {
            self.t.with("critical-late", [("closed", closed.into()), ("arrived", arrived.into())])
        };
        let page = self.state_page("late-heading", [said, self.t.say("closed-result")]);
        StatePage { frame: page.frame.error(), ..page }
    }
}
