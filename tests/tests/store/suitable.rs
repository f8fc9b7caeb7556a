//! Servers that an instance accepts, and those that it refuses.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;
use urna_store::{Db, DbConfig, StoreError, migrations, suitable};
use urna_tests::{Cases, TestDb, cases, pgbouncer};

pub(crate) fn cases() -> Cases {
    let mut all = cases! {
        on_each_engine:
            a_database_as_it_should_be_is_taken;
        on_postgres:
            a_database_that_is_not_utf_8_is_refused;
    };
    if pgbouncer().is_some() {
        all.on_postgres(
            "a_pooler_that_keeps_connections_apart_is_taken",
            a_pooler_that_keeps_connections_apart_is_taken,
        );
        all.on_postgres("a_pooler_that_shares_connections_is_refused", a_pooler_that_shares_connections_is_refused);
    }
    all
}

async fn a_database_as_it_should_be_is_taken(on: &TestDb) {
    suitable::check(on.db()).await.unwrap();
}

async fn a_database_that_is_not_utf_8_is_refused(on: &TestDb) {
    let options: PgConnectOptions = on.url().parse().unwrap();
    let mut server = PgConnection::connect_with(&options).await.unwrap();
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let name = format!("{}_{}", options.get_database().unwrap(), encoding.to_lowercase());
        // libc, because ICU, the server's possible default, does not support these encodings.
        let make = format!(
            "create database {name} encoding '{encoding}' template template0 locale_provider libc \
             lc_collate 'C' lc_ctype 'C'"
        );
        sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut server).await.unwrap();
        let url = options.clone().database(&name);
        let checked = async {
            let db = Db::connect(&DbConfig::new(sqlx::ConnectOptions::to_url_lossy(&url).to_string())).await?;
            let checked = suitable::check(&db).await;
            db.close().await;
            checked
        };
        let checked = checked.await;
        let drop = AssertSqlSafe(format!("drop database {name} with (force)"));
        sqlx::raw_sql(drop).execute(&mut server).await.unwrap();
        let Err(StoreError::Unsuitable(why)) = checked else { panic!("{encoding}: {checked:?}") };
        assert!(why.contains("UTF-8"), "{why}");
    }
}

/// A pooler with its own socket in its own folder.
struct Pooler {
    process: Child,
    folder: TempDir,
}

impl Pooler {
    const PORT: u16 = 6432;

    /// Set up by somebody who only chose the pool mode.
    fn start(on: &TestDb, mode: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("urna-pooler-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let url = reqwest::Url::parse(on.url()).unwrap();
        let password = url.password().map(|password| format!(" password={password}")).unwrap_or_default();
        let settings = format!(
            "[databases]\n* = host={} port={} user={}{password}\n[pgbouncer]\nlisten_addr =\nlisten_port = {}\n\
             unix_socket_dir = {}\nauth_type = any\npool_mode = {mode}\n",
            url.host_str().unwrap(),
            url.port().unwrap_or(5432),
            url.username(),
            Self::PORT,
            folder.path().display(),
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).unwrap();
        let mut command = Command::new(pgbouncer().unwrap());
        // pgbouncer refuses to run as root.
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        }
        let process = command.arg("-q").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        Self { process, folder }
    }

    /// Connects through it, once it is up.
    async fn connect(&self, on: &TestDb) -> Db {
        let options: PgConnectOptions = on.url().parse().unwrap();
        let (name, user) = (options.get_database().unwrap(), options.get_username());
        let url =
            format!("postgres://{user}@localhost/{name}?host={}&port={}", self.folder.path().display(), Self::PORT);
        let config = DbConfig { postgres_connections: 4, ..DbConfig::new(url) };
        // Its socket exists as soon as it is ready, within moments.
        loop {
            match Db::connect(&config).await {
                Ok(db) => return db,
                Err(StoreError::Database(sqlx::Error::Io(_))) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(other) => panic!("{other}"),
            }
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}

async fn a_pooler_that_keeps_connections_apart_is_taken(on: &TestDb) {
    let pooler = Pooler::start(on, "session");
    let db = pooler.connect(on).await;
    suitable::check(&db).await.unwrap();
    migrations::migrate(&db).await.unwrap();
    db.ping().await.unwrap();
    db.close().await;
}

async fn a_pooler_that_shares_connections_is_refused(on: &TestDb) {
    let pooler = Pooler::start(on, "transaction");
    let db = pooler.connect(on).await;
    let checked = suitable::check(&db).await;
    let Err(StoreError::Unsuitable(why)) = checked else { panic!("{checked:?}") };
    assert!(why.contains("pool_mode = session"), "{why}");
    db.close().await;
}
