//! The receipt: shown after voting, saved as a file, and looked up by its code.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use urna_app::ballots::BallotView;
use urna_app::voting::ReceiptStatus;
use urna_app::{Failure, Refusal, Voter};
use urna_core::count::Turnout;
use urna_core::receipt::Receipt;
use urna_core::{Ballot, BallotId, ReceiptCode, StateName};

use super::conference::results_path;
use super::form::{Field, FormPage};
use super::frame::Frame;
use super::kept::Kept;
use super::own_form::OwnForm;
use super::reader::Reader;
use super::{Link, Written, ballot_path, page, page_with, see_other};
use crate::extract::{Form, InPath};
use crate::problem::{Code, Problem};
use crate::session::Attendee;
use crate::state::Web;

/// The parts of a receipt that a page shows.
pub(super) struct ReceiptLines {
    pub(super) code: String,
    pub(super) file: String,
    /// The signed promise itself, which the script checks.
    note: String,
}

impl ReceiptLines {
    pub(super) fn of(receipt: &Receipt, ballot: &Ballot) -> Self {
        Self {
            code: receipt.code.to_string(),
            file: format!("{}/receipt.json", ballot_path(ballot)),
            note: receipt.signed_note.clone(),
        }
    }
}

/// The page that says that a vote is recorded.
#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    frame: Frame,
    ballot: Written,
    receipt: ReceiptLines,
    next: String,
    links: Vec<Link>,
}

/// Returns the path of a closed ballot's commitments.
fn commitments_path(ballot: &Ballot) -> String {
    format!("/api/v1/ballots/{}/commitments.txt", ballot.id)
}

/// Shows the receipt that this browser keeps; without one, leads to the ballot, which tells the voter's standing.
pub(super) async fn show(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    InPath(id): InPath<BallotId>,
) -> Result<Response, Problem> {
    let view = web.app.view_ballot(id, None).await?;
    let kept = Kept::of(&web, &headers, &view.ballot, reader.voter.as_deref());
    let answer = match &kept.receipt {
        Some(receipt) => receipt_page(&web, &reader, &view, receipt)?,
        None => see_other(&ballot_path(&view.ballot)),
    };
    Ok(kept.tell(answer))
}

/// Shows a receipt that was just given.
pub(super) async fn show_one(web: &Web, reader: &Reader, receipt: &Receipt) -> Result<Response, Problem> {
    receipt_page(web, reader, &web.app.view_ballot(receipt.ballot, None).await?, receipt)
}

fn receipt_page(web: &Web, reader: &Reader, view: &BallotView, receipt: &Receipt) -> Result<Response, Problem> {
    let (t, now) = (reader.speech(Some(&view.conference)), web.app.now());
    let state = view.ballot.state_at(now);
    let closes_at = view.ballot.schedule.closes_at.filter(|_| state.is_running());
    let moment = |at| t.moment(at, now, &view.conference.time_zone);
    let others = Link { text: t.say("receipt-others"), path: format!("/{}", view.conference.slug) };
    let sealed = view.ballot.state.closing().filter(|_| view.ballot.state.name().is_counted());
    let commitments = sealed.map(|_| Link { text: t.say("found-commitments"), path: commitments_path(&view.ballot) });
    let to_result = |text: &str, path| {
        [Link { text: t.say(text), path }].into_iter().chain(commitments).chain([others]).collect::<Vec<_>>()
    };
    let (next, links) = match (state, closes_at) {
        (StateName::Published, _) => {
            (t.say("state-published"), to_result("see-result", results_path(&view.conference, &view.ballot)))
        }
        (_, Some(at)) => {
            (t.with1("receipt-next-open", "time", moment(at)), to_result("receipt-ballot", ballot_path(&view.ballot)))
        }
        (_, None) => (t.say("receipt-next-closed"), to_result("receipt-ballot", ballot_path(&view.ballot))),
    };
    page(&ReceiptPage {
        frame: reader.frame(t, t.say("critical-recorded"), Some(&view.conference)).with_script(),
        ballot: Written::in_ballot(&view.ballot.definition.title, &view.ballot, t.language()),
        receipt: ReceiptLines::of(receipt, &view.ballot),
        next,
        links,
    })
}

/// Saves the receipt that a page shows as a file. Another person who is signed in by then does not get their own
/// instead.
pub(super) async fn save_own(
    State(web): State<Web>,
    headers: HeaderMap,
    InPath(id): InPath<BallotId>,
    OwnForm { voter, .. }: OwnForm,
) -> Result<Response, Problem> {
    file(&web, &voter, &headers, id).await
}

/// Saves the receipt for browsers inside other programs, which ask for a download once more by GET.
pub(super) async fn save(
    State(web): State<Web>,
    Attendee(voter): Attendee,
    headers: HeaderMap,
    InPath(id): InPath<BallotId>,
) -> Result<Response, Problem> {
    file(&web, &voter, &headers, id).await
}

