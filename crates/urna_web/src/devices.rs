//! The cookie that identifies a browser in which organisers have signed in. It signs nobody in: it only keeps strangers
//! who try passwords for the same account from holding this browser up.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use urna_core::DeviceMark;
use urna_core::device::DAYS;

use crate::cookies::{self, Cookie, SameSite};
use crate::state::Web;

const COOKIE: &str = "urna-devices";

/// The number of organisers who may share a browser; beyond that, the organiser who signed in longest ago counts as
/// new.
const MOST: usize = 4;

/// The marks that a browser sent, the latest first. The application decides whether they are genuine, and whose they
/// are.
pub(crate) struct Devices(pub(crate) Vec<DeviceMark>);

impl FromRequestParts<Web> for Devices {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let marks = cookies::find(&parts.headers, &cookies::host_name(COOKIE, web.secure)).unwrap_or_default();
        Ok(Self(marks.split('.').take(MOST).filter_map(DeviceMark::parse).collect()))
    }
}

/// Returns the header that makes a browser keep the mark of the organiser who has just signed in, before those of
/// others.
pub(crate) fn set_cookie(secure: bool, mark: DeviceMark, others: Vec<DeviceMark>) -> Option<HeaderValue> {
    let others = others.into_iter().filter(|other| other.id() != mark.id());
    let marks: Vec<String> = others.map(|other| other.reveal()).collect();
    let marks: Vec<String> = std::iter::once(mark.reveal()).chain(marks).take(MOST).collect();
    let name = cookies::host_name(COOKIE, secure);
    let seconds = Some(DAYS * 24 * 3600);
    Cookie { name: &name, value: &marks.join("."), path: "/", seconds, same_site: SameSite::Strict }.header(secure)
}

#[cfg(test)]
mod tests {
    use urna_core::keys::{Keys, MasterSecret};
    use urna_core::{Email, Timestamp};

    use super::*;

    #[test]
    fn a_browser_keeps_the_marks_of_the_last_four() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let anna = Email::parse("anna@example.org").unwrap();
        let mark = |id| keys.device.mark(&anna, [id; 16], Timestamp::from_micros(0).unwrap());
        let text = |header: Option<HeaderValue>| header.unwrap().to_str().unwrap().to_owned();
        let kept = text(set_cookie(true, mark(2), vec![mark(1), mark(2), mark(3), mark(4), mark(5)]));
        let ids: Vec<u8> =
            kept.split(['=', ';']).nth(1).unwrap().split('.').map(|m| DeviceMark::parse(m).unwrap().id()[0]).collect();
        assert_eq!(ids, [2, 1, 3, 4]);
        assert!(kept.starts_with("__Host-urna-devices=") && kept.ends_with("; Max-Age=34560000; Secure"), "{kept}");
        assert!(kept.len() < 400, "{}", kept.len());
        assert!(!text(set_cookie(false, mark(1), Vec::new())).contains("Secure"));
    }
}
