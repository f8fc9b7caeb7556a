//! Receipts: in every accepted form, with everything that may be wrong with one, and files that are not receipts.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use urna_core::Disclosure;
use urna_core::record::file;
use urna_core::signed_note::InvalidNote;
use urna_verify::{Fault, SavedReceipt};

use super::case::{Case, saved};
use super::forge::{Forge, get, note, signature_line};

/// The vote of the receipt: its code has a letter and digits that can be typed in several ways.
const PLACE: usize = 4;

fn answer(forge: &Forge) -> Value {
    serde_json::from_str(&saved(&forge.receipt(PLACE))).unwrap()
}

/// The answer with another value at a place, or with one more.
fn with(pointer: &str, value: Value) -> String {
    let mut answer = answer(&Forge::new());
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    answer.pointer_mut(parent).unwrap()[key] = value;
    answer.to_string()
}

fn code() -> String {
    Forge::new().receipt(PLACE).code.to_string()
}

/// The answer with lists nested to this depth, counting the answer itself.
fn nested(depth: usize) -> String {
    let lists = ["[".repeat(depth - 1), "]".repeat(depth - 1)].concat();
    saved(&Forge::new().receipt(PLACE)).replacen('{', &format!("{{\"more\":{lists},"), 1)
}

/// The answer, padded with white space in front to this length.
fn padded(length: usize) -> String {
    let answer = saved(&Forge::new().receipt(PLACE));
    " ".repeat(length - answer.len()) + &answer
}

/// Correct receipts.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let answer = answer(&forge);
    let inner = &answer["receipt"];
    let ballot = forge.ballot.to_string();
    let case = |what: &str, text: String| Case::right(format!("right-receipt-{what}"), &parts).with_saved(text);
    let code = code();
    assert_eq!(code, "ABFB-F19N-S19B", "the cases below are made for this code");
    let with_code = |what: &str, code: &str| case(what, with("/receipt/code", code.into()));
    let mut both = answer.clone();
    both["receipt"]["ballot_id"] = ballot.as_str().into();
    let mut beside = inner.clone();
    (beside["ballot_id"], beside["receipt"]) = (ballot.as_str().into(), Value::Null);
    let witnessed = forge.receipt(PLACE).signed_note + &signature_line("w", &[1, 2, 3, 4], &[5; 64]);
    let white = "\t\u{b}\u{c} \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\r\n";
    let dashes = "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}";
    let mut cases = vec![
        case("alone", inner.to_string()),
        case("with-a-ballot-in-both", both.to_string()),
        case("beside-null", beside.to_string()),
        case("in-many-lines", format!("{answer:#}\r\n\t ")),
        case("of-a-note-alone", forge.receipt(PLACE).signed_note),
        case("of-a-note-with-a-witness", witnessed.clone()),
        case("with-a-witness", with("/receipt/signed_note", witnessed.into())),
        case("of-nothing-but-a-note", json!({"signed_note": inner["signed_note"]}).to_string()),
        case(
            "with-nulls",
            json!({"ballot_id": null, "receipt": {"ballot_id": null, "code": null, "tracker": null,
            "commitment": null, "signed_note": inner["signed_note"]}})
            .to_string(),
        ),
        case("with-more", with("/receipt/more", json!([1.5e308, -0.0, true, {"code": 5, "tracker": [null]}]))),
        case("with-other-things-beside", with("/code", json!(5))),
        case("with-another-note-beside", with("/signed_note", json!("none"))),
        case(
            "escaped",
            saved(&forge.receipt(PLACE)).replace("tracker", "\\u0074racker").replace("— urna", "\\u2014 urn\\u0061"),
        ),
        case("as-large-as-can-be", padded(SavedReceipt::MOST_BYTES)),
        case("as-deep-as-can-be", nested(SavedReceipt::MOST_DEPTH)),
        case("v1-alone", forge.receipt_v1(PLACE).signed_note),
        case("without-a-tracker-has-any-code", {
            let mut answer = answer.clone();
            (answer["receipt"]["tracker"], answer["receipt"]["code"]) = (Value::Null, "none".into());
            answer.to_string()
        }),
        with_code("in-small-letters", &code.to_lowercase()),
        with_code("without-hyphens", &code.replace('-', "")),
        with_code("with-look-alikes", "abfb-fi9n-sL9b"),
        with_code("with-an-i-and-a-small-l", "ABFB-FI9N-Sl9B"),
        with_code("with-every-white-space", &code.replace('-', white)),
        with_code("with-every-dash", &code.replace('-', dashes)),
        with_code(
            "with-hyphens-everywhere",
            &code.replace('-', "").chars().flat_map(|digit| ['-', digit, '-']).collect::<String>(),
        ),
        Case::right("right-receipts-of-all-votes", &parts),
        Case::right("right-receipt-twice", &parts).with_saved(answer.to_string()).with_saved(answer.to_string()),
    ];
    let all = cases.iter_mut().find(|case| case.name == "right-receipts-of-all-votes").unwrap();
    all.receipts.extend((0..forge.votes.len()).map(|place| saved(&forge.receipt(place)).into_bytes()));
    cases.push({
        let mut counts = forge.clone();
        counts.definition.disclosure = Disclosure::Counts;
        // Without openings nobody can check the tracker: it may be any that fits the note.
        Case::right("right-receipt-v1-without-openings", &counts.parts()).with_receipt(&counts.receipt_v1(PLACE))
    });
    cases
}

