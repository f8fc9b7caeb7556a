//! The use cases of Urna, one file per verb. Each loads, decides (in `urna_core`), saves and records, in one
//! transaction. The JSON API, the pages and the command line all go through here.

pub mod app;
pub mod attendee_sessions;
pub mod audit;
pub mod authority;
pub mod ballots;
mod browser;
pub mod clock;
pub mod closed_list;
pub mod conferences;
mod even_time;
mod failed_sign_ins;
pub mod failure;
mod limits;
pub mod mail;
pub mod organisers;
pub mod own_sessions;
pub mod passwords;
mod pictures;
pub mod random;
pub mod results;
pub mod roll;
mod sessions;
pub mod start;
pub mod voting;

pub use app::{App, AppConfig, Unready};
pub use authority::{Authority, Permission};
pub use clock::Clock;
pub use closed_list::ClosedList;
pub use failure::{Failure, FieldError, Refusal, Thing};
pub use limits::Network;
pub use pictures::{Focus, PictureKind};
pub use sessions::{LinkHolder, NewSession, Voter};
// Records of the store that use cases return.
pub use urna_store::audit_events::RecordedEvent;
pub use urna_store::changes::{ChangeMark, Changes};
pub use urna_store::conferences::Logo;
pub use urna_store::organisers::Organiser;
pub use urna_store::portraits::PortraitSize;
pub use urna_store::publications::TieBreak;
