//! The schema as the engines describe it.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use urna_store::{Db, Pools};

/// A table by its name.
pub(crate) type Schema = BTreeMap<String, Table>;

#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) primary_key: Vec<String>,
    /// The engine assigns the numbers, and never reuses one.
    pub(crate) numbered: bool,
    pub(crate) uniques: BTreeSet<Index>,
    pub(crate) indexes: BTreeSet<Index>,
    pub(crate) foreign_keys: BTreeSet<ForeignKey>,
    pub(crate) checks: BTreeSet<Vec<String>>,
    pub(crate) triggers: Vec<String>,
    /// SQLite only.
    pub(crate) strict: bool,
    /// SQLite only.
    pub(crate) without_rowid: bool,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The type in the engine's words.
    pub(crate) declared: String,
    pub(crate) not_null: bool,
    pub(crate) has_default: bool,
}

/// `columns` are joined by commas.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Index {
    pub(crate) columns: String,
    /// For a partial index: its condition.
    pub(crate) only: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ForeignKey {
    pub(crate) columns: String,
    pub(crate) to_table: String,
    pub(crate) to_columns: String,
    pub(crate) on_delete: String,
}

impl Table {
    /// Name, type in words common to both engines, whether it is not null, whether it has a default.
    pub(crate) fn column_shapes(&self) -> Vec<(&str, &'static str, bool, bool)> {
        self.columns
            .iter()
            .map(|column| {
                let kind = match column.declared.to_lowercase().as_str() {
                    "bigint" | "integer" | "boolean" => "number",
                    "bytea" | "blob" | "uuid" => "bytes",
                    "text" => "text",
                    other => panic!("{}: the type {other} has no counterpart", column.name),
                };
                (column.name.as_str(), kind, column.not_null, column.has_default)
            })
            .collect()
    }
}

/// The words, numbers and texts of a condition, without the differences between the engines' spellings.
fn condition(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sql.trim();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::text") {
            "::text".len()
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        rest = after.trim_start();
        let word = if first == '\'' { word.to_owned() } else { word.to_lowercase() };
        if !["check", "(", ")", "[", "]", ",", "=", "in", "any", "array", "::text"].contains(&word.as_str()) {
            words.push(word);
        }
    }
    words
}

/// Everything except the table of the migrations.
pub(crate) async fn read(db: &Db) -> Schema {
    match db.pools() {
        Pools::Sqlite { readers, .. } => sqlite(readers).await,
        Pools::Postgres(pool) => postgres(pool).await,
    }
}

async fn sqlite(pool: &SqlitePool) -> Schema {
    let tables: Vec<(String, bool, bool, String)> = sqlx::query_as(
        "select l.name, l.strict, l.wr, m.sql from pragma_table_list l join sqlite_master m on m.name = l.name \
         where l.schema = 'main' and l.name not like 'sqlite\\_%' escape '\\' and l.name <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (name, strict, without_rowid, sql) in tables {
        let mut table = Table {
            strict,
            without_rowid,
            numbered: sql.to_lowercase().contains("autoincrement"),
            checks: sqlite_checks(&sql),
            ..Table::default()
        };
        sqlite_columns(pool, &name, &mut table).await;
        sqlite_indexes(pool, &name, &mut table).await;
        sqlite_foreign_keys(pool, &name, &mut table).await;
        table.triggers = sqlx::query_scalar("select name from sqlite_master where type = 'trigger' and tbl_name = $1")
            .bind(&name)
            .fetch_all(pool)
            .await
            .unwrap();
        schema.insert(name, table);
    }
    schema
}

async fn sqlite_columns(pool: &SqlitePool, name: &str, table: &mut Table) {
    let columns: Vec<(String, String, bool, bool, i64)> = sqlx::query_as(
        "select name, type, \"notnull\", dflt_value is not null, pk from pragma_table_xinfo($1) order by cid",
    )
    .bind(name)
    .fetch_all(pool)
    .await
    .unwrap();
    let mut key: Vec<(i64, String)> = Vec::new();
    for (name, declared, not_null, has_default, place) in columns {
        if place > 0 {
            key.push((place, name.clone()));
        }
        // The rowid is never null, although SQLite does not declare that.
        table.columns.push(Column { name, declared, not_null: not_null || place > 0, has_default });
    }
    key.sort();
    table.primary_key = key.into_iter().map(|(_, name)| name).collect();
}

async fn sqlite_indexes(pool: &SqlitePool, name: &str, table: &mut Table) {
    let indexes: Vec<(String, bool, String, Option<String>)> = sqlx::query_as(
        "select i.name, i.\"unique\", i.origin, m.sql from pragma_index_list($1) i \
         left join sqlite_master m on m.name = i.name and m.type = 'index'",
    )
    .bind(name)
    .fetch_all(pool)
    .await
    .unwrap();
    for (name, unique, origin, sql) in indexes {
        if origin == "pk" {
            continue;
        }
        let columns: Vec<String> =
            sqlx::query_scalar("select coalesce(name, '?') from pragma_index_info($1) order by seqno")
                .bind(&name)
                .fetch_all(pool)
                .await
                .unwrap();
        let sql = sql.unwrap_or_default().to_lowercase();
        let only = sql.split_once(" where ").map(|(_, only)| condition(only));
        let kept = if unique { &mut table.uniques } else { &mut table.indexes };
        kept.insert(Index { columns: columns.join(","), only });
    }
}