/// The data beside the note does not fit it.
pub(crate) fn contradictions() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let case = |what: String, text: String| {
        Case::wrong(format!("receipt-with-{what}"), &parts, |fault| matches!(fault, Fault::ReceiptContradicts(_)))
            .with_saved(text)
    };
    let code = code();
    let codes = [
        ("an-empty-code", String::new()),
        ("a-code-of-hyphens", "----".to_owned()),
        ("a-code-that-is-cut-off", code[..13].to_owned()),
        ("a-code-and-more", format!("{code}0")),
        ("a-code-twice", code.repeat(2)),
        ("a-code-with-a-u", code.replace('N', "U")),
        ("a-code-with-an-underscore", code.replace('-', "_")),
        ("a-code-with-a-soft-hyphen", code.replace('-', "\u{ad}")),
        ("a-code-with-a-space-of-no-width", code.replace('-', "\u{200b}")),
        ("a-code-with-a-byte-order-mark", code.replace('-', "\u{feff}")),
        ("a-code-with-a-word-joiner", code.replace('-', "\u{2060}")),
        ("a-code-with-a-unit-separator", code.replace('-', "\u{1f}")),
        ("a-code-with-a-bullet", code.replace('-', "\u{2022}")),
        ("a-code-with-a-hyphen-of-the-middle-ages", code.replace('-', "\u{2e17}")),
        ("a-code-with-wide-letters", code.replace('A', "\u{ff21}")),
        ("a-code-with-a-wide-hyphen", code.replace('-', "\u{ff0d}")),
        ("a-code-with-a-long-s", code.replace('S', "\u{17f}")),
        ("a-code-with-an-i-without-its-dot", code.replace('1', "\u{131}")),
        ("a-code-with-other-digits", code.replace('9', "\u{669}")),
        ("a-code-with-a-greek-letter", code.replace('B', "\u{392}")),
    ];
    let codes = codes.into_iter().map(|(what, code)| case(what.to_owned(), with("/receipt/code", code.into())));
    let tracker = forge.receipt(PLACE).tracker.to_string();
    let commitment = forge.receipt(PLACE).commitment.to_string();
    let ballot = forge.ballot.to_string();
    let values = [
        ("an-empty-tracker", "/receipt/tracker", String::new()),
        ("a-padded-tracker", "/receipt/tracker", format!("{tracker}=")),
        ("a-tracker-with-a-space", "/receipt/tracker", format!("{tracker} ")),
        ("a-tracker-that-is-cut-off", "/receipt/tracker", tracker[1..].to_owned()),
        // 43 characters are 258 bits: the last two are unused, and zero.
        ("a-tracker-with-other-last-bits", "/receipt/tracker", tracker[..42].to_owned() + "V"),
        ("a-tracker-in-hexadecimal", "/receipt/tracker", "05".repeat(32)),
        ("an-empty-commitment", "/receipt/commitment", String::new()),
        ("a-padded-commitment", "/receipt/commitment", format!("{commitment}=")),
        ("an-empty-ballot", "/ballot_id", String::new()),
        ("a-ballot-in-capitals", "/ballot_id", ballot.to_uppercase()),
        ("a-ballot-without-hyphens", "/ballot_id", ballot.replace('-', "")),
        ("another-ballot-within", "/receipt/ballot_id", ballot.replace("057", "058")),
        ("a-ballot-in-capitals-within", "/receipt/ballot_id", ballot.to_uppercase()),
    ];
    let values = values.into_iter().map(|(what, pointer, text)| case(what.to_owned(), with(pointer, text.into())));
    codes.chain(values).collect()
}

