//! The migrations of the two engines: the same steps to the same schema.

use urna_tests::{Cases, Engine, Fixture as _, TestDb, cases, repository};

use crate::schema;

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            both_engines_have_the_same_steps,
            no_migration_asks_a_clock;
        on_sqlite:
            every_table_is_strict,
            no_primary_key_may_be_null;
        on_postgres:
            both_engines_have_the_same_schema;
        on_each_engine:
            the_number_of_a_row_that_others_refer_to_is_never_used_again,
            nothing_happens_by_itself;
    }
}

/// Every SQL expression for the current time, on either engine.
pub(crate) const CLOCKS: [&str; 14] = [
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "timeofday",
    "now()",
    "datetime(",
    "strftime",
    "unixepoch",
    "julianday",
    "'now'",
];

fn both_engines_have_the_same_steps() {
    let steps = |engine: Engine| -> Vec<String> {
        repository::files(&format!("migrations/{engine}"), "sql")
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    let sqlite = steps(Engine::Sqlite);
    assert_eq!(sqlite, steps(Engine::Postgres));
    for (number, step) in (1..).zip(&sqlite) {
        assert!(step.starts_with(&format!("{number:04}_")), "{step} is not the next step");
    }
}

fn no_migration_asks_a_clock() {
    let files = repository::files("migrations", "sql");
    assert!(files.len() >= 8);
    for file in files {
        for (number, line) in (1..).zip(repository::read(&file).lines()) {
            let statement = line.split("--").next().unwrap_or_default().to_lowercase();
            let clock = CLOCKS.iter().find(|clock| statement.contains(**clock));
            assert_eq!(clock, None, "{}:{number}", file.display());
        }
    }
}

async fn both_engines_have_the_same_schema(on: &TestDb) {
    let postgres = schema::read(on.db()).await;
    let other = TestDb::start(Engine::Sqlite).await.unwrap();
    let sqlite = schema::read(other.db()).await;
    other.stop().await.unwrap();

    assert!(sqlite.len() > 15, "this test does not see the tables");
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>(), "tables");
    for (name, table) in &sqlite {
        let other = &postgres[name];
        assert_eq!(table.column_shapes(), other.column_shapes(), "{name}: columns");
        assert_eq!(table.primary_key, other.primary_key, "{name}: primary key");
        assert_eq!(table.numbered, other.numbered, "{name}: numbered by the engine");
        assert_eq!(table.uniques, other.uniques, "{name}: unique constraints and indexes");
        assert_eq!(table.indexes, other.indexes, "{name}: indexes");
        assert_eq!(table.foreign_keys, other.foreign_keys, "{name}: foreign keys");
        assert_eq!(table.checks, other.checks, "{name}: checks");
    }
}

async fn every_table_is_strict(on: &TestDb) {
    for (name, table) in schema::read(on.db()).await {
        assert!(table.strict, "{name}");
    }
}

/// SQLite allows a null primary key unless it is the rowid or the table is WITHOUT ROWID.
async fn no_primary_key_may_be_null(on: &TestDb) {
    for (name, table) in schema::read(on.db()).await {
        let [number] = table.primary_key.as_slice() else {
            assert!(table.without_rowid, "{name}");
            continue;
        };
        let column = table.columns.iter().find(|column| column.name == *number).unwrap();
        assert!(table.without_rowid || column.declared.eq_ignore_ascii_case("integer"), "{name}");
    }
}

/// SQLite would reuse the highest number after its row is deleted: the next person would count as having voted.
async fn the_number_of_a_row_that_others_refer_to_is_never_used_again(on: &TestDb) {
    let schema = schema::read(on.db()).await;
    for name in ["attendees", "ballots", "conferences", "organisers"] {
        assert!(schema[name].numbered, "{name}");
    }
}

async fn nothing_happens_by_itself(on: &TestDb) {
    for (name, table) in schema::read(on.db()).await {
        assert_eq!(table.triggers, Vec::<String>::new(), "{name}");
        for column in &table.columns {
            assert!(!column.has_default, "{name}.{}", column.name);
        }
    }
}
