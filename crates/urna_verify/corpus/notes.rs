//! The form of signed notes and keys; the signed content is correct.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256, Sha512};
use urna_core::record::file;
use urna_core::signed_note::InvalidNote;
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, key_id, note, signature_line};

const STATEMENT: &str = file::STATEMENT;

/// The statement's note, changed after it was signed; the publication refers to the changed note.
fn changed(forge: &Forge, change: impl Fn(String) -> String + 'static) -> Forge {
    let key = forge.key.clone();
    forge.signing(move |name, text| {
        let note = note(text, &key);
        if name == STATEMENT { change(String::from_utf8(note).unwrap()).into_bytes() } else { note }
    })
}

/// A signature line by somebody else.
fn witness(name: &str) -> String {
    signature_line(name, &[1, 2, 3, 4], &[5; 64])
}

/// Notes with several signatures, and signatures of other kinds, which are ignored.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let id = key_id(forge.key.verifying_key().as_bytes());
    let with = |what: &str, change: Box<dyn Fn(String) -> String>| {
        Case::right(format!("right-note-{what}"), &changed(&forge, change).parts())
    };
    let before = |line: String| -> Box<dyn Fn(String) -> String> {
        Box::new(move |note| note.replace("\n\n", &format!("\n\n{line}")))
    };
    let after = |line: String| -> Box<dyn Fn(String) -> String> { Box::new(move |note| note + &line) };
    let own = |note: &str| note.lines().last().unwrap().to_owned() + "\n";
    vec![
        with("with-a-witness-before", before(witness("witness.example/2026"))),
        with("with-a-witness-after", after(witness("свидетель"))),
        with("with-five-bytes-of-a-witness", after(signature_line("w", &id, &[1]))),
        with("with-another-key-of-that-name", after(witness("urna"))),
        with("with-another-name-of-that-key", after(signature_line("Urna", &id, &[5; 64]))),
        with("signed-twice-alike", Box::new(move |note| note.clone() + &own(&note))),
        with("with-a-hundred-witnesses", after((0..100).map(|number| witness(&format!("w{number}"))).collect())),
    ]
}

/// The statement's note has another form.
pub(crate) fn wrong() -> Vec<Case> {
    let forge = Forge::new();
    let public = forge.key.verifying_key().to_bytes();
    let (id, other) = (key_id(&public), SigningKey::from_bytes(&[10; 32]));
    let case = |what: &str, cause: InvalidNote, change: Box<dyn Fn(String) -> String>| {
        let fault = Fault::Signature { file: STATEMENT, cause };
        Case::fault(format!("note-{what}"), &changed(&forge, change).parts(), fault)
    };
    let malformed = |what: &str, change: Box<dyn Fn(String) -> String>| case(what, InvalidNote::Malformed, change);
    let replaced = |what: &str, of: &str, by: &str| {
        let (of, by) = (of.to_owned(), by.to_owned());
        malformed(
            what,
            Box::new(move |note| {
                assert!(note.contains(&of), "`{of}` is not in {note}");
                note.replacen(&of, &by, 1)
            }),
        )
    };
    let encoded = |what: &str, change: fn(&str) -> String| {
        malformed(
            what,
            Box::new(move |note| {
                let (before, encoded) = note.trim_end().rsplit_once(' ').unwrap();
                format!("{before} {}\n", change(encoded))
            }),
        )
    };
    let with = |what: &str, line: String| malformed(what, Box::new(move |note| note + &line));
    let mut cases = vec![
        malformed("without-a-newline", Box::new(|note| note.trim_end().to_owned())),
        malformed("with-a-newline-more", Box::new(|note| note + "\n")),
        malformed("without-signatures", Box::new(|note| note[..note.find("— ").unwrap()].to_owned())),
        malformed("of-nothing", Box::new(|_| String::new())),
        malformed("with-carriage-returns", Box::new(|note| note.replace('\n', "\r\n"))),
        replaced("without-an-empty-line", "\n\n", "\n"),
        replaced("with-a-space-in-the-empty-line", "\n\n", "\n \n"),
        replaced("with-a-hyphen", "— urna", "- urna"),
        replaced("with-an-en-dash", "— urna", "– urna"),
        replaced("with-two-spaces-before-the-name", "— urna", "—  urna"),
        replaced("with-a-space-that-does-not-break", "— urna", "—\u{a0}urna"),
        replaced("with-two-spaces-after-the-name", "— urna ", "— urna  "),
        replaced("with-a-tab", "— urna ", "— urna\t"),
        encoded("with-a-space-at-the-end", |encoded| format!("{encoded} ")),
        encoded("without-padding", |encoded| encoded.trim_end_matches('=').to_owned()),
        encoded("with-padding-twice", |encoded| format!("{encoded}=")),
        encoded("in-base64url", |encoded| URL_SAFE.encode(STANDARD.decode(encoded).unwrap())),
        // 68 bytes are 90 characters and two thirds: the last one has two unused bits.
        encoded("with-bits-that-mean-nothing", |encoded| {
            let last = encoded.chars().rev().find(|character| *character != '=').unwrap();
            let next = char::from_u32(u32::from(last) + 1).unwrap();
            encoded.replace(&format!("{last}="), &format!("{next}="))
        }),
        encoded("with-a-line-break", |encoded| format!("{}\n{}", &encoded[..40], &encoded[40..])),
        with("with-four-bytes-of-a-witness", signature_line("w", &id, &[])),
        with("with-a-plus-in-a-name", witness("w+1")),
        with("with-a-space-in-a-name", witness("w 1")),
        with("with-an-ideographic-space-in-a-name", witness("w\u{3000}1")),
        with("with-the-next-line-in-a-name", witness("w\u{85}1")),
        with("with-an-empty-name", witness("")),
        with("with-a-line-that-is-none", "signed\n".to_owned()),
        with("with-a-control-character", witness("w\u{1}")),
        with("with-63-bytes", signature_line("urna", &id, &[5; 63])),
        with("with-65-bytes", signature_line("urna", &id, &[5; 65])),
        case("with-a-wrong-one-beside-the-right-one", InvalidNote::Signature, {
            let line = signature_line("urna", &id, &[5; 64]);
            Box::new(move |note| note + &line)
        }),
        case("by-nobody-else-than-a-witness", InvalidNote::OtherKey, {
            Box::new(|note| note[..note.find("— ").unwrap()].to_owned() + &witness("w"))
        }),
        case("with-another-id", InvalidNote::OtherKey, {
            let line = String::from_utf8(note(b"\n", &other)).unwrap();
            Box::new(move |note| note[..note.find("— ").unwrap()].to_owned() + line.trim_start())
        }),
    ];
    let over = |what: &str, change: fn(&[u8]) -> Vec<u8>| {
        let key = forge.key.clone();
        let signed = forge.signing(move |name, text| {
            if name != STATEMENT {
                return note(text, &key);
            }
            let line = signature_line("urna", &id, &key.sign(&change(text)).to_bytes());
            [text, b"\n", line.as_bytes()].concat()
        });
        let fault = Fault::Signature { file: STATEMENT, cause: InvalidNote::Signature };
        Case::fault(format!("signature-over-{what}"), &signed.parts(), fault)
    };
    cases.extend([
        over("the-text-without-its-newline", |text| text[..text.len() - 1].to_vec()),
        over("the-text-and-the-empty-line", |text| [text, b"\n"].concat()),
        over("the-hash-of-the-text", |text| Sha512::digest(text).to_vec()),
        over("nothing", |_| b"\n".to_vec()),
    ]);
    let not_utf8 = forge.change(STATEMENT, |text| text.splice(..4, *b"urn\xe9").for_each(drop));
    let key = forge.key.clone();
    let fault = Fault::Signature { file: STATEMENT, cause: InvalidNote::Malformed };
    let not_utf8 = not_utf8.signing(move |_, text| note(text, &key));
    cases.push(Case::fault("note-of-other-characters-than-utf-8", &not_utf8.parts(), fault));
    cases
}

