//! One record and what is to be found in it.

use ed25519_dalek::SigningKey;
use serde_json::json;
use urna_core::Sha256Hash;
use urna_core::receipt::Receipt;
use urna_core::record::file;
use urna_core::signed_note::verifier_key;
use urna_verify::Fault;
use zip::CompressionMethod;

use crate::forge::{Parts, archive, get};

/// A record, what is asked about it, and what must be found.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) archive: Vec<u8>,
    pub(crate) receipts: Vec<String>,
    pub(crate) key: Option<String>,
    /// The fingerprint that was shown.
    pub(crate) statement: Option<String>,
    /// Whether this is what is wrong; `None` where nothing is.
    pub(crate) fault: Option<fn(&Fault) -> bool>,
}

pub(crate) fn bytes(parts: &Parts) -> Vec<u8> {
    archive(parts, CompressionMethod::Stored)
}

pub(crate) fn saved(receipt: &Receipt) -> String {
    let Receipt { ballot, code, tracker, commitment, signed_note } = receipt;
    json!({"ballot_id": ballot, "receipt": {"code": code.to_string(), "tracker": tracker.to_string(),
        "commitment": commitment.to_string(), "signed_note": signed_note}})
    .to_string()
}

impl Case {
    pub(crate) fn right(name: &'static str, parts: &Parts) -> Self {
        Self { name, archive: bytes(parts), receipts: Vec::new(), key: None, statement: None, fault: None }
    }

    pub(crate) fn wrong(name: &'static str, parts: &Parts, fault: fn(&Fault) -> bool) -> Self {
        Self { fault: Some(fault), ..Self::right(name, parts) }
    }

    pub(crate) fn with_receipt(self, receipt: &Receipt) -> Self {
        Self { receipts: vec![saved(receipt)], ..self }
    }

    /// As it was shown in the hall.
    pub(crate) fn with_statement_of(self, parts: &Parts) -> Self {
        let hash = Sha256Hash::of(get(parts, file::STATEMENT)).to_string();
        Self { statement: Some(hash[..32].to_owned()), ..self }
    }

    pub(crate) fn with_key(self, key: &SigningKey) -> Self {
        Self { key: Some(verifier_key(&key.verifying_key())), ..self }
    }
}