/// Writes the file to keep: the input of `urna verify --receipt`, and the address at which to check it.
async fn file(web: &Web, voter: &Voter, headers: &HeaderMap, id: BallotId) -> Result<Response, Problem> {
    let view = web.app.view_ballot(id, None).await?;
    let kept = Kept::of(web, headers, &view.ballot, Some(voter));
    let receipt = kept.receipt.ok_or(Refusal::ReceiptNotFound)?;
    let definition = &view.ballot.definition;
    let file = json!({
        "ballot_id": receipt.ballot,
        "ballot": definition.original(&definition.title),
        "conference": view.conference.name,
        "check_at": format!("{}/receipts/{}", web.app.config().public_url, receipt.code),
        "receipt": {
            "code": receipt.code.to_string(), "tracker": receipt.tracker.to_string(),
            "commitment": receipt.commitment.to_string(), "signed_note": receipt.signed_note,
        },
    });
    let text = serde_json::to_string_pretty(&file).map_err(|_| Problem::new(Code::Internal))? + "\n";
    let name = format!("attachment; filename=\"receipt-{}.json\"", receipt.code);
    let name = HeaderValue::from_str(&name).map_err(|_| Problem::new(Code::Internal))?;
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_DISPOSITION, name), (header::CONTENT_TYPE, kind)], text).into_response())
}

/// Builds the form for a receipt code.
fn code_form(reader: &Reader, code: &str, error: Option<&str>) -> FormPage {
    let t = reader.speech(None);
    let field = Field {
        id: "code",
        label: t.say("receipt-lookup-label"),
        hint: t.say("receipt-lookup-hint"),
        kind: "text",
        autocomplete: "off",
        value: code.to_owned(),
        error: error.map(|id| t.say(id)),
        is_code: true,
        ..Field::default()
    };
    let frame = reader.frame(t, t.say("receipt-lookup-heading"), None).public();
    FormPage::new(frame, t.say("receipt-lookup-intro"), vec![field], t.say("receipt-lookup-submit")).with_verifier()
}

pub(super) async fn ask_for_code(reader: Reader) -> Result<Response, Problem> {
    page(&code_form(&reader, "", None))
}

pub(super) async fn look_up(reader: Reader, form: Form) -> Result<Response, Problem> {
    let typed = form.get("code");
    let error = match typed.parse::<ReceiptCode>() {
        Ok(code) => return Ok(see_other(&format!("/receipts/{code}"))),
        Err(_) if typed.is_empty() => "receipt-lookup-missing",
        Err(_) => "receipt-lookup-form",
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &code_form(&reader, typed, Some(error)))
}

/// The page about what became of a vote; it never shows the choice.
#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    frame: Frame,
    /// The class for styles.
    kind: &'static str,
    code: String,
    text: String,
    links: Vec<Link>,
    /// The means to check a saved receipt, from the close on.
    details: Option<Details>,
}

struct Details {
    statement: String,
    commitments: String,
    /// The path of the record, once it is public, and the command that checks the receipt with it.
    record: Option<(String, String)>,
}

pub(super) async fn show_trace(
    State(web): State<Web>,
    reader: Reader,
    Path(typed): Path<String>,
) -> Result<Response, Problem> {
    let found = match typed.parse() {
        Ok(code) => web.app.find_receipt(code).await,
        Err(_) => Err(Refusal::ReceiptNotFound.into()),
    };
    let (code, found) = match found {
        Ok(found) => (typed.to_uppercase(), found),
        Err(Failure::Refused(Refusal::ReceiptNotFound)) => {
            let t = reader.speech(None);
            let link = Link { text: t.say("back"), path: "/verify".to_owned() };
            let trace = TracePage {
                frame: reader.frame(t, t.say("not-found"), None).error(),
                kind: "missing",
                code: typed,
                text: t.say("not-found-text"),
                links: vec![link],
                details: None,
            };
            return page_with(StatusCode::NOT_FOUND, &trace);
        }
        Err(other) => return Err(other.into()),
    };
    let view = web.app.view_ballot(found.ballot, None).await?;
    let t = reader.speech(Some(&view.conference));
    let title = Written::in_ballot(&view.ballot.definition.title, &view.ballot, t.language()).text;
    let voted = view.ballot.state.closing().map_or(0, |closing| closing.voted);
    let ballot = || ("ballot", title.as_str().into());
    let turnout =
        view.ballot.state.closing().map(|closing| Turnout { eligible: closing.eligible, took_part: closing.voted });
    let is_decided = turnout.is_none_or(|turnout| view.ballot.definition.method.is_counted(turnout));
    let (kind, heading, text) = match found.status {
        ReceiptStatus::Counted if !is_decided => {
            ("recorded", "found-counted", t.with("found-not-decided-text", [ballot()]))
        }
        ReceiptStatus::Counted => {
            ("counted", "found-counted", t.with("found-counted-text", [ballot(), ("votes", voted.into())]))
        }
        ReceiptStatus::Recorded => ("recorded", "found-recorded", t.with("found-recorded-text", [ballot()])),
        ReceiptStatus::Cancelled => ("cancelled", "found-cancelled", t.with("found-cancelled-text", [ballot()])),
    };
    let results = results_path(&view.conference, &view.ballot);
    let is_counted = found.status == ReceiptStatus::Counted;
    let closing = view.ballot.state.closing().filter(|_| found.status != ReceiptStatus::Cancelled);
    let details = closing.map(|closing| Details {
        statement: closing.statement.to_string(),
        commitments: commitments_path(&view.ballot),
        record: is_counted.then(|| {
            let statement = closing.statement;
            let command = format!("urna verify record.zip --statement {statement} --receipt receipt-{code}.json");
            (format!("/api/v1/ballots/{}/record.zip", view.ballot.id), command)
        }),
    });
    let links = if is_counted {
        vec![Link { text: t.say("see-result"), path: results }]
    } else {
        vec![Link { text: t.say("to-conference"), path: format!("/{}", view.conference.slug) }]
    };
    let frame = reader.frame(t, t.say(heading), Some(&view.conference));
    page(&TracePage { frame, kind, code, text, links, details })
}
