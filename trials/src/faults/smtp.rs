//! A small mail server that can be slow, refuse temporarily or permanently, and hang up.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The treatment of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Good,
    /// Hangs up at once.
    Down,
    /// Delays each answer.
    Slow(Duration),
    /// Answers a recipient with this text, which begins with 4 or 5.
    Refusing(&'static str),
}

#[derive(Debug)]
struct Desk {
    mood: Mood,
    accepted: Vec<String>,
    refused: usize,
}

/// A mail server on its own port, until dropped.
#[derive(Debug)]
pub(super) struct MailServer {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    accepting: JoinHandle<()>,
}

fn look(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MailServer {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for a mail server")?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Mutex::new(Desk { mood: Mood::Good, accepted: Vec::new(), refused: 0 }));
        let shared = Arc::clone(&desk);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A client that hangs up in between has sent no mail.
                    let _ = serve(stream, &desk).await;
                });
            }
        });
        Ok(Self { address, desk, accepting })
    }

    /// The value for `URNA_MAIL`.
    pub(super) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Changes its mood, also for open connections.
    pub(super) fn set(&self, mood: Mood) {
        look(&self.desk).mood = mood;
    }

    /// The recipients of the accepted mails, one per mail.
    pub(super) fn recipients(&self) -> Vec<String> {
        look(&self.desk).accepted.clone()
    }

    /// The number of accepted mails.
    pub(super) fn accepted(&self) -> usize {
        look(&self.desk).accepted.len()
    }

    /// How often it has refused a recipient or hung up.
    pub(super) fn refused(&self) -> usize {
        look(&self.desk).refused
    }

    /// Resets the counts.
    pub(super) fn forget(&self) {
        let mut desk = look(&self.desk);
        desk.accepted.clear();
        desk.refused = 0;
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, desk: &Mutex<Desk>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut recipient = String::new();
    let mut line = String::new();
    let mut answer = "220 trial";
    loop {
        let mood = look(desk).mood;
        match mood {
            Mood::Down => {
                look(desk).refused += 1;
                return Ok(());
            }
            Mood::Slow(pause) => sleep(pause).await,
            Mood::Good | Mood::Refusing(_) => {}
        }
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        answer = match command.get(..4).map(str::to_ascii_uppercase).as_deref() {
            Some("RCPT") => {
                let mut desk = look(desk);
                if let Mood::Refusing(answer) = desk.mood {
                    desk.refused += 1;
                    answer
                } else {
                    address(command).clone_into(&mut recipient);
                    "250 ok"
                }
            }
            Some("DATA") => {
                stream.write_all(b"354 go on\r\n").await?;
                read_mail(&mut stream).await?;
                look(desk).accepted.push(std::mem::take(&mut recipient));
                "250 ok"
            }
            Some("QUIT") => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok",
        };
    }
}

/// The text between the angle brackets.
fn address(command: &str) -> &str {
    command.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(address, _)| address)
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_is_accepted_or_refused_by_mood() {
        let server = MailServer::start().await.unwrap();
        let mut stream = BufReader::new(TcpStream::connect(server.address).await.unwrap());
        let mut talk = async |say: &str| {
            stream.write_all(say.as_bytes()).await.unwrap();
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            line[..3.min(line.len())].to_owned()
        };
        assert_eq!(talk("").await, "220");
        server.set(Mood::Refusing("450 later"));
        assert_eq!(talk("RCPT TO:<a@example.org>\r\n").await, "450");
        server.set(Mood::Good);
        assert_eq!(talk("RCPT TO:<a@example.org>\r\n").await, "250");
        assert_eq!(talk("DATA\r\n").await, "354");
        assert_eq!(talk("Subject: x\r\n\r\ny\r\n.\r\n").await, "250");
        assert_eq!((server.accepted(), server.refused()), (1, 1));
        assert_eq!(server.recipients(), ["a@example.org"]);
        server.forget();
        assert_eq!((server.accepted(), server.refused()), (0, 0));
        server.set(Mood::Down);
        assert_eq!(talk("NOOP\r\n").await, "");
    }
}
