//! Votes and receipts.

mod batch;
mod cast;
mod cast_vote;
mod find_receipt;
mod queue;
mod writer;

pub use cast_vote::{CastVote, RecordedVote};
pub use find_receipt::{ReceiptStatus, ReceiptTrace};
pub(crate) use queue::Queues;
