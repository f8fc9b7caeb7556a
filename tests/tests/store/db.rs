//! Connections and transactions.

use urna_store::{CommitError, Db, DbConfig, Pools, StoreError, ballot_box, conferences};
use urna_tests::{Cases, Engine, Place, TestDb, cases};

use crate::raw;
use crate::sample::{at, conference, locked, put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            an_address_of_no_engine_is_refused;
        on_each_engine:
            the_engine_is_named,
            a_database_that_is_there_answers_and_takes_writes,
            a_closed_database_does_not_answer,
            a_missing_database_is_an_error_or_made,
            what_is_committed_is_seen_by_another_instance,
            what_is_not_committed_is_seen_by_nobody,
            a_dropped_transaction_is_rolled_back,
            a_transaction_with_a_failed_statement_is_not_committed,
            a_transaction_that_reads_sees_what_its_engine_promises,
            what_was_committed_leaves_the_log;
        on_sqlite:
            a_files_path_may_hold_any_character,
            a_writer_waits_for_the_other,
            a_writer_of_another_process_is_waited_for,
            a_large_commit_does_not_wait_for_its_log_to_be_moved,
            every_connection_is_safe;
        on_postgres:
            writers_do_not_wait_for_each_other,
            connections_that_died_unused_are_replaced,
            a_connection_that_takes_no_writes_is_not_used_again,
            a_server_that_takes_no_writes_is_not_connected_to,
            of_several_servers_the_one_that_takes_writes_is_found,
            a_connection_that_breaks_before_the_commit_writes_nothing;
    }
}

fn an_address_of_no_engine_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for url in ["mysql://localhost/urna", "urna.db", "", "postgres://[", "sqlite://urna.db?mode=nonsense"] {
        let connected = runtime.block_on(Db::connect(&DbConfig::new(url)));
        assert!(matches!(connected, Err(StoreError::Address(_))), "{url}: {connected:?}");
    }
}

async fn the_engine_is_named(on: &TestDb) {
    assert_eq!(on.db().engine(), on.engine().as_str());
}

async fn a_database_that_is_there_answers_and_takes_writes(on: &TestDb) {
    on.db().ping().await.unwrap();
    on.db().check_writes().await.unwrap();
}

async fn a_closed_database_does_not_answer(on: &TestDb) {
    let instance = on.another_instance(2).await.unwrap();
    instance.ping().await.unwrap();
    instance.close().await;
    assert!(instance.ping().await.is_err());
    assert!(instance.write().await.is_err());
    on.db().ping().await.unwrap();
}

async fn a_missing_database_is_an_error_or_made(on: &Place) {
    let elsewhere = on.url().replace("urna_test_", "urna_test_missing_").replace("urna.db", "missing.db");
    assert_ne!(elsewhere, on.url());
    let connected = Db::connect(&DbConfig::new(elsewhere)).await;
    match on.engine() {
        Engine::Sqlite => connected.unwrap().ping().await.unwrap(),
        Engine::Postgres => assert!(matches!(connected, Err(StoreError::Database(_)))),
    }
}

async fn what_is_committed_is_seen_by_another_instance(on: &TestDb) {
    let instance = on.another_instance(2).await.unwrap();
    let put = on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    let mut tx = instance.read().await.unwrap();
    assert_eq!(conferences::get_conference(&mut tx, put.key).await.unwrap(), put);
}

async fn what_is_not_committed_is_seen_by_nobody(on: &TestDb) {
    let mut tx = on.db().write().await.unwrap();
    let put = put_conference(&mut tx, 1, "ecc-2026").await;
    let seen = on.read(async |tx| conferences::find_conference(tx, &put.slug).await.unwrap()).await;
    assert!(seen.is_none());
    tx.commit().await.unwrap();
    let seen = on.read(async |tx| conferences::find_conference(tx, &put.slug).await.unwrap()).await;
    assert_eq!(seen, Some(put));
}

async fn a_dropped_transaction_is_rolled_back(on: &TestDb) {
    let mut tx = on.db().write().await.unwrap();
    put_conference(&mut tx, 1, "ecc-2026").await;
    drop(tx);
    // The next one, perhaps on the same connection, begins afresh.
    on.write(async |tx| {
        assert_eq!(conferences::list_conferences(tx, None, 9).await.unwrap(), []);
        put_conference(tx, 1, "ecc-2026").await;
    })
    .await;
}

/// PostgreSQL answers such a COMMIT as if it had succeeded.
async fn a_transaction_with_a_failed_statement_is_not_committed(on: &TestDb) {
    let mut tx = on.db().write().await.unwrap();
    let conference = put_conference(&mut tx, 1, "ecc-2026").await;
    let ballot = put_ballot(&mut tx, &conference, 1, "manager").await;
    let lock = locked(&mut tx, ballot, at(0)).await;
    ballot_box::insert_box_key(&mut tx, &lock, b"first").await.unwrap();
    ballot_box::insert_box_key(&mut tx, &lock, b"second").await.unwrap_err();
    assert!(matches!(tx.commit().await, Err(CommitError::RolledBack(_))));
    on.write(async |tx| assert_eq!(conferences::list_conferences(tx, None, 9).await.unwrap(), [])).await;
}

