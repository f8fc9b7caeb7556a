//! The servers of a PostgreSQL database. One takes writes; after a failover, another one does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::error::StoreError;

/// How long a server may take to say whether it takes writes, if there are others.
const ANSWER: Duration = Duration::from_secs(1);

/// Wait between two checks of all servers.
const PAUSE: Duration = Duration::from_millis(500);

/// Since when connections are good: older ones lead to a server that no longer takes writes, and are replaced.
#[derive(Debug, Clone)]
pub(crate) struct Era(Arc<(Instant, AtomicU64)>);

impl Default for Era {
    fn default() -> Self {
        Self(Arc::new((Instant::now(), AtomicU64::new(0))))
    }
}

impl Era {
    /// Marks every present connection for replacement.
    pub(crate) fn end(&self) {
        let (born, ended) = &*self.0;
        ended.store(u64::try_from(born.elapsed().as_micros()).unwrap_or(u64::MAX).max(1), Ordering::Release);
    }

    /// Whether a connection of this age is good.
    pub(crate) fn has(&self, age: Duration) -> bool {
        let (born, ended) = &*self.0;
        let made = born.elapsed().saturating_sub(age).as_micros();
        made > u128::from(ended.load(Ordering::Acquire)) || ended.load(Ordering::Acquire) == 0
    }
}

/// The servers named in an address, in its order.
#[derive(Debug)]
pub(crate) struct Hosts {
    options: Vec<PgConnectOptions>,
    current: AtomicUsize,
    looked: Mutex<Option<Instant>>,
    era: Era,
}

impl Hosts {
    /// Reads an address, which may name several servers.
    pub(crate) fn parse(url: &str, era: Era) -> Result<Self, StoreError> {
        let read = |address: String| {
            let options = address.parse::<PgConnectOptions>();
            let options = options
                .map_err(|error| StoreError::Address(format!("the PostgreSQL address cannot be read: {error}")))?;
            // Urna stores no floats, and a pooler refuses parameters that it does not know, such as this one.
            Ok(options.application_name("urna").extra_float_digits(None))
        };
        let options = addresses(url)?.into_iter().map(read).collect::<Result<_, StoreError>>()?;
        Ok(Self { options, current: AtomicUsize::new(0), looked: Mutex::default(), era })
    }

    /// The connection options of the first server.
    pub(crate) fn first(&self) -> PgConnectOptions {
        self.options[0].clone()
    }

    /// Whether there are several servers.
    pub(crate) const fn are_several(&self) -> bool {
        self.options.len() > 1
    }

    /// Finds the first server that takes writes, and directs new connections to it; returns whether it changed.
    /// Checks at most every half second.
    pub(crate) async fn choose(&self, pool: &PgPool) -> Result<bool, sqlx::Error> {
        let before = self.current.load(Ordering::Acquire);
        let mut looked = self.looked.lock().await;
        let now = self.current.load(Ordering::Acquire);
        if now != before || looked.is_some_and(|looked| looked.elapsed() < PAUSE) {
            return Ok(now != before);
        }
        let outcome = self.look(pool, now).await;
        *looked = Some(Instant::now());
        outcome
    }

    async fn look(&self, pool: &PgPool, now: usize) -> Result<bool, sqlx::Error> {
        let mut trouble = sqlx::Error::PoolTimedOut;
        for (place, options) in self.options.iter().enumerate() {
            match timeout(ANSWER, takes_writes(options)).await {
                Ok(Ok(())) if place == now => return Ok(false),
                Ok(Ok(())) => {
                    tracing::warn!(
                        server = place + 1,
                        of = self.options.len(),
                        "another server of the database takes the writes"
                    );
                    pool.set_connect_options(options.clone());
                    self.current.store(place, Ordering::Release);
                    self.era.end();
                    return Ok(true);
                }
                Ok(Err(error)) => trouble = error,
                Err(_) => trouble = sqlx::Error::PoolTimedOut,
            }
        }
        Err(trouble)
    }
}

async fn takes_writes(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    let checked = must_take_writes(&mut connection).await;
    // Not needed any more, closed or not.
    let _ = connection.close().await;
    checked
}

/// Refuses a server that is a standby, or was told to take no writes.
pub(crate) async fn must_take_writes(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    const SQL: &str = "select current_setting('transaction_read_only')";
    // Not prepared: behind a pooler that shares connections it would fail here, before `suitable` can say why.
    let row = sqlx::raw_sql(SQL).fetch_one(connection).await?;
    if row.try_get::<&str, _>(0)? == "off" {
        Ok(())
    } else {
        Err(sqlx::Error::Configuration("the server takes no writes".into()))
    }
}

