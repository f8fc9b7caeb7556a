//! `urna backup`: a copy of the database in one file, without the master secret.

mod archive;
mod contents;
mod postgres;

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use urna_app::start::StartError;
use urna_core::keys::Keys;
use urna_store::backup::{UnusableCopy, read_copy};
use urna_store::{Db, StoreError, migrations};

use self::contents::Contents;
use self::postgres::Postgres;
use crate::command_line::BackupCommand;
use crate::exit::{Exit, Stop};
use crate::instance::{self, at};
use crate::output::Output;
use crate::secret;
use crate::settings::Settings;

/// How often progress is updated.
const LOOK: Duration = Duration::from_millis(100);

/// The first bytes of a SQLite file, and of an archive of `pg_dump`.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const POSTGRES_MAGIC: &[u8] = b"PGDMP";

pub(super) async fn run(settings: &Settings, command: BackupCommand, output: &Output) -> Result<(), Stop> {
    match command {
        BackupCommand::Create { file } => {
            let contents = create(settings, &file).await?;
            let text = format!("Backed up to {}, and checked.\n{contents}{}", file.display(), contents.advice());
            output.answer(&contents.document(), text)?;
            // A damaged database is worth a backup too, but it must not be mistaken for an intact one.
            whole(&file, &contents)
        }
        BackupCommand::Check { file } => {
            let contents = read(&file, settings).await?;
            whole(&file, &contents)?;
            output
                .answer(&contents.document(), format!("{} is whole.\n{contents}{}", file.display(), contents.advice()))
        }
        BackupCommand::Restore { file, damaged } => {
            let contents = restore(settings, &file, damaged).await?;
            let place = settings.database.place();
            let text = format!("Restored to {place}.\n{contents}{}", contents.advice_after_restore());
            output.answer(&contents.document(), text)
        }
    }
}

/// Writes the backup under a temporary name, checks it, and only then renames it.
async fn create(settings: &Settings, file: &Path) -> Result<Contents, Stop> {
    if file.exists() {
        return Err(Stop::new(Exit::Conflict, format!("{} exists already: name a new file", file.display())));
    }
    if settings.database.is_sqlite() && !settings.database.file().exists() {
        return Err(Stop::new(Exit::NotFound, format!("there is no database at {}", settings.database.place())));
    }
    let db = instance::connect_to(&settings.database).await?;
    let outcome = write_copy(settings, &db, file).await;
    db.close().await;
    outcome
}

async fn write_copy(settings: &Settings, db: &Db, file: &Path) -> Result<Contents, Stop> {
    let database = |error: StoreError| at(error.into(), &settings.database);
    if migrations::status(db).await.map_err(database)?.iter().all(|step| !step.applied) {
        return Err(Stop::new(Exit::NotFound, format!("there is nothing of Urna's at {}", settings.database.place())));
    }
    let folder = folder_of(file);
    // Readable by the owner only, and deleted after an error.
    let part =
        tempfile::Builder::new().prefix(".urna-backup-").tempfile_in(folder).map_err(|e| unwritable(file, &e))?;
    let bytes = db.bytes().await.map_err(database)?;
    let path = part.path();
    let bar = progress_bar(bytes);
    let written = async {
        match bytes {
            Some(_) => {
                let text = path.to_str().ok_or_else(|| Stop::usage("the file's name is not UTF-8 text"))?;
                db.copy_into(text).await.map_err(database)
            }
            None => Postgres::of(&settings.database)?.dump(path).await,
        }
    };
    show_while(&bar, path, written).await?;
    part.as_file().sync_all().map_err(|error| unwritable(file, &error))?;
    let contents = read(path, settings).await?;
    part.persist_noclobber(file).map_err(|error| unwritable(file, &error.error))?;
    sync_folder(folder).map_err(|error| unwritable(file, &error))?;
    Ok(contents)
}

/// Refuses a damaged backup.
fn whole(file: &Path, contents: &Contents) -> Result<(), Stop> {
    let damaged = |damage| Stop::new(Exit::Verification, format!("{} is not a whole backup: {damage}", file.display()));
    contents.damage().map_or(Ok(()), |damage| Err(damaged(damage)))
}

async fn restore(settings: &Settings, file: &Path, damaged: bool) -> Result<Contents, Stop> {
    let contents = read(file, settings).await?;
    if !damaged {
        let advice = "; look for another one, or bring it back all the same with --damaged";
        whole(file, &contents).map_err(|stop| Stop::new(Exit::Verification, format!("{stop}{advice}")))?;
    }
    match contents.secret_fits {
        Some(true) => {}
        Some(false) => return Err(StartError::OtherSecret.into()),
        None => {
            return Err(Stop::configuration(
                "the master secret that the backup belongs to must be in place first: put its file into the data \
                 directory, or name it in URNA_SECRET_FILE",
            ));
        }
    }
    if contents.is_sqlite != settings.database.is_sqlite() {
        let (this, other) = if contents.is_sqlite { ("SQLite", "PostgreSQL") } else { ("PostgreSQL", "SQLite") };
        return Err(Stop::configuration(format!("this is a backup of {this}, and the database is {other}")));
    }
    if contents.is_sqlite {
        restore_sqlite(settings, file)?;
    } else {
        restore_postgres(settings, file).await?;
    }
    Ok(contents)
}

