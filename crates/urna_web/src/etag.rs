//! Strong entity tags: the hashes of the answers.
//!
//! A proxy that compresses an answer makes its tag weak (`W/"…"`: nginx) or writes the coding into it (`"…-gzip"`:
//! Apache), and sends the tag back in that form. The service accepts such a tag as the original, in `If-Match` as well,
//! although RFC 9110 (13.1.1) requires a strong tag there: a weak tag may stand for several contents, but ours is made
//! from the content itself, and a proxy that changes its form does not change the content that it stands for. A caller
//! who sends it with a change has seen exactly this version.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::problem::{Code, Problem};

/// The length of a tag without its quotes.
const TAG_LENGTH: usize = 22;

/// Returns the tag of these bytes, quotes included: 128 bits of their SHA-256.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..16]))
}

/// Returns the tag of a value as it is answered in JSON.
pub(crate) fn of_json(value: &impl Serialize) -> String {
    of_bytes(&serde_json::to_vec(value).unwrap_or_default())
}

/// The codings whose names proxies add to a tag: `-gzip`, or `--gzip`.
const CODINGS: [&str; 5] = ["gzip", "br", "zstd", "deflate", "compress"];

/// Returns the tag of the same content in this coding.
pub(crate) fn of_coding(tag: &str, coding: &str) -> String {
    format!("{}-{coding}\"", tag.trim_end_matches('"'))
}

/// Returns a tag as we made it, without the suffix of a coding and without weakness. None of our tags is longer than 22
/// characters, so that no tag loses a part of its own.
fn origin(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let Some(inner) = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) else { return tag };
    let bare = CODINGS.iter().find_map(|coding| inner.strip_suffix(coding)?.strip_suffix('-'));
    bare.filter(|bare| bare.len() >= TAG_LENGTH)
        .map_or(inner, |bare| bare.strip_suffix('-').filter(|bare| bare.len() == TAG_LENGTH).unwrap_or(bare))
}

/// Whether a list of tags names the content that this one stands for.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let is_it = |item: &str| item == "*" || (item.ends_with('"') && origin(item) == origin(tag));
    list.to_str().is_ok_and(|list| list.split(',').map(str::trim).any(is_it))
}

/// Refuses a request that names a version (`If-Match`) other than the current one.
pub(crate) fn check_if_match(headers: &HeaderMap, current: &impl Serialize) -> Result<(), Problem> {
    let tag = of_json(current);
    let fits = headers.get_all(header::IF_MATCH).iter().all(|list| names(list, &tag));
    if fits { Ok(()) } else { Err(Problem::new(Code::PreconditionFailed)) }
}

/// Whether the caller has what this tag stands for (`If-None-Match`).
pub(crate) fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    request.get_all(header::IF_NONE_MATCH).iter().any(|list| names(list, tag))
}

/// Returns an answer with a tag: 304 without a body if the caller has it (`If-None-Match`).
pub(crate) fn answer(
    request: &HeaderMap,
    content_type: &'static str,
    cache_control: &'static str,
    body: impl Into<Vec<u8>>,
) -> Response {
    let body = body.into();
    let tag = of_bytes(&body);
    not_modified(request, cache_control, &tag).unwrap_or_else(|| tagged(content_type, cache_control, &tag, body))
}

/// Returns 304 if the caller has what this tag stands for.
pub(crate) fn not_modified(request: &HeaderMap, cache_control: &'static str, tag: &str) -> Option<Response> {
    let headers = headers(cache_control, tag);
    is_known(request, &headers[0].1).then(|| (StatusCode::NOT_MODIFIED, headers).into_response())
}

/// Returns an answer with a tag that stands for its body, though it is not made from it.
pub(crate) fn tagged(content_type: &'static str, cache_control: &'static str, tag: &str, body: Vec<u8>) -> Response {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type))];
    (headers(cache_control, tag), content_type, body).into_response()
}

pub(crate) fn headers(cache_control: &'static str, tag: &str) -> [(HeaderName, HeaderValue); 2] {
    let tag = HeaderValue::from_str(tag).unwrap_or(HeaderValue::from_static("\"\""));
    [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static(cache_control))]
}

/// Returns a JSON answer with a tag that stands for it.
pub(crate) fn answer_json_as(
    request: &HeaderMap,
    cache_control: &'static str,
    tag: &str,
    value: &impl Serialize,
) -> Response {
    not_modified(request, cache_control, tag).unwrap_or_else(|| match serde_json::to_vec(value) {
        Ok(body) => tagged("application/json", cache_control, tag, body),
        Err(_) => Problem::new(Code::Internal).into_response(),
    })
}

/// Returns a JSON answer with a tag.
pub(crate) fn answer_json(request: &HeaderMap, cache_control: &'static str, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => answer(request, "application/json", cache_control, body),
        Err(_) => Problem::new(Code::Internal).into_response(),
    }
}

/// Returns 201 with what was created and its tag.
pub(crate) fn created(value: &impl Serialize) -> Response {
    let tag = HeaderValue::from_str(&of_json(value)).unwrap_or(HeaderValue::from_static("\"\""));
    (StatusCode::CREATED, [(header::ETAG, tag)], Json(value)).into_response()
}

/// The cache policy of data that belongs to one person or one organiser.
pub(crate) const PRIVATE: &str = "no-store";
/// The cache policy of public data that may change at any moment.
pub(crate) const PUBLIC: &str = "public, max-age=1";
/// The cache policy of public data that never changes.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_that_a_proxy_has_changed_is_still_ours() {
        let tag = of_bytes(b"something");
        assert_eq!(tag.len(), TAG_LENGTH + 2);
        let inner = tag.trim_matches('"');
        let named = |list: &str| names(&HeaderValue::from_str(list).unwrap(), &tag);
        for changed in
            ["W/\"TAG\"", "\"TAG-gzip\"", "W/\"TAG-gzip\"", "\"TAG--gzip\"", "\"TAG-br\"", "\"x\", \"TAG\"", "*"]
        {
            assert!(named(&changed.replace("TAG", inner)), "{changed}");
        }
        for other in
            ["TAG", "\"TAG", "TAG\"", "\"TAG-x\"", "\"xTAG\"", "\"TAG-gzip-gzip\"", "W/TAG", "\"-gzip\"", "\"\"", ""]
        {
            assert!(!named(&other.replace("TAG", inner)), "{other}");
        }
        // One of our tags that happens to end like a coding stays whole.
        let odd = "\"abcdefghijklmnopq-gzip\"";
        assert_eq!(odd.len(), TAG_LENGTH + 2);
        assert_eq!(origin(odd), odd.trim_matches('"'));
    }
}
