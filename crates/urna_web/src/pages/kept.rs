//! The receipts that a browser keeps for its voter. Each has its own cookie, which is sent only with requests for its
//! ballot, and is sealed for that voter's turn at the browser.
//!
//! These cookies outlive a sign-out: deleting one for each ballot takes more headers than a proxy lets through. Another
//! turn begins instead, in which none of them opens, and each is deleted once a request brings it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use urna_app::Voter;
use urna_core::browser::Turn;
use urna_core::receipt::Receipt;
use urna_core::{Ballot, BallotId};

use crate::cookies::{self, Cookie, SameSite};
use crate::state::Web;

/// The cookie of a receipt.
const RECEIPT: &str = "urna-receipt";
/// The cookie of the turn.
const TURN: &str = "urna-turn";
/// The lifetime of both cookies: a month.
const SECONDS: u32 = 30 * 24 * 3600;

/// Reads whose turn it is at this browser; `None` if nobody has left it yet.
fn turn(headers: &HeaderMap) -> Option<Turn> {
    cookies::find(headers, TURN)?.parse().ok()
}

/// Returns the header that begins another turn.
pub(super) fn begin_turn(web: &Web) -> Option<HeaderValue> {
    let turn = web.app.begin_turn().to_string();
    Cookie { name: TURN, value: &turn, path: "/", seconds: Some(SECONDS), same_site: SameSite::Lax }.header(web.secure)
}

/// Returns the header with which a browser keeps a receipt for this voter.
pub(super) fn keep(web: &Web, headers: &HeaderMap, voter: &Voter, receipt: &Receipt) -> Option<HeaderValue> {
    cookie(web, receipt.ballot, &web.app.seal_receipt(voter, turn(headers), receipt), SECONDS)
}

fn cookie(web: &Web, ballot: BallotId, value: &str, seconds: u32) -> Option<HeaderValue> {
    let path = format!("/ballots/{ballot}");
    Cookie { name: RECEIPT, value, path: &path, seconds: Some(seconds), same_site: SameSite::Lax }.header(web.secure)
}

/// The receipt of a ballot that a browser has kept for the signed-in voter.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) receipt: Option<Receipt>,
    /// The header with the cookie's new content, if that changes.
    cookie: Option<HeaderValue>,
}

impl Kept {
    /// Opens the receipt in the cookie. While nobody is signed in, it shows and deletes nothing: the voter may come
    /// back.
    pub(super) fn of(web: &Web, headers: &HeaderMap, ballot: &Ballot, voter: Option<&Voter>) -> Self {
        let (Some(value), Some(voter)) = (cookies::find(headers, RECEIPT), voter) else { return Self::default() };
        let turn = turn(headers);
        if let Some(receipt) = web.app.open_receipt(voter, turn, ballot, value) {
            return Self { receipt: Some(receipt), cookie: None };
        }
        let older = unsealed(value, voter).filter(|_| turn.is_none());
        match older.and_then(|compact| web.app.recall_receipt(ballot, compact)) {
            Some(receipt) => Self { cookie: keep(web, headers, voter, &receipt), receipt: Some(receipt) },
            None => Self { receipt: None, cookie: cookie(web, ballot.id, "", 0) },
        }
    }

    /// Adds the cookie to an answer, if it changes.
    pub(super) fn tell(self, mut answer: Response) -> Response {
        if let Some(cookie) = self.cookie {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        answer
    }
}

/// Returns the receipt in a cookie from before they were sealed, if the hash in it is of this voter.
fn unsealed<'a>(value: &'a str, voter: &Voter) -> Option<&'a str> {
    let (owner, compact) = value.split_once('.')?;
    let hash = Sha256::digest(voter.attendee().id.as_bytes());
    (owner == URL_SAFE_NO_PAD.encode(&hash[..12])).then_some(compact)
}