/// SQLite: a single snapshot. PostgreSQL: one per statement.
async fn a_transaction_that_reads_sees_what_its_engine_promises(on: &TestDb) {
    let mut reading = on.db().read().await.unwrap();
    assert_eq!(conferences::list_conferences(&mut reading, None, 9).await.unwrap().len(), 0);
    on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    let seen = conferences::list_conferences(&mut reading, None, 9).await.unwrap().len();
    let expected = match on.engine() {
        Engine::Sqlite => 0,
        Engine::Postgres => 1,
    };
    assert_eq!(seen, expected);
}

async fn a_files_path_may_hold_any_character(on: &Place) {
    let folder = on.url().strip_prefix("sqlite://").unwrap().strip_suffix("urna.db").unwrap();
    for name in ["with space", "a%20b", "100%", "what?", "ürna#1", "a?mode=ro"] {
        let file = std::path::Path::new(folder).join(name);
        let db = Db::connect(&DbConfig::sqlite_file(&file)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        db.ping().await.unwrap();
        assert!(file.is_file(), "{name} was not made");
        db.close().await;
    }
}

async fn a_writer_waits_for_the_other(on: &TestDb) {
    let mut first = on.db().write().await.unwrap();
    let db = on.db().clone();
    let second = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        // The transaction excluded every other writer before its first write, so its reads are up to date.
        let seen = conferences::list_conferences(&mut tx, None, 9).await.unwrap();
        tx.commit().await.unwrap();
        seen
    });
    let put = put_conference(&mut first, 1, "ecc-2026").await;
    on.db().ping().await.unwrap();
    assert!(!second.is_finished());
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), [put]);
}

/// The command line beside the service: only SQLite's own lock separates them.
async fn a_writer_of_another_process_is_waited_for(on: &TestDb) {
    let instance = on.another_instance(1).await.unwrap();
    let mut first = on.db().write().await.unwrap();
    let second = tokio::spawn(async move {
        let mut tx = instance.write().await.unwrap();
        // A read before the transaction holds the write lock may be outdated.
        let seen = conferences::list_conferences(&mut tx, None, 9).await.unwrap();
        let added = conferences::insert_conference(&mut tx, &conference(2, "ecc-2026")).await.unwrap();
        tx.commit().await.unwrap();
        instance.close().await;
        (seen, added)
    });
    let put = put_conference(&mut first, 1, "ecc-2026").await;
    for _ in 0..50 {
        on.db().ping().await.unwrap();
    }
    assert!(!second.is_finished());
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), (vec![put], false));
}

/// Synced at every commit, deleted bytes overwritten, foreign keys enforced: for the writer and every reader.
async fn every_connection_is_safe(on: &TestDb) {
    let Pools::Sqlite { readers, writer } = on.db().pools() else { unreachable!("this is about SQLite") };
    let mut connections = vec![writer.acquire().await.unwrap()];
    for _ in 0..readers.options().get_max_connections() {
        connections.push(readers.acquire().await.unwrap());
    }
    assert_eq!(connections.len(), 5);
    for connection in &mut connections {
        for (pragma, expected) in [
            ("select secure_delete from pragma_secure_delete", "1"),
            ("select foreign_keys from pragma_foreign_keys", "1"),
            ("select journal_mode from pragma_journal_mode", "wal"),
            ("select synchronous from pragma_synchronous", "2"),
        ] {
            let sql = format!("select cast(({pragma}) as text)");
            let value: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut **connection).await.unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
    }
}

async fn what_was_committed_leaves_the_log(on: &TestDb) {
    // The first one also empties the log.
    on.db().checkpoint().await.unwrap();
    for number in 1..=3 {
        on.write(async |tx| put_conference(tx, number, &format!("ecc-{number}")).await).await;
    }
    on.db().checkpoint().await.unwrap();
    let Pools::Sqlite { writer, .. } = on.db().pools() else { return };
    let (busy, log, moved): (i64, i64, i64) =
        sqlx::query_as("pragma wal_checkpoint(noop)").fetch_one(writer).await.unwrap();
    assert!(busy == 0 && log > 0 && log == moved, "{busy} {log} {moved}");
}

