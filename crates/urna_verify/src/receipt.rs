//! A receipt as its voter saved it.

use urna_core::receipt::Promise;
use urna_core::signed_note::{self, InvalidNote, VerifyingKey};
use urna_core::{ReceiptCode, Tracker};

use crate::json::{self, Json, Object};

/// The file is not a saved receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt: neither the JSON that a vote is answered with nor a signed note ({0})")]
pub struct InvalidReceipt(String);

/// A saved receipt: the answer to a vote as JSON, only its `receipt`, or only its signed note. Data beside the note
/// is kept as written, and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReceipt {
    /// Its code, or else the file's name.
    pub name: String,
    /// The signed promise.
    pub signed_note: String,
    beside: Beside,
}

/// The data beside the note in the JSON of a receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Beside {
    /// One beside `receipt`, one in it.
    ballot_ids: [Option<String>; 2],
    code: Option<String>,
    tracker: Option<String>,
    commitment: Option<String>,
}

impl SavedReceipt {
    /// The largest file with a receipt, in bytes.
    pub const MOST_BYTES: usize = 64 * 1024;
    /// The deepest nesting of lists and objects in it.
    pub const MOST_DEPTH: usize = 64;

    /// Reads a saved receipt; `name` is used if it has no code.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self, InvalidReceipt> {
        if bytes.len() > Self::MOST_BYTES {
            return Err(InvalidReceipt("it is larger than 64 KiB".to_owned()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| InvalidReceipt(error.to_string()))?;
        // JSON cannot contain such a line.
        if text.contains("\n\n— ") {
            return Ok(Self { name: name.to_owned(), signed_note: text.to_owned(), beside: Beside::default() });
        }
        let mut answer = json::object(text, Self::MOST_DEPTH).map_err(|error| InvalidReceipt(error.to_string()))?;
        let of_answer = take(&mut answer, "ballot_id")?;
        let mut receipt = match answer.remove("receipt") {
            None | Some(Json::Null) => answer,
            Some(Json::Object(receipt)) => receipt,
            Some(Json::Text(_) | Json::Other) => return Err(InvalidReceipt("its receipt is no object".to_owned())),
        };
        let ballot_ids = [of_answer, take(&mut receipt, "ballot_id")?];
        let code = take(&mut receipt, "code")?;
        let tracker = take(&mut receipt, "tracker")?;
        let commitment = take(&mut receipt, "commitment")?;
        let signed_note = take(&mut receipt, "signed_note")?;
        let signed_note = signed_note.ok_or_else(|| InvalidReceipt("it has no signed_note".to_owned()))?;
        let written = code.as_ref().and_then(|code| code.parse::<ReceiptCode>().ok()).map(|code| code.to_string());
        Ok(Self {
            name: written.unwrap_or_else(|| name.to_owned()),
            signed_note,
            beside: Beside { ballot_ids, code, tracker, commitment },
        })
    }

    /// The promise, if the key has signed it.
    pub(crate) fn promise(&self, key: &VerifyingKey) -> Result<Promise, InvalidNote> {
        signed_note::open(&self.signed_note, key)?.parse().map_err(|_| InvalidNote::Malformed)
    }

    /// Its tracker, if it has a readable one.
    pub(crate) fn tracker(&self) -> Option<Tracker> {
        self.beside.tracker.as_ref()?.parse().ok()
    }

    /// Whether the data beside the note agrees with the note's promise.
    pub(crate) fn agrees(&self, promise: &Promise) -> bool {
        let Beside { ballot_ids, code, tracker, commitment } = &self.beside;
        let (ballot, promised) = (promise.ballot.to_string(), promise.commitment.to_string());
        let of_tracker = tracker.is_none()
            || self.tracker().is_some_and(|tracker| {
                code.as_ref().is_none_or(|code| code.parse() == Ok(tracker.code(promise.ballot)))
                    && promise.tracker.is_none_or(|promised| promised == tracker.hash())
            });
        of_tracker
            && ballot_ids.iter().flatten().all(|id| *id == ballot)
            && commitment.as_ref().is_none_or(|commitment| *commitment == promised)
    }
}

/// A field of a receipt, if there; `null` counts as missing.
fn take(object: &mut Object, field: &str) -> Result<Option<String>, InvalidReceipt> {
    match object.remove(field) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text)),
        Some(Json::Object(_) | Json::Other) => Err(InvalidReceipt(format!("its {field} is no text"))),
    }
}
