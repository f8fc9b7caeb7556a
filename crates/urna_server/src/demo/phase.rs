//! Runs one action for many people at once, with a progress bar.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tokio::task::JoinSet;

/// The number of robots that work at the same time.
pub(super) const AT_ONCE: usize = 64;

const BAR: &str = "{prefix:28} {bar:30} {pos:>6} of {len}  {rate:>9}";

/// The results, in the order of the items, and the time taken.
#[derive(Debug)]
pub(super) struct Done<R> {
    pub(super) results: Vec<R>,
    pub(super) took: Duration,
}

/// Runs `work` for each item. The first error ends it.
pub(super) async fn run<T, R, F, Work>(name: &'static str, items: Vec<T>, work: F) -> Result<Done<R>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> Work + Send + Sync + 'static,
    Work: Future<Output = Result<R>> + Send,
{
    let began = Instant::now();
    let count = items.len();
    let bar = bar(name, count);
    let queue = Arc::new(Mutex::new(items.into_iter().enumerate()));
    let work = Arc::new(work);
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE.min(count) {
        let (queue, work, bar) = (Arc::clone(&queue), Arc::clone(&work), bar.clone());
        workers.spawn(async move {
            let mut done = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((place, item)) = next else { return Ok::<_, anyhow::Error>(done) };
                done.push((place, work(item).await?));
                bar.inc(1);
            }
        });
    }
    let mut results = Vec::with_capacity(count);
    while let Some(worker) = workers.join_next().await {
        let done = worker.context("a robot broke down").and_then(|done| done);
        results.extend(done.with_context(|| format!("{name}: it did not work"))?);
    }
    let took = began.elapsed();
    bar.finish();
    if !io::stderr().is_terminal() {
        eprintln!("{name}: {count} in {:.1} s", took.as_secs_f64());
    }
    results.sort_unstable_by_key(|(place, _)| *place);
    Ok(Done { results: results.into_iter().map(|(_, result)| result).collect(), took })
}

/// A bar on stderr, hidden unless that is a terminal.
fn bar(name: &'static str, count: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let length = u64::try_from(count).unwrap_or(u64::MAX);
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr()).with_prefix(name);
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, text: &mut dyn fmt::Write| {
        // A bar without its rate is good enough.
        let _ = write!(text, "{:.0}/s", state.per_sec());
    };
    bar.set_style(style.with_key("rate", rate).progress_chars("━╸ "));
    bar
}