/// The close of a large ballot is such a commit: its caller should not wait for the file as well.
async fn a_large_commit_does_not_wait_for_its_log_to_be_moved(on: &TestDb) {
    let Pools::Sqlite { writer, .. } = on.db().pools() else { panic!("this is about SQLite") };
    sqlx::query("create table large (bytes blob)").execute(writer).await.unwrap();
    sqlx::query("insert into large values (zeroblob(80000000))").execute(writer).await.unwrap();
    let (busy, log, moved): (i64, i64, i64) =
        sqlx::query_as("pragma wal_checkpoint(noop)").fetch_one(writer).await.unwrap();
    assert!(busy == 0 && log > 16_384 && moved == 0, "{busy} {log} {moved}");
}

async fn writers_do_not_wait_for_each_other(on: &TestDb) {
    let mut first = on.db().write().await.unwrap();
    let one = put_conference(&mut first, 1, "ecc-2026").await;
    let two = on.write(async |tx| put_conference(tx, 2, "ecc-2027").await).await;
    first.commit().await.unwrap();
    let listed = on.read(async |tx| conferences::list_conferences(tx, None, 9).await.unwrap()).await;
    assert_eq!(listed, [two, one]);
}

async fn connections_that_died_unused_are_replaced(on: &TestDb) {
    let instance = on.another_instance(4).await.unwrap();
    let several = [instance.write().await.unwrap(), instance.write().await.unwrap(), instance.write().await.unwrap()];
    drop(several);
    let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                  where datname = current_database() and pid <> pg_backend_pid()";
    let ended: i64 = sqlx::query_scalar(others).fetch_one(raw::pool(on.db())).await.unwrap();
    assert!(ended >= 3, "{ended}");
    for begun in [instance.read().await, instance.write().await, instance.write_casts(&[]).await] {
        drop(begun.unwrap());
    }
    instance.close().await;
}

/// A failover in which the old primary stays, and is told to take no writes.
async fn a_connection_that_takes_no_writes_is_not_used_again(on: &TestDb) {
    const NO_WRITES: &str = "set default_transaction_read_only = on";
    let instance = on.another_instance(1).await.unwrap();
    sqlx::query(NO_WRITES).execute(raw::pool(&instance)).await.unwrap();
    let mut tx = instance.write().await.unwrap();
    let refused = conferences::insert_conference(&mut tx, &conference(1, "ecc-2026")).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    drop(tx);
    let mut tx = instance.write().await.unwrap();
    assert!(conferences::insert_conference(&mut tx, &conference(1, "ecc-2026")).await.unwrap());
    tx.commit().await.unwrap();
    // A health check notices it, too.
    sqlx::query(NO_WRITES).execute(raw::pool(&instance)).await.unwrap();
    assert!(matches!(instance.check_writes().await, Err(StoreError::ReadOnly)));
    instance.check_writes().await.unwrap();
    instance.close().await;
}

async fn a_server_that_takes_no_writes_is_not_connected_to(on: &TestDb) {
    let set = async |to: &str| {
        let sql = format!(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = {to}', \
                           current_database()); end $$"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(raw::pool(on.db())).await.unwrap();
    };
    set("on").await;
    let connected = on.another_instance(1).await;
    set("off").await;
    let error = connected.map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "the database takes no writes");
    on.another_instance(1).await.unwrap().check_writes().await.unwrap();
}

async fn of_several_servers_the_one_that_takes_writes_is_found(on: &TestDb) {
    let (before, server) = on.url().rsplit_once('@').unwrap();
    let (server, after) = server.split_once('/').unwrap();
    // A port where nobody listens, a reachable server, and that server again.
    let way = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = way.local_addr().unwrap().port();
    let to = server.to_owned();
    let leading = tokio::spawn(async move {
        let mut led = tokio::task::JoinSet::new();
        while let Ok((mut client, _)) = way.accept().await {
            let to = to.clone();
            led.spawn(async move {
                let mut there = tokio::net::TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut there).await;
            });
        }
    });
    let url = format!("{before}@127.0.0.1:1,127.0.0.1:{port},{server}/{after}");
    let db = Db::connect(&DbConfig { postgres_connections: 2, ..DbConfig::new(url) }).await.unwrap();
    db.check_writes().await.unwrap();
    leading.abort();
    let _ended = leading.await;
    // The second route is gone, with its connections; the third is found.
    db.check_writes().await.unwrap();
    db.close().await;
}

async fn a_connection_that_breaks_before_the_commit_writes_nothing(on: &TestDb) {
    let mut tx = on.db().write().await.unwrap();
    let put = put_conference(&mut tx, 1, "ecc-2026").await;
    let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                  where datname = current_database() and state = 'idle in transaction'";
    let ended: i64 = sqlx::query_scalar(others).fetch_one(raw::pool(on.db())).await.unwrap();
    assert_eq!(ended, 1);
    // Its notification to other instances could not be sent, and so neither was the COMMIT.
    assert!(matches!(tx.commit().await, Err(CommitError::RolledBack(_))));
    // The next one finds a working connection.
    let seen = on.read(async |tx| conferences::find_conference(tx, &put.slug).await.unwrap()).await;
    assert!(seen.is_none());
}
