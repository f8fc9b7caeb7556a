//! Row 6: the disk is full. Votes are refused, no acknowledged vote is lost, and once there is room the service
//! recovers by itself.
//!
//! The disk is a small tmpfs, which needs root. Without root the row fails.

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::task::block_in_place;
use tokio::time::sleep;
use urna_store::Pools;
use urna_trials::database::Database;
use urna_trials::server::Instance;
use urna_trials::votes::Outcome;
use xtask::cargo::succeed_quietly;
use xtask::debian;
use xtask::guardian::Guardian;
use xtask::postgres::Cluster;

use super::catalogue::Engine;
use super::crowd::Manner;
use super::database_killed::{QUICK_RECOVERY, until_ready};
use super::ground::{self, Ground, Setup};
use super::killed::recovered;
use super::trial::{Moment, Round, Run};

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 1000, links: false };

const CONNECTIONS: usize = 40;

/// They vote slowly: some votes must be left when the disk is full.
const REST: Duration = Duration::from_millis(25);

/// The maximum number of voters without a recorded vote who vote after the fault.
const AFTER: usize = 100;

/// The disk fills up at a moment in the first half of this time.
const VOTING: Duration = Duration::from_millis(300);

/// How long the disk stays full.
const FULL: Duration = Duration::from_secs(1);

/// Bytes left free when the disk is full.
const ROOM: usize = 16 * 1024;

/// The server must be ready again within this time after the database.
const RECOVERY: Duration = Duration::from_secs(2);

/// How long PostgreSQL may try to recover before it is restarted, as a supervisor would do.
const BY_ITSELF: Duration = Duration::from_secs(3);

const MIB: u32 = 1024 * 1024;

/// A small file system.
#[derive(Debug)]
struct Disk {
    folder: PathBuf,
    _mounted: Guardian,
}

impl Disk {
    fn mount(folder: &Path, bytes: u32) -> Result<Self> {
        if !debian::is_root()? {
            bail!("a small disk can only be mounted by root: a full disk was not tried");
        }
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=0755"), "urna-faults"]).arg(folder);
        succeed_quietly(&mut mount).context("a small disk cannot be mounted here: a full disk was not tried")?;
        let mounted = Guardian::start(r#"umount -l "$1""#, &[folder.as_os_str()], None)?;
        fs::set_permissions(folder, Permissions::from_mode(0o777))?;
        Ok(Self { folder: folder.to_owned(), _mounted: mounted })
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }

    /// Fills the disk up to this many bytes.
    fn fill(&self, room: usize) -> Result<()> {
        let mut file = File::create(self.filler())?;
        for piece in [&vec![0; 64 * 1024][..], &[0; 4096]] {
            // Ends soon: the disk is small.
            while match file.write_all(piece) {
                Ok(()) => true,
                Err(error) if error.kind() == ErrorKind::StorageFull => false,
                Err(error) => return Err(error.into()),
            } {}
        }
        let length = file.metadata()?.len();
        Ok(file.set_len(length.saturating_sub(u64::try_from(room)?))?)
    }

    fn free(&self) -> Result<()> {
        fs::remove_file(self.filler()).context("the disk cannot be freed")
    }
}

/// Runs the rounds of the row.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    match run.engine {
        Engine::Sqlite => sqlite(run).await,
        Engine::Postgres => postgres(run).await,
    }
}

async fn sqlite(run: &mut Run<'_>) -> Result<()> {
    let instance = ground::instance(run)?;
    let disk = Disk::mount(&instance.folder.join("data"), 32 * MIB)?;
    let staged = ground::stage(&instance, SETUP).await?;
    let mut ground = Ground::on(instance, staged, SETUP.instances).await?;
    for number in 0..run.rounds {
        let mut moment = run.moment(number);
        let outcome = Box::pin(round(&disk, None, &mut ground, &mut moment)).await;
        if !took(run, number, outcome, &ground) {
            break;
        }
    }
    Ok(())
}

/// In every second round the WAL has no room, which PostgreSQL does not survive.
async fn postgres(run: &mut Run<'_>) -> Result<()> {
    // PostgreSQL's account must be able to get there.
    let place = TempDir::with_prefix("urna-disk-")?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    let disk = Disk::mount(place.path(), 256 * MIB)?;
    let settings = [QUICK_RECOVERY, "min_wal_size = 32MB", "max_wal_size = 48MB"];
    let cluster = block_in_place(|| Cluster::start_in(&disk.folder, &settings))?;
    let instance = Instance::postgres(run.trial.folder("disk")?, cluster.create_database("urna")?)?;
    let staged = ground::stage(&instance, SETUP).await?;
    let mut ground = Ground::on(instance, staged, SETUP.instances).await?;
    for number in 0..run.rounds {
        let mut moment = run.moment(number);
        let outcome = Box::pin(round(&disk, Some(&cluster), &mut ground, &mut moment)).await;
        if !took(run, number, outcome, &ground) {
            break;
        }
    }
    Ok(())
}

/// Notes the outcome of a round. Returns whether to go on.
fn took(run: &mut Run<'_>, number: u32, outcome: Result<Round>, ground: &Ground) -> bool {
    let came_to_its_end = outcome.is_ok();
    run.took(number, outcome, &ground.logs());
    came_to_its_end && !run.is_hopeless()
}

async fn round(disk: &Disk, cluster: Option<&Cluster>, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open(SETUP.attendees, moment).await?;
    shorten_log(&ground.database).await?;
    let crowd = poll.start_all(Manner { rest: REST, ..ground.manner(CONNECTIONS) });
    crowd.vote_for(moment.chance.between(Duration::ZERO, VOTING)).await;
    let room = moment.chance.below(ROOM);
    block_in_place(|| disk.fill(room))?;
    if let Some(cluster) = cluster.filter(|_| moment.number % 2 == 1) {
        block_in_place(|| end_segments(cluster));
    }
    sleep(FULL).await;
    crowd.stop();
    disk.free()?;
    if let Some(cluster) = cluster {
        block_in_place(|| until_up(cluster))?;
    }
    let recovery = until_ready(&ground.servers[0]).await?;
    let said = poll.finish(crowd).await?;
    // Whether the fault was noticed at all.
    let faults = u32::from(said.iter().any(|said| !matches!(said.outcome, Outcome::Ok { .. })));

    let addresses = ground.addresses();
    poll.retry_unknown(&addresses).await?;
    poll.vote_again(AFTER, &addresses, &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}

/// SQLite's log has reached its largest size before: truncate it, so that it must grow.
async fn shorten_log(database: &Database) -> Result<()> {
    let db = database.connect().await?;
    if let Pools::Sqlite { writer, .. } = db.pools() {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
    }
    db.close().await;
    Ok(())
}

/// Switches WAL segments until there is no room for the next one.
fn end_segments(cluster: &Cluster) {
    const SEGMENTS: u32 = 6;
    for _ in 0..SEGMENTS {
        if cluster.query("select pg_logical_emit_message(false, 'x', 'x'); select pg_switch_wal()").is_err() {
            break;
        }
    }
}

/// Waits until PostgreSQL is up, and restarts it if it has given up.
fn until_up(cluster: &Cluster) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < BY_ITSELF {
        if cluster.query("select 1").is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // It may have ended already.
    let _ = cluster.kill_postmaster();
    cluster.start_again()
}
