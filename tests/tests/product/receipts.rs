//! Receipts can be looked up, and anyone can check them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use urna_tests::{Answer, Api, Ballot, Cases, World, cases, tracker};

use crate::look::{box_of, tables};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_receipt_says_what_became_of_the_vote_and_never_the_choice,
            a_code_is_read_as_people_type_it,
            a_code_that_nobody_has_is_not_found,
            a_cancelled_ballot_keeps_only_the_codes,
            a_closed_ballot_that_is_cancelled_keeps_only_the_codes,
            the_signature_of_a_receipt_is_the_services,
            every_receipt_is_in_the_box_and_opens_to_the_choice;
    }
}

async fn look_up(api: &Api, code: &str) -> Answer {
    api.get(&format!("receipts/{code}")).await
}

async fn a_receipt_says_what_became_of_the_vote_and_never_the_choice(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut codes = Vec::new();
    for (voter, candidate) in voters.iter().zip([0, 0, 2]) {
        codes.push(voter.api.cast(&ballot, candidate, &tracker()).await.expect(201).text("/receipt/code"));
    }
    let steps = [("open", "recorded"), ("paused", "recorded"), ("closed", "recorded"), ("published", "counted")];
    for (state, status) in steps {
        if state != "open" {
            go_on(&organiser, &ballot, state).await;
        }
        for code in &codes {
            let found = look_up(&world.api(), code).await.expect(200);
            assert_eq!(found.json, json!({"ballot_id": ballot.id, "status": status}), "{state}");
            assert_eq!(found.header("cache-control"), "no-store");
        }
    }
}

async fn a_code_is_read_as_people_type_it(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let code = voter.api.cast(&ballot, 0, &tracker()).await.expect(201).text("/receipt/code");
    let shape: Vec<_> = code.split('-').map(str::len).collect();
    assert_eq!(shape, [4, 4, 4]);
    for state in ["open", "closed"] {
        if state != "open" {
            go_on(&organiser, &ballot, state).await;
        }
        for typed in
            [code.to_lowercase(), code.replace('-', ""), code.replace('-', "%20"), code.to_lowercase().replace('-', "")]
        {
            assert_eq!(
                look_up(&world.api(), &typed).await.expect(200).json["ballot_id"],
                ballot.id.as_str(),
                "{typed}"
            );
        }
    }
}

async fn a_code_that_nobody_has_is_not_found(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let code = voter.api.cast(&ballot, 0, &tracker()).await.expect(201).text("/receipt/code");
    for state in ["open", "closed", "cancelled"] {
        if state != "open" {
            go_on(&organiser, &ballot, state).await;
        }
        for unknown in
            ["0000-0000-0000", "ZZZZ-ZZZZ-ZZZZ", &code[..13], "UUUU-UUUU-UUUU", "%00", "a".repeat(500).as_str()]
        {
            look_up(&world.api(), unknown).await.refused(404, "receipt-not-found");
        }
    }
}

/// The remains of the votes of the only ballot after its cancellation: the participations and the codes.
async fn must_hold_only_codes(world: &World, codes: &BTreeSet<String>) {
    let left = tables(world).await;
    assert_eq!((left.inbox.len(), left.sealed.len(), left.keys.len()), (0, 0, 0));
    assert_eq!(left.participations.len(), codes.len());
    let kept = left
        .cancelled
        .iter()
        .map(|(code, _)| urna_core::ReceiptCode::from_stored(u64::try_from(*code).unwrap()).unwrap().to_string());
    assert_eq!(&kept.collect::<BTreeSet<_>>(), codes);
    for code in codes {
        assert_eq!(look_up(&world.api(), code).await.expect(200).json["status"], "cancelled");
    }
}

async fn a_cancelled_ballot_keeps_only_the_codes(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 5).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut codes = BTreeSet::new();
    for voter in &voters {
        codes.insert(voter.api.cast(&ballot, 0, &tracker()).await.expect(201).text("/receipt/code"));
    }
    go_on(&organiser, &ballot, "cancelled").await;
    must_hold_only_codes(world, &codes).await;
    organiser.ballot(&ballot, "tally").await.refused(409, "not-closed");
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 5, "voted": 5}));
}

async fn a_closed_ballot_that_is_cancelled_keeps_only_the_codes(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 5).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut codes = BTreeSet::new();
    for voter in &voters {
        codes.insert(voter.api.cast(&ballot, 0, &tracker()).await.expect(201).text("/receipt/code"));
    }
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "cancelled").await;
    must_hold_only_codes(world, &codes).await;
    organiser.publish(&ballot).await.refused(409, "not-closed");
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|four| char::from_digit(four.into(), 16))
        .collect()
}