/// The signed text is not a receipt, or the note is invalid.
pub(crate) fn wrong_notes() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let receipt = forge.receipt(PLACE);
    let text = receipt.signed_note.split_once("\n\n").unwrap().0.to_owned() + "\n";
    let own = receipt.signed_note.clone();
    let signature = |what: &str, cause: InvalidNote, text: Vec<u8>| {
        Case::fault(format!("receipt-{what}"), &parts, Fault::ReceiptSignature { name: "receipt".to_owned(), cause })
            .with_saved(text)
    };
    let malformed = |what: &str, text: &str| signature(what, InvalidNote::Malformed, text.as_bytes().to_vec());
    let signed = |what: &str, of: &str, by: &str| {
        assert!(text.contains(of), "`{of}` is not in {text}");
        signature(what, InvalidNote::Malformed, note(text.replacen(of, by, 1).as_bytes(), &forge.key))
    };
    let other = SigningKey::from_bytes(&[10; 32]);
    let commitment = receipt.commitment.to_string();
    let wrong = signature_line("urna", &super::forge::key_id(forge.key.verifying_key().as_bytes()), &[5; 64]);
    let missing = forge.receipt_that_says(1, |promise| promise.commitment = urna_core::Commitment::new([7; 32]));
    let statement = String::from_utf8(get(&parts, file::STATEMENT).to_vec()).unwrap();
    vec![
        malformed("note-with-a-newline-more", &format!("{own}\n")),
        malformed("note-without-its-last-newline", own.trim_end()),
        malformed("note-with-a-tab", &own.replace("— urna ", "— urna\t")),
        malformed("note-that-is-a-statement", &statement),
        malformed("note-with-text-after-it", &format!("{own}more\n")),
        signature("note-with-text-before-it", InvalidNote::Signature, format!("more\n{own}").into_bytes()),
        signature("note-with-a-mark-before-it", InvalidNote::Signature, format!("\u{feff}{own}").into_bytes()),
        signature("note-with-another-line", InvalidNote::Signature, own.replace("v2", "v1").into_bytes()),
        signature("note-with-a-wrong-signature-beside", InvalidNote::Signature, (own.clone() + &wrong).into_bytes()),
        signature("note-by-another-key", InvalidNote::OtherKey, note(text.as_bytes(), &other)),
        signed("signed-with-a-ballot-in-capitals", "01890a5d", "01890A5D"),
        signed("signed-without-hyphens", "01890a5d-", "01890a5d"),
        signed("signed-with-a-padded-commitment", &commitment, &format!("{commitment}=")),
        signed("signed-with-a-commitment-in-hexadecimal", &commitment, &"05".repeat(32)),
        signed("signed-with-a-space", "v2\n", "v2 \n"),
        signed("signed-with-a-title-in-capitals", "urna receipt", "Urna receipt"),
        signed("signed-with-an-empty-line", "v2\n", "v2\n\n"),
        Case::wrong("receipt-with-an-empty-note", &parts, is_malformed)
            .with_saved(with("/receipt/signed_note", "".into())),
        Case::wrong("receipt-with-a-note-of-other-lines", &parts, is_malformed)
            .with_saved(with("/receipt/signed_note", own.replace('\n', "\r\n").into())),
        Case::wrong("receipt-one-of-two-wrong", &parts, |fault| matches!(fault, Fault::ReceiptMissing(_)))
            .with_receipt(&receipt)
            .with_saved(missing.signed_note),
    ]
}

fn is_malformed(fault: &Fault) -> bool {
    matches!(fault, Fault::ReceiptSignature { cause: InvalidNote::Malformed, .. })
}

