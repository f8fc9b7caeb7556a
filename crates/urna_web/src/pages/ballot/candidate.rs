//! The page about a candidate.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use urna_core::{BallotId, Candidate, CandidateId, LocalText, StateName};
use urna_texts::{Speech, isolated};

use super::{Link, Scene, Watch};
use crate::pages::frame::Frame;
use crate::pages::reader::Reader;
use crate::pages::{Written, ballot_path, page, portrait};
use crate::problem::{Code, Problem};
use crate::state::Web;

/// The size of the portrait, for screens that show two pixels where the stylesheet has one.
const PORTRAIT_PX: u32 = 384;

/// Returns a candidate's organisation and country, as far as they are known.
pub(in crate::pages) fn place(candidate: &Candidate, t: &Speech) -> String {
    let country = candidate.country.as_ref().map(|country| t.country(country));
    let organisation = candidate.organisation.as_deref().map(|organisation| isolated(organisation).into_owned());
    organisation.into_iter().chain(country).collect::<Vec<_>>().join(", ")
}

/// The page about a candidate.
#[derive(Template)]
#[template(path = "candidate.html")]
struct CandidatePage {
    frame: Frame,
    name: Written,
    place: String,
    portrait: Option<String>,
    biography: Option<Written>,
    website: Option<String>,
    ballot: Written,
    ballot_path: String,
    others_heading: String,
    others: Vec<Link>,
    is_open: bool,
    watch: Watch,
}

/// Shows one candidate. The script keeps the choice made so far in the browser.
pub(in crate::pages) async fn show_candidate(
    State(web): State<Web>,
    reader: Reader,
    Path((id, candidate)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let id: BallotId = id.parse().map_err(|_| not_found())?;
    let candidate: CandidateId = candidate.parse().map_err(|_| not_found())?;
    let view = web.app.view_ballot(id, reader.voter.as_deref()).await?;
    let scene = Scene::new(&web, &reader, &view);
    let definition = &view.ballot.definition;
    let find = |id: &CandidateId| definition.candidates.iter().find(|found| found.id == *id);
    let found = find(&candidate).ok_or_else(not_found)?;
    let written = |text: &LocalText| Written::in_ballot(text, &view.ballot, scene.t.language());
    let link = |other: &Candidate| Link {
        text: written(&other.name).text,
        path: format!("{}/candidates/{}", ballot_path(&view.ballot), other.id),
    };
    let name = written(&found.name);
    let here = format!("{}/candidates/{candidate}", ballot_path(&view.ballot));
    let announcement = Some(scene.t.say("lobby-opened"));
    page(&CandidatePage {
        frame: scene.frame(name.text.clone()).public().with_script(),
        name,
        place: place(found, scene.t),
        portrait: found.portrait.map(|hash| portrait::path(hash, PORTRAIT_PX)),
        biography: found.biography.as_ref().map(written),
        website: found.website.clone(),
        is_open: scene.state == StateName::Open,
        watch: Watch { page: here, announcement, ..scene.watch() },
        ballot: scene.title(),
        ballot_path: ballot_path(&view.ballot),
        others_heading: scene.say_of_kind("candidate-others"),
        others: scene.order().iter().filter(|id| **id != candidate).filter_map(find).map(link).collect(),
    })
}
