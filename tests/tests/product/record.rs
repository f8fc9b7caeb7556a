//! The statement at the close and the record at the publication: what anyone can check, and when.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use urna_core::record::{Publication, file};
use urna_core::signed_note::{self, VerifyingKey, parse_verifier_key};
use urna_core::{Disclosure, Role};
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};
use urna_verify::{Files, FoundChoice, Known, Report, SavedReceipt, Signer, verify};

use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_shown_at_the_close_is_what_is_published,
            the_statement_is_secret_until_the_publication,
            a_receipt_verifies_with_the_record_alone,
            a_record_is_the_same_bytes_wherever_it_is_made,
            two_instances_publish_one_record,
            a_correction_is_a_further_record,
            a_ballot_of_counts_opens_no_vote,
            a_decision_and_a_withdrawal_after_the_close_stand_in_the_record,
            a_decision_about_another_tie_settles_nothing,
            the_commitments_are_public_from_the_close_on,
            a_cancelled_ballot_has_no_commitments,
            a_cancelled_ballot_has_no_statement;
    }
}

pub(super) async fn archive(api: &Api, ballot: &Ballot, query: &str) -> Vec<u8> {
    let request = api.request(Method::GET, &format!("ballots/{}/record.zip{query}", ballot.id));
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/zip".parse().unwrap())
    );
    answer.bytes().await.unwrap().into()
}

pub(super) async fn key(api: &Api) -> VerifyingKey {
    parse_verifier_key(&api.get("keys").await.expect(200).text("/items/0/vkey")).unwrap()
}

pub(super) fn check(archive: &[u8], key: &VerifyingKey, receipts: &[SavedReceipt]) -> Report {
    let known = Known { signer: Some(Signer::Key(*key)), ..Known::default() };
    verify(&Files::read(archive).unwrap(), &known, receipts, &mut |_, _| {})
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// An open ballot with these votes, and the saved responses.
async fn voted(world: &World, changes: Value, votes: &[usize]) -> (Api, Ballot, Vec<SavedReceipt>) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, votes.len() + 1).await;
    let ballot = organiser.draft(CONFERENCE, "award", changes).await;
    go_on(&organiser, &ballot, "open").await;
    let mut receipts = Vec::new();
    for (voter, candidate) in voters.iter().zip(votes) {
        let answer = voter.api.cast(&ballot, *candidate, &tracker()).await.expect(201);
        receipts.push(SavedReceipt::read(answer.body.as_bytes(), "saved").unwrap());
    }
    (organiser, ballot, receipts)
}

async fn what_is_shown_at_the_close_is_what_is_published(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 0, 1]).await;
    let shown =
        async || world.api().get(&format!("ballots/{}", ballot.id)).await.expect(200).json["statement_sha256"].clone();
    assert_eq!(shown().await, Value::Null, "there is nothing to sign yet");
    go_on(&organiser, &ballot, "closed").await;
    let at_close = shown().await;
    go_on(&organiser, &ballot, "published").await;
    let files = Files::read(&archive(&world.api(), &ballot, "").await).unwrap();
    let statement = files.statement.unwrap();
    assert_eq!(at_close, json!(sha256(&statement)));
    let published = world.api().ballot(&ballot, "statement").await.expect(200);
    assert_eq!(published.body.as_bytes(), statement);
    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["statement_sha256"], at_close);
    assert_eq!(results.text("/record"), format!("/api/v1/ballots/{}/record.zip?version=1", ballot.id));
}