/// Files that are not receipts: no verdict on the record.
pub(crate) fn none() -> Vec<Case> {
    let parts = Forge::new().parts();
    let case = |(name, text): (&str, Vec<u8>)| Case::unreadable(format!("no-receipt-{name}"), &parts).with_saved(text);
    let texts = other_forms().into_iter().chain(other_json()).chain(other_sizes());
    let mut cases: Vec<_> = texts.map(|(name, text)| (name, text.into_bytes())).chain(not_utf8()).map(case).collect();
    for field in ["code", "tracker", "commitment", "signed_note", "ballot_id"] {
        for (what, value) in
            [("number", json!(5)), ("list", json!(["x"])), ("object", json!({})), ("truth", json!(true))]
        {
            let name = format!("no-receipt-with-a-{field}-that-is-a-{what}");
            cases.push(Case::unreadable(name, &parts).with_saved(with(&format!("/receipt/{field}"), value)));
        }
    }
    cases.push(
        Case::unreadable("no-receipt-with-a-ballot-beside-that-is-a-number", &parts)
            .with_saved(with("/ballot_id", json!(5))),
    );
    // Also if the record is unreadable, and if only one of several receipts is.
    cases
        .push(Case { archive: Vec::new(), ..Case::unreadable("no-receipt-and-no-record", &parts) }.with_saved("hello"));
    cases.push(
        Case::unreadable("no-receipt-beside-one", &parts)
            .with_saved(saved(&Forge::new().receipt(PLACE)))
            .with_saved("hello"),
    );
    cases
}

