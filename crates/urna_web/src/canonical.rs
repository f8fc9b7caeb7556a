//! The one address of a page that people type in other ways: `/ECC`, `/ecc/`.

use axum::http::Uri;
use urna_core::Slug;

/// Where a page that is not there may be: without slashes at its end, and, below a conference, in small letters (every name
/// there is a slug). `None` where that is the address already, and for the API: a program is told. It never leads to another
/// host.
pub(crate) fn canonical(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    let typed = trimmed.strip_prefix('/')?;
    let (first, rest) = typed.split_at(typed.find('/').unwrap_or(typed.len()));
    let first = Slug::parse(&first.to_ascii_lowercase()).ok().filter(|first| first.as_str() != "api")?;
    // Below a part of the service's own, codes may stand.
    let rest = if first.is_reserved() { rest.to_owned() } else { rest.to_ascii_lowercase() };
    let path = format!("/{first}{rest}");
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (path != uri.path()).then(|| format!("{path}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form_and_stays_on_this_host() {
        for (typed, expected) in [
            ("/ECC", Some("/ecc")),
            ("/ecc/", Some("/ecc")),
            ("/Ecc//", Some("/ecc")),
            ("/ECC/Award/results/?version=1", Some("/ecc/award/results?version=1")),
            ("/Help/", Some("/help")),
            ("/receipts/K7QF-2M9T-XW4R/", Some("/receipts/K7QF-2M9T-XW4R")),
            ("/receipts/K7QF-2M9T-XW4R", None),
            ("/ecc", None),
            ("/", None),
            ("/API/v1/conferences", None),
            ("//evil.example/", None),
            ("//evil/", None),
            ("/%2Fevil/", None),
            ("/..//evil/", None),
        ] {
            assert_eq!(canonical(&typed.parse().unwrap()).as_deref(), expected, "{typed}");
        }
    }
}
