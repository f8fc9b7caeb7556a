//! Chooses a reader's language.

use urna_core::Language;

use crate::speech::{ORIGINAL, Speech, speech, speeches};

/// The maximum number of header entries considered.
const MOST_ENTRIES: usize = 20;

/// The first language that is available: the chosen one, the best that the browser accepts (RFC 9110, 12.5.4), the
/// conference's, English.
#[must_use]
pub fn choose<'a>(
    chosen: Option<&str>,
    accept_language: Option<&str>,
    conference: impl IntoIterator<Item = &'a Language>,
) -> &'static Speech {
    let asked = accept_language.map(accepted).unwrap_or_default();
    let offered = asked.iter().find_map(|tag| nearest(tag));
    let of_conference = || conference.into_iter().find_map(|language| nearest(language.as_str()));
    let original = || speech(ORIGINAL).expect("English is always there");
    chosen.and_then(speech).or(offered).or_else(of_conference).unwrap_or_else(original)
}

/// The language itself, or the one without the region (`de` for `de-AT`), if it is offered.
fn nearest(tag: &str) -> Option<&'static Speech> {
    let known = Language::parse(tag).ok()?;
    let offered = |tag: &str| speeches().find(|speech| speech.language().as_str() == tag);
    offered(known.as_str()).or_else(|| offered(known.as_str().split('-').next()?))
}

/// The tags in the header, the most preferred first.
fn accepted(header: &str) -> Vec<&str> {
    let mut entries: Vec<_> = header.split(',').take(MOST_ENTRIES).filter_map(weighed).collect();
    entries.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    entries.into_iter().map(|(_, tag)| tag).collect()
}

/// An entry's weight and tag; `None` if it is not acceptable.
fn weighed(entry: &str) -> Option<(u16, &str)> {
    let (tag, parameter) = entry.split_once(';').map_or((entry, None), |(tag, rest)| (tag, Some(rest)));
    let weight = match parameter {
        None => 1_000,
        Some(parameter) => thousandths(parameter.trim().strip_prefix("q=")?)?,
    };
    (weight > 0).then_some((weight, tag.trim()))
}

/// Parses a weight such as `0.8`, with at most three decimal places.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = matches!(whole, "0" | "1") && rest.len() <= 3 && rest.bytes().all(|digit| digit.is_ascii_digit());
    let number: u16 = is_weight.then(|| format!("{whole}{rest:0<3}")).and_then(|digits| digits.parse().ok())?;
    (number <= 1_000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_what_is_wanted_is_taken() {
        let french = Language::parse("fr").unwrap();
        let chosen = |chosen, header| choose(chosen, header, [&french]).language().as_str();
        for (header, expected) in [
            ("de-AT,de;q=0.9,en;q=0.5", "de"),
            ("fr;q=0.5,de;q=0.8", "de"),
            ("de;q=0,en", "en"),
            ("nl, en-US;q=0.1", "en"),
            ("x,,;;q=zz,de-ch ; q=0.4", "de"),
            ("*", "fr"),
            ("", "fr"),
            ("de;q=2,en;q=0.001", "en"),
            ("en-XA", "en"),
        ] {
            assert_eq!(chosen(None, Some(header)), expected, "{header}");
        }
        assert_eq!((chosen(Some("de"), Some("en")), chosen(Some("xx"), Some("en"))), ("de", "en"));
        assert_eq!((chosen(Some("en-XA"), None), chosen(None, None)), ("en-XA", "fr"));
        assert_eq!(choose(None, None, []).language().as_str(), "en");
    }
}
