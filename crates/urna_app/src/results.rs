//! Tallies, tie-breaks and published results.

mod break_tie;
mod closed_box;
mod find_commitments;
mod find_record;
mod find_results;
mod looks;
mod publish_results;
mod sign;
mod tally_ballot;
mod view_results;

pub use find_results::{FoundResults, PublishedResults, PublishedRow};
pub use tally_ballot::TallyReport;
pub use urna_store::publications::TieBreak;
pub use view_results::ResultsView;

pub(crate) use sign::{BallotAtClose, sign_statement};