async fn the_statement_is_secret_until_the_publication(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 0, 1]).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let (observer, desk) = (world.organiser(Role::Observer).await, world.organiser(Role::Desk).await);
    let public = [&world.api(), &voter.api, &observer, &desk];
    let looks = async || {
        let events = organiser.get(&format!("audit-events?ballot={}&limit=200", ballot.id)).await.expect(200);
        let events = events.json["items"].as_array().unwrap().clone();
        events.iter().filter(|event| event["action"] == "statement.looked_at").count()
    };
    organiser.ballot(&ballot, "statement").await.refused(409, "not-closed");
    go_on(&organiser, &ballot, "closed").await;
    for reader in public {
        for what in ["statement", "record.zip", "record.zip?version=1"] {
            reader.ballot(&ballot, what).await.refused(404, "results-not-published");
        }
    }
    organiser.ballot(&ballot, "record.zip").await.refused(404, "results-not-published");
    assert_eq!(looks().await, 0);
    let seen = organiser.ballot(&ballot, "statement").await.expect(200);
    assert_eq!((seen.header("cache-control"), looks().await), ("no-store", 1));
    let _tally = organiser.ballot(&ballot, "tally").await.expect(200);
    go_on(&organiser, &ballot, "published").await;
    let published = world.api().ballot(&ballot, "statement").await.expect(200);
    assert_eq!(
        (published.body, published.headers["cache-control"].to_str().unwrap()),
        (seen.body, "public, max-age=1")
    );
    let publication = publication(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await);
    assert_eq!(publication.looks, 2, "who looked before the public stands in the record");
}

fn publication(archive: &[u8], key: &VerifyingKey) -> Publication {
    let files = Files::read(archive).unwrap();
    let note = String::from_utf8(files.publication.unwrap()).unwrap();
    signed_note::open(&note, key).unwrap().parse().unwrap()
}

/// The public commitments.
async fn commitments(world: &World, ballot: &Ballot) -> Vec<String> {
    let answer = world.api().ballot(ballot, "commitments").await.expect(200);
    let json = answer.json.as_object().unwrap();
    assert_eq!(json.keys().collect::<Vec<_>>(), ["items"], "nothing else is in it");
    let items: Vec<String> = serde_json::from_value(json["items"].clone()).unwrap();
    let text = world.api().ballot(ballot, "commitments.txt").await.expect(200);
    assert_eq!(text.body.lines().collect::<Vec<_>>(), items);
    assert!(text.body.is_empty() || text.body.ends_with('\n'));
    for answer in [answer, text] {
        assert_eq!(answer.header("cache-control"), "public, max-age=1");
    }
    items
}

async fn the_commitments_are_public_from_the_close_on(world: &World) {
    let (organiser, ballot, receipts) = voted(world, json!({}), &[0, 1, 0, 2, 0]).await;
    for state in ["paused", "open"] {
        go_on(&organiser, &ballot, state).await;
        for what in ["commitments", "commitments.txt"] {
            world.api().ballot(&ballot, what).await.refused(404, "commitments-not-public");
            organiser.ballot(&ballot, what).await.refused(404, "commitments-not-public");
        }
    }
    let trace = async || world.api().get(&format!("/receipts/{}", receipts[0].name)).await.expect(200).body;
    let list = format!("href=\"/api/v1/ballots/{}/commitments.txt\"", ballot.id);
    assert!(!trace().await.contains(&list));
    go_on(&organiser, &ballot, "closed").await;
    assert!(trace().await.contains(&list), "whoever looks a receipt up is led to them");
    let at_close = commitments(world, &ballot).await;
    let promised = receipts.iter().map(|receipt| receipt.signed_note.lines().nth(3).unwrap());
    for commitment in promised {
        assert!(at_close.iter().any(|item| item == commitment), "a receipt can be checked at once");
    }
    assert_eq!(at_close.len(), receipts.len());
    go_on(&organiser, &ballot, "published").await;
    let files = Files::read(&archive(&world.api(), &ballot, "").await).unwrap();
    let file: Vec<u8> = at_close.iter().flat_map(|item| URL_SAFE_NO_PAD.decode(item).unwrap()).collect();
    assert_eq!(file, files.commitments.unwrap(), "they are the file that the statement signs, in its order");
    assert_eq!(commitments(world, &ballot).await, at_close);
    let elsewhere = format!("ballots/{}/commitments", uuid::Uuid::from_u128(1));
    world.api().get(&elsewhere).await.refused(404, "not-found");
}

async fn a_cancelled_ballot_has_no_commitments(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 1]).await;
    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(commitments(world, &ballot).await.len(), 2);
    go_on(&organiser, &ballot, "cancelled").await;
    world.api().ballot(&ballot, "commitments").await.refused(404, "commitments-not-public");
}

