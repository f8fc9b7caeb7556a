//! The benchmark: the release binary on both engines, over HTTP. The same run also measures the limits of the machine.

mod alone;
pub(crate) mod bare;
mod closing;
mod document;
mod electorate;
mod flat;
mod footprint;
mod hall;
mod latency;
mod load;
mod lobby;
mod machine;
mod measure;
mod peak;
mod plot;
mod reading;
mod report;
mod scale;
mod schedule;
mod site;
mod storm;
mod verifying;
mod yardsticks;

use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};
use xtask::postgres::Cluster;

use self::document::Findings;
use self::measure::micros;
use self::report::{Goal, thousands};
use self::scale::Scale;
use self::site::{Engine, Progress, Site, Size};

/// Attendees in the hall, who sign in by personal link.
const HALL: usize = 1_000;

/// Organisers who sign in by password.
const ORGANISERS: usize = 8;

/// A sync faster than this did not reach a disk.
const DISK: Duration = Duration::from_micros(10);

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Shorter runs and smaller sizes: to try the benchmark, not for valid figures
    #[arg(long)]
    quick: bool,
    /// Only these targets
    #[arg(long, value_name = "TARGET", value_delimiter = ',', ignore_case = true)]
    only: Vec<Goal>,
    /// Votes are rankings of one to ten candidates, by an instant runoff, and not for one candidate
    #[arg(long)]
    rankings: bool,
    /// Only these engines
    #[arg(long, value_name = "ENGINE", value_delimiter = ',')]
    engine: Vec<Engine>,
}

impl Options {
    fn is_wanted(&self, goal: Goal) -> bool {
        self.only.is_empty() || self.only.contains(&goal)
    }

    /// Whether the run measures everything and may update the page.
    fn is_complete(&self) -> bool {
        !self.quick && !self.rankings && self.only.is_empty() && self.engine.is_empty()
    }
}

/// Runs the benchmark and prints the findings. A complete run also updates the page.
pub(crate) async fn run(options: Options) -> Result<()> {
    let scale = if options.quick { scale::QUICK } else { scale::FULL };
    let progress = Progress::begin();
    let folder = tempfile::tempdir()?;
    progress.say("PostgreSQL: a cluster");
    let cluster = Rc::new(Cluster::start(&[])?);
    let mut bench = Bench { options, scale, progress, folder: folder.path(), cluster, findings: Findings::default() };
    let done = bench.run().await;
    // After an error the findings so far are still worth reading.
    println!("{}", bench.findings.text());
    done?;
    if bench.options.is_complete() {
        bench.findings.write()?;
    }
    let seconds = progress.elapsed().as_secs();
    progress.say(format_args!("done, after {} min {} s", seconds / 60, seconds % 60));
    Ok(())
}

struct Bench<'a> {
    options: Options,
    scale: Scale,
    progress: Progress,
    folder: &'a Path,
    cluster: Rc<Cluster>,
    findings: Findings,
}

impl Bench<'_> {
    async fn run(&mut self) -> Result<()> {
        self.findings.machine = machine::describe(self.cluster.version())?;
        self.disk("before all", !self.options.quick)?;
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if self.options.engine.is_empty() || self.options.engine.contains(&engine) {
                self.measure(engine).await?;
            }
        }
        self.disk("after all", false)
    }

    /// Measures the disk of the databases.
    fn disk(&mut self, when: &str, with_pg_test_fsync: bool) -> Result<()> {
        self.progress.say("the disk by itself");
        let times = yardsticks::fsync(self.folder, 300)?;
        if times.p50() < DISK {
            bail!(
                "the folder for temporary files lies in memory, where nothing is durable: set TMPDIR to one on a disk"
            );
        }
        let mut limit = format!(
            "The disk, {when}: 8 KiB appended and synced in {:.0} µs (p50), {:.0} µs (p99)",
            micros(times.p50()),
            micros(times.p99())
        );
        if with_pg_test_fsync && let Some(rate) = yardsticks::pg_test_fsync(&self.cluster) {
            // Writing to a string cannot fail.
            let _ = write!(limit, "; `pg_test_fsync`: {} fdatasync/s", thousands(rate));
        }
        self.findings.limits.push(limit);
        Ok(())
    }

    /// Measures everything on one engine. Measurements that need a fresh server come first, those that leave it large
    /// come last.
    async fn measure(&mut self, engine: Engine) -> Result<()> {
        let size = Size { attendees: self.scale.attendees, hall: HALL, organisers: ORGANISERS };
        let mut site = Site::start(engine, "main", self.folder, &self.cluster, size, self.progress).await?;
        site.rankings = self.options.rankings;
        self.footprint(&mut site).await?;
        self.throughput(&mut site).await?;
        self.latency(&mut site).await?;
        self.people(&mut site).await?;
        self.closing(&mut site).await?;
        let refused = match site.refused.as_slice() {
            [] => "none but in the table of offered load".to_owned(),
            some => some.join("; "),
        };
        self.findings.limits.push(format!("Votes that were refused or lost on {engine}: {refused}"));
        Ok(())
    }

    fn wants(&self, goal: Goal) -> bool {
        self.options.is_wanted(goal)
    }

    async fn footprint(&mut self, site: &mut Site) -> Result<()> {
        if self.wants(Goal::P9) {
            self.findings.rows.extend(footprint::measure(site, &self.scale).await?);
        }
        Ok(())
    }

    async fn throughput(&mut self, site: &mut Site) -> Result<()> {
        site.restart().await?;
        if [Goal::P1, Goal::P2, Goal::P11].into_iter().any(|goal| self.wants(goal)) {
            let rows = peak::measure(site, &self.scale, self.wants(Goal::P2)).await?;
            self.findings.rows.extend(rows.into_iter().filter(|row| self.options.is_wanted(row.goal())));
        }
        if self.wants(Goal::P12) {
            self.findings.rows.push(flat::several(site, &self.scale).await?);
        }
        if self.wants(Goal::P10) {
            self.findings.rows.push(flat::cost(site, &self.scale).await?);
        }
        if self.wants(Goal::P7) {
            self.findings.rows.extend(reading::measure(site, &self.scale).await?);
        }
        Ok(())
    }

    async fn latency(&mut self, site: &mut Site) -> Result<()> {
        site.restart().await?;
        if self.wants(Goal::P3) {
            self.findings.rows.extend(latency::half(site, &self.scale).await?);
            self.findings.points.extend(latency::sweep(site, &self.scale).await?);
        }
        if self.wants(Goal::P4) {
            self.findings.rows.push(alone::measure(site, &self.scale).await?);
        }
        Ok(())
    }

    async fn people(&mut self, site: &mut Site) -> Result<()> {
        site.restart().await?;
        if self.wants(Goal::P5) {
            self.findings.rows.extend(hall::measure(site, &self.scale).await?);
        }
        if self.wants(Goal::P14) {
            self.findings.rows.extend(lobby::measure(site, &self.scale).await?);
        }
        if self.wants(Goal::P6) {
            self.findings.rows.push(storm::measure(site, &self.scale).await?);
        }
        Ok(())
    }

    async fn closing(&mut self, site: &mut Site) -> Result<()> {
        if !self.wants(Goal::P8) && !self.wants(Goal::P13) {
            return Ok(());
        }
        self.findings.rows.extend(closing::measure(site, &self.scale).await?);
        if self.scale.million {
            let rows = closing::million(site, &self.scale, self.folder, self.progress).await?;
            self.findings.rows.extend(rows);
        }
        Ok(())
    }
}
