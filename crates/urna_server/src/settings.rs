//! The settings of an instance: defaults, then a file, then the environment, then flags. Only this module reads the
//! environment.

#[cfg(test)]
mod example;
mod names;
mod sources;
mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use tracing_subscriber::filter::Targets;

use self::names::{DATABASE_URL_FILE, MAIL_FILE};
use self::sources::{AllGiven, Given};
pub(crate) use self::values::{DatabaseUrl, LogFormat, PublicUrl};
use crate::exit::Stop;

/// The settings given as flags.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) listen: Option<String>,
    pub(crate) data_dir: Option<String>,
    pub(crate) database_url: Option<String>,
    pub(crate) public_url: Option<String>,
}

/// The operator's settings. Every value is validated; files that they name may still be missing.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Address of the service.
    pub(crate) listen: SocketAddr,
    /// Address of `/metrics`, if any.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The folder for the SQLite file, master secret, list of closed ballots and mail files, unless they are set otherwise.
    pub(crate) data_dir: PathBuf,
    /// The database.
    pub(crate) database: DatabaseUrl,
    /// The address that people type; `None` if it follows from `listen`.
    pub(crate) public_url: Option<PublicUrl>,
    /// File of the master secret; `None` for the default in the data directory.
    pub(crate) secret_file: Option<PathBuf>,
    /// File of the list of closed ballots.
    pub(crate) closed_file: PathBuf,
    /// Proxies whose headers about the client's address are trusted.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Destination of mail.
    pub(crate) mail: String,
    /// The sender of all mail.
    pub(crate) mail_from: String,
    /// CA certificates for the mail server, in addition to the public ones.
    pub(crate) mail_ca_file: Option<PathBuf>,
    /// The log filter, if set.
    pub(crate) log: Option<Targets>,
    /// Format of the log.
    pub(crate) log_format: LogFormat,
}

const LISTEN: &str = "127.0.0.1:8080";
const DATA_DIR: &str = "data";
/// The list of closed ballots in the data directory.
const CLOSED_FILE: &str = "closed-ballots";
/// A proxy on the same machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];
/// Valid only for mail written to files: real mail needs a real sender.
const MAIL_FROM: &str = "Urna <urna@localhost>";

impl Settings {
    /// Reads all sources.
    pub(crate) fn load(file: Option<&Path>, flags: Flags) -> Result<Self, Stop> {
        #[expect(clippy::disallowed_methods, reason = "this is the home of the environment")]
        let variables = std::env::vars_os();
        let mut layers = Vec::new();
        if let Some(path) = file {
            layers.push(sources::file(path)?);
        }
        layers.push(sources::environment(variables)?);
        layers.push(sources::flags([
            ("listen", flags.listen),
            ("data_dir", flags.data_dir),
            ("database_url", flags.database_url),
            ("public_url", flags.public_url),
        ]));
        Self::read(&sources::merge(layers)?)
    }

