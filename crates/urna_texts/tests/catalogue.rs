//! Every language has every message with the same values, and no message is unused.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the files of a language has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The names of the values in each message.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn locales() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

/// The messages of each language.
fn catalogues() -> BTreeMap<String, Catalogue> {
    let mut all = BTreeMap::new();
    for folder in fs::read_dir(locales()).unwrap() {
        let folder = folder.unwrap().path();
        let mut catalogue = Catalogue::new();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let text = fs::read_to_string(&file).unwrap();
            let resource = fluent_syntax::parser::parse(text.as_str());
            let resource = resource.unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
            for entry in &resource.body {
                let Entry::Message(message) = entry else { continue };
                let mut values = BTreeSet::new();
                in_pattern(message.value.as_ref().unwrap(), &mut values);
                let before = catalogue.insert(message.id.name.to_owned(), values);
                assert!(before.is_none(), "{}: {} is there twice", file.display(), message.id.name);
            }
        }
        all.insert(folder.file_name().unwrap().to_str().unwrap().to_owned(), catalogue);
    }
    all
}

fn in_pattern(pattern: &Pattern<&str>, values: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => in_inline(inline, values),
            Expression::Select { selector, variants } => {
                in_inline(selector, values);
                for variant in variants {
                    in_pattern(&variant.value, values);
                }
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, values: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(values.insert(id.name.to_owned())),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("messages are made of texts and values alone: {other:?}"),
    }
}

#[test]
fn every_language_has_every_message_with_the_same_values() {
    let mut all = catalogues();
    let english = all.remove("en").unwrap();
    assert!(all.len() >= 2, "{:?}", all.keys());
    for (language, catalogue) in all {
        for (id, values) in &english {
            assert_eq!(catalogue.get(id), Some(values), "{language}: {id}");
        }
        let more: Vec<_> = catalogue.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(more.is_empty(), "{language} has messages that English has not: {more:?}");
    }
}

/// All quoted strings in code and templates.
fn quoted() -> BTreeSet<String> {
    let mut quoted = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for place in ["urna_web/src", "urna_web/templates", "urna_app/src", "urna_texts/src"] {
        collect(&crates.join(place), &mut quoted);
    }
    quoted
}

fn collect(path: &Path, quoted: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), quoted);
        }
    } else {
        quoted.extend(fs::read_to_string(path).unwrap().split('"').map(str::to_owned));
    }
}

#[test]
fn every_message_is_read_by_somebody() {
    let (quoted, english) = (quoted(), catalogues().remove("en").unwrap());
    let unused: Vec<_> = english.keys().filter(|id| !quoted.contains(*id)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn a_language_is_a_folder() {
    let offered: Vec<&str> = urna_texts::languages().map(urna_core::Language::as_str).collect();
    assert_eq!(offered, catalogues().keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_language_says_how_far_it_can_be_trusted() {
    use urna_texts::Status;
    for speech in urna_texts::speeches() {
        let is_original = speech.language().as_str() == "en";
        assert_eq!(speech.status() == Status::Original, is_original, "{speech:?}");
    }
}

#[test]
fn countries_stand_in_the_order_of_each_language() {
    let named = |language: &str, code: &str| {
        let countries = urna_texts::speech(language).unwrap().countries();
        // ISO 3166-1 has 249 countries, and Kosovo has a code that is in use.
        assert_eq!(countries.len(), 250, "{language}");
        let place = countries.iter().position(|(found, _)| found == code).unwrap();
        (countries[place].1.as_str(), place)
    };
    assert_eq!((named("en", "PL").0, named("de", "PL").0, named("fr", "PL").0), ("Poland", "Polen", "Pologne"));
    let (austria, place) = named("de", "AT");
    assert_eq!(austria, "Österreich");
    assert!(
        (named("de", "NO").1..named("de", "PK").1).contains(&place),
        "Norwegen, Österreich, Pakistan: Ö stands with O"
    );
    assert_eq!(named("en-XA", "PL"), named("en", "PL"));
    let poland = urna_core::Country::parse("pl").unwrap();
    assert_eq!(urna_texts::speech("fr").unwrap().country(&poland), "Pologne");
    assert_eq!(urna_texts::speech("fr").unwrap().country(&urna_core::Country::parse("qq").unwrap()), "QQ");
}

#[test]
fn a_program_can_fill_in_a_number_as_the_language_does() {
    for language in ["en", "de", "fr", "en-XA"] {
        let speech = urna_texts::speech(language).unwrap();
        let patterns = speech.patterns("minutes-left", "minutes");
        assert_eq!(patterns.keys().copied().collect::<Vec<_>>(), ["one", "other"], "{language}");
        assert!(patterns.values().all(|pattern| pattern.matches("{n}").count() == 1), "{patterns:?}");
        assert_eq!(patterns["other"].replace("{n}", "7"), speech.with1("minutes-left", "minutes", 7));
        assert_eq!(patterns["one"].replace("{n}", "1"), speech.with1("minutes-left", "minutes", 1));
    }
}
