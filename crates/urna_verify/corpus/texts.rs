//! Statements and publications with other lines, signed after the change.

use urna_core::record::file;
use urna_core::signed_note::InvalidNote;
use urna_core::{Sha256Hash, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, candidate, get};
use super::tallies::decided;

const STATEMENT: &str = file::STATEMENT;
const PUBLICATION: &str = file::PUBLICATION;

/// One line of the text is changed.
fn lines(forge: &Forge, name: &'static str, changes: &[(&str, &str, &str)]) -> Vec<Case> {
    let case = |(what, of, by): &(&str, &str, &str)| {
        Case::fault(format!("{name}-{what}"), &forge.replace(name, of, by).parts(), Fault::Form(name))
    };
    changes.iter().map(case).collect()
}

/// The service signs a statement of another form.
pub(crate) fn wrong_statements() -> Vec<Case> {
    let forge = Forge::new();
    let changes = [
        ("of-the-future", "statement v1", "statement v2"),
        ("title-in-capitals", "urna statement", "Urna statement"),
        ("title-of-a-publication", "urna statement", "urna publication"),
        ("ballot-in-capitals", "01890a5d", "01890A5D"),
        ("ballot-without-hyphens", "01890a5d-", "01890a5d"),
        ("label-in-capitals", "eligible 10", "Eligible 10"),
        ("label-misspelt", "votes 7", "vote 7"),
        ("leading-nought", "eligible 10", "eligible 010"),
        ("plus", "eligible 10", "eligible +10"),
        ("minus", "blank 1", "blank -1"),
        ("two-spaces", "eligible 10", "eligible  10"),
        ("no-space", "eligible 10", "eligible10"),
        ("space-after", "eligible 10", "eligible 10 "),
        ("fraction", "eligible 10", "eligible 10.0"),
        ("digits-grouped", "eligible 10", "eligible 1'000"),
        ("other-digits", "eligible 10", "eligible １０"),
        ("no-number", "eligible 10", "eligible "),
        ("hexadecimal", "eligible 10", "eligible 0x10"),
        ("too-large", "eligible 10", "eligible 9007199254740993"),
        ("larger-than-64-bits", "eligible 10", "eligible 18446744073709551626"),
        ("digits-without-end", "eligible 10", &format!("eligible {}", "9".repeat(5_000))),
        ("line-more", "blank 1\n", "blank 1\nnote 1\n"),
        ("line-empty", "blank 1\n", "blank 1\n\n"),
        ("line-twice", "votes 7\n", "votes 7\nvotes 7\n"),
        ("line-less", "votes 7\n", ""),
        ("lines-in-another-order", "counted 6\nblank 1\n", "blank 1\ncounted 6\n"),
        ("separator-of-lines", "counted 6\n", "counted 6\u{2028}"),
        ("next-line", "counted 6\n", "counted 6\u{85}"),
    ];
    let mut cases = lines(&forge, STATEMENT, &changes);
    let hashes = ["manifest", "commitments", "openings", "tally", "history"];
    for label in hashes {
        let hash = move |change: fn(&str) -> String| forge_hash(label, change);
        let parts = |change| Forge::new().change(STATEMENT, hash(change)).parts();
        let form = |what: &str, change| {
            Case::fault(format!("statement-{label}-{what}"), &parts(change), Fault::Form(STATEMENT))
        };
        let file = file::ALL.into_iter().find(|name| name.trim_end_matches(".json") == label).unwrap();
        cases.extend([
            form("in-capitals", str::to_uppercase),
            form("cut-off", |hash| hash[..63].to_owned()),
            form("too-long", |hash| format!("{hash}0")),
            Case::fault(
                format!("statement-{label}-of-another"),
                &parts(|hash| hash.chars().rev().collect()),
                Fault::Changed(file),
            ),
        ]);
    }
    let controls = [
        ("carriage-return", "blank 1\n", "blank 1\r\n"),
        ("tab", "blank 1", "blank\t1"),
        ("nought", "blank 1\n", "blank 1\0\n"),
    ];
    cases.extend(controls.map(|(what, of, by)| {
        let fault = Fault::Signature { file: STATEMENT, cause: InvalidNote::Malformed };
        Case::fault(format!("statement-with-{what}"), &forge.replace(STATEMENT, of, by).parts(), fault)
    }));
    let other = "01890a5d-ac96-774b-bcce-b302099a8058";
    cases.push(Case::wrong(
        "statement-of-another-ballot-signed",
        &forge.replace(STATEMENT, &forge.ballot.to_string(), other).parts(),
        |fault| *fault == Fault::OtherBallot(file::MANIFEST),
    ));
    cases
}

