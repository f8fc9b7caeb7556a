//! Hands mails to an SMTP server, or writes them into a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, AsyncSmtpTransportBuilder};
use lettre::{AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

/// How long a server may take for one mail.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Shown to organisers for an address that this server cannot take.
const NO_SMTPUTF8: &str =
    "the mail server takes no address with characters beyond ASCII before the @ (it does not offer SMTPUTF8)";

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

/// Why a mail was not handed over; never contains a token.
#[derive(Debug)]
pub(super) struct SendError {
    /// A server's words may repeat the address: for the outbox, which an erasure empties, never for the log.
    pub(super) reason: String,
    /// The part that may be logged.
    pub(super) kind: String,
    /// The server refused it permanently; retrying soon is useless.
    pub(super) permanent: bool,
}

impl Mailer {
    /// Reads `file:DIR`, `smtp://[user:password@]host[:port][?tls=required]` or `smtps://…`, and the sender, such
    /// as `Urna <urna@example.org>`. `authorities` are PEM certificates to trust in addition to the public ones.
    /// Does not connect yet.
    pub fn new(url: &str, from: &str, authorities: Option<&[u8]>) -> Result<Self, InvalidMailUrl> {
        let from = from.parse().map_err(|_| InvalidMailUrl(format!("the mail sender {from:?} is not an address")))?;
        let tls = authorities.map(|pem| tls(url, pem)).transpose()?;
        let route = if let Some(folder) = url.strip_prefix("file:") {
            Route::Folder(Path::new(folder).to_owned())
        } else if url.starts_with("smtp://") || url.starts_with("smtps://") {
            // The address may hold a password: keep it out of the error.
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                .map_err(|error| InvalidMailUrl(format!("the address of the mail server cannot be used: {error}")))?;
            let transport = tls.into_iter().fold(transport, AsyncSmtpTransportBuilder::tls);
            Route::Smtp(Box::new(transport.timeout(Some(SMTP_TIMEOUT)).build()))
        } else {
            return Err(InvalidMailUrl(
                "the address of the mail server must begin with file:, smtp:// or smtps://".to_owned(),
            ));
        };
        Ok(Self { from, route })
    }

    /// Hands a mail over. `name` is unique to the mail; a mail that is sent again keeps its name.
    pub(super) async fn send(&self, name: &str, message: Message) -> Result<(), SendError> {
        let ascii = message.envelope().to().iter().all(|to| to.to_string().is_ascii());
        match &self.route {
            Route::Folder(folder) => write(folder, name, &message.formatted()).await.map_err(|error| SendError {
                reason: error.to_string(),
                kind: error.kind().to_string(),
                permanent: false,
            }),
            Route::Smtp(transport) => transport.send(message).await.map(|_response| ()).map_err(|error| {
                // The library itself refuses, before sending anything: the server does not offer SMTPUTF8 (RFC 6531).
                if error.is_client() && !ascii {
                    return SendError {
                        reason: NO_SMTPUTF8.to_owned(),
                        kind: "no SMTPUTF8".to_owned(),
                        permanent: true,
                    };
                }
                let kind = error.status().map_or_else(|| "no answer".to_owned(), |status| format!("SMTP {status}"));
                SendError { reason: error.to_string(), kind, permanent: error.is_permanent() }
            }),
        }
    }
}

/// TLS to the server of this address as the address asks for it, trusting these authorities, too.
fn tls(url: &str, authorities: &[u8]) -> Result<Tls, InvalidMailUrl> {
    let wrong = |what: &str| InvalidMailUrl(format!("the certificates of the mail server's authority {what}"));
    let text = String::from_utf8_lossy(authorities);
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(wrong("are not in PEM: there is no \"-----BEGIN CERTIFICATE-----\""));
    }
    let certificate = Certificate::from_pem(authorities).map_err(|_| wrong("cannot be read"))?;
    // Errors of the address itself are reported where it is used: it may hold a password.
    let url = Url::parse(url).map_err(|_| InvalidMailUrl("the mail address cannot be used".to_owned()))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let parameters = TlsParameters::builder(host.to_owned()).add_root_certificate(certificate).build();
    let parameters = parameters.map_err(|_| wrong("cannot be used"))?;
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => Ok(Tls::Wrapper(parameters)),
        ("smtp", Some("required")) => Ok(Tls::Required(parameters)),
        ("smtp", Some("opportunistic")) => Ok(Tls::Opportunistic(parameters)),
        _ => Err(wrong("are of no use without TLS: the mail address begins with smtps://, or ends with ?tls=required")),
    }
}

/// Writes to another name and renames, so that nobody reads half a mail.
async fn write(folder: &Path, name: &str, mail: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{name}.part"));
    tokio::fs::write(&beside, mail).await?;
    tokio::fs::rename(beside, folder.join(format!("{name}.eml"))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a runtime, which the maintenance of the connection pool needs.
    #[tokio::test]
    async fn addresses_of_mail_are_read_or_refused() {
        let from = "Urna <urna@example.org>";
        assert!(Mailer::new("file:/tmp/mail", from, None).is_ok());
        assert!(Mailer::new("smtp://127.0.0.1:2525", from, None).is_ok());
        assert!(Mailer::new("smtps://user:secret@mail.example.org", from, None).is_ok());
        assert!(Mailer::new("http://mail.example.org", from, None).is_err());
        assert!(Mailer::new("file:/tmp/mail", "nobody", None).is_err());
        let error = Mailer::new("smtp://user:secret@", from, None).map(|_| ()).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[tokio::test]
    async fn a_private_authority_needs_tls_and_certificates() {
        let authority = include_bytes!("../../../../tests/tests/product/smtp_certificates/ca.pem");
        let mailer = |url: &str, pem: &[u8]| Mailer::new(url, "urna@example.org", Some(pem)).map(|_| ());
        for url in
            ["smtps://mail.example.org", "smtp://mail.example.org?tls=required", "smtp://[::1]:2525?tls=opportunistic"]
        {
            assert!(mailer(url, authority).is_ok(), "{url}");
            assert!(mailer(url, b"no certificate").is_err(), "{url}");
            let torn = b"-----BEGIN CERTIFICATE-----\nAAAA\n";
            assert!(mailer(url, torn).is_err(), "{url}");
        }
        for url in ["smtp://user:secret@mail.example.org", "file:/tmp/mail"] {
            let error = mailer(url, authority).unwrap_err().to_string();
            assert!(error.contains("of no use without TLS") && !error.contains("secret"), "{error}");
        }
    }
}