type Texts = Vec<(&'static str, String)>;

/// The answer with a part of it replaced.
fn replaced(of: &str, by: &str) -> String {
    let own = saved(&Forge::new().receipt(PLACE));
    assert!(own.contains(of), "`{of}` is not in {own}");
    own.replacen(of, by, 1)
}

/// The answer with one more field, which is meaningless.
fn more(value: &str) -> String {
    replaced("{", &format!("{{\"more\":{value},"))
}

/// JSON and notes in another form than a receipt.
fn other_forms() -> Texts {
    let forge = Forge::new();
    let receipt = forge.receipt(PLACE);
    let own = saved(&receipt);
    let (text, quoted) = (&receipt.signed_note, json!(receipt.signed_note).to_string());
    vec![
        ("empty", String::new()),
        ("of-white-space", " \n".to_owned()),
        ("of-a-word", "hello".to_owned()),
        ("null", "null".to_owned()),
        ("of-a-text", quoted.clone()),
        ("of-a-number", "5".to_owned()),
        ("of-a-list", "[]".to_owned()),
        ("of-a-list-of-it", format!("[{own}]")),
        ("of-a-list-in-its-order", json!([forge.ballot, answer(&forge)["receipt"]]).to_string()),
        ("without-anything", "{}".to_owned()),
        ("with-nothing-in-it", "{\"receipt\":{}}".to_owned()),
        ("with-a-list-in-it", "{\"receipt\":[]}".to_owned()),
        ("with-its-values-in-a-list", json!({"receipt": [null, null, null, null, receipt.signed_note]}).to_string()),
        ("with-a-text-in-it", format!("{{\"receipt\":{quoted}}}")),
        ("with-false-in-it", format!("{{\"receipt\":false,\"signed_note\":{quoted}}}")),
        ("without-a-note", replaced("\"signed_note\"", "\"note\"")),
        ("with-a-note-in-capitals", replaced("\"signed_note\"", "\"Signed_note\"")),
        ("with-a-note-of-null", replaced(&quoted, "null")),
        ("with-a-note-beside-alone", format!("{{\"receipt\":{{}},\"signed_note\":{quoted}}}")),
        ("without-a-signature", text.replace("\n\n", "\n")),
        ("of-a-note-with-carriage-returns", text.replace('\n', "\r\n")),
        ("of-a-note-with-a-hyphen", text.replace("— urna", "- urna")),
    ]
}

/// Ambiguous JSON, or not JSON at all.
fn other_json() -> Texts {
    let forge = Forge::new();
    let own = saved(&forge.receipt(PLACE));
    let inner = answer(&forge)["receipt"].to_string();
    let code = |code: &str| with("/receipt/code", "X".into()).replace("\"X\"", code);
    vec![
        ("with-two-ballots", replaced("{\"ballot_id\"", "{\"ballot_id\":\"x\",\"ballot_id\"")),
        ("with-two-ballots-alike", own.replacen('{', &format!("{{\"ballot_id\":\"{}\",", forge.ballot), 1)),
        ("with-two-receipts", own.replacen('{', &format!("{{\"receipt\":{inner},"), 1)),
        ("with-a-receipt-and-null", own.replacen('{', "{\"receipt\":null,", 1)),
        ("with-two-codes", replaced("\"code\"", "\"code\":\"x\",\"code\"")),
        ("with-two-codes-in-two-spellings", replaced("\"code\"", "\"c\\u006fde\":\"x\",\"code\"")),
        ("with-two-codes-beside", own.replacen('{', "{\"code\":1,\"code\":2,", 1)),
        ("with-two-of-another-field", own.replacen('{', "{\"more\":1,\"more\":1,", 1)),
        ("with-two-of-a-field-far-within", more("[{\"a\":{\"b\":1,\"b\":2}}]")),
        ("with-a-lone-surrogate-in-its-code", code("\"\\ud800\"")),
        ("with-surrogates-in-the-wrong-order", code("\"\\udc00\\ud800\"")),
        ("with-a-lone-surrogate-in-its-note", replaced("urna receipt", "\\udfff receipt")),
        ("with-a-lone-surrogate-elsewhere", more("\"\\ud83d\"")),
        ("with-a-lone-surrogate-in-a-name", own.replacen('{', "{\"\\ud83d\":1,", 1)),
        ("with-an-infinite-number", more("1e999")),
        ("with-an-endless-number", more(&"9".repeat(400))),
        ("with-a-number-that-is-none", more("NaN")),
        ("with-a-leading-nought", more("01")),
        ("with-a-point-at-the-end", more("1.")),
        ("with-a-comma-at-the-end", replaced("}}", "},}")),
        ("with-a-comment", replaced("{", "{/* mine */")),
        ("with-single-quotes", own.replace('"', "'")),
        ("with-a-raw-newline", replaced("\"code\":\"", "\"code\":\"\n")),
        ("with-an-unknown-escape", more("\"\\x41\"")),
        ("with-a-mark-before", format!("\u{feff}{own}")),
        ("with-a-space-that-does-not-break", format!("\u{a0}{own}")),
        ("with-a-nought-after", format!("{own}\0")),
        ("twice", own.repeat(2)),
        ("cut-off", own[..own.len() - 1].to_owned()),
    ]
}

/// Larger, or nested deeper, than a receipt may be.
fn other_sizes() -> Texts {
    let note = Forge::new().receipt(PLACE).signed_note;
    vec![
        ("too-large", padded(SavedReceipt::MOST_BYTES + 1)),
        ("of-ten-million-spaces", padded(10_000_000)),
        ("of-a-large-note", note + &signature_line("w", &[1, 2, 3, 4], &vec![5; 50_000])),
        ("too-deep", nested(SavedReceipt::MOST_DEPTH + 1)),
        ("of-lists-without-end", "[".repeat(60_000)),
        ("far-too-deep", more(&["[".repeat(30_000), "]".repeat(30_000)].concat())),
    ]
}

/// Bytes that are not UTF-8.
fn not_utf8() -> [(&'static str, Vec<u8>); 5] {
    let receipt = Forge::new().receipt(PLACE);
    let own = saved(&receipt);
    let instead_of_nine =
        |by: &'static [u8]| own.bytes().flat_map(|byte| if byte == b'9' { by.to_vec() } else { vec![byte] }).collect();
    [
        ("of-other-bytes", instead_of_nine(&[0xff])),
        ("of-utf-16", own.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("of-a-note-of-other-bytes", [b"\xff", receipt.signed_note.as_bytes()].concat()),
        ("with-a-surrogate-in-utf-8", instead_of_nine(&[0xed, 0xa0, 0x80])),
        ("with-a-slash-in-two-bytes", instead_of_nine(&[0xc0, 0xaf])),
    ]
}
