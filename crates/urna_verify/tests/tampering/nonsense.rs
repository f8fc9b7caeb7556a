//! What only somebody with the key could sign, and the service never does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use curve25519_dalek::Scalar;
use sha2::{Digest as _, Sha256, Sha512};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::file;
use urna_core::{Candidate, Definition, Disclosure, Language, LocalText, Sha256Hash};
use urna_verify::Fault;

use crate::case::Case;
use crate::forge::{Forge, candidate, get, with};

/// The operator, who has the key, signs a definition or a history that the service would refuse.
pub(crate) fn signed_nonsense() -> Vec<Case> {
    let forge = Forge::new();
    let defined = |change: &dyn Fn(&mut Definition)| {
        let mut forge = forge.clone();
        change(&mut forge.definition);
        forge.parts()
    };
    let happened = |events: &[HistoryEvent]| {
        let mut forge = forge.clone();
        forge.history.extend_from_slice(events);
        forge.parts()
    };
    let withdrawn = |number| HistoryEvent::Withdrawn { candidate: candidate(number), reason: "ill".to_owned() };
    let late = |early: Option<u128>, late: &[u128]| {
        let mut forge = forge.clone();
        forge.history.extend(early.map(withdrawn));
        forge.publication.withdrawals = late.iter().copied().map(candidate).collect();
        forge.parts()
    };
    let without_original = |definition: &mut Definition| {
        let texts = [(Language::parse("de").unwrap(), "Anna".to_owned())];
        definition.candidates[2].name = LocalText::Many(texts.into());
        definition.original_language = Some(Language::parse("en").unwrap());
    };
    let crowd = |definition: &mut Definition| {
        let ana = definition.candidates[2].clone();
        definition.candidates.extend((4..102).map(|number| Candidate { id: candidate(number), ..ana.clone() }));
    };
    // Blank votes are not allowed, and the counts have one: that can be seen, although the votes are not.
    let mut counts = forge.clone();
    counts.definition.disclosure = Disclosure::Counts;
    let tally_with_blank = get(&counts.parts(), file::TALLY).to_vec();
    counts.definition.allow_blank = false;
    let blank_counted = counts.signed(
        |parts| {
            parts.retain(|(name, _)| name != file::OPENINGS);
            parts.iter_mut().find(|(name, _)| name == file::TALLY).unwrap().1 = tally_with_blank;
        },
        |statement| (statement.votes, statement.blank) = (7, 1),
        |_| {},
    );
    let is_manifest: fn(&Fault) -> bool = |fault| *fault == Fault::Form(file::MANIFEST);
    let is_late: fn(&Fault) -> bool = |fault| *fault == Fault::Withdrawals;
    vec![
        Case::wrong(
            "two-candidates-with-one-id",
            &defined(&|definition| definition.candidates[1].id = candidate(1)),
            is_manifest,
        ),
        Case::wrong("name-without-original", &defined(&without_original), is_manifest),
        Case::wrong("more-candidates-than-can-be", &defined(&crowd), is_manifest),
        Case::wrong("nobody-withdrew", &happened(&[withdrawn(9)]), |fault| *fault == Fault::Event { place: 2 }),
        Case::wrong("withdrawn-twice", &happened(&[withdrawn(3), withdrawn(3)]), |fault| {
            *fault == Fault::Event { place: 3 }
        }),
        Case::wrong("cancelled", &happened(&[HistoryEvent::Cancelled { reason: "r".to_owned() }]), |fault| {
            *fault == Fault::Event { place: 2 }
        }),
        Case::wrong("nobody-withdrew-late", &late(None, &[9]), is_late),
        Case::wrong("withdrawn-late-twice", &late(None, &[3, 3]), is_late),
        Case::wrong("withdrawn-late-in-another-order", &late(None, &[3, 2]), is_late),
        Case::wrong("withdrawn-before-and-after", &late(Some(3), &[3]), is_late),
        Case::wrong("blank-counted-although-not-allowed", &blank_counted, |fault| *fault == Fault::Tally),
        Case::wrong("version-nought", &forge.signed(|_| {}, |_| {}, |publication| publication.version = 0), |fault| {
            *fault == Fault::Form(file::PUBLICATION)
        }),
        Case::wrong("other-statement-than-shown", &forge.parts(), |fault| *fault == Fault::OtherThanShown)
            .with_statement_of(&happened(&[HistoryEvent::Paused])),
    ]
}

/// Signatures of which some libraries say that they are right.
pub(crate) fn weak_signatures() -> Vec<Case> {
    let forge = Forge::new();
    let neutral: Vec<u8> = [vec![1], vec![0; 31]].concat();
    let note = |text: &str, key: &[u8], signature: &[u8]| {
        let id = &Sha256::digest([b"urna\n\x01", key].concat())[..4];
        format!("{text}\n— urna {}\n", STANDARD.encode([id, signature].concat())).into_bytes()
    };
    let text_of = |note: &[u8]| {
        let note = String::from_utf8(note.to_vec()).unwrap();
        note[..=note.rfind("\n\n").unwrap()].to_owned()
    };
    let signed_anew = |key: Option<&[u8]>, sign: &dyn Fn(&str) -> Vec<u8>| {
        let mut parts = forge.parts();
        let public = key.map_or(forge.key.verifying_key().to_bytes().to_vec(), <[u8]>::to_vec);
        if let Some(key) = key {
            let id = &Sha256::digest([b"urna\n\x01", key].concat())[..4];
            let id = id.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            let key = format!("urna+{id}+{}\n", STANDARD.encode([&[1], key].concat()));
            parts = with(parts, file::KEY, |bytes| *bytes = key.into_bytes());
        }
        let text = text_of(get(&parts, file::STATEMENT));
        let statement = note(&text, &public, &sign(&text));
        let old = Sha256Hash::of(get(&parts, file::STATEMENT)).to_string();
        let text = text_of(get(&parts, file::PUBLICATION)).replace(&old, &Sha256Hash::of(&statement).to_string());
        let publication = note(&text, &public, &sign(&text));
        let parts = with(parts, file::STATEMENT, |bytes| *bytes = statement);
        with(parts, file::PUBLICATION, |bytes| *bytes = publication)
    };
    // Under the neutral element as the key, R = 1 and S = 0 sign everything.
    let nothing = [neutral.clone(), vec![0; 32]].concat();
    let of_nobody = signed_anew(Some(&neutral), &|_| nothing.clone());
    // Its holder can sign with R = 1, and reveal the key by it: S is the challenge times the secret.
    let revealed = signed_anew(None, &|text| {
        let challenge = Sha512::new().chain_update(&neutral).chain_update(forge.key.verifying_key().as_bytes());
        let challenge = Scalar::from_bytes_mod_order_wide(&challenge.chain_update(text).finalize().into());
        [neutral.clone(), (challenge * forge.key.to_scalar()).to_bytes().to_vec()].concat()
    });
    vec![
        Case::wrong("key-of-small-order", &of_nobody, |fault| *fault == Fault::Form(file::KEY)),
        Case::wrong("signature-of-small-order", &revealed, |fault| matches!(fault, Fault::Signature { .. })),
    ]
}
