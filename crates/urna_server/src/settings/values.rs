//! The values of settings, each validated before use. An error never repeats a value that may hold a password.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use tracing_subscriber::filter::{LevelFilter, Targets};
use url::Url;
use urna_store::hosts::addresses;

use super::sources::Given;
use crate::exit::Stop;

/// Format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// The address of the database.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The default SQLite file in the data directory.
    pub(crate) fn file_in(folder: &Path) -> Result<Self, Stop> {
        let path = folder.join("urna.db");
        let path = path.to_str().ok_or_else(|| Stop::configuration("the data directory's name is not UTF-8 text"))?;
        // In a database URL `?` begins the parameters and `%` an escape.
        Ok(Self(format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3f"))))
    }

    /// The address itself, including the password.
    pub(crate) fn url(&self) -> &str {
        &self.0
    }

    /// Whether it names a local file.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }

    /// The file of a SQLite database.
    pub(crate) fn file(&self) -> PathBuf {
        PathBuf::from(&*percent_decode_str(self.place()).decode_utf8_lossy())
    }

    /// The place of the database, without user and password.
    pub(crate) fn place(&self) -> &str {
        let address = self.0.split_once('?').map_or(self.0.as_str(), |(address, _parameters)| address);
        let place = address.split_once("://").map_or(address, |(_scheme, place)| place);
        if self.is_sqlite() { place } else { place.rsplit_once('@').map_or(place, |(_user, place)| place) }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.place()).finish()
    }
}

/// The address that people type: scheme, host and optional port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    /// Without a trailing slash.
    pub(crate) text: String,
    /// Whether it is https.
    pub(crate) secure: bool,
}

impl PublicUrl {
    /// The address of a listener that only this machine can reach; `None` for any other.
    pub(crate) fn of_listener(address: SocketAddr) -> Option<Self> {
        address.ip().is_loopback().then(|| Self { text: format!("http://{address}"), secure: false })
    }
}

fn wrong(given: &Given, why: &str) -> Stop {
    Stop::configuration(format!("{} {why}", given.origin))
}

pub(super) fn address(given: &Given) -> Result<SocketAddr, Stop> {
    given.text.trim().parse().map_err(|_| {
        wrong(given, &format!("is {:?}, and not an IP address with a port, such as 127.0.0.1:8080", given.text))
    })
}

pub(super) fn networks(given: &Given) -> Result<Vec<IpNet>, Stop> {
    let network = |text: &str| {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map_err(|_| wrong(given, &format!("has {text:?}, which is no IP address or network, such as 10.0.0.0/8")))
    };
    given.text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(network).collect()
}

pub(super) fn database_url(given: &Given) -> Result<DatabaseUrl, Stop> {
    let url = given.text.trim();
    if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(wrong(given, "does not begin with sqlite:// or postgres://"));
    }
    if url.starts_with("sqlite:") && (url.contains(":memory:") || url.contains("mode=memory")) {
        return Err(wrong(given, "names a database in memory, which would forget every vote"));
    }
    if !url.starts_with("sqlite:") {
        addresses(url).map_err(|error| wrong(given, &format!("cannot be used: {error}")))?;
    }
    Ok(DatabaseUrl(url.to_owned()))
}

pub(super) fn public_url(given: &Given) -> Result<PublicUrl, Stop> {
    let text = given.text.trim();
    let why = "is not an address such as https://vote.example.org";
    let url = Url::parse(text).map_err(|_| wrong(given, why))?;
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(wrong(given, why)),
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(given, why));
    }
    if url.path() != "/" {
        return Err(wrong(given, "has a path: Urna needs a host of its own, such as https://vote.example.org"));
    }
    if !secure && !is_loopback(&url) {
        let why =
            "is http and not this machine: session cookies and personal links would travel in the clear; use https";
        return Err(wrong(given, why));
    }
    Ok(PublicUrl { text: url.origin().ascii_serialization(), secure })
}

/// Whether only this machine can be meant.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

