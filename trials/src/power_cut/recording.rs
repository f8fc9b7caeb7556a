//! The real server under strace, while votes are cast.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::task::JoinSet;
use tokio::time::sleep;
use urna_core::Tracker;
use urna_trials::api::{Api, Ballot};
use urna_trials::http::Connection;
use urna_trials::journal::{History, Journal};
use urna_trials::server::{Instance, Server};
use urna_trials::stage::{self, Organiser, Plan, Voter};
use urna_trials::votes::{self, Outcome, outcome};
use xtask::{debian, environment};

use super::disk::Image;
use super::folder::Folder;
use super::strace::Trace;
use super::trace::{CALLS, Event, Files, What};

/// The number of connections that vote at the same time.
const CONNECTIONS: usize = 16;

/// The votes of a recording come in this many waves,
const WAVES: usize = 5;

/// with a pause between two. A checkpoint beside votes seldom completes, and without that the log does not restart. The
/// server tries more often than this.
const PAUSE: Duration = Duration::from_millis(700);

/// Time limit for an answer: strace slows everything down.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time limit for the server to end and for strace to write the rest.
const END_LIMIT: Duration = Duration::from_mins(1);

/// The database's file.
pub(super) const MAIN: &str = "urna.db";

/// A vote to cast, and to cast again after a cut.
#[derive(Debug)]
pub(super) struct Paper {
    /// The row key of the voter.
    pub(super) voter: i64,
    pub(super) tracker: Tracker,
    /// The index of the candidate.
    pub(super) choice: u16,
    /// The request as bytes.
    request: Vec<u8>,
}

/// A recording.
#[derive(Debug)]
pub(super) struct Recording {
    /// The database's files before the server's start, assumed to be durable.
    pub(super) before: Image,
    /// The server's operations, from its start to its orderly end.
    pub(super) events: Vec<Event>,
    pub(super) organiser: Organiser,
    pub(super) ballot: Ballot,
    pub(super) papers: Arc<Vec<Paper>>,
    /// The traced instance; the server has ended.
    pub(super) instance: Instance,
    /// The output of strace.
    pub(super) trace: PathBuf,
    _folder: Folder,
}

impl Recording {
    /// Sets the stage and casts this many votes.
    pub(super) async fn make(votes: u32, server: Option<PathBuf>, memory: &Folder) -> Result<Self> {
        let strace = strace()?;
        let parent = environment::scratch("power-cut");
        fs::create_dir_all(&parent)?;
        // The database is on a disk, so that syncs take their real time; the trace is not, so that it slows none of
        // them.
        let folder = Folder::inside(&parent)?;
        let mut instance = Instance::sqlite(folder.path())?;
        if let Some(server) = server {
            instance.urna = server.canonicalize()?;
        }
        let attendees = usize::try_from(votes)?;
        let staged = stage::set(&instance, Plan { attendees, sessions: true, links: false }).await?;
        let before = files(&data(&instance))?;
        let trace = memory.path().join("trace");
        instance.tracer = tracer(&strace, &trace);
        let mut server = Server::start(instance.clone()).await?;
        let mut api = Api::sign_in(server.address(), &staged.organiser).await?;
        let ballot = api.open_ranked_ballot(&staged.conference, "award").await?;
        let papers = Arc::new(papers(&ballot, &staged.voters));
        let journal = Arc::new(Journal::create(instance.folder.join("journal"))?);
        for wave in 0..WAVES {
            let votes = papers.len() * wave / WAVES..papers.len() * (wave + 1) / WAVES;
            cast(server.address(), &papers, votes, &journal).await?;
            sleep(PAUSE).await;
        }
        let history = Arc::into_inner(journal).context("a voter still holds the journal")?.finish()?;
        let (pid, (status, _)) = (server.pid(), server.terminate(END_LIMIT).await?);
        ensure!(status.success(), "the server ended with {status}");
        wait_for_end(&trace, pid).await?;
        instance.tracer.clear();
        let events = read(&trace, &instance, &before)?;
        check_answers(&events, &history)?;
        let organiser = staged.organiser;
        Ok(Self { before, events, organiser, ballot, papers, instance, trace, _folder: folder })
    }

    /// Whether a file is the log of the database.
    pub(super) fn is_log(&self, file: usize) -> bool {
        let log = format!("{MAIN}-wal");
        let before = self.before.keys().zip(0..).any(|(name, number)| *name == log && number == file);
        before || self.events.iter().any(|Event { what, .. }| {
            matches!(what, What::Named { name, file: Some(named) } if *name == log && *named == file)
        })
    }
}

