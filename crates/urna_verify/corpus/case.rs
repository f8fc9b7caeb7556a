//! One case: a record, the questions about it, and the expected verdict.

use ed25519_dalek::SigningKey;
use serde_json::json;
use urna_core::Sha256Hash;
use urna_core::receipt::Receipt;
use urna_core::record::file;
use urna_core::signed_note::verifier_key;
use urna_verify::{Fault, Files, Known, Report, SavedReceipt, Summary, verify};
use zip::CompressionMethod;

use super::forge::{Parts, archive, get};

/// A record, the questions about it, and the expected verdict.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) archive: Vec<u8>,
    pub(crate) receipts: Vec<Vec<u8>>,
    /// The key, or its fingerprint, as given.
    pub(crate) key: Option<String>,
    /// The fingerprint shown at the close.
    pub(crate) statement: Option<String>,
    pub(crate) expect: Expect,
}

/// The expected verdict on a case.
pub(crate) enum Expect {
    /// Nothing is wrong.
    Verified,
    /// The record or a receipt is wrong, and Urna's verifier names the fault accordingly.
    Refused(IsIt),
    /// A receipt or an option cannot be read: no verdict on the record.
    Unreadable,
}

type IsIt = Box<dyn Fn(&[Fault]) -> bool>;

impl Expect {
    /// The name in `cases.json`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused(_) => "refused",
            Self::Unreadable => "unreadable",
        }
    }
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
    fn of(name: impl Into<String>, parts: &Parts, expect: Expect) -> Self {
        Self { name: name.into(), archive: bytes(parts), receipts: Vec::new(), key: None, statement: None, expect }
    }

    pub(crate) fn right(name: impl Into<String>, parts: &Parts) -> Self {
        Self::of(name, parts, Expect::Verified)
    }

    /// This fault is among those found; others may follow from it.
    pub(crate) fn wrong(name: impl Into<String>, parts: &Parts, is_it: fn(&Fault) -> bool) -> Self {
        Self::of(name, parts, Expect::Refused(Box::new(move |faults| faults.iter().any(is_it))))
    }

    /// Exactly this fault, and nothing else.
    pub(crate) fn fault(name: impl Into<String>, parts: &Parts, fault: Fault) -> Self {
        Self::of(name, parts, Expect::Refused(Box::new(move |faults| faults == [fault.clone()])))
    }

    pub(crate) fn unreadable(name: impl Into<String>, parts: &Parts) -> Self {
        Self::of(name, parts, Expect::Unreadable)
    }

    pub(crate) fn with_receipt(self, receipt: &Receipt) -> Self {
        self.with_saved(saved(receipt))
    }

    /// Adds a receipt, as saved in a file.
    pub(crate) fn with_saved(mut self, receipt: impl Into<Vec<u8>>) -> Self {
        self.receipts.push(receipt.into());
        self
    }

    /// Adds the fingerprint of this record's statement, as shown in the hall.
    pub(crate) fn with_statement_of(self, parts: &Parts) -> Self {
        let hash = Sha256Hash::of(get(parts, file::STATEMENT)).to_string();
        Self { statement: Some(hash[..32].to_owned()), ..self }
    }

    pub(crate) fn with_key(self, key: &SigningKey) -> Self {
        Self { key: Some(verifier_key(&key.verifying_key())), ..self }
    }

    /// The report of Urna's verifier; or why a receipt or an option cannot be read.
    pub(crate) fn report(&self) -> Result<Report, String> {
        let known = Known {
            signer: self.key.as_ref().map(|key| key.parse()).transpose().map_err(|error| format!("{error}"))?,
            statement: self
                .statement
                .as_ref()
                .map(|digits| digits.parse())
                .transpose()
                .map_err(|error| format!("{error}"))?,
        };
        let read = |bytes: &Vec<u8>| SavedReceipt::read(bytes, "receipt").map_err(|error| error.to_string());
        let receipts = self.receipts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(match Files::read(&self.archive) {
            Ok(files) => verify(&files, &known, &receipts, &mut |_, _| {}),
            Err(invalid) => Report { summary: None, faults: vec![Fault::Archive(invalid)] },
        })
    }

    /// The summary by Urna's verifier, if its verdict is the expected one; else both verdicts.
    pub(crate) fn check(&self) -> Result<Option<Summary>, String> {
        match (self.report(), &self.expect) {
            (Ok(report), Expect::Verified) if report.faults.is_empty() => Ok(report.summary),
            (Ok(report), Expect::Refused(is_it)) if is_it(&report.faults) => Ok(None),
            (Err(_), Expect::Unreadable) => Ok(None),
            (Ok(report), expect) => Err(format!("{}: wanted {}, found {:?}", self.name, expect.name(), report.faults)),
            (Err(error), expect) => Err(format!("{}: wanted {}, not read: {error}", self.name, expect.name())),
        }
    }
}
