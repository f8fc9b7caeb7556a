//! JSON that is not canonical (RFC 8785), or not JSON at all.

use urna_core::record::file;
use urna_verify::Fault;

use super::case::Case;
use super::forge::Forge;

/// The fault of a file in another form: a tally is only made anew and compared, which tells no more.
fn fault(name: &'static str) -> Fault {
    if name == file::TALLY { Fault::Tally } else { Fault::Form(name) }
}

/// Other spellings of one file: the same value, or something that some parsers take for it.
pub(crate) fn other_forms() -> Vec<Case> {
    let mut forge = Forge::new();
    forge.definition.title = urna_core::LocalText::One("Manager of the\u{1f} Year".to_owned());
    let of_manifest = [
        ("escaped-letter", "Zo\u{eb}", "Zo\\u00eb"),
        ("escaped-slash", "Who?", "Who\\/?"),
        ("large-escape", "\\u001f", "\\u001F"),
        ("raw-control-character", "\\u001f", "\u{1f}"),
        ("lone-surrogate", "Who?", "\\ud800"),
        (
            "other-order",
            "\"kind\":\"award\",\"method\":{\"type\":\"plurality\"}",
            "\"method\":{\"type\":\"plurality\"},\"kind\":\"award\"",
        ),
        ("single-quotes", "\"Who?\"", "'Who?'"),
        ("comment", "\"Who?\"", "\"Who?\"/**/"),
        ("true-in-capitals", ":true,", ":True,"),
    ];
    let of_history = [
        ("fraction", "\"eligible\":10,", "\"eligible\":10.0,"),
        ("exponent", "\"eligible\":10,", "\"eligible\":1e1,"),
        ("leading-nought", "\"eligible\":10,", "\"eligible\":010,"),
        ("plus", "\"eligible\":10,", "\"eligible\":+10,"),
        ("minus-nought", "\"eligible\":10,", "\"eligible\":-0,"),
        ("not-a-number", "\"eligible\":10,", "\"eligible\":NaN,"),
        ("infinity", "\"eligible\":10,", "\"eligible\":Infinity,"),
        ("digits-without-end", "\"eligible\":10,", &format!("\"eligible\":{},", "9".repeat(5_000))),
        ("comma-at-the-end", "]", ",]"),
        ("field-twice", "\"type\":\"opened\"", "\"type\":\"opened\",\"type\":\"opened\""),
        ("other-order", "\"eligible\":10,\"type\":\"opened\"", "\"type\":\"opened\",\"eligible\":10"),
    ];
    let of_tally = [
        ("fraction", "\"blank\":1,", "\"blank\":1.0,"),
        ("escaped-letter", "\"type\":\"elected\"", "\"type\":\"\\u0065lected\""),
        ("field-twice", "\"blank\":1,", "\"blank\":1,\"blank\":1,"),
        ("other-order", "\"blank\":1,\"counted\":6", "\"counted\":6,\"blank\":1"),
    ];
    let mut cases = Vec::new();
    for (name, forms) in
        [(file::MANIFEST, of_manifest.as_slice()), (file::HISTORY, &of_history), (file::TALLY, &of_tally)]
    {
        for (what, of, by) in forms {
            cases.push(Case::fault(
                format!("json-{what}-in-{name}"),
                &forge.replace(name, of, by).parts(),
                fault(name),
            ));
        }
        cases.extend(around(&forge, name));
    }
    cases
}

/// Additions before, after or instead of the JSON of a file.
fn around(forge: &Forge, name: &'static str) -> Vec<Case> {
    let wrap = |before: &'static [u8], after: &'static [u8]| {
        forge.change(name, move |bytes| *bytes = [before, bytes.as_slice(), after].concat())
    };
    let instead = |by: Vec<u8>| forge.change(name, move |bytes| bytes.clone_from(&by));
    let forms = [
        ("mark-before", wrap("\u{feff}".as_bytes(), b"")),
        ("space-before", wrap(b" ", b"")),
        ("newline-after", wrap(b"", b"\n")),
        ("nought-after", wrap(b"", b"\0")),
        ("two-values", wrap(b"", b"{}")),
        ("cut-off", forge.change(name, |bytes| bytes.truncate(bytes.len() - 1))),
        (
            "not-utf-8",
            forge.change(name, |bytes| {
                *bytes = bytes.iter().map(|byte| if *byte == b'o' { 0xff } else { *byte }).collect();
            }),
        ),
        ("utf-16", forge.change(name, |bytes| *bytes = bytes.iter().flat_map(|byte| [*byte, 0]).collect())),
        ("nothing", instead(Vec::new())),
        ("null", instead(b"null".to_vec())),
        ("text", instead(b"\"\"".to_vec())),
        ("number", instead(b"0".to_vec())),
        ("deep", instead(b"[".repeat(200_000))),
        ("deep-and-whole", instead([b"[".repeat(100_000), b"]".repeat(100_000)].concat())),
        ("deep-objects", instead([b"{\"a\":".repeat(50_000).as_slice(), b"0", &b"}".repeat(50_000)].concat())),
    ];
    forms
        .into_iter()
        .map(|(what, forge)| Case::fault(format!("json-{what}-in-{name}"), &forge.parts(), fault(name)))
        .collect()
}
