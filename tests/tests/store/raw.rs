//! Talks to a database directly, bypassing the store.

use sqlx::postgres::PgPool;
use urna_store::{Db, Pools};

/// Runs a statement that both engines understand.
pub(crate) async fn execute(db: &Db, sql: &'static str) {
    match db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::raw_sql(sql).execute(writer).await.map(|_| ()).unwrap(),
        Pools::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(|_| ()).unwrap(),
    }
}

/// The connections of a database on PostgreSQL.
pub(crate) fn pool(db: &Db) -> &PgPool {
    match db.pools() {
        Pools::Postgres(pool) => pool,
        Pools::Sqlite { .. } => panic!("this is about PostgreSQL"),
    }
}

/// Returns once this many transactions wait for an advisory lock.
pub(crate) async fn until_waiting(pool: &PgPool, expected: i64) {
    const SQL: &str = "select count(*) from pg_locks l join pg_database d on d.oid = l.database \
                       where l.locktype = 'advisory' and not l.granted and d.datname = current_database()";
    loop {
        let waiting: i64 = sqlx::query_scalar(SQL).fetch_one(pool).await.unwrap();
        assert!(waiting <= expected, "{waiting} wait, not {expected}");
        if waiting == expected {
            break;
        }
        tokio::task::yield_now().await;
    }
}

/// The server's clock, in microseconds.
pub(crate) async fn clock(pool: &PgPool) -> i64 {
    const SQL: &str = "select floor(extract(epoch from clock_timestamp()) * 1000000)::bigint";
    sqlx::query_scalar(SQL).fetch_one(pool).await.unwrap()
}
