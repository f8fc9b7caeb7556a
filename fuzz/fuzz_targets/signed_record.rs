//! A record signed by its operator, whatever it contains. Signatures and checksums are added here, because they would
//! reject most mutations. Every verified record must add up.
//!
//! The input is the files in order, each after its length in two bytes: manifest, commitments, openings (length 65535
//! for none), tally, history, and the texts of statement and publication, whose hashes are corrected; at last the result, if
//! the publication names one.
#![no_main]

use ed25519_dalek::SigningKey;
use libfuzzer_sys::fuzz_target;
use urna_core::record::{Publication, Statement};
use urna_core::signed_note::{sign, verifier_key};
use urna_core::{Method, Sha256Hash};
use urna_verify::{Files, Known, verify};

fn next<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = input.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (bytes, rest) = rest.split_at_checked(if length == 65_535 { 0 } else { length })?;
    *input = rest;
    Some(bytes)
}

fn files(mut input: &[u8]) -> Option<Files> {
    let input = &mut input;
    let (manifest, commitments) = (next(input)?, next(input)?);
    let without_openings = input.starts_with(&[0xff, 0xff]);
    let (openings, tally, history) = (next(input)?, next(input)?, next(input)?);
    let statement: Statement = std::str::from_utf8(next(input)?).ok()?.parse().ok()?;
    let publication: Publication = std::str::from_utf8(next(input)?).ok()?.parse().ok()?;
    let hash = Sha256Hash::of;
    let (manifest_hash, openings_hash) = (hash(manifest), hash(openings));
    let (commitments_hash, tally_hash, history_hash) = (hash(commitments), hash(tally), hash(history));
    let statement = Statement {
        manifest: manifest_hash,
        commitments: commitments_hash,
        openings: openings_hash,
        tally: tally_hash,
        history: history_hash,
        ..statement
    };
    let key = SigningKey::from_bytes(&[9; 32]);
    let statement = sign(&statement.text(), &key);
    let result = publication.result.map(|_| next(input).unwrap_or_default());
    let publication = Publication { statement: hash(statement.as_bytes()), result: result.map(hash), ..publication };
    Some(Files {
        key: Some(format!("{}\n", verifier_key(&key.verifying_key())).into_bytes()),
        manifest: Some(manifest.to_vec()),
        commitments: Some(commitments.to_vec()),
        openings: (!without_openings).then(|| openings.to_vec()),
        tally: Some(tally.to_vec()),
        history: Some(history.to_vec()),
        statement: Some(statement.into_bytes()),
        result: result.map(<[u8]>::to_vec),
        publication: Some(sign(&publication.text(), &key).into_bytes()),
    })
}

fuzz_target!(|input: &[u8]| {
    let Some(files) = files(input) else { return };
    let report = verify(&files, &Known::default(), &[], &mut |_, _| {});
    if let (Some(summary), true) = (report.summary, report.faults.is_empty()) {
        let named: u64 = summary.results.iter().map(|candidate| candidate.votes).sum();
        // By other methods a vote names several candidates, or none.
        if matches!(summary.method, Method::Plurality { .. }) {
            assert_eq!(named + summary.blank, summary.votes);
        }
        assert!(summary.votes <= summary.eligible);
    }
});
