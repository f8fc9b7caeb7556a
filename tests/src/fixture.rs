//! The foundation of a case.

use crate::engine::Engine;

/// A resource that is set up for one case on one engine, and taken down afterwards whether or not the case passed.
pub trait Fixture: Sized + 'static {
    /// Sets it up.
    fn start(engine: Engine) -> impl Future<Output = anyhow::Result<Self>>;

    /// Takes it down, leaving nothing behind; also called after a panic of the test.
    fn stop(self) -> impl Future<Output = anyhow::Result<()>>;
}
