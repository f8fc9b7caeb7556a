//! The harness of the tests that see the product from outside.
//!
//! A test is `async fn what_must_hold(on: &TestDb)`, on any [`Fixture`]. [`cases!`] lists it once for each engine, as
//! `sqlite::…::what_must_hold` and `postgres::…::what_must_hold`, and every case has its own database and runtime. A
//! function that no `cases!` names is dead code, which is an error: no test is silently forgotten.
//!
//! ```text
//! fn main() -> ExitCode {
//!     urna_tests::run([roll::cases(), cases! { once: the_sky_is_blue; }])
//! }
//! ```
//! A test binary needs `harness = false` in `Cargo.toml`. `cargo test` and `cargo nextest` both run it.

mod cases;
mod engine;
mod fixture;
mod place;
pub mod repository;
mod rush;
mod test_db;
mod world;

pub use cases::{Cases, run};
pub use engine::{Engine, aiosmtpd, nginx, pgbouncer};
pub use fixture::Fixture;
pub use place::Place;
pub use rush::{Exchange, Rush};
pub use test_db::TestDb;
pub use world::{Answer, Api, Ballot, EVENING, Instance, PASSWORD, Voter, World, tracker};
