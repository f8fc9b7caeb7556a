//! Manifests: all that one may contain, and each field missing, doubled, misspelt or of another form.

use serde_json::{Value, json};
use urna_core::record::file;
use urna_core::{Candidate, Country, Disclosure, Kind, Language, LocalText, Sha256Hash};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, candidate, plurality};

const MANIFEST: &str = file::MANIFEST;

fn is_form() -> Fault {
    Fault::Form(MANIFEST)
}

/// Correct manifests.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let with = |pointer: &'static str, to: Value| forge.set(MANIFEST, pointer, to).parts();
    let mut everything = forge.clone();
    let tag = |tag: &str| Language::parse(tag).unwrap();
    let texts = |text: &str| {
        LocalText::Many(
            ["de", "en", "pt", "pt-BR", "vec"].map(|language| (tag(language), format!("{text} {language}"))).into(),
        )
    };
    let definition = &mut everything.definition;
    (definition.title, definition.question) = (texts("Title"), texts("Question"));
    definition.original_language = Some(tag("pt-BR"));
    definition.kind = Kind::Consultation;
    definition.eligibility =
        serde_json::from_value(json!({"categories": ["a", "a-0", "business", "z9", "9".repeat(60)]})).unwrap();
    definition.candidates[0] = Candidate {
        id: candidate(1),
        name: texts("Zoë"),
        organisation: Some(String::new()),
        country: Some(Country::parse("PL").unwrap()),
        biography: Some(texts("Born\n\"somewhere\"\t\u{1}\u{7f}\u{2028}")),
        website: Some("https://example.org/".to_owned()),
        portrait: Some(Sha256Hash::new([0xab; 32])),
    };
    // The second text is given only in a language other than the original one.
    definition.candidates[1].name = LocalText::Many([(tag("pt-BR"), "\u{202e}👩‍👩‍👧 \\ / \u{ffff}".to_owned())].into());
    let mut hundred = forge.clone();
    let ana = forge.definition.candidates[2].clone();
    hundred.definition.candidates.extend((4..=100).map(|number| Candidate { id: candidate(number), ..ana.clone() }));
    hundred.votes[0] = hundred.votes[0].choosing(&plurality(Some(99)));
    let mut nobody = forge.clone();
    (nobody.definition.candidates, nobody.votes, nobody.participations) = (Vec::new(), Vec::new(), 0);
    let mut nil = forge.clone();
    nil.definition.candidates[2].id = candidate(0);
    nil.ballot = "00000000-0000-0000-0000-000000000000".parse().unwrap();
    let mut highest = forge.clone();
    highest.definition.candidates[2].id = candidate(u128::MAX);
    highest.ballot = "ffffffff-ffff-ffff-ffff-ffffffffffff".parse().unwrap();
    let mut counts = everything.clone();
    counts.definition.disclosure = Disclosure::Counts;
    vec![
        Case::right("right-everything", &everything.parts()).with_receipt(&everything.receipt(4)),
        Case::right("right-everything-but-openings", &counts.parts()).with_receipt(&counts.receipt(4)),
        Case::right("right-hundred-candidates", &hundred.parts()).with_receipt(&hundred.receipt(0)),
        Case::right("right-no-candidates", &nobody.parts()),
        Case::right("right-nil-ids", &nil.parts()).with_receipt(&nil.receipt(0)),
        Case::right("right-highest-ids", &highest.parts()).with_receipt(&highest.receipt(0)),
        Case::right("right-empty-texts", &with("/title", "".into())),
        Case::right("right-no-categories", &with("/eligibility", json!({"categories": []}))),
        Case::right("right-language-of-plain-texts", &with("/original_language", "en".into())),
        Case::right("right-same-name-twice", &with("/candidates/1/name", "Ana".into())),
    ]
}

