//! What people read: the messages of pages and mails in every language, and dates and numbers as each language writes them.
//!
//! A language is a folder of `locales` with Fluent files (<https://projectfluent.org>), and a file with the names of countries,
//! which `cargo run -p urna_texts --example countries` writes; adding one takes no change of the
//! code. A language is offered if it has every message, which a test makes sure of. Names and texts that organisers wrote
//! are never translated.

mod direction;
mod formats;
mod negotiation;
mod pseudo;
mod speech;

pub use direction::isolated;
pub use negotiation::choose;
pub use speech::{Speech, Status, Value, languages, speech, speeches};
