//! The canonical address of a page that people type in other ways, such as `/ECC` or `/ecc/`.

use axum::http::Uri;
use urna_core::Slug;

/// Returns the address where a missing page may be: without slashes at its end and, below a conference, in lower case
/// (every name there is a slug). Returns `None` if the address has this form already, and for the API, where a program
/// is told about the mistake. The address never leads to another host.
pub(crate) fn canonical(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    let typed = trimmed.strip_prefix('/')?;
    let (first, rest) = typed.split_at(typed.find('/').unwrap_or(typed.len()));
    let first = Slug::parse(&first.to_ascii_lowercase()).ok().filter(|first| first.as_str() != "api")?;
    // Paths below a reserved name of the service may contain codes.
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
