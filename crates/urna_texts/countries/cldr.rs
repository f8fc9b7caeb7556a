//! The names of countries in the Common Locale Data Repository.

use icu_experimental::displaynames::DisplayNamesOptions;
use icu_experimental::displaynames::multi::RegionDisplayNames;
use icu_locale_core::Locale;

/// A line for each code that has a name in the language. English is European English.
pub(crate) fn list(tag: &str) -> String {
    let locale: Locale = if tag == "en" { "en-150" } else { tag }.parse().expect("a language tag is a locale");
    let names = RegionDisplayNames::try_new((&locale).into(), DisplayNamesOptions::default());
    let names = names.expect("the data of every language are compiled in");
    let letters = || (b'A'..=b'Z').map(char::from);
    let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
    let named = codes.filter_map(|code| Some(format!("{code} {}\n", names.of(code.parse().ok()?)?)));
    named.collect()
}
