//! Where mail goes: to an SMTP server, or into a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport as _, Message, Tokio1Executor};

/// How long a server may take for one mail.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends mails from one address.
#[derive(Debug)]
pub struct Mailer {
    pub(super) from: Mailbox,
    route: Route,
}

#[derive(Debug)]
enum Route {
    /// One `.eml` file per mail.
    Folder(PathBuf),
    /// A pool of connections.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// The setting for mail cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidMailUrl(String);

/// Why a mail was not handed over; never a token.
#[derive(Debug)]
pub(super) struct SendError {
    /// A server's words may repeat the address: for the outbox, which an erasure empties, never for the log.
    pub(super) reason: String,
    /// What the log may say.
    pub(super) kind: String,
    /// The server refused it for good; to try again soon is of no use.
    pub(super) permanent: bool,
}

impl Mailer {
    /// Reads `file:DIR`, `smtp://[user:password@]host[:port][?tls=required]` or `smtps://…`, and the sender, such as
    /// `Urna <urna@example.org>`. Connects to nothing yet.
    pub fn new(url: &str, from: &str) -> Result<Self, InvalidMailUrl> {
        let from = from.parse().map_err(|_| InvalidMailUrl(format!("the mail sender {from:?} is not an address")))?;
        let route = if let Some(folder) = url.strip_prefix("file:") {
            Route::Folder(Path::new(folder).to_owned())
        } else if url.starts_with("smtp://") || url.starts_with("smtps://") {
            // The address may hold a password: it is not repeated in the error.
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                .map_err(|error| InvalidMailUrl(format!("the mail address cannot be used: {error}")))?;
            Route::Smtp(Box::new(transport.timeout(Some(SMTP_TIMEOUT)).build()))
        } else {
            return Err(InvalidMailUrl("the mail address must begin with file:, smtp:// or smtps://".to_owned()));
        };
        Ok(Self { from, route })
    }

    /// Hands a mail over. `name` tells it from every other; a mail that is sent again has the same.
    pub(super) async fn send(&self, name: &str, message: Message) -> Result<(), SendError> {
        match &self.route {
            Route::Folder(folder) => write(folder, name, &message.formatted()).await.map_err(|error| SendError {
                reason: error.to_string(),
                kind: error.kind().to_string(),
                permanent: false,
            }),
            Route::Smtp(transport) => transport.send(message).await.map(|_response| ()).map_err(|error| {
                let kind = error.status().map_or_else(|| "no answer".to_owned(), |status| format!("SMTP {status}"));
                SendError { reason: error.to_string(), kind, permanent: error.is_permanent() }
            }),
        }
    }
}

/// Writes beside and renames, so that nobody reads half a mail.
async fn write(folder: &Path, name: &str, mail: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{name}.part"));
    tokio::fs::write(&beside, mail).await?;
    tokio::fs::rename(beside, folder.join(format!("{name}.eml"))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a runtime, since the pool of connections looks after itself there.
    #[tokio::test]
    async fn addresses_of_mail_are_read_or_refused() {
        let from = "Urna <urna@example.org>";
        assert!(Mailer::new("file:/tmp/mail", from).is_ok());
        assert!(Mailer::new("smtp://127.0.0.1:2525", from).is_ok());
        assert!(Mailer::new("smtps://user:secret@mail.example.org", from).is_ok());
        assert!(Mailer::new("http://mail.example.org", from).is_err());
        assert!(Mailer::new("file:/tmp/mail", "nobody").is_err());
        let error = Mailer::new("smtp://user:secret@", from).map(|_| ()).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
