//! The verifier as a page: one file that recounts a record in the reader's browser. It stands alone: anybody can save
//! it and host it, and check the service without the service.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::etag;

const VERIFIER: &str = include_str!("../../assets/verifier.html");

/// The caching of the file: a new release is seen soon, and until then no browser asks twice.
const CACHE: &str = "public, max-age=300";

/// The content security policy: exactly the script and the style of the file, and no network. The file declares the
/// same itself, for copies on other hosts and on disks; only a header can forbid frames.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!("{}; frame-ancestors 'none'", policy_of(VERIFIER));
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Builds the policy that allows the page's own script and style, and no other.
fn policy_of(page: &str) -> String {
    let hash = |tag| STANDARD.encode(Sha256::digest(within(page, tag)));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; connect-src 'none'; \
         form-action 'none'; base-uri 'none'",
        hash("script"),
        hash("style")
    )
}

/// Returns the text between the first such tag and its end; empty if there is no such tag.
fn within<'a>(page: &'a str, tag: &str) -> &'a str {
    let rest = page.split_once(&format!("<{tag}>")).map_or("", |(_, rest)| rest);
    rest.split_once(&format!("</{tag}>")).map_or("", |(content, _)| content)
}

pub(super) async fn show(headers: HeaderMap) -> Response {
    let mut response = etag::answer(&headers, "text/html; charset=utf-8", CACHE, VERIFIER);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_of_itself_what_the_header_says() {
        let policy = policy_of(VERIFIER);
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        assert!(VERIFIER.contains(&meta), "verifier.html has changed: it must have {meta}");
        let (before, _) = VERIFIER.split_once(&meta).unwrap();
        assert!(!before.contains("<script") && !before.contains("<style"), "nothing comes before the policy");
        assert!(!within(VERIFIER, "script").is_empty() && !within(VERIFIER, "style").is_empty());
    }
}
