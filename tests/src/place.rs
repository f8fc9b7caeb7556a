//! The place of a database, for one case alone: a file, or an empty database on the server.

use std::hash::{BuildHasher as _, RandomState};

use anyhow::{Context as _, anyhow};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::engine::{Engine, postgres_url};
use crate::fixture::Fixture;

/// An empty database for one case, without a schema.
#[derive(Debug)]
pub struct Place {
    url: String,
    kept_in: KeptIn,
}

#[derive(Debug)]
enum KeptIn {
    Folder(TempDir),
    Server { options: Box<PgConnectOptions>, name: String },
}

impl Place {
    /// The address of the database for the product.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The engine of the database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.kept_in {
            KeptIn::Folder(_) => Engine::Sqlite,
            KeptIn::Server { .. } => Engine::Postgres,
        }
    }

    /// Fills the empty database with `kept`: the bytes of a SQLite file, or the SQL that `pg_dump --inserts` wrote.
    ///
    /// # Errors
    /// If the file cannot be written, or the server refuses the dump.
    pub async fn load(&self, kept: &[u8]) -> anyhow::Result<()> {
        match &self.kept_in {
            KeptIn::Folder(folder) => std::fs::write(folder.path().join("urna.db"), kept)?,
            KeptIn::Server { options, name } => {
                // Commands to psql begin with a backslash.
                let lines = std::str::from_utf8(kept)?.lines().filter(|line| !line.starts_with('\\'));
                let dump = AssertSqlSafe(lines.collect::<Vec<_>>().join("\n"));
                let mut database = connect(&options.as_ref().clone().database(name)).await?;
                sqlx::raw_sql(dump).execute(&mut database).await?;
                database.close().await?;
            }
        }
        Ok(())
    }

    /// Closes the PostgreSQL database (`false`: every connection ends, and no new one is accepted), or reopens it.
    ///
    /// # Panics
    /// On SQLite: a file cannot be closed.
    pub async fn let_in(&self, connections: bool) -> anyhow::Result<()> {
        let KeptIn::Server { options, name } = &self.kept_in else { panic!("this is about PostgreSQL") };
        let mut server = connect(options).await?;
        let allow = AssertSqlSafe(format!("alter database {name} allow_connections {connections}"));
        sqlx::raw_sql(allow).execute(&mut server).await?;
        if !connections {
            end_all(&mut server, name).await?;
        }
        server.close().await?;
        Ok(())
    }

    /// Makes the server accept writes to this database, or refuse them as a standby does. Ends all connections to it.
    ///
    /// # Panics
    /// On SQLite: a file is never a standby.
    pub async fn take_writes(&self, writes: bool) -> anyhow::Result<()> {
        let KeptIn::Server { options, name } = &self.kept_in else { panic!("this is about PostgreSQL") };
        self.let_in(false).await?;
        let mut server = connect(options).await?;
        let read_only = AssertSqlSafe(format!("alter database {name} set default_transaction_read_only = {}", !writes));
        sqlx::raw_sql(read_only).execute(&mut server).await?;
        server.close().await?;
        self.let_in(true).await
    }

    fn in_folder() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("urna-test-").tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("urna.db").display());
        Ok(Self { url, kept_in: KeptIn::Folder(folder) })
    }

    async fn on_server() -> anyhow::Result<Self> {
        let url = postgres_url().context("no PostgreSQL server is named")?;
        let options: PgConnectOptions = url.parse().context("the address of the PostgreSQL server cannot be read")?;
        // Every hasher has random keys: good enough for a name, without a source of randomness.
        let name = format!("urna_test_{:016x}", RandomState::new().hash_one(std::process::id()));
        let mut server = connect(&options).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut server).await?;
        server.close().await?;
        let url = options.clone().database(&name).to_url_lossy().to_string();
        Ok(Self { url, kept_in: KeptIn::Server { options: Box::new(options), name } })
    }
}

/// Ends every connection to a database that accepts no new ones.
///
/// A terminated backend takes a moment to end, and another may still be starting, not visible yet. A rename of the
/// database works only without either: once it has succeeded, later connections are refused.
async fn end_all(server: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1";
    let rename = format!("alter database {name} rename to {name}_away; alter database {name}_away rename to {name}");
    loop {
        sqlx::query(others).bind(name).execute(&mut *server).await?;
        if sqlx::raw_sql(AssertSqlSafe(rename.clone())).execute(&mut *server).await.is_ok() {
            return Ok(());
        }
    }
}

async fn connect(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    PgConnection::connect_with(options).await.map_err(|error| anyhow!("the PostgreSQL server is not there: {error}"))
}

impl Fixture for Place {
    async fn start(engine: Engine) -> anyhow::Result<Self> {
        match engine {
            Engine::Sqlite => Self::in_folder(),
            Engine::Postgres => Self::on_server().await,
        }
    }

    async fn stop(self) -> anyhow::Result<()> {
        match self.kept_in {
            KeptIn::Folder(folder) => folder.close()?,
            KeptIn::Server { options, name } => {
                let mut server = connect(&options).await?;
                // With `force`, because a failed case may have left connections open.
                let drop = AssertSqlSafe(format!("drop database {name} with (force)"));
                sqlx::raw_sql(drop).execute(&mut server).await?;
                server.close().await?;
            }
        }
        Ok(())
    }
}