/// The key from `GET /keys`: name, key id and public half.
async fn published_key(world: &World) -> (String, [u8; 4], VerifyingKey) {
    let keys = world.api().get("keys").await.expect(200);
    let key = &keys.json["items"][0];
    let vkey = key["vkey"].as_str().unwrap();
    let mut parts = vkey.splitn(3, '+');
    let (name, id) = (parts.next().unwrap().to_owned(), u32::from_str_radix(parts.next().unwrap(), 16).unwrap());
    let bytes = STANDARD.decode(parts.next().unwrap()).unwrap();
    assert_eq!((bytes.len(), bytes[0]), (33, 1), "the kind of key, and Ed25519's 32 bytes");
    assert_eq!(key["name"], name.as_str());
    let fingerprint = sha256_hex(&bytes[1..]);
    assert_eq!(key["fingerprint"], fingerprint);
    let public = VerifyingKey::from_bytes(bytes[1..].try_into().unwrap()).unwrap();
    (name, id.to_be_bytes(), public)
}

async fn the_signature_of_a_receipt_is_the_services(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let tracker_of_voter = tracker();
    let receipt = voter.api.cast(&ballot, 0, &tracker_of_voter).await.expect(201);
    let note = receipt.text("/receipt/signed_note");
    let manifest = world.api().ballot(&ballot, "manifest").await.expect(200);
    let manifest_hash = sha256_hex(manifest.body.as_bytes());

    let (text, signature) = note.split_once("\n\n").unwrap();
    let commitment = receipt.text("/receipt/commitment");
    let holder = sha256_hex(&URL_SAFE_NO_PAD.decode(&tracker_of_voter).unwrap());
    assert_eq!(text, format!("urna receipt v2\n{}\n{manifest_hash}\n{commitment}\n{holder}", ballot.id));
    let (name, id, key) = published_key(world).await;
    let hash = Sha256::new().chain_update(&name).chain_update(b"\n\x01").chain_update(key.as_bytes()).finalize();
    assert_eq!(id, hash[..4], "the key id is the one that C2SP defines");
    let line = signature.strip_prefix(&format!("— {name} ")).unwrap().strip_suffix('\n').unwrap();
    let bytes = STANDARD.decode(line).unwrap();
    assert_eq!(id, bytes[..4]);
    let signature = Signature::from_slice(&bytes[4..]).unwrap();
    key.verify(format!("{text}\n").as_bytes(), &signature).unwrap();
    let forged = text.replace(&commitment, &tracker());
    assert!(key.verify(format!("{forged}\n").as_bytes(), &signature).is_err());
}

/// The commitment as `design.md` defines it, computed here independently.
fn commitment(manifest: &str, tracker: &[u8], nonce: &[u8], choice: &[u8]) -> String {
    let length = u32::try_from(choice.len()).unwrap().to_be_bytes();
    let hash = Sha256::new()
        .chain_update("urna/commit/v1\n")
        .chain_update(Sha256::digest(manifest.as_bytes()))
        .chain_update(Sha256::digest(tracker))
        .chain_update(nonce)
        .chain_update(length)
        .chain_update(choice)
        .finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

async fn every_receipt_is_in_the_box_and_opens_to_the_choice(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 4).await;
    let ballot: Ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut receipts = Vec::new();
    for (number, voter) in voters.iter().enumerate() {
        let answer = match number {
            3 => voter.api.cast_blank(&ballot, &tracker()).await,
            candidate => voter.api.cast(&ballot, candidate, &tracker()).await,
        };
        receipts.push(answer.expect(201));
    }
    go_on(&organiser, &ballot, "closed").await;
    let manifest = world.api().ballot(&ballot, "manifest").await.expect(200);
    let listed: Vec<_> = manifest.json["candidates"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect();
    assert_eq!(Value::from(listed), json!(ballot.candidates), "the manifest has the order that choices count by");
    let sealed = box_of(world, &ballot).await;
    assert_eq!(sealed.len(), receipts.len());
    assert!(sealed.is_sorted_by_key(|vote| vote.commitment));
    for (number, receipt) in (0_u8..).zip(&receipts) {
        let choice = if number == 3 { vec![1, 0, 0] } else { vec![1, 0, 1, 0, number, 0, 1] };
        let tracker = URL_SAFE_NO_PAD.decode(receipt.text("/receipt/tracker")).unwrap();
        let promised = receipt.text("/receipt/commitment");
        let vote = sealed.iter().find(|vote| vote.commitment.to_string() == promised).unwrap();
        assert_eq!(vote.choice, choice);
        assert_eq!(vote.tracker.as_bytes().as_slice(), Sha256::digest(&tracker).as_slice());
        assert_eq!(vote.code.to_string(), receipt.text("/receipt/code"));
        assert_eq!(commitment(&manifest.body, &tracker, vote.nonce.as_bytes(), &choice), promised);
    }
}
