//! Reads and changes the tables, bypassing the product.

use sqlx::AssertSqlSafe;
use urna_store::Pools;
use urna_tests::World;

/// The alphabet of personal links.
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The alphabet of session tokens.
const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Runs a statement.
pub(crate) async fn execute(world: &World, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match world.db().db().pools() {
        Pools::Sqlite { writer, .. } => sql.execute(writer).await.map(|_| ()).unwrap(),
        Pools::Postgres(pool) => sql.execute(pool).await.map(|_| ()).unwrap(),
    }
}

/// The number returned by a query.
pub(crate) async fn number(world: &World, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match world.db().db().pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_one(writer).await.unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

/// The number of rows in a table.
pub(crate) async fn count(world: &World, table: &str) -> i64 {
    number(world, &format!("select count(*) from {table}")).await
}

async fn texts(world: &World, sql: String) -> Vec<String> {
    let sql = AssertSqlSafe(sql);
    match world.db().db().pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_all(writer).await.unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
    }
}

/// Every row of every table in lower case, bytes in hex.
pub(crate) async fn everything(world: &World) -> String {
    let mut rows = Vec::new();
    match world.db().db().pools() {
        Pools::Sqlite { .. } => {
            let tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
            for table in texts(world, tables.to_owned()).await {
                let columns = format!(
                    "select group_concat('quote(' || name || ')', '||'' ''||') \
                                       from pragma_table_info('{table}')"
                );
                let columns = texts(world, columns).await.join("");
                rows.extend(texts(world, format!("select {columns} from {table}")).await);
            }
        }
        Pools::Postgres(_) => {
            let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
            for table in texts(world, tables.to_owned()).await {
                rows.extend(texts(world, format!("select t::text from {table} t")).await);
            }
        }
    }
    rows.join("\n").to_lowercase()
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Decodes a text in a power-of-two base; drops an incomplete last byte.
fn decoded(text: &str, digits: &str) -> Vec<u8> {
    let bits = digits.len().ilog2();
    let (mut held, mut count, mut bytes) = (0usize, 0, Vec::new());
    for digit in text.chars() {
        held = (held << bits) | digits.find(digit).unwrap();
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(held >> count).unwrap());
            held &= (1 << count) - 1;
        }
    }
    bytes
}

/// Fails if a table contains a secret: as text, as the bytes of the text, or as the decoded bytes.
#[track_caller]
fn is_nowhere(everything: &str, secret: &str, bytes: &[u8]) {
    for form in [secret.to_lowercase(), hex(secret.as_bytes()), hex(secret.to_lowercase().as_bytes()), hex(bytes)] {
        assert!(!everything.contains(&form), "{form} lies in the tables");
    }
}

/// Fails if a table contains the token of a personal link.
#[track_caller]
pub(crate) fn holds_no_link(everything: &str, token: &str) {
    is_nowhere(everything, token, &decoded(token, CROCKFORD));
}

/// Fails if a table contains the token of a session.
#[track_caller]
pub(crate) fn holds_no_session(everything: &str, token: &str) {
    is_nowhere(everything, token, &decoded(token, BASE64URL));
}