/// Changes the hash after a label.
fn forge_hash(label: &'static str, change: fn(&str) -> String) -> impl Fn(&mut Vec<u8>) {
    move |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(label)).unwrap();
        let hash = line.trim_start();
        *bytes = text.replace(hash, &change(hash)).into_bytes();
    }
}

/// Correct publications.
pub(crate) fn right_publications() -> Vec<Case> {
    let forge = Forge::new();
    let with = |name: &str, changes: &[(&str, &str)]| {
        let changed = changes.iter().fold(forge.clone(), |forge, (of, by)| forge.replace(PUBLICATION, of, by));
        Case::right(format!("right-{name}"), &changed.parts())
    };
    let hash = "0123456789abcdef".repeat(4);
    let previous = format!("previous {hash}");
    let second = ("previous null", previous.as_str());
    vec![
        with("note-in-the-first-version", &[("note null", "note \"\"")]),
        with("no-note-in-the-second-version", &[("version 1", "version 2"), second]),
        with(
            "note-of-every-character",
            &[(
                "note null",
                "note \"\u{7f}\u{85}\u{2028}\u{feff}\u{ffff}😀 / \\\" \\\\ \\b\\t\\n\\f\\r\\u0000\\u001f\"",
            )],
        ),
        with("last-version", &[("version 1", "version 4294967295"), second]),
        with("many-looks", &[("looks 1", "looks 9007199254740992")]),
        with("no-looks", &[("looks 1", "looks 0")]),
        with("earlier-than-the-close", &[("at 2026", "at 0000")]),
        with("parts-of-a-second", &[(":20Z", ":20.000001Z")]),
    ]
}

/// The service signs a publication of another form.
pub(crate) fn wrong_publications() -> Vec<Case> {
    let forge = Forge::new();
    let hash = "0123456789abcdef".repeat(4);
    let changes = [
        ("of-the-future", "publication v2", "publication v3"),
        ("title-of-a-statement", "urna publication", "urna statement"),
        ("ballot-in-capitals", "01890a5d", "01890A5D"),
        ("version-below-nought", "version 1", "version -1"),
        ("version-leading-nought", "version 1", "version 01"),
        ("version-too-large", "version 1", "version 4294967296"),
        ("version-fraction", "version 1", "version 1.0"),
        ("at-with-an-offset", ":20Z", ":20+00:00"),
        ("at-with-a-nought", ":20Z", ":20.0Z"),
        ("at-a-word", "at 2026-09-21T14:13:20Z", "at noon"),
        ("at-null", "at 2026-09-21T14:13:20Z", "at null"),
        ("at-the-end", "at 2026-09-21T14:13:20Z", "at 9999-12-31T00:00:00Z"),
        ("tie-break-empty", "tie-break null", "tie-break "),
        ("tie-break-false", "tie-break null", "tie-break false"),
        ("tie-break-in-capitals", "tie-break null", "tie-break Null"),
        ("tie-break-list", "tie-break null", "tie-break []"),
        ("tie-break-object", "tie-break null", "tie-break {}"),
        ("withdrawals-null", "withdrawals []", "withdrawals null"),
        ("withdrawals-object", "withdrawals []", "withdrawals {}"),
        ("withdrawals-spaced", "withdrawals []", "withdrawals [ ]"),
        ("withdrawals-of-numbers", "withdrawals []", "withdrawals [3]"),
        ("withdrawals-in-capitals", "withdrawals []", "withdrawals [\"00000000-0000-0000-0000-00000000000A\"]"),
        ("looks-too-large", "looks 1", "looks 9007199254740993"),
        ("looks-null", "looks 1", "looks null"),
        ("looks-leading-nought", "looks 1", "looks 01"),
        ("note-number", "note null", "note 5"),
        ("note-object", "note null", "note {\"en\":\"a\"}"),
        ("note-without-quotes", "note null", "note a"),
        ("note-escaped", "note null", "note \"\\u0061\""),
        ("note-of-a-lone-surrogate", "note null", "note \"\\ud800\""),
        ("note-spaced", "note null", "note  null"),
        ("note-empty", "note null", "note"),
        ("previous-empty", "previous null", "previous "),
        ("previous-quoted", "previous null", "previous \"null\""),
        ("line-more", "looks 1\n", "looks 1\nlooks 1\n"),
        ("line-less", "looks 1\n", ""),
        ("lines-in-another-order", "looks 1\nnote null\n", "note null\nlooks 1\n"),
        ("label-in-capitals", "looks 1", "Looks 1"),
    ];
    let mut cases = lines(&forge, PUBLICATION, &changes);
    let capitals = [
        ("statement", forge.change(PUBLICATION, forge_hash("statement", str::to_uppercase))),
        (
            "previous",
            forge.replace(PUBLICATION, "version 1", "version 2").replace(
                PUBLICATION,
                "previous null",
                &format!("previous {}", hash.to_uppercase()),
            ),
        ),
    ];
    cases.extend(capitals.map(|(what, forge)| {
        Case::fault(format!("publication-{what}-in-capitals"), &forge.parts(), Fault::Form(PUBLICATION))
    }));
    let previous = format!("previous {hash}");
    cases.push(Case::fault(
        "publication-first-with-a-previous",
        &forge.replace(PUBLICATION, "previous null", &previous).parts(),
        Fault::NoPrevious,
    ));
    let other = "01890a5d-ac96-774b-bcce-b302099a8058";
    let of_other = forge.replace(PUBLICATION, &forge.ballot.to_string(), other);
    cases.push(Case::fault("publication-of-another-ballot-signed", &of_other.parts(), Fault::OtherBallot(PUBLICATION)));
    cases.extend(statement_hashes());
    cases
}