/// A field has a value that it cannot have; the JSON is canonical, and everything else fits.
pub(crate) fn wrong_values() -> Vec<Case> {
    let forge = Forge::new();
    let longest = "a".repeat(61);
    let values = [
        ("ballot", "", json!("urna")),
        ("ballot", "in-capitals", json!("01890A5D-AC96-774B-BCCE-B302099A8057")),
        ("ballot", "without-hyphens", json!("01890a5dac96774bbcceb302099a8057")),
        ("ballot", "in-braces", json!("{01890a5d-ac96-774b-bcce-b302099a8057}")),
        ("ballot", "with-a-newline", json!("01890a5d-ac96-774b-bcce-b302099a8057\n")),
        ("format", "of-the-future", json!("urna manifest v2")),
        ("format", "in-capitals", json!("Urna manifest v1")),
        ("kind", "other", json!("election")),
        ("kind", "in-capitals", json!("Award")),
        ("kind", "object", json!({"award": null})),
        ("method", "other", json!({"type": "approval"})),
        ("method", "with-more", json!({"type": "plurality", "votes": 1})),
        ("method", "text", json!("plurality")),
        ("allow_blank", "number", json!(1)),
        ("allow_blank", "text", json!("true")),
        ("tie_rule", "other", json!({"type": "coin"})),
        ("tie_rule", "with-more", json!({"type": "lot", "seed": 1})),
        ("tie_rule", "text", json!("lot")),
        ("disclosure", "in-capitals", json!("Full")),
        ("disclosure", "other", json!("none")),
        ("eligibility", "list", json!([])),
        ("eligibility", "with-more", json!({"roles": []})),
        ("eligibility/categories", "null", json!(null)),
        ("eligibility/categories", "out-of-order", json!(["b", "a"])),
        ("eligibility/categories", "twice", json!(["a", "a"])),
        ("eligibility/categories", "in-capitals", json!(["A"])),
        ("eligibility/categories", "with-two-hyphens", json!(["a--b"])),
        ("eligibility/categories", "empty", json!([""])),
        ("eligibility/categories", "too-long", json!([longest])),
        ("eligibility/categories", "of-other-digits", json!(["٣"])),
        ("original_language", "null", json!(null)),
        ("original_language", "in-capitals", json!("EN")),
        ("original_language", "too-long", json!("engl")),
        ("original_language", "with-a-small-region", json!("pt-br")),
        ("original_language", "with-an-underscore", json!("pt_BR")),
        ("original_language", "cut-off", json!("en-")),
        ("original_language", "list", json!(["en"])),
        ("title", "null", json!(null)),
        ("title", "number", json!(5)),
        ("title", "list", json!([])),
        ("title", "of-no-language", json!({})),
        ("title", "without-an-original", json!({"en": "Manager"})),
        ("question", "object-of-null", json!({"en": null})),
        ("candidates", "null", json!(null)),
        ("candidates", "object", json!({})),
        ("candidates/2", "text", json!("Ana")),
        ("candidates/2", "list", json!([candidate(3), "Ana"])),
        ("candidates/2/id", "in-capitals", json!("00000000-0000-0000-0000-00000000000A")),
        ("candidates/2/id", "number", json!(3)),
        ("candidates/2/name", "null", json!(null)),
        ("candidates/2/country", "small", json!("pl")),
        ("candidates/2/country", "too-long", json!("POL")),
        ("candidates/2/country", "null", json!(null)),
        ("candidates/2/organisation", "null", json!(null)),
        ("candidates/2/organisation", "by-language", json!({"en": "E"})),
        ("candidates/2/biography", "number", json!(5)),
        ("candidates/2/website", "null", json!(null)),
        ("candidates/2/portrait", "null", json!(null)),
        ("candidates/2/portrait", "capitals", json!("AB".repeat(32))),
        ("candidates/2/portrait", "too-short", json!("a".repeat(63))),
        ("candidates/2/portrait", "not-of-ascii", json!("１".repeat(64))),
        ("candidates/2/nickname", "unknown", json!("A")),
        ("note", "unknown", json!(null)),
    ];
    let cases = values.into_iter().map(|(field, what, value)| {
        let name = format!("manifest-{}-{what}", field.replace('/', "-"));
        Case::fault(name, &forge.set(MANIFEST, &format!("/{field}"), value).parts(), is_form())
    });
    // There are no openings, as expected by a careless reader who only looks for `full`.
    let mut counts = forge.clone();
    counts.definition.disclosure = Disclosure::Counts;
    let closed = ["Counts", "none"].map(|other| {
        let parts = counts.set(MANIFEST, "/disclosure", json!(other)).parts();
        Case::fault(format!("manifest-disclosure-{other}-without-openings"), &parts, is_form())
    });
    let mut by_language = forge.clone();
    by_language.definition.original_language = Some(Language::parse("en").unwrap());
    let other_texts = [
        ("tag-in-capitals", json!({"EN": "a", "en": "b"})),
        ("tag-of-a-word", json!({"en": "b", "english": "a"})),
        ("text-null", json!({"de": null, "en": "b"})),
        ("of-a-kin-language", json!({"en-GB": "a"})),
    ];
    let texts = other_texts.map(|(what, value)| {
        Case::fault(format!("manifest-title-{what}"), &by_language.set(MANIFEST, "/title", value).parts(), is_form())
    });
    cases.chain(texts).chain(closed).collect()
}

/// A field is missing, there twice, or written in another case.
pub(crate) fn wrong_fields() -> Vec<Case> {
    let forge = Forge::new();
    let fields =
        ["allow_blank", "ballot", "candidates", "disclosure", "eligibility", "format", "kind", "method", "question"];
    let fields = fields.into_iter().chain(["tie_rule", "title", "candidates/2/id", "candidates/2/name"]);
    let missing = fields.clone().map(|field| {
        let parts = forge.remove(MANIFEST, &format!("/{field}")).parts();
        Case::fault(format!("manifest-without-{}", field.replace('/', "-")), &parts, is_form())
    });
    let misspelt = fields.map(|field| {
        let parts = forge.json(MANIFEST, move |manifest| {
            let (parent, key) = field.rsplit_once('/').map_or(("", field), |(parent, key)| (parent, key));
            let pointer = if parent.is_empty() { String::new() } else { format!("/{parent}") };
            let object = manifest.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
            let value = object.remove(key).unwrap();
            object.insert(format!("{}{}", key[..1].to_uppercase(), &key[1..]), value);
        });
        Case::fault(format!("manifest-with-a-large-{}", field.replace('/', "-")), &parts.parts(), is_form())
    });
    let twice = [
        ("kind", "\"kind\":\"award\",", "\"kind\":\"award\",\"kind\":\"award\","),
        ("kind-in-two-ways", "\"kind\":\"award\",", "\"kind\":\"consultation\",\"kind\":\"award\","),
        ("name", "\"name\":\"Ana\"", "\"name\":\"Eva\",\"name\":\"Ana\""),
        ("tie-rule-within", "{\"type\":\"lot\"}", "{\"type\":\"jury\",\"type\":\"lot\"}"),
    ];
    let twice = twice.map(|(what, of, by)| {
        Case::fault(format!("manifest-twice-{what}"), &forge.replace(MANIFEST, of, by).parts(), is_form())
    });
    missing.chain(misspelt).chain(twice).collect()
}