/// The folder of the database.
pub(super) fn data(instance: &Instance) -> PathBuf {
    instance.folder.join("data")
}

/// strace; installed if this environment may be changed.
fn strace() -> Result<PathBuf> {
    let find = || environment::in_path("strace").into_iter().next();
    if let Some(found) = find() {
        return Ok(found);
    }
    if !debian::can_install()? {
        bail!("strace is missing (Debian's package `strace`): please install it");
    }
    debian::install("strace")?;
    find().context("strace was installed, and is not in the path")
}

/// The strace command. strace is a grandchild of this program (`-D`): the process that is started becomes the server.
fn tracer(strace: &Path, trace: &Path) -> Vec<OsString> {
    // Follow all threads, show paths of descriptors and all bytes in hex; untraced calls are not slowed.
    let options =
        ["-D", "-f", "-q", "-y", "-xx", "--seccomp-bpf", "-s", "1048576", "-e", CALLS, "-e", "signal=none", "-o"];
    let words = [strace.as_os_str()].into_iter().chain(options.map(AsRef::as_ref)).chain([trace.as_os_str()]);
    words.map(OsString::from).collect()
}

fn files(folder: &Path) -> Result<Image> {
    let mut found = Image::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(MAIN) && !name.contains("-shm") {
            found.insert(name, fs::read(entry.path())?);
        }
    }
    ensure!(found.contains_key(MAIN), "there is no database in {}", folder.display());
    Ok(found)
}

fn papers(ballot: &Ballot, voters: &[Voter]) -> Vec<Paper> {
    let indices = (0_u16..).take(ballot.candidates.len()).cycle();
    let paper = |(voter, choice): (&Voter, u16)| {
        let tracker = votes::tracker();
        let request = votes::cast(ballot, usize::from(choice), &tracker, &voter.session);
        Paper { voter: voter.key, tracker, choice, request }
    };
    voters.iter().zip(indices).map(paper).collect()
}

/// Casts some of the votes once each, over many connections at once.
pub(super) async fn cast(
    address: SocketAddr,
    papers: &Arc<Vec<Paper>>,
    votes: Range<usize>,
    journal: &Arc<Journal>,
) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(votes.start));
    let mut voters = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (papers, journal, next) = (Arc::clone(papers), Arc::clone(journal), Arc::clone(&next));
        voters.spawn(async move {
            let mut connection = Connection::new(address, PATIENCE);
            while let Some(paper) = papers[..votes.end].get(next.fetch_add(1, Ordering::Relaxed)) {
                let attempt = journal.invoke(paper.voter, &paper.tracker, paper.choice);
                let answer = connection.send(&paper.request).await;
                journal.outcome(attempt, &outcome(&answer));
            }
        });
    }
    while let Some(ended) = voters.join_next().await {
        ended.context("a voter came to no end")?;
    }
    Ok(())
}

/// The server's own end is the last thing that strace writes.
async fn wait_for_end(trace: &Path, pid: u32) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < END_LIMIT {
        let mut file = File::open(trace)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(200)))?;
        let mut end = String::new();
        file.read_to_string(&mut end)?;
        let last = end.lines().next_back().unwrap_or_default();
        if end.ends_with('\n') && last.starts_with(&pid.to_string()) && last.contains("+++ exited") {
            return Ok(());
        }
        sleep(Duration::from_millis(5)).await;
    }
    bail!("strace has not come to its end within {END_LIMIT:?}")
}

fn read(trace: &Path, instance: &Instance, before: &Image) -> Result<Vec<Event>> {
    let mut calls = Trace::read(BufReader::with_capacity(1 << 20, File::open(trace)?))?;
    Files::new(&data(instance), MAIN, before.keys()).events(&mut calls)
}

/// Trusts the trace only if it agrees with the voters: it must contain the answer to each vote.
fn check_answers(events: &[Event], history: &History) -> Result<()> {
    let sent: HashSet<&str> = events.iter().filter_map(|event| event.what.acknowledged()).collect();
    for entry in &history.entries {
        match &entry.ended {
            Some((Outcome::Ok { status: 201 }, _)) => {}
            other => bail!("while it was recorded, a vote was not recorded at once: {other:?}"),
        }
        ensure!(sent.contains(&*entry.tracker.to_string()), "an answer that was received is not in the trace");
    }
    Ok(())
}

impl What {
    /// The tracker of the acknowledged vote.
    pub(super) fn acknowledged(&self) -> Option<&str> {
        match self {
            Self::Acknowledged { tracker } => Some(tracker),
            _ => None,
        }
    }
}