async fn a_receipt_verifies_with_the_record_alone(world: &World) {
    let (organiser, ballot, receipts) = voted(world, json!({}), &[0, 1, 2, 1]).await;
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let (record, key) = (archive(&world.api(), &ballot, "").await, key(&world.api()).await);
    let report = check(&record, &key, &receipts);
    assert_eq!(report.faults, []);
    let summary = report.summary.unwrap();
    assert_eq!((summary.votes, summary.eligible, summary.recounted), (4, 5, true));
    let results = world.api().ballot(&ballot, "results").await.expect(200).json;
    for (row, found) in results["rows"].as_array().unwrap().iter().zip(&summary.results) {
        assert_eq!(
            (&row["name"], &row["votes"], &row["elected"]),
            (&json!(found.name), &json!(found.votes), &json!(found.elected))
        );
    }
    let chosen: Vec<_> = summary.receipts.iter().map(|receipt| receipt.choice.clone().unwrap()).collect();
    let manifest: Value = serde_json::from_slice(&Files::read(&record).unwrap().manifest.unwrap()).unwrap();
    let expected: Vec<_> = [0, 1, 2, 1]
        .map(|place| FoundChoice::Candidate(manifest["candidates"][place]["name"].as_str().unwrap().to_owned()))
        .into();
    assert_eq!(chosen, expected);
}

async fn a_record_is_the_same_bytes_wherever_it_is_made(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 1, 0]).await;
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let other = world.another_instance().await;
    let first = archive(&world.api(), &ballot, "?version=1").await;
    assert_eq!(first, archive(&other.api(), &ballot, "?version=1").await);
    assert_eq!(first, archive(&world.api(), &ballot, "").await);
    let request = |api: &Api, query| api.request(Method::GET, &format!("ballots/{}/record.zip{query}", ballot.id));
    for (query, cache) in [("?version=1", "public, max-age=31536000, immutable"), ("", "public, max-age=1")] {
        let answer = request(&other.api(), query).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], cache);
        let tag = answer.headers()[ETAG].clone();
        let again = request(&world.api(), query).header(IF_NONE_MATCH, tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
    }
    world.api().ballot(&ballot, "record.zip?version=2").await.refused(404, "results-not-published");
    other.stop().await;
}

async fn two_instances_publish_one_record(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 1, 0]).await;
    go_on(&organiser, &ballot, "closed").await;
    let other = world.another_instance().await;
    let elsewhere = other.api().with_token(organiser.token().unwrap());
    let (here, there) = tokio::join!(organiser.publish(&ballot), elsewhere.publish(&ballot));
    let (won, lost) = if here.status == 201 { (here, there) } else { (there, here) };
    let _won = won.expect(201);
    lost.refused(409, "already-published");
    let record = archive(&world.api(), &ballot, "").await;
    assert_eq!(record, archive(&other.api(), &ballot, "").await);
    assert_eq!(check(&record, &key(&world.api()).await, &[]).faults, []);
    other.stop().await;
}

async fn a_correction_is_a_further_record(world: &World) {
    let (organiser, ballot, receipts) = voted(world, json!({}), &[0, 1, 0]).await;
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let first = archive(&world.api(), &ballot, "?version=1").await;
    world.pass_seconds(60);
    let note = json!({"note": "Ana's name was “wrong”.\nWe are sorry."});
    let _second = organiser.post(&format!("ballots/{}/publications", ballot.id), &note).await.expect(201);
    assert_eq!(first, archive(&world.api(), &ballot, "?version=1").await, "what is published stays as it is");
    let (second, key) = (archive(&world.api(), &ballot, "?version=2").await, key(&world.api()).await);
    assert_eq!(check(&second, &key, &receipts).faults, []);
    let (one, two) = (publication(&first, &key), publication(&second, &key));
    assert_eq!((one.version, one.previous, one.note), (1, None, None));
    let note_of_first = Files::read(&first).unwrap().publication.unwrap();
    assert_eq!((two.version, two.previous.unwrap().to_string()), (2, sha256(&note_of_first)));
    assert_eq!(two.note.as_deref(), note["note"].as_str());
    assert_eq!(two.statement, one.statement, "the statement is of the close, and never changes");
}

