//! The benchmark: the release binary on both engines, over HTTP, beside what limits it in the same run.

mod alone;
pub(crate) mod bare;
mod electorate;
mod load;
mod measure;
mod peak;
mod reading;
mod report;
mod scale;
mod schedule;
mod site;
mod yardsticks;

use std::path::Path;
use std::rc::Rc;

use anyhow::Result;
use xtask::postgres::Cluster;

use self::report::{Goal, Row};
use self::scale::Scale;
use self::site::{Engine, Progress, Site, Size};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Shorter runs and smaller sizes, printed and not written: to see that it works, not what it measures
    #[arg(long)]
    quick: bool,
    /// Only these targets
    #[arg(long, value_name = "TARGET", value_delimiter = ',', ignore_case = true)]
    only: Vec<Goal>,
    /// Only these engines
    #[arg(long, value_name = "ENGINE", value_delimiter = ',')]
    engine: Vec<Engine>,
}

/// Measures.
pub(crate) async fn run(options: Options) -> Result<()> {
    let scale = if options.quick { scale::QUICK } else { scale::FULL };
    let progress = Progress::begin();
    let folder = tempfile::tempdir()?;
    let cluster = Rc::new(Cluster::start(&[])?);
    let engines = [Engine::Sqlite, Engine::Postgres];
    let mut rows = Vec::new();
    for engine in engines.into_iter().filter(|engine| options.engine.is_empty() || options.engine.contains(engine)) {
        rows.extend(measure(engine, folder.path(), &cluster, &scale, &options.only, progress).await?);
    }
    progress.say("done");
    println!("{}", report::tables(&rows));
    Ok(())
}

fn is_wanted(goals: &[Goal], goal: Goal) -> bool {
    goals.is_empty() || goals.contains(&goal)
}

/// Everything on one engine.
async fn measure(
    engine: Engine,
    folder: &Path,
    cluster: &Rc<Cluster>,
    scale: &Scale,
    goals: &[Goal],
    progress: Progress,
) -> Result<Vec<Row>> {
    let wanted = |goal| is_wanted(goals, goal);
    let size = Size { attendees: scale.attendees, hall: 1_000, organisers: 8 };
    let mut site = Site::start(engine, "main", folder, cluster, size, progress).await?;
    let mut rows = Vec::new();
    if [Goal::P1, Goal::P2, Goal::P11].into_iter().any(wanted) {
        rows.extend(peak::measure(&mut site, scale, goals).await?);
    }
    if wanted(Goal::P4) {
        rows.push(alone::measure(&mut site, scale).await?);
    }
    if wanted(Goal::P7) {
        rows.extend(reading::measure(&mut site, scale).await?);
    }
    Ok(rows)
}