/// The publication refers to its statement by anything but the hash of the whole note.
fn statement_hashes() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let statement = get(&parts, STATEMENT);
    let whole = Sha256Hash::of(statement).to_string();
    let text_end = statement.windows(2).rposition(|pair| pair == b"\n\n").unwrap();
    let of_text = Sha256Hash::of(&statement[..=text_end]).to_string();
    let case = |name: &str, by: &str| {
        Case::fault(name, &forge.replace(PUBLICATION, &whole, by).parts(), Fault::OtherStatement)
    };
    vec![case("publication-of-the-text-of-the-statement", &of_text), case("publication-of-nothing", &"0".repeat(64))]
}

/// Invalid decisions of a jury.
pub(crate) fn wrong_decisions() -> Vec<Case> {
    let mut tied = Forge::tied();
    tied.definition.tie_rule = TieRule::Jury {};
    let right = decided(&[2, 1], tied.clone());
    let mut cases: Vec<_> = [
        ("nobody", vec![]),
        ("one-of-two", vec![1]),
        ("one-twice", vec![1, 1]),
        ("somebody-else", vec![1, 3]),
        ("three-of-two", vec![1, 2, 3]),
        ("two-and-one-twice", vec![1, 2, 1]),
        ("a-stranger", vec![1, 9]),
    ]
    .into_iter()
    .map(|(what, order)| {
        let parts = decided(&order, tied.clone()).parts();
        Case::wrong(format!("decision-for-{what}"), &parts, |fault| *fault == Fault::Decision)
    })
    .collect();
    let order = format!("\"order\":[\"{}\",\"{}\"]", candidate(2), candidate(1));
    let forms = [
        ("more", "\"order\":", "\"note\":\"\",\"order\":"),
        ("reason-null", "\"reason\":\"better\"", "\"reason\":null"),
        ("no-reason", ",\"reason\":\"better\"", ""),
        ("nobody-who-decided", "\"decided_by\":\"the jury\",", ""),
        ("order-null", order.as_str(), "\"order\":null"),
        ("no-order", &format!("{order},"), ""),
        ("order-of-numbers", "\"order\":[", "\"order\":[1,"),
        ("reason-twice", "\"reason\":", "\"reason\":\"\",\"reason\":"),
        ("reason-first", "{\"decided_by\":\"the jury\"", "{\"reason\":\"better\",\"decided_by\":\"the jury\""),
        ("spaces", "\"reason\":", "\"reason\": "),
    ];
    cases.extend(forms.map(|(what, of, by)| {
        Case::fault(
            format!("decision-with-{what}"),
            &right.replace(PUBLICATION, of, by).parts(),
            Fault::Form(PUBLICATION),
        )
    }));
    for (rule, name) in [(TieRule::Lot {}, "lot"), (TieRule::Shared {}, "shared")] {
        let mut other = right.clone();
        other.definition.tie_rule = rule;
        cases.push(Case::fault(format!("decision-instead-of-{name}"), &other.parts(), Fault::Decision));
    }
    let mut withdrawn = right;
    withdrawn.publication.withdrawals = vec![candidate(1)];
    cases.push(Case::fault("decision-that-a-withdrawal-made-needless", &withdrawn.parts(), Fault::Decision));
    let mut untied = Forge::new();
    untied.definition.tie_rule = TieRule::Jury {};
    cases.push(Case::fault("decision-of-a-jury-that-was-not-asked", &decided(&[1], untied).parts(), Fault::Decision));
    cases
}
