//! Everything that people read: the messages of pages and mails, and dates and numbers in each language's format.
//!
//! A language is a folder of `locales` with Fluent files (<https://projectfluent.org>), and a file with the names of
//! countries, which `cargo run -p urna_texts --example countries` writes; adding one takes no change of the code. Only
//! complete languages are offered, which a test ensures. Names and texts by organisers are never translated.

mod direction;
mod formats;
mod negotiation;
mod pseudo;
mod speech;

pub use direction::isolated;
pub use negotiation::choose;
pub use speech::{Speech, Status, Value, languages, speech, speeches};
