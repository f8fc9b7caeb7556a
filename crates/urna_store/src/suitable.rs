//! The requirements on a PostgreSQL server, and on a pooler in front of it. Checked once, at the start: better one
//! clear sentence then than a failed vote hours later.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Executor as _, Row as _};

use crate::db::{Db, Pools};
use crate::error::StoreError;

/// How many times to look for a pooler that shares connections. Once is enough if nobody else uses it; under load
/// one look may miss it, three in a row hardly can.
const LOOKS: usize = 3;

const OTHER_ENCODING: &str = "its encoding is not UTF-8: names in other scripts could not be kept; make the database anew with \
                              `create database … encoding 'UTF8' template template0`";

const OTHER_CONNECTIONS: &str = "a pooler in front of it gives each transaction another connection to the server, but locks, \
                                 prepared statements and LISTEN belong to one: set pool_mode = session for Urna (pgbouncer), \
                                 or name PostgreSQL itself in URNA_DATABASE_URL";

/// Succeeds if the database can be used; a SQLite file always can.
///
/// # Errors
/// [`StoreError::Unsuitable`] says what is wrong with the server.
pub async fn check(db: &Db) -> Result<(), StoreError> {
    let Pools::Postgres(pool) = db.pools() else { return Ok(()) };
    let mut connection = pool.acquire().await?;
    if text(&mut connection, "show server_encoding").await? != "UTF8" {
        return Err(StoreError::Unsuitable(OTHER_ENCODING));
    }
    drop(connection);
    if is_shared(pool).await? { Err(StoreError::Unsuitable(OTHER_CONNECTIONS)) } else { Ok(()) }
}

/// Whether a pooler shares server connections: two connections of ours use the same one, or one of ours switches.
async fn is_shared(pool: &PgPool) -> Result<bool, StoreError> {
    const WHO: &str = "select pg_backend_pid()::text";
    let (mut one, mut other) = (pool.acquire().await?, pool.acquire().await?);
    for _ in 0..LOOKS {
        let first = text(&mut one, WHO).await?;
        other.execute("begin").await?;
        let second = text(&mut other, WHO).await?;
        let is_shared = second == first || text(&mut one, WHO).await? != first;
        other.execute("rollback").await?;
        if is_shared {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads one text with an unprepared statement: a prepared one may fail behind the very pooler that we look for.
async fn text(connection: &mut PgConnection, statement: &'static str) -> Result<String, StoreError> {
    let row = sqlx::raw_sql(statement).fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}
