//! The rules of voting. Data in, data out: no I/O, no clock, no randomness.
//!
//! A rule takes what it needs from outside (the time, a random nonce, the votes) as an argument. It returns a
//! value, or an enum that says why it refused. So every rule can be read, tested and recounted by itself.

pub mod attendee;
pub mod audit;
pub mod badge_code;
pub mod ballot;
pub mod browser;
pub mod cast;
pub mod choice;
pub mod closed_list;
pub mod conference;
pub mod count;
mod crockford;
pub mod definition;
pub mod device;
pub mod election_file;
pub mod email;
pub mod ids;
pub mod keys;
pub mod life_cycle;
pub mod manifest;
pub mod method;
pub mod new_attendee;
pub mod presentation;
pub mod readiness;
pub mod receipt;
pub mod record;
pub mod registration;
pub mod role;
pub mod rounds;
pub mod sealed_vote;
pub mod sha256;
pub mod signed_note;
pub mod tally;
pub mod text;
pub mod time;
pub mod vote;

pub use attendee::{Attendee, AttendeeStatus, ClaimedCategory, Eligibility, Ineligible, VerifiedBy};
pub use badge_code::BadgeCode;
pub use ballot::{Ballot, Frozen, Schedule, State, StateName};
pub use choice::Choice;
pub use conference::{Colour, Conference, ZoneName};
pub use definition::{Candidate, Definition, Disclosure, Kind, TieRule};
pub use device::DeviceMark;
pub use email::Email;
pub use ids::{AttendeeId, BallotId, CandidateId, ConferenceId, OrganiserId, SessionId};
pub use manifest::Manifest;
pub use method::Method;
pub use new_attendee::NewAttendee;
pub use registration::Registration;
pub use role::Role;
pub use sha256::Sha256Hash;
pub use text::{Category, Country, Language, LocalText, PersonName, Slug};
pub use time::Timestamp;
pub use vote::{Commitment, Nonce, OrderNonce, ReceiptCode, Tracker, TrackerHash, VoterHash};
