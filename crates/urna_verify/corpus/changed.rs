//! Signed records changed by somebody without the key.

use ed25519_dalek::SigningKey;
use urna_core::record::file;
use urna_core::signed_note::verifier_key;
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, get, with};

/// Signed records changed by somebody without the key.
pub(crate) fn changed_afterwards() -> Vec<Case> {
    let forge = Forge::new();
    let right = || forge.parts();
    let other = SigningKey::from_bytes(&[10; 32]);
    let mut elsewhere = forge.clone();
    elsewhere.ballot = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
    let elsewhere = elsewhere.parts();
    let replace = |of: &'static str, by: &'static str| {
        move |bytes: &mut Vec<u8>| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(of), "{of}");
            *bytes = text.replacen(of, by, 1).into_bytes();
        }
    };
    let last = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    let changed = |name: &'static str| -> fn(&Fault) -> bool {
        match name {
            file::MANIFEST => |fault| *fault == Fault::Changed(file::MANIFEST),
            file::COMMITMENTS => |fault| *fault == Fault::Changed(file::COMMITMENTS),
            file::OPENINGS => |fault| *fault == Fault::Changed(file::OPENINGS),
            file::TALLY => |fault| *fault == Fault::Changed(file::TALLY),
            _ => |fault| *fault == Fault::Changed(file::HISTORY),
        }
    };
    let file_of_other = |name: &'static str| with(right(), name, |bytes| *bytes = get(&elsewhere, name).to_vec());
    vec![
        Case::wrong(
            "changed-candidate",
            &with(right(), file::MANIFEST, replace("Ana", "Eva")),
            changed(file::MANIFEST),
        ),
        Case::wrong("changed-commitment", &with(right(), file::COMMITMENTS, last), changed(file::COMMITMENTS)),
        Case::wrong("changed-vote", &with(right(), file::OPENINGS, |bytes| bytes[40] ^= 1), changed(file::OPENINGS)),
        Case::wrong("changed-tally", &with(right(), file::TALLY, replace("4", "5")), changed(file::TALLY)),
        Case::wrong("changed-history", &with(right(), file::HISTORY, replace("10", "11")), changed(file::HISTORY)),
        Case::wrong("cut-openings", &with(right(), file::OPENINGS, |bytes| bytes.truncate(bytes.len() - 1)), |fault| {
            *fault == Fault::Form(file::OPENINGS)
        }),
        Case::wrong("cut-commitments", &with(right(), file::COMMITMENTS, |bytes| bytes.truncate(40)), |fault| {
            *fault == Fault::Form(file::COMMITMENTS)
        }),
        Case::wrong("other-form-of-manifest", &with(right(), file::MANIFEST, replace(":", ": ")), |fault| {
            *fault == Fault::Form(file::MANIFEST)
        }),
        Case::wrong("other-form-of-history", &with(right(), file::HISTORY, replace(":", ": ")), |fault| {
            *fault == Fault::Form(file::HISTORY)
        }),
        Case::wrong(
            "changed-number",
            &with(right(), file::STATEMENT, replace("eligible 10", "eligible 99")),
            |fault| matches!(fault, Fault::Signature { file: file::STATEMENT, .. }),
        ),
        Case::wrong("changed-version", &with(right(), file::PUBLICATION, replace("version 1", "version 2")), |fault| {
            matches!(fault, Fault::Signature { file: file::PUBLICATION, .. })
        }),
        Case::wrong("changed-signature", &with(right(), file::STATEMENT, replace("— urna ", "— urna A")), |fault| {
            matches!(fault, Fault::Signature { file: file::STATEMENT, .. })
        }),
        Case::wrong("statement-of-another-ballot", &file_of_other(file::STATEMENT), |fault| {
            *fault == Fault::OtherBallot(file::MANIFEST)
        }),
        Case::wrong("publication-of-another-ballot", &file_of_other(file::PUBLICATION), |fault| {
            *fault == Fault::OtherBallot(file::PUBLICATION)
        }),
        Case::wrong("changed-key", &with(right(), file::KEY, |bytes| bytes[6] ^= 1), |fault| {
            *fault == Fault::Form(file::KEY)
        }),
        Case::wrong(
            "key-of-somebody-else",
            &with(right(), file::KEY, |bytes| {
                *bytes = format!("{}\n", verifier_key(&other.verifying_key())).into_bytes();
            }),
            |fault| matches!(fault, Fault::Signature { file: file::STATEMENT, .. }),
        ),
        Case::wrong("signed-by-somebody-else", &Forge { key: other.clone(), ..forge.clone() }.parts(), |fault| {
            *fault == Fault::OtherKey
        })
        .with_key(&forge.key),
    ]
}
