//! Row 16: four thousand clients send their headers or bodies a byte at a time, or do not read their answers. Honest
//! voters notice nothing, and the server drops each slow client within its time limit.

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use urna_trials::votes::Outcome;

use super::crowd::Said;
use super::ground::{Ground, Setup};
use super::poll::Poll;
use super::trial::{Moment, Round};

/// The setup of a round: half of them vote before, half beside the slow clients.
pub(super) const SETUP: Setup = Setup { instances: 1, attendees: 400, links: false };

const CONNECTIONS: usize = 20;

/// The number of slow clients, equally many of each kind.
const SLOW: usize = 4_000;

/// The limit for the 99th percentile of honest votes.
const LIMIT: Duration = Duration::from_millis(500);

/// On a busy machine the same votes are slow even before the slow clients come: then they may take this many times as
/// long as before.
const TIMES: u32 = 4;

/// The pause between two bytes of a slow client.
const DRIP: Duration = Duration::from_secs(1);

/// The tolerance for dropping a slow client: thousands end at once.
const GRACE: Duration = Duration::from_secs(10);

/// Other sockets of the server that come and go: database connections and kept connections of voters.
const OTHERS: usize = 64;

/// The receive buffer of a client that does not read, in bytes.
const SIP: u32 = 4096;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Headers,
    Body,
    Reader,
}

impl Kind {
    /// The server's time limit for this kind.
    const fn limit(self) -> Duration {
        Duration::from_secs(match self {
            Self::Headers => 5,
            Self::Body => 10,
            Self::Reader => 30,
        })
    }

    /// The bytes sent at once; the first two kinds send the rest a byte at a time.
    fn beginning(self) -> Vec<u8> {
        match self {
            Self::Headers => b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_vec(),
            Self::Body => b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                            Content-Length: 10000\r\n\r\n{"
                .to_vec(),
            // More answers than fit into the buffers between the two.
            Self::Reader => b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(8),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Headers => "sends its headers slowly",
            Self::Body => "sends its body slowly",
            Self::Reader => "takes nothing of its answers",
        })
    }
}

/// Runs one round.
pub(super) async fn round(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open(SETUP.attendees, moment).await?;
    let half = SETUP.attendees / 2;
    let calm = votes(&mut poll, ground, (0..half).collect()).await?;
    let address = ground.addresses().into_iter().next().context("there is an instance")?;
    let pid = ground.servers.first().context("there is a server")?.pid();
    let before = sockets(pid)?;
    let mut slow = begin(address).await?;
    let beside = votes(&mut poll, ground, (half..SETUP.attendees).collect()).await?;
    let limit = LIMIT.max(calm * TIMES);
    if beside > limit {
        let found = format!("99 of 100 votes took up to {beside:?} beside slow clients, and {calm:?} without");
        poll.violated("I8", found);
    }
    while let Some(ended) = slow.clients.join_next().await {
        if let (kind, Err(why)) = ended.context("a slow client came to no end")? {
            poll.violated("I8", format!("a client that {kind} {why}"));
        }
    }
    // A client that does not read cannot see that it was dropped; the server's open sockets tell.
    let begun = Instant::now();
    while sockets(pid)? > before + OTHERS {
        if begun.elapsed() > Kind::Reader.limit() + GRACE {
            poll.violated("I8", format!("{} connections of {before} and the slow ones are left", sockets(pid)?));
            break;
        }
        sleep(DRIP).await;
    }
    drop(slow.readers);
    let round = ground.end(poll).await?;
    Ok(Round { faults: u32::try_from(SLOW)?, recovery: beside, ..round })
}

/// Lets these vote. Returns the 99th percentile of the answer times.
async fn votes(poll: &mut Poll, ground: &Ground, order: Vec<usize>) -> Result<Duration> {
    let crowd = poll.start(order, ground.manner(CONNECTIONS));
    let said = poll.finish(crowd).await?;
    for said in said.iter().filter(|said| !matches!(said.outcome, Outcome::Ok { .. })) {
        poll.violated("answer", format!("a vote was answered {:?} beside slow clients", said.outcome));
    }
    let mut took: Vec<Duration> = said.iter().map(|Said { begun, ended, .. }| *ended - *begun).collect();
    took.sort_unstable();
    Ok(took.get(took.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default())
}

/// The end of a client: dropped in time, or else why not.
type Ended = (Kind, Result<(), String>);

/// The slow clients of a round.
#[derive(Debug, Default)]
struct Slow {
    /// Each ends when the server drops it.
    clients: JoinSet<Ended>,
    /// They only hold their connections.
    readers: Vec<TcpStream>,
}

/// Connects all of them, and lets each begin.
async fn begin(address: SocketAddr) -> Result<Slow> {
    let mut slow = Slow::default();
    for number in 0..SLOW {
        let kind = [Kind::Headers, Kind::Body, Kind::Reader][number % 3];
        let mut stream = connect(address, kind).await.context("a slow client cannot connect")?;
        stream.write_all(&kind.beginning()).await.context("a slow client cannot begin")?;
        if matches!(kind, Kind::Reader) {
            slow.readers.push(stream);
        } else {
            slow.clients.spawn(async move { (kind, drip(stream, kind).await) });
        }
    }
    Ok(slow)
}

/// The number of open sockets of a process.
fn sockets(process: u32) -> Result<usize> {
    let files = fs::read_dir(format!("/proc/{process}/fd")).context("the server's files cannot be seen")?;
    // Ignore a file that was closed meanwhile.
    let kinds = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    Ok(kinds.filter(|kind| kind.to_string_lossy().starts_with("socket:")).count())
}

async fn connect(address: SocketAddr, kind: Kind) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if matches!(kind, Kind::Reader) {
        socket.set_recv_buffer_size(SIP)?;
    }
    socket.connect(address).await
}

/// Sends a byte at a time until the server drops the connection.
async fn drip(mut stream: TcpStream, kind: Kind) -> Result<(), String> {
    let (begun, most) = (Instant::now(), kind.limit() + GRACE);
    let mut byte = [0];
    while begun.elapsed() < most {
        match timeout(DRIP, stream.read(&mut byte)).await {
            // The connection has ended, or an answer says so.
            Ok(_) => return Ok(()),
            // If it has ended, the next read reports it.
            Err(_still_open) => drop(stream.write_all(b"x").await),
        }
    }
    Err(format!("was still there after {:?}", begun.elapsed()))
}
