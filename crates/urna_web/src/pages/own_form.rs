//! Forms that act for a person. Browser windows share their cookies: somebody else may be signed in by the time a form
//! is sent.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use urna_app::Voter;
use urna_core::BallotId;

use super::frame::Frame;
use super::reader::Reader;
use super::{Link, page_with};
use crate::extract::Form;
use crate::problem::Problem;
use crate::session::Attendee;
use crate::state::Web;

/// The field with the mark of the person a form was made for.
const FIELD: &str = "for";

/// A form that was made for the signed-in voter. A handler that acts for a person takes it in place of an [`Attendee`]
/// and a [`Form`].
pub(super) struct OwnForm {
    pub(super) reader: Reader,
    pub(super) voter: Arc<Voter>,
    pub(super) form: Form,
}

impl FromRequest<Web> for OwnForm {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed_in = async {
            let Attendee(voter) = Attendee::from_request_parts(&mut parts, web).await?;
            Ok::<_, Problem>((voter, Reader::from_request_parts(&mut parts, web).await?))
        };
        let (voter, reader) = signed_in.await.map_err(Problem::into_response)?;
        let form = Form::from_request(Request::from_parts(parts, body), web).await.map_err(Problem::into_response)?;
        if is_for(&reader, &form) {
            return Ok(Self { reader, voter, form });
        }
        Err(refuse(&reader, &voter, &form).unwrap_or_else(Problem::into_response))
    }
}

/// Whether a form was made for this reader.
pub(super) fn is_for(reader: &Reader, form: &Form) -> bool {
    reader.mark().is_some_and(|mark| mark.is(form.get(FIELD)))
}

/// The page that says that nothing was done, and who is signed in now.
#[derive(Template)]
#[template(path = "other_person.html")]
struct OtherPersonPage {
    frame: Frame,
    paragraphs: [String; 3],
    links: Vec<Link>,
}

/// Refuses a form. Shows nothing of its content, which is another person's.
fn refuse(reader: &Reader, voter: &Voter, form: &Form) -> Result<Response, Problem> {
    let (conference, name) = (voter.conference(), voter.attendee().name.as_str());
    let t = reader.speech(Some(conference));
    let (heading, text) = match form.filled(FIELD) {
        Some(_) => ("other-person-heading", "other-person"),
        None => ("unmarked-heading", "unmarked"),
    };
    let ballot = reader.path().strip_prefix("/ballots/").and_then(|rest| rest.split('/').next());
    let ballot = ballot.and_then(|id| id.parse::<BallotId>().ok());
    let (own, enter) = match ballot {
        Some(id) => (format!("/ballots/{id}"), format!("/{}/enter?ballot={id}", conference.slug)),
        None => (format!("/{}", conference.slug), format!("/{}/enter", conference.slug)),
    };
    let page = OtherPersonPage {
        frame: reader.frame(t, t.say(heading), None).error().with_script(),
        paragraphs: [
            t.with1(text, "name", name),
            t.say("critical-other-person"),
            t.with1("other-person-go-on", "name", name),
        ],
        links: vec![
            Link { text: t.with1("other-person-as", "name", name), path: own },
            Link { text: t.say("conference-enter-code"), path: enter },
        ],
    };
    page_with(StatusCode::CONFLICT, &page)
}