async fn a_ballot_of_counts_opens_no_vote(world: &World) {
    let (organiser, ballot, receipts) = voted(world, json!({"disclosure": "counts"}), &[0, 1, 0]).await;
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let record = archive(&world.api(), &ballot, "").await;
    let files = Files::read(&record).unwrap();
    assert_eq!(files.openings, None);
    let report = check(&record, &key(&world.api()).await, &receipts);
    assert_eq!(report.faults, []);
    let summary = report.summary.unwrap();
    assert!(!summary.recounted, "nobody can count again, and it says so");
    assert!(summary.receipts.len() == 3 && summary.receipts.iter().all(|receipt| receipt.choice.is_none()));
    assert_eq!(summary.results.iter().map(|row| row.votes).sum::<u64>(), 3);
    assert_eq!(serde_json::to_value(Disclosure::Counts).unwrap(), json!("counts"));
}

async fn a_decision_and_a_withdrawal_after_the_close_stand_in_the_record(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({"tie_rule": {"type": "jury"}}), &[0, 1, 2]).await;
    go_on(&organiser, &ballot, "closed").await;
    let withdrawal = json!({"candidate_id": ballot.candidates[0], "reason": "ill"});
    let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &withdrawal).await.expect(201);
    let decision =
        json!({"order": [ballot.candidates[2], ballot.candidates[1]], "reason": "r", "decided_by": "the jury"});
    let _broken = organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await.expect(201);
    go_on(&organiser, &ballot, "published").await;
    let (record, key) = (archive(&world.api(), &ballot, "").await, key(&world.api()).await);
    let report = check(&record, &key, &[]);
    assert_eq!(report.faults, []);
    let elected: Vec<_> = report.summary.unwrap().results.into_iter().filter(|row| row.elected).collect();
    assert_eq!(elected.len(), 1);
    let publication = publication(&record, &key);
    assert_eq!(json!(publication.withdrawals), json!([ballot.candidates[0]]));
    assert_eq!(json!(publication.tie_break.unwrap().order), decision["order"]);
    let statement = String::from_utf8(Files::read(&record).unwrap().tally.unwrap()).unwrap();
    assert!(statement.contains("\"type\":\"tied\""), "what was signed at the close is the tie: {}", file::TALLY);
}

/// The jury decided between two; then one of them withdrew, and so the tie is a different one.
async fn a_decision_about_another_tie_settles_nothing(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({"tie_rule": {"type": "jury"}}), &[0, 1, 2]).await;
    go_on(&organiser, &ballot, "closed").await;
    let order = json!([ballot.candidates[0], ballot.candidates[1], ballot.candidates[2]]);
    let decision = json!({"order": order, "reason": "r", "decided_by": "the jury"});
    let _broken = organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await.expect(201);
    let withdrawal = json!({"candidate_id": ballot.candidates[0], "reason": "ill"});
    let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &withdrawal).await.expect(201);
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");
    let decision =
        json!({"order": [ballot.candidates[1], ballot.candidates[2]], "reason": "r", "decided_by": "the jury"});
    let _broken = organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await.expect(201);
    go_on(&organiser, &ballot, "published").await;
    assert_eq!(check(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await, &[]).faults, []);
}

async fn a_cancelled_ballot_has_no_statement(world: &World) {
    let (organiser, ballot, _) = voted(world, json!({}), &[0, 1]).await;
    go_on(&organiser, &ballot, "closed").await;
    let _seen = organiser.ballot(&ballot, "statement").await.expect(200);
    go_on(&organiser, &ballot, "cancelled").await;
    organiser.ballot(&ballot, "statement").await.refused(409, "not-closed");
    let shown = world.api().get(&format!("ballots/{}", ballot.id)).await.expect(200);
    assert_eq!(shown.json["statement_sha256"], Value::Null);
}
