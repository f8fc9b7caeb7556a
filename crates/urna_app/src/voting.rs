//! Votes and receipts.

mod cast_vote;
mod find_receipt;

pub use cast_vote::{CastVote, RecordedVote};
pub use find_receipt::{ReceiptStatus, ReceiptTrace};
