//! Answers that stay the same as long as the program runs. They are compressed once and tagged, so that a caller who
//! has one is not sent it again.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::etag;

/// An answer, plain and compressed.
#[derive(Debug)]
pub(crate) struct Fixed {
    content_type: String,
    cache_control: &'static str,
    plain: Variant,
    /// The compressed answer, present if it saves something.
    gzip: Option<Variant>,
}

/// The bytes of an answer in one coding, and their tag: a strong tag stands for bytes.
#[derive(Debug)]
struct Variant {
    bytes: Bytes,
    tag: String,
}

impl Fixed {
    /// Makes an answer of this content type, for caches as `cache_control` says.
    pub(crate) fn new(content_type: impl Into<String>, cache_control: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let tag = etag::of_bytes(&bytes);
        let gzip = gzip(&bytes)
            .filter(|packed| packed.len() < bytes.len() / 10 * 9)
            .map(|packed| Variant { bytes: packed.into(), tag: etag::of_coding(&tag, "gzip") });
        Self { content_type: content_type.into(), cache_control, plain: Variant { bytes, tag }, gzip }
    }

    /// Returns the answer to this request: 304 without a body if the caller has it.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(request));
        let Variant { bytes, tag } = gzip.unwrap_or(&self.plain);
        let mut response = etag::not_modified(request, self.cache_control, tag).unwrap_or_else(|| {
            let mut response = (etag::headers(self.cache_control, tag), bytes.clone()).into_response();
            if let Ok(kind) = HeaderValue::from_str(&self.content_type) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            if gzip.is_some() {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        });
        if self.gzip.is_some() {
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).ok()
}

/// Whether the caller accepts gzip (RFC 9110, 12.5.3).
fn takes_gzip(request: &HeaderMap) -> bool {
    let lists = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        is_gzip && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refuses_a_coding_does_not_get_it() {
        let takes = |list: &str| takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, list.parse().unwrap())]));
        assert!(takes("gzip") && takes("br;q=1.0, GZIP;q=0.8") && takes("deflate,gzip ; q=0.1"));
        assert!(!takes("gzip;q=0") && !takes("gzip;q=0.0") && !takes("br") && !takes("") && !takes("gzip;q=x"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_gains_nothing_is_not_compressed() {
        assert!(Fixed::new("text/plain", "no-cache", vec![b'a'; 1000]).gzip.is_some());
        assert!(Fixed::new("text/plain", "no-cache", "short").gzip.is_none());
    }
}
