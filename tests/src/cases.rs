//! Lists and runs the cases of a test binary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::engine::{self, Engine};
use crate::fixture::Fixture;

/// A case that takes longer waits for something that never comes.
const TIME_LIMIT: Duration = Duration::from_mins(2);

/// The cases of one module.
#[derive(Default)]
pub struct Cases {
    module: &'static str,
    trials: Vec<Trial>,
}

/// The cases of this module: the engines, and the names of the functions.
///
/// The words before the colon are the methods of [`Cases`]: `on_each_engine`, `on_sqlite`, `on_postgres`, `once`.
#[macro_export]
macro_rules! cases {
    ($($engines:ident: $($test:ident),+ $(,)?;)+) => {{
        let mut cases = $crate::Cases::new(module_path!());
        $($(cases.$engines(stringify!($test), $test);)+)+
        cases
    }};
}

impl Cases {
    /// An empty list of cases for the module with this path.
    #[must_use]
    pub fn new(module_path: &'static str) -> Self {
        let module = module_path.split_once("::").map_or("", |(_, module)| module);
        Self { module, trials: Vec::new() }
    }

    /// A test that must pass on every engine.
    pub fn on_each_engine<F, T>(&mut self, name: &str, test: T)
    where
        F: Fixture,
        T: AsyncFn(&F) + Copy + Send + 'static,
    {
        self.on_sqlite(name, test);
        self.on_postgres(name, test);
    }

    /// A test of a feature that only SQLite has.
    pub fn on_sqlite<F: Fixture>(&mut self, name: &str, test: impl AsyncFn(&F) + Send + 'static) {
        self.on(Engine::Sqlite, name, test);
    }

    /// A test of a feature that only PostgreSQL has.
    pub fn on_postgres<F: Fixture>(&mut self, name: &str, test: impl AsyncFn(&F) + Send + 'static) {
        self.on(Engine::Postgres, name, test);
    }

    /// A test that needs no engine.
    pub fn once(&mut self, name: &str, test: fn()) {
        self.add("", name, test);
    }

    fn on<F: Fixture>(&mut self, engine: Engine, name: &str, test: impl AsyncFn(&F) + Send + 'static) {
        if engine.is_available() {
            self.add(engine.as_str(), name, move || on_fixture(engine, &test));
        }
    }

    fn add<R: IntoResult>(&mut self, engine: &str, name: &str, test: impl FnOnce() -> R + Send + 'static) {
        let parts = [engine, self.module, name];
        let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("::");
        self.trials.push(Trial::test(name, move || test().into_result()));
    }
}

/// The return type of a case.
trait IntoResult {
    fn into_result(self) -> Result<(), Failed>;
}

impl IntoResult for () {
    fn into_result(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl IntoResult for anyhow::Result<()> {
    fn into_result(self) -> Result<(), Failed> {
        self.map_err(|error| format!("{error:#}").into())
    }
}

/// Runs a test on its own fixture, in its own runtime. Stops the fixture even after a panic, then resumes the panic.
fn on_fixture<F: Fixture>(engine: Engine, test: &impl AsyncFn(&F)) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the case's runtime cannot be built")?;
    let fixture = runtime.block_on(F::start(engine)).context("the case cannot be set up")?;
    let body = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { tokio::time::timeout(TIME_LIMIT, test(&fixture)).await })
    }));
    let stopped = runtime.block_on(fixture.stop()).context("the case cannot be taken down");
    match body {
        Err(panic) => std::panic::resume_unwind(panic),
        Ok(Err(_elapsed)) => anyhow::bail!("not done after {} seconds", TIME_LIMIT.as_secs()),
        Ok(Ok(())) => stopped,
    }
}

/// Runs the cases that the command line selects; the `main` of a test binary.
pub fn run(modules: impl IntoIterator<Item = Cases>) -> ExitCode {
    if let Err(missing) = engine::announce_missing() {
        eprintln!("{missing}");
        return ExitCode::FAILURE;
    }
    let trials = modules.into_iter().flat_map(|cases| cases.trials).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
