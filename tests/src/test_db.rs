//! A migrated database for one case.

use std::time::Duration;

use urna_store::{Db, DbConfig, Tx, migrations};

use crate::engine::Engine;
use crate::fixture::Fixture;
use crate::place::Place;

/// Few, because cases run side by side on one server.
const POSTGRES_CONNECTIONS: u32 = 8;

/// A database for one case, with the schema and nothing else.
#[derive(Debug)]
pub struct TestDb {
    place: Place,
    db: Db,
}

impl TestDb {
    /// The engine of the database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.place.engine()
    }

    /// The address of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        self.place.url()
    }

    /// The place of the database.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The database.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Connects again, as another instance would, with this many connections on PostgreSQL.
    pub async fn another_instance(&self, postgres_connections: u32) -> anyhow::Result<Db> {
        connect(&self.place, postgres_connections).await
    }

    /// Runs `work` in a transaction and commits it.
    ///
    /// # Panics
    /// If the transaction cannot begin or commit, since no test expects that.
    pub async fn write<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> T) -> T {
        let mut tx = self.db.write().await.expect("a test's transaction begins");
        let done = work(&mut tx).await;
        tx.commit().await.expect("a test's transaction commits");
        done
    }

    /// Runs `work` in a reading transaction.
    ///
    /// # Panics
    /// If the transaction cannot begin.
    pub async fn read<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> T) -> T {
        let mut tx = self.db.read().await.expect("a test's transaction begins");
        work(&mut tx).await
    }
}

async fn connect(place: &Place, postgres_connections: u32) -> anyhow::Result<Db> {
    let config = DbConfig { postgres_connections, ..DbConfig::new(place.url()) };
    Ok(Db::connect(&config).await?)
}

impl Fixture for TestDb {
    async fn start(engine: Engine) -> anyhow::Result<Self> {
        let place = Place::start(engine).await?;
        let migrated = async {
            let db = connect(&place, POSTGRES_CONNECTIONS).await?;
            migrations::migrate(&db).await?;
            anyhow::Ok(db)
        };
        match migrated.await {
            Ok(db) => Ok(Self { place, db }),
            Err(error) => {
                place.stop().await?;
                Err(error)
            }
        }
    }

    async fn stop(self) -> anyhow::Result<()> {
        // A failed case may still hold a connection: then do not wait for it.
        let _late = tokio::time::timeout(Duration::from_secs(5), self.db.close()).await;
        self.place.stop().await
    }
}