    fn read(all: &AllGiven) -> Result<Self, Stop> {
        let listen = all.get("listen").map(values::address).transpose()?;
        let data_dir = PathBuf::from(all.get("data_dir").map_or(DATA_DIR, |given| &given.text));
        let database = match content(all, "database_url", DATABASE_URL_FILE)? {
            Some(given) => values::database_url(&given)?,
            None => DatabaseUrl::file_in(&data_dir)?,
        };
        let mail = content(all, "mail", MAIL_FILE)?;
        let mail_from = all.get("mail_from");
        if let (Some(Given { text, origin }), None) = (&mail, mail_from)
            && !text.starts_with("file:")
        {
            let sentence = format!("URNA_MAIL_FROM is needed: {origin} sends mail to people, who must see from whom");
            return Err(Stop::configuration(sentence));
        }
        let mail = mail.map_or_else(|| format!("file:{}", data_dir.join("mail").display()), |given| given.text);
        let mail_from = mail_from.map_or(MAIL_FROM, |given| &given.text).to_owned();
        let closed_file = all.get("closed_file").map(|given| PathBuf::from(&given.text));
        Ok(Self {
            closed_file: closed_file.unwrap_or_else(|| data_dir.join(CLOSED_FILE)),
            listen: listen.unwrap_or_else(|| LISTEN.parse().expect("the default is an address and a port")),
            metrics_listen: all.get("metrics_listen").map(values::address).transpose()?,
            data_dir,
            database,
            public_url: all.get("public_url").map(values::public_url).transpose()?,
            secret_file: all.get("secret_file").map(|given| PathBuf::from(&given.text)),
            trusted_proxies: match all.get("trusted_proxies") {
                Some(given) => values::networks(given)?,
                None => LOOPBACK.map(|network| network.parse().expect("the default is networks")).into(),
            },
            mail,
            mail_from,
            mail_ca_file: all.get("mail_ca_file").map(|given| PathBuf::from(&given.text)),
            log: all.get("log").map(values::log_filter).transpose()?,
            log_format: all.get("log_format").map(values::log_format).transpose()?.unwrap_or(LogFormat::Human),
        })
    }
}

/// A setting, or the content of the file that its partner setting names.
fn content(all: &AllGiven, name: &str, file_name: &str) -> Result<Option<Given>, Stop> {
    if let Some(given) = all.get(name) {
        return Ok(Some(given.clone()));
    }
    let Some(Given { text: path, origin }) = all.get(file_name) else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::configuration(format!("the file {path} of {origin} cannot be read: {error}")))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Stop::configuration(format!("the file {path} of {origin} is empty")));
    }
    Ok(Some(Given { text: text.to_owned(), origin: format!("the file {path} of {origin}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&'static str, &str)]) -> Result<Settings, Stop> {
        let layer = sources::flags(flags.iter().map(|(name, value)| (*name, Some((*value).to_owned()))));
        Settings::read(&sources::merge(vec![layer]).unwrap())
    }

    #[test]
    fn without_any_setting_everything_is_local() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.database.url(), "sqlite://data/urna.db");
        assert_eq!(settings.mail, "file:data/mail");
        assert_eq!(settings.closed_file, Path::new("data/closed-ballots"));
        assert_eq!(settings.log_format, LogFormat::Human);
        assert!(settings.metrics_listen.is_none() && settings.public_url.is_none() && settings.log.is_none());
    }

    #[test]
    fn mail_to_people_needs_a_sender() {
        let stop = read(&[("mail", "smtp://user:hunter2@mail.example.org")]).unwrap_err();
        assert!(stop.to_string().starts_with("URNA_MAIL_FROM is needed"), "{stop}");
        assert!(!stop.to_string().contains("hunter2"), "{stop}");
        assert!(read(&[("mail", "smtp://mail.example.org"), ("mail_from", "a@example.org")]).is_ok());
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let proxies = |text| read(&[("trusted_proxies", text)]).map(|settings| settings.trusted_proxies.len());
        assert_eq!(read(&[]).unwrap().trusted_proxies.len(), 2);
        assert_eq!(proxies("10.0.0.0/8, 192.0.2.7,fd00::/8").unwrap(), 3);
        assert_eq!(proxies(" ").unwrap(), 0);
        assert!(proxies("10.0.0.0/8, proxy").unwrap_err().to_string().contains("\"proxy\""));
    }

    #[test]
    fn a_value_can_be_read_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://urna:hunter2@db/urna\n").unwrap();
        let settings = read(&[(DATABASE_URL_FILE, path.to_str().unwrap())]).unwrap();
        assert_eq!(settings.database.url(), "postgres://urna:hunter2@db/urna");
        std::fs::write(&path, " \n").unwrap();
        assert!(read(&[(DATABASE_URL_FILE, path.to_str().unwrap())]).unwrap_err().to_string().ends_with("is empty"));
        assert!(read(&[(MAIL_FILE, "/nowhere")]).unwrap_err().to_string().contains("cannot be read"));
    }
}
