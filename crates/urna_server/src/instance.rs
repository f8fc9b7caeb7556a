//! An instance with its database: every command that works with data starts here.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use urna_app::start::{self, StartError};
use urna_app::{App, AppConfig, Clock, ClosedList};
use urna_core::keys::{Keys, MasterSecret};
use urna_store::{Db, DbConfig, StoreError, migrations, suitable};

use crate::exit::{Exit, Stop};
use crate::secret;
use crate::settings::{DatabaseUrl, Settings};

/// A database that belongs to this service, with its schema up to date, and the keys.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) db: Db,
    pub(crate) keys: Keys,
}

impl Prepared {
    /// Connects, finds the master secret, migrates, and checks that secret and database belong together.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Stop> {
        needs_secret_file(settings)?;
        let db = connect(settings).await?;
        let secret = secret::find(settings, &db).await.map_err(|stop| at(stop, &settings.database))?;
        Self::with_secret(db, &secret, &settings.database).await
    }

    /// The same with a secret from elsewhere.
    pub(crate) async fn with_secret(db: Db, secret: &MasterSecret, database: &DatabaseUrl) -> Result<Self, Stop> {
        let keys = Keys::derive(secret);
        start::prepare(&db, &keys, &Clock::System).await.map_err(|error| match error {
            StartError::OtherSecret => error.into(),
            StartError::Store(_) | StartError::Commit(_) => at(error.into(), database),
        })?;
        Ok(Self { db, keys })
    }

    /// Opens an existing database only: creates no database, schema or master secret.
    async fn existing(settings: &Settings) -> Result<Self, Stop> {
        needs_secret_file(settings)?;
        let db = connect_to_existing(settings).await?;
        let database = &settings.database;
        let steps = migrations::status(&db).await.map_err(|error| at(error.into(), database))?;
        if steps.iter().all(|step| !step.applied) {
            return Err(Stop::new(Exit::NotFound, format!("there is nothing of Urna's at {}", database.place())));
        }
        let secret = secret::at_hand(settings)?.ok_or_else(|| {
            let file = secret::default_file(settings);
            let file = file.display();
            Stop::configuration(format!(
                "there is no master secret at {file}: put it there, or name it in URNA_SECRET_FILE"
            ))
        })?;
        let keys = Keys::derive(&secret);
        start::check(&db, &keys).await.map_err(|error| match error {
            StartError::OtherSecret => error.into(),
            StartError::Store(_) | StartError::Commit(_) => at(error.into(), database),
        })?;
        Ok(Self { db, keys })
    }

    /// The application on this database, with its list of closed ballots in this file.
    pub(crate) async fn into_app(self, public_url: String, closed_file: &Path) -> Result<Arc<App>, Stop> {
        let closed = ClosedList::open(closed_file.to_owned(), &self.keys.closed)
            .map_err(|error| unusable(closed_file, &error.to_string()))?;
        let app = Arc::new(App::new(self.db, self.keys, Clock::System, AppConfig { public_url }, closed));
        app.learn_closed().await?;
        must_be_written(&app)?;
        Ok(app)
    }
}

fn unusable(closed_file: &Path, error: &str) -> Stop {
    let file = closed_file.display();
    Stop::configuration(format!("the list of closed ballots, {file} (URNA_CLOSED_FILE), cannot be used: {error}"))
}

/// Refuses to start an instance that cannot write its list of closed ballots.
pub(crate) fn must_be_written(app: &App) -> Result<(), Stop> {
    app.closed().trouble().map_or(Ok(()), |error| Err(unusable(app.closed().file(), &error)))
}

/// Connects to the database, whatever its schema.
pub(crate) async fn connect(settings: &Settings) -> Result<Db, Stop> {
    if settings.database.is_sqlite() {
        make_folder(&settings.data_dir)?;
    }
    connect_to(&settings.database).await
}

fn needs_secret_file(settings: &Settings) -> Result<(), Stop> {
    if settings.secret_file.is_some() || settings.database.is_sqlite() {
        return Ok(());
    }
    let sentence = "URNA_SECRET_FILE is needed with PostgreSQL: a file of 32 random bytes, the same for every instance";
    Err(Stop::configuration(sentence))
}

/// Connects to the database if it exists, whatever its schema; never creates one.
pub(crate) async fn connect_to_existing(settings: &Settings) -> Result<Db, Stop> {
    let database = &settings.database;
    if database.is_sqlite() && !database.file().exists() {
        return Err(Stop::new(Exit::NotFound, format!("there is no database at {}", database.place())));
    }
    connect_to(database).await
}

/// Connects to the database at this address.
pub(crate) async fn connect_to(database: &DatabaseUrl) -> Result<Db, Stop> {
    let connected = async {
        let db = Db::connect(&DbConfig::new(database.url())).await?;
        suitable::check(&db).await?;
        Ok::<_, StoreError>(db)
    };
    connected.await.map_err(|error| at(error.into(), database))
}

/// Adds the name of the database to an error.
pub(crate) fn at(stop: Stop, database: &DatabaseUrl) -> Stop {
    if stop.exit == Exit::Database {
        Stop::new(Exit::Database, format!("the database at {} cannot be used: {stop}", database.place()))
    } else {
        stop
    }
}

/// Creates a folder that only the service may read, if it is missing.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Stop> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        Stop::configuration(format!("the data directory {} cannot be made: {error}", folder.display()))
    })
}

/// An instance for a command on the host. It needs an existing database.
///
/// On SQLite it works on the file directly, even while a server uses it. The server notices the foreign writes and
/// drops its caches, writers wait for each other, and every decision is made under the lock of the database. This kind
/// of instance writes no mail and so needs no public address.
pub(crate) async fn open(settings: &Settings) -> Result<Arc<App>, Stop> {
    Prepared::existing(settings).await?.into_app(String::new(), &settings.closed_file).await
}

/// The same for a command that may run first and sets the service up.
pub(crate) async fn set_up(settings: &Settings) -> Result<Arc<App>, Stop> {
    Prepared::open(settings).await?.into_app(String::new(), &settings.closed_file).await
}