/// Copies the file under a temporary name, then renames it to the database.
fn restore_sqlite(settings: &Settings, file: &Path) -> Result<(), Stop> {
    let place = settings.database.file();
    let wrong = |error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            let place = place.display();
            let what = format!(
                "there is a database at {place}, or what is left of one: stop the service, move it away with its \
                         -wal and -journal, and try again"
            );
            return Stop::new(Exit::Conflict, what);
        }
        Stop::new(Exit::Database, format!("{} cannot be written: {error}", place.display()))
    };
    // SQLite would take a leftover log of another database for this one's.
    let beside = |end: &str| {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        place.with_file_name(format!("{name}{end}"))
    };
    if place.exists() || beside("-wal").exists() || beside("-journal").exists() {
        return Err(wrong(io::ErrorKind::AlreadyExists.into()));
    }
    instance::make_folder(&settings.data_dir)?;
    let folder = folder_of(&place);
    let mut part = tempfile::Builder::new().prefix(".urna-restore-").tempfile_in(folder).map_err(wrong)?;
    let mut from = File::open(file).map_err(|error| unreadable(file, &error))?;
    let bar = progress_bar(from.metadata().ok().map(|data| data.len()));
    io::copy(&mut bar.wrap_read(&mut from), &mut part).map_err(wrong)?;
    bar.finish_and_clear();
    part.as_file().sync_all().map_err(wrong)?;
    part.persist_noclobber(&place).map_err(|error| wrong(error.error))?;
    sync_folder(folder).map_err(wrong)
}

async fn restore_postgres(settings: &Settings, file: &Path) -> Result<(), Stop> {
    let db = instance::connect_to(&settings.database).await?;
    let steps = migrations::status(&db).await;
    db.close().await;
    if steps.map_err(|error| at(error.into(), &settings.database))?.iter().any(|step| step.applied) {
        let place = settings.database.place();
        return Err(Stop::new(Exit::Conflict, format!("the database at {place} is not empty: name an empty one")));
    }
    let bar = progress_bar(None);
    let postgres = Postgres::of(&settings.database)?;
    show_while(&bar, Path::new(""), postgres.restore(file)).await
}

/// Reads the contents of a file, which must be a complete backup that this version understands.
async fn read(file: &Path, settings: &Settings) -> Result<Contents, Stop> {
    let bytes = fs::metadata(file).map_err(|error| unreadable(file, &error))?.len();
    let mut beginning = Vec::new();
    let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
    io::Read::read_to_end(&mut io::Read::take(opened, 16), &mut beginning).map_err(|error| unreadable(file, &error))?;
    let wrong = |why: &str| Stop::new(Exit::Verification, format!("{} is not a whole backup: {why}", file.display()));
    let is_sqlite = beginning == SQLITE_MAGIC;
    let inventory = if is_sqlite {
        read_copy(file).await.map_err(|error: UnusableCopy| wrong(&error.to_string()))?
    } else if beginning.starts_with(POSTGRES_MAGIC) {
        let bar = progress_bar(None);
        show_while(&bar, Path::new(""), archive::read(file)).await?
    } else {
        return Err(wrong("it is neither a SQLite database nor an archive of pg_dump"));
    };
    let keys = secret::at_hand(settings)?.map(|secret| Keys::derive(&secret));
    let contents = Contents::new(inventory, is_sqlite, bytes, keys.as_ref());
    if contents.step == 0 {
        return Err(wrong("there is nothing of Urna's in it"));
    }
    if contents.step > migrations::latest() {
        return Err(StoreError::NewerSchema(contents.step).into());
    }
    Ok(contents)
}

/// Runs `work`, which writes to `file`, and shows how large the file has become.
async fn show_while<T>(bar: &ProgressBar, file: &Path, work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(LOOK);
    let outcome = loop {
        tokio::select! {
            outcome = &mut work => break outcome,
            _ = ticks.tick() => {
                bar.tick();
                if let Ok(data) = fs::metadata(file) {
                    bar.set_position(data.len());
                }
            }
        }
    };
    bar.finish_and_clear();
    outcome
}

fn progress_bar(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:40} {bytes} of {total_bytes}"),
        None => (ProgressBar::new_spinner(), "{spinner} {elapsed} {bytes}"),
    };
    bar.with_style(ProgressStyle::with_template(template).expect("the template is right"))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn unwritable(file: &Path, error: &io::Error) -> Stop {
    let exit = if error.kind() == io::ErrorKind::AlreadyExists { Exit::Conflict } else { Exit::Failed };
    Stop::new(exit, format!("{} cannot be written: {error}", file.display()))
}

fn unreadable(file: &Path, error: &io::Error) -> Stop {
    Stop::new(Exit::NotFound, format!("{} cannot be read: {error}", file.display()))
}
