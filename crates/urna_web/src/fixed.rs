//! Answers that stay the same as long as the program runs. They are compressed once and tagged, so that a caller who
//! has one is not sent it again.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::etag;

/// An answer, plain and compressed.
#[derive(Debug)]
pub(crate) struct Fixed {
    content_type: String,
    cache_control: &'static str,
    plain: Variant,
    /// The answer in each coding that saves something, the shortest first.
    packed: Vec<(Coding, Variant)>,
}

/// A coding of content (RFC 9110, 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Compresses as far as the coding can.
    fn pack(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Brotli => brotli(bytes),
            Self::Gzip => gzip(bytes),
        }
    }
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
        let made = Self {
            content_type: content_type.into(),
            cache_control,
            plain: Variant { bytes, tag },
            packed: Vec::new(),
        };
        made.packed(Coding::Gzip)
    }

    /// The same, for those who take it also by Brotli: a seventh shorter. Compressing takes a second for 200 kB.
    pub(crate) fn with_brotli(self) -> Self {
        self.packed(Coding::Brotli)
    }

    fn packed(mut self, coding: Coding) -> Self {
        let Variant { bytes, tag } = &self.plain;
        if let Some(packed) = coding.pack(bytes).filter(|packed| packed.len() < bytes.len() / 10 * 9) {
            let tag = etag::of_coding(tag, coding.name());
            self.packed.insert(0, (coding, Variant { bytes: packed.into(), tag }));
        }
        self
    }

    /// Returns the answer to this request: 304 without a body if the caller has it.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let packed = self.packed.iter().find(|(coding, _)| takes(request, *coding));
        let Variant { bytes, tag } = packed.map_or(&self.plain, |(_, variant)| variant);
        let mut response = etag::not_modified(request, self.cache_control, tag).unwrap_or_else(|| {
            let mut response = (etag::headers(self.cache_control, tag), bytes.clone()).into_response();
            if let Ok(kind) = HeaderValue::from_str(&self.content_type) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            if let Some((coding, _)) = packed {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            }
            response
        });
        if !self.packed.is_empty() {
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).ok()
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(bytes.len() / 3);
    let settings = BrotliEncoderParams { size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &settings).ok()?;
    Some(packed)
}

/// Whether the caller accepts a coding (RFC 9110, 12.5.3).
fn takes(request: &HeaderMap, coding: Coding) -> bool {
    let wanted = coding.name();
    let lists = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        is_it && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refuses_a_coding_does_not_get_it() {
        let asks = |list: &str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, list.parse().unwrap())]);
        let takes = |list: &str| super::takes(&asks(list), Coding::Gzip);
        assert!(takes("gzip") && takes("br;q=1.0, GZIP;q=0.8") && takes("deflate,gzip ; q=0.1"));
        assert!(!takes("gzip;q=0") && !takes("gzip;q=0.0") && !takes("br") && !takes("") && !takes("gzip;q=x"));
        assert!(!super::takes(&HeaderMap::new(), Coding::Gzip));
        assert!(
            super::takes(&asks("gzip, br"), Coding::Brotli) && !super::takes(&asks("gzip, br;q=0"), Coding::Brotli)
        );
    }

    #[test]
    fn what_gains_nothing_is_not_compressed() {
        assert_eq!(Fixed::new("text/plain", "no-cache", vec![b'a'; 1000]).with_brotli().packed.len(), 2);
        assert!(Fixed::new("text/plain", "no-cache", "short").with_brotli().packed.is_empty());
    }
}