/// One address for each server in an address, written as for libpq: `postgres://a:5432,b:5433/urna`, or several in
/// the parameters `host` and `port`. `target_session_attrs` is removed: only a server that takes writes will do.
///
/// # Errors
/// [`StoreError::Address`], which never repeats a password.
pub fn addresses(url: &str) -> Result<Vec<String>, StoreError> {
    let wrong = |why: &str| StoreError::Address(format!("the PostgreSQL address cannot be read: {why}"));
    let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("it has no ://"))?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, servers) = authority.rsplit_once('@').map_or(("", authority), |(user, servers)| (user, servers));
    let at = if authority.contains('@') { "@" } else { "" };

    let (mut others, mut hosts, mut ports) = (Vec::new(), Vec::new(), Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let several = value.contains(',') || value.contains("%2C") || value.contains("%2c");
        let list = || value.replace("%2C", ",").replace("%2c", ",").split(',').map(str::to_owned).collect::<Vec<_>>();
        match name {
            "target_session_attrs" if ["read-write", "primary", "any"].contains(&value) => {}
            "target_session_attrs" => return Err(wrong("target_session_attrs must be read-write: Urna writes")),
            "host" if several => hosts = list(),
            "port" if several => ports = list(),
            _ => others.push(parameter.to_owned()),
        }
    }
    let one = |server: &str, more: Vec<String>| {
        let query = others.iter().cloned().chain(more).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{scheme}://{user}{at}{server}{path}{mark}{query}")
    };
    if hosts.is_empty() {
        if !ports.is_empty() {
            return Err(wrong("it has several ports for one host"));
        }
        let servers: Vec<&str> = servers.split(',').collect();
        if servers.len() > 1 && servers.contains(&"") {
            return Err(wrong("a host is missing between commas"));
        }
        return Ok(servers.into_iter().map(|server| one(server, Vec::new())).collect());
    }
    if servers.contains(',') || (ports.len() > 1 && ports.len() != hosts.len()) {
        return Err(wrong("its hosts and ports do not fit together"));
    }
    let port = |place: usize| ports.get(place).map(|port| format!("port={port}"));
    let server = |(place, host): (usize, &String)| {
        one(servers, [Some(format!("host={host}")), port(place)].into_iter().flatten().collect())
    };
    Ok(hosts.iter().enumerate().map(server).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_several_servers() {
        for (url, expected) in [
            ("postgres://db/urna", vec!["postgres://db/urna"]),
            ("postgres:///urna?host=/run/postgresql", vec!["postgres:///urna?host=/run/postgresql"]),
            (
                "postgres://u:p,w@a:1,b:2/urna?target_session_attrs=read-write&sslmode=require",
                vec!["postgres://u:p,w@a:1/urna?sslmode=require", "postgres://u:p,w@b:2/urna?sslmode=require"],
            ),
            ("postgresql://[::1]:1,[::2]/urna", vec!["postgresql://[::1]:1/urna", "postgresql://[::2]/urna"]),
            (
                "postgres:///urna?host=a,b&port=1,2",
                vec!["postgres:///urna?host=a&port=1", "postgres:///urna?host=b&port=2"],
            ),
            (
                "postgres:///urna?host=a%2Cb&port=7",
                vec!["postgres:///urna?port=7&host=a", "postgres:///urna?port=7&host=b"],
            ),
        ] {
            let found = addresses(url).unwrap();
            assert_eq!(found, expected, "{url}");
            assert_eq!(Hosts::parse(url, Era::default()).unwrap().options.len(), expected.len());
        }
    }

    #[test]
    fn an_address_that_cannot_be_meant_is_refused_without_its_password() {
        for url in [
            "postgres://u:hunter2@a,,b/urna",
            "postgres://u:hunter2@a/urna?target_session_attrs=standby",
            "postgres://u:hunter2@/urna?host=a,b&port=1,2,3",
            "postgres://u:hunter2@c,d/urna?host=a,b",
            "postgres://u:hunter2@a/urna?port=1,2",
        ] {
            let error = addresses(url).unwrap_err().to_string();
            assert!(
                error.starts_with("the PostgreSQL address cannot be read") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }

    #[test]
    fn an_era_ends_for_what_was_there() {
        let era = Era::default();
        assert!(era.has(Duration::from_secs(9)));
        std::thread::sleep(Duration::from_millis(2));
        era.end();
        assert!(!era.has(Duration::from_millis(1)) && !era.has(Duration::from_secs(9)));
        std::thread::sleep(Duration::from_millis(2));
        assert!(era.has(Duration::ZERO));
    }
}