pub(super) fn log_filter(given: &Given) -> Result<Targets, Stop> {
    let why = "is not a level or a filter such as info,urna_store=debug";
    // The parser takes an unknown single word for a module, which would silence the rest of the log.
    let is_word = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let parts: Vec<_> = given.text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let word = parts.iter().find(|part| is_word(part) && part.parse::<LevelFilter>().is_err());
    if let Some(word) = word {
        return Err(wrong(given, &format!("{why}: {word:?} is no level")));
    }
    parts.join(",").parse().map_err(|error| wrong(given, &format!("{why}: {error}")))
}

pub(super) fn log_format(given: &Given) -> Result<LogFormat, Stop> {
    match given.text.trim() {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        other => Err(wrong(given, &format!("is {other:?}; it can be human or json"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Given {
        Given { text: text.to_owned(), origin: "URNA_X".to_owned() }
    }

    #[test]
    fn a_public_address_is_https_or_local() {
        let url = |text| public_url(&given(text)).map(|url| (url.text, url.secure)).map_err(|stop| stop.to_string());
        let good = |text: &str, secure| Ok((text.to_owned(), secure));
        assert_eq!(url("https://vote.example.org"), good("https://vote.example.org", true));
        assert_eq!(url("https://Vote.Example.org:8443/"), good("https://vote.example.org:8443", true));
        assert_eq!(url("https://münchen.example"), good("https://xn--mnchen-3ya.example", true));
        assert_eq!(url("http://localhost:8080"), good("http://localhost:8080", false));
        assert_eq!(url("http://[::1]:8080/"), good("http://[::1]:8080", false));
        assert_eq!(url("http://127.0.0.1"), good("http://127.0.0.1", false));
        for bad in [
            "vote.example.org",
            "ftp://vote.example.org",
            "https://",
            "https://vote.example.org/urna",
            "https://a:b@vote.example.org",
            "https://vote.example.org?x",
            "http://vote.example.org",
            "http://192.168.0.1:8080",
            "http://localhost.example.org",
        ] {
            let sentence = url(bad).unwrap_err();
            assert!(sentence.starts_with("URNA_X "), "{bad}: {sentence}");
        }
    }

    #[test]
    fn the_address_of_the_database_is_shown_without_its_user() {
        let place = |text| database_url(&given(text)).map(|url| format!("{} {url:?}", url.place())).unwrap();
        assert_eq!(place("postgres://urna:p@ss@db:5432/urna?password=x"), "db:5432/urna DatabaseUrl(\"db:5432/urna\")");
        assert_eq!(
            place("sqlite:///var/lib/urna/a@b.db"),
            "/var/lib/urna/a@b.db DatabaseUrl(\"/var/lib/urna/a@b.db\")"
        );
        for bad in ["urna.db", "mysql://x", "sqlite://:memory:", "sqlite://x?mode=memory"] {
            assert!(database_url(&given(bad)).is_err(), "{bad}");
        }
        let file = DatabaseUrl::file_in(Path::new("/tmp/100%?")).unwrap();
        assert_eq!(file.url(), "sqlite:///tmp/100%25%3f/urna.db");
    }

    #[test]
    fn wrong_values_are_named_with_their_setting() {
        let sentence = address(&given("localhost")).unwrap_err().to_string();
        assert_eq!(sentence, "URNA_X is \"localhost\", and not an IP address with a port, such as 127.0.0.1:8080");
        assert!(address(&given("[::1]:0")).is_ok());
        assert!(log_filter(&given("info,urna_store=debug")).is_ok());
        assert!(log_filter(&given(" warn , urna_web=debug,")).is_ok());
        assert!(log_filter(&given("off")).is_ok() && log_filter(&given("INFO,sqlx=warn")).is_ok());
        assert!(log_filter(&given("infoo")).is_err() && log_filter(&given("info,urna_store=loud")).is_err());
        assert_eq!(log_format(&given("xml")).unwrap_err().to_string(), "URNA_X is \"xml\"; it can be human or json");
    }
}
