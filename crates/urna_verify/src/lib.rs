//! Checks the published record of a ballot, without a server and without a database.
//!
//! A record is an archive of a few files ([`urna_core::record`]). [`verify`] takes none of it on trust: it checks
//! the signatures, hashes every file, opens every commitment, reads every choice under the manifest, counts them
//! again, looks for the given receipts, and compares the record with facts known from elsewhere ([`Known`]). It
//! reports [`Fault`]s, each a plain sentence; a record without any is correct.
//!
//! Start reading at [`verify`].

mod fault;
mod files;
mod json;
mod known;
mod receipt;
mod record;
mod report;
mod verify;

pub use fault::Fault;
pub use files::Files;
pub use known::{InvalidShown, InvalidSigner, Known, ShownStatement, Signer};
pub use receipt::{InvalidReceipt, SavedReceipt};
pub use report::{
    CandidateResult, FoundChoice, FoundReceipt, JuryDecision, MotionResult, Recount, Report, Summary, Withdrawal,
};
pub use verify::verify;