/// The file `key` has another form.
pub(crate) fn wrong_keys() -> Vec<Case> {
    let forge = Forge::new();
    let case = |what: &str, change: fn(&str) -> String| {
        let forge = forge.change(file::KEY, move |bytes| {
            *bytes = change(std::str::from_utf8(bytes).unwrap()).into_bytes();
        });
        Case::fault(format!("key-{what}"), &forge.parts(), Fault::Form(file::KEY))
    };
    vec![
        case("without-a-newline", |key| key.trim_end().to_owned()),
        case("with-two-newlines", |key| format!("{key}\n")),
        case("with-a-carriage-return", |key| key.replace('\n', "\r\n")),
        case("with-a-space-before", |key| format!(" {key}")),
        case("with-a-space-after", |key| key.replace('\n', " \n")),
        case("twice", |key| key.repeat(2)),
        case("of-another-name", |key| key.replace("urna", "Urna")),
        case("with-a-large-id", |key| key[..13].to_uppercase().replace("URNA", "urna") + &key[13..]),
        case("with-another-id", |key| format!("urna+00000000{}", &key[13..])),
        case("with-a-short-id", |key| key[..12].to_owned() + &key[13..]),
        case("in-base64url", |key| key[..14].to_owned() + &key[14..].replace('+', "-").replace('/', "_")),
        case("of-nothing", |_| String::new()),
        case("of-a-word", |_| "urna\n".to_owned()),
        case("of-another-algorithm", |key| of(&[&[2], &public(key)[..]].concat())),
        case("of-31-bytes", |key| of(&[&[1], &public(key)[..31]].concat())),
        case("of-33-bytes", |key| of(&[&[1], &public(key)[..], &[0]].concat())),
        case("without-an-algorithm", |key| of(&public(key))),
        // No point has y = 2.
        case("of-no-point", |_| of(&[&[1, 2][..], &[0; 31]].concat())),
        case("with-padding", |key| key.replace('\n', "=\n")),
        case("in-hexadecimal", |key| {
            public(key).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")) + "\n"
        }),
    ]
}

fn public(key: &str) -> Vec<u8> {
    STANDARD.decode(key.trim_end().splitn(3, '+').nth(2).unwrap()).unwrap()[1..].to_vec()
}

/// A key with these bytes, and the id that follows from them.
fn of(bytes: &[u8]) -> String {
    let id = Sha256::digest([b"urna\n", bytes].concat());
    let id = id[..4].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("urna+{id}+{}\n", STANDARD.encode(bytes))
}
