//! The schema, built in the same steps on both engines.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::db::{Db, Pools};
use crate::error::StoreError;

/// One step of the schema: number, name, and its text for each engine.
struct MigrationStep {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($digits:literal $name:literal;)*) => {
        &[$(MigrationStep {
            number: number($digits),
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $digits, "_", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/postgres/", $digits, "_", $name, ".sql")),
        },)*]
    };
}

/// The number that a file begins with.
const fn number(digits: &str) -> i64 {
    match i64::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("a file of the schema begins with a number"),
    }
}

const STEPS: &[MigrationStep] = steps! {
    "0001" "access";
    "0002" "roll";
    "0003" "ballots";
    "0004" "outbox";
    "0005" "record";
    "0006" "badges";
    "0007" "standing";
    "0008" "claims";
    "0009" "portraits";
    "0010" "results";
};

/// A step of the schema as shown by `urna migrate --status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatus {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: &'static str,
    /// Whether the database has it.
    pub applied: bool,
}

/// The number of the last step that this program knows.
#[must_use]
pub fn latest() -> i64 {
    STEPS.last().map_or(0, |step| step.number)
}

fn migrator(text: impl Fn(&MigrationStep) -> &'static str) -> Migrator {
    let migration = |step: &MigrationStep| {
        Migration::new(step.number, step.name.into(), MigrationType::Simple, text(step).into_sql_str(), false)
    };
    Migrator::with_migrations(STEPS.iter().map(migration).collect())
}

/// Brings the schema up to date. If several instances start at once, one migrates and the others wait.
///
/// # Errors
/// [`StoreError::NewerSchema`] if the database is ahead of this program; it is left unchanged.
pub async fn migrate(db: &Db) -> Result<(), StoreError> {
    let outcome = match db.pools() {
        Pools::Sqlite { writer, .. } => {
            // sqlx takes no lock on SQLite; one transaction around all steps serves as one.
            let mut tx = writer.begin_with("begin immediate").await?;
            let outcome = migrator(|step| step.sqlite).run(&mut *tx).await;
            if outcome.is_ok() {
                tx.commit().await?;
            }
            outcome
        }
        Pools::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            let outcome = migrator(|step| step.postgres).run(&mut *connection).await;
            if outcome.is_err() {
                // sqlx keeps its lock after a failure; closing the connection releases it.
                connection.close_on_drop();
            }
            outcome
        }
    };
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) => StoreError::NewerSchema(version),
        MigrateError::Execute(error) => StoreError::Database(error),
        other => StoreError::Migration(other),
    })
}

/// The status of every step.
///
/// # Errors
/// [`StoreError::NewerSchema`] if the database has a step that this program does not know.
pub async fn status(db: &Db) -> Result<Vec<StepStatus>, StoreError> {
    let applied = applied(db).await?;
    if let Some(unknown) = applied.iter().find(|number| !STEPS.iter().any(|step| step.number == **number)) {
        return Err(StoreError::NewerSchema(*unknown));
    }
    let status = |step: &MigrationStep| StepStatus {
        number: step.number,
        name: step.name,
        applied: applied.contains(&step.number),
    };
    Ok(STEPS.iter().map(status).collect())
}

/// Succeeds if the database has exactly the schema of this program.
pub async fn check(db: &Db) -> Result<(), StoreError> {
    if status(db).await?.iter().all(|step| step.applied) { Ok(()) } else { Err(StoreError::OlderSchema) }
}

/// The numbers of the applied steps; empty if their table does not exist yet.
async fn applied(db: &Db) -> Result<Vec<i64>, StoreError> {
    let mut tx = db.read().await?;
    let table = match db.pools() {
        Pools::Sqlite { .. } => "select name from sqlite_master where name = '_sqlx_migrations'",
        Pools::Postgres(_) => {
            "select table_name::text from information_schema.tables \
                            where table_name = '_sqlx_migrations' and table_schema = current_schema()"
        }
    };
    if fetch_optional!(tx, (String,), table)?.is_none() {
        return Ok(Vec::new());
    }
    let rows = fetch_all!(tx, (i64,), "select version from _sqlx_migrations order by version")?;
    Ok(rows.into_iter().map(|(version,)| version).collect())
}
