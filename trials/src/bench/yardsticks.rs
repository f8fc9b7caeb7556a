//! The other baselines: PostgreSQL alone, the disk, and one signature.

use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use ed25519_dalek::{Signer as _, SigningKey};
use urna_app::random;
use xtask::cargo::succeed_quietly;
use xtask::postgres::Cluster;

use super::measure::{Times, thread_time};

/// Bytes appended before each sync: a page of PostgreSQL, two of SQLite.
const APPENDED: usize = 8 * 1024;

/// Clients of pgbench.
const CLIENTS: &str = "64";

/// The smallest vote that PostgreSQL can store: a participation and an encrypted choice.
const TABLES: &str = "create table participations (ballot bigint, attendee bigint, primary key (ballot, attendee)); \
                      create table inbox (ballot bigint, slot bytea, sealed bytea, primary key (ballot, slot))";

/// The database of pgbench.
const DATABASE: &str = "pgbench";

/// The ways in which pgbench writes a vote.
#[derive(Debug, Clone, Copy)]
pub(super) enum Writing {
    /// One statement per table, in a transaction.
    TwoStatements,
    /// One statement for both tables.
    OneStatement,
}

impl Writing {
    /// Each vote comes from another attendee.
    fn script(self) -> String {
        let next = "\\set n :n + 1\n\\set attendee :n * 64 + :client_id\n";
        let slot = "sha256(int8send(:attendee)), decode(repeat('5a', 200), 'hex')";
        match self {
            Self::TwoStatements => format!(
                "{next}begin;\ninsert into participations values (1, :attendee);\n\
                 insert into inbox values (1, {slot});\ncommit;\n"
            ),
            Self::OneStatement => format!(
                "{next}with took_part as (insert into participations values (1, :attendee)) \
                 insert into inbox values (1, {slot});\n"
            ),
        }
    }
}

/// Votes per second of `pgbench` alone, with prepared statements on empty tables of the same cluster.
pub(super) fn pgbench(cluster: &Cluster, folder: &Path, writing: Writing, time: Duration) -> Result<f64> {
    if cluster.query(&format!("select 1 from pg_database where datname = '{DATABASE}'"))?.is_empty() {
        cluster.create_database(DATABASE)?;
    }
    let mut psql = cluster.program("psql");
    let fresh = format!("drop table if exists participations, inbox; {TABLES}");
    succeed_quietly(psql.args(["-X", "-q", "-d", DATABASE, "-v", "ON_ERROR_STOP=1", "-c", &fresh]))?;
    let script = folder.join(format!("{writing:?}.sql"));
    std::fs::write(&script, writing.script())?;
    // The cluster may run as another user.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    let mut pgbench = cluster.program("pgbench");
    pgbench.args(["-n", "-M", "prepared", "-c", CLIENTS, "-j", "2", "-D", "n=0", "-T"]);
    let said = succeed_quietly(pgbench.arg(time.as_secs().max(1).to_string()).arg("-f").arg(script).arg(DATABASE))?;
    per_second(&said).with_context(|| format!("pgbench does not say how much it did:\n{said}"))
}

fn per_second(said: &str) -> Option<f64> {
    said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
}

/// Measures appending a little to a file and syncing it.
pub(super) fn fsync(folder: &Path, times: usize) -> Result<Times> {
    let path = folder.join("fsync");
    let mut file = File::create(&path).context("no file for the disk's own speed")?;
    let bytes = vec![0x5a; APPENDED];
    let each = (0..times).map(|_| {
        let begun = Instant::now();
        file.write_all(&bytes)?;
        file.sync_data()?;
        Ok(begun.elapsed())
    });
    let measured = each.collect::<std::io::Result<Times>>().context("the disk's own speed cannot be measured")?;
    std::fs::remove_file(path)?;
    Ok(measured)
}

/// The rate that `pg_test_fsync` reports for PostgreSQL's default sync method, in operations per second. `None` if that
/// program is missing.
pub(super) fn pg_test_fsync(cluster: &Cluster) -> Option<f64> {
    let file = cluster.folder().join("pg_test_fsync");
    let said = succeed_quietly(cluster.program("pg_test_fsync").args(["-s", "1", "-f"]).arg(file)).ok()?;
    first_rate(&said, "fdatasync")
}

fn first_rate(said: &str, method: &str) -> Option<f64> {
    said.lines().find_map(|line| line.trim().strip_prefix(method)?.split_whitespace().next()?.parse().ok())
}

/// CPU time of one Ed25519 signature of a text as long as a receipt's.
pub(super) fn signature() -> Duration {
    const TIMES: u32 = 2_000;
    let key = SigningKey::from_bytes(&random::bytes());
    let text = [0x5a; 160];
    let begun = thread_time();
    for _ in 0..TIMES {
        black_box(key.sign(black_box(&text)));
    }
    thread_time().saturating_sub(begun) / TIMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_programs_of_postgresql_say_is_read() {
        let said = "latency average = 1 ms\ntps = 6251.5 (without initial connection time)\n";
        assert_eq!(per_second(said), Some(6251.5));
        assert_eq!(per_second("nothing"), None);
        let said = "Compare file sync methods using one 8kB write:\n        open_datasync    1.0 ops/sec\n        \
                    fdatasync                          7154.611 ops/sec     140 usecs/op\n        fdatasync  2 ops/sec\n";
        assert_eq!(first_rate(said, "fdatasync"), Some(7154.611));
    }

    #[test]
    fn a_disk_and_a_signature_take_time() {
        let folder = tempfile::tempdir().unwrap();
        assert!(fsync(folder.path(), 3).unwrap().p50() > Duration::ZERO);
        assert!(signature() > Duration::ZERO);
    }
}