async fn sqlite_foreign_keys(pool: &SqlitePool, name: &str, table: &mut Table) {
    let keys: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "select id, \"from\", \"table\", \"to\", on_delete from pragma_foreign_key_list($1) order by id, seq",
    )
    .bind(name)
    .fetch_all(pool)
    .await
    .unwrap();
    let mut by_id: BTreeMap<i64, (Vec<String>, String, Vec<String>, String)> = BTreeMap::new();
    for (id, from, to_table, to, on_delete) in keys {
        let key = by_id.entry(id).or_insert_with(|| (Vec::new(), to_table, Vec::new(), on_delete));
        key.0.push(from);
        key.2.push(to);
    }
    for (from, to_table, to, on_delete) in by_id.into_values() {
        table.foreign_keys.insert(ForeignKey {
            columns: from.join(","),
            to_table,
            to_columns: to.join(","),
            on_delete: on_delete.to_lowercase(),
        });
    }
}

/// SQLite keeps checks only in the text of the table.
fn sqlite_checks(sql: &str) -> BTreeSet<Vec<String>> {
    sql.match_indices("check (")
        .map(|(at, opening)| {
            let inner = &sql[at + opening.len()..];
            let mut depth = 1;
            let end = inner
                .char_indices()
                .find_map(|(at, c)| {
                    depth += i32::from(c == '(') - i32::from(c == ')');
                    (depth == 0).then_some(at)
                })
                .unwrap();
            condition(&inner[..end])
        })
        .collect()
}

async fn postgres(pool: &PgPool) -> Schema {
    let tables: Vec<(i64, String)> = sqlx::query_as(
        "select c.oid::bigint, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (oid, name) in tables {
        let mut table = Table::default();
        postgres_columns(pool, oid, &mut table).await;
        postgres_indexes(pool, oid, &mut table).await;
        postgres_constraints(pool, oid, &mut table).await;
        table.triggers =
            sqlx::query_scalar("select tgname::text from pg_trigger where tgrelid::bigint = $1 and not tgisinternal")
                .bind(oid)
                .fetch_all(pool)
                .await
                .unwrap();
        schema.insert(name, table);
    }
    schema
}

async fn postgres_columns(pool: &PgPool, oid: i64, table: &mut Table) {
    let columns: Vec<(String, String, bool, bool, String)> = sqlx::query_as(
        "select attname::text, format_type(atttypid, atttypmod), attnotnull, atthasdef, attidentity::text \
         from pg_attribute where attrelid::bigint = $1 and attnum > 0 and not attisdropped order by attnum",
    )
    .bind(oid)
    .fetch_all(pool)
    .await
    .unwrap();
    for (name, declared, not_null, has_default, identity) in columns {
        assert!(identity.is_empty() || identity == "a", "{name}: a number is always the engine's");
        table.numbered |= !identity.is_empty();
        table.columns.push(Column { name, declared, not_null, has_default });
    }
}

async fn postgres_indexes(pool: &PgPool, oid: i64, table: &mut Table) {
    let indexes: Vec<(bool, bool, Vec<String>, Option<String>)> = sqlx::query_as(
        "select indisprimary, indisunique, \
         array(select pg_get_indexdef(indexrelid, place, true) from generate_series(1, indnkeyatts) place), \
         pg_get_expr(indpred, indrelid) from pg_index where indrelid::bigint = $1",
    )
    .bind(oid)
    .fetch_all(pool)
    .await
    .unwrap();
    for (primary, unique, columns, only) in indexes {
        if primary {
            table.primary_key = columns;
            continue;
        }
        let kept = if unique { &mut table.uniques } else { &mut table.indexes };
        kept.insert(Index { columns: columns.join(","), only: only.as_deref().map(condition) });
    }
}

async fn postgres_constraints(pool: &PgPool, oid: i64, table: &mut Table) {
    let keys: Vec<(Vec<String>, String, Vec<String>, String)> = sqlx::query_as(
        "select \
         array(select attname::text from unnest(conkey) with ordinality k (num, place) \
               join pg_attribute on attrelid = conrelid and attnum = num order by place), \
         confrelid::regclass::text, \
         array(select attname::text from unnest(confkey) with ordinality k (num, place) \
               join pg_attribute on attrelid = confrelid and attnum = num order by place), \
         case confdeltype when 'a' then 'no action' when 'c' then 'cascade' else confdeltype::text end \
         from pg_constraint where conrelid::bigint = $1 and contype = 'f'",
    )
    .bind(oid)
    .fetch_all(pool)
    .await
    .unwrap();
    for (columns, to_table, to_columns, on_delete) in keys {
        let key = ForeignKey { columns: columns.join(","), to_table, to_columns: to_columns.join(","), on_delete };
        table.foreign_keys.insert(key);
    }
    let checks: Vec<String> = sqlx::query_scalar(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid::bigint = $1 and contype = 'c'",
    )
    .bind(oid)
    .fetch_all(pool)
    .await
    .unwrap();
    table.checks = checks.iter().map(|check| condition(check)).collect();
}
