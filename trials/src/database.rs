//! The database of a trial.

use std::path::PathBuf;

use anyhow::Result;
use urna_store::{Db, DbConfig};

/// A database of one of the two engines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file. While a server uses it, only read it: SQLite has one writing process.
    Sqlite(PathBuf),
    /// The address of a database on a PostgreSQL server.
    Postgres(String),
}

impl Database {
    /// The value for `URNA_DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => DbConfig::sqlite_file(path).url,
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Connects to it; a server may be running.
    pub async fn connect(&self) -> Result<Db> {
        Ok(Db::connect(&DbConfig { url: self.url(), postgres_connections: 2 }).await?)
    }

    /// `sqlite` or `postgres`, for tables and names.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// All rows of a query that both engines accept, as tuples of `$row`.
#[macro_export]
macro_rules! fetch_all {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db.pools() {
            urna_store::Pools::Sqlite { readers, .. } => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(readers).await
            }
            urna_store::Pools::Postgres(pool) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(pool).await,
        }
    };
}

pub use fetch_all;
