//! The master secret: read from its file, or created once.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use urna_app::{random, start};
use urna_core::keys::MasterSecret;
use urna_store::{Db, migrations};
use zeroize::Zeroizing;

use crate::exit::Stop;
use crate::settings::Settings;

/// The name of the file in the data directory.
const FILE: &str = "urna.secret";

/// Readable by its owner only, and writable by nobody.
const MODE: u32 = 0o400;

/// The secret of the instance. Created if no file was configured, none exists and the database is tied to none yet.
pub(crate) async fn find(settings: &Settings, db: &Db) -> Result<MasterSecret, Stop> {
    match &settings.secret_file {
        Some(path) => read(path),
        None => find_or_make(&default_file(settings), db).await,
    }
}

/// The secret of the instance if it is available; never creates one.
pub(crate) fn at_hand(settings: &Settings) -> Result<Option<MasterSecret>, Stop> {
    match &settings.secret_file {
        Some(path) => read(path).map(Some),
        None => Some(default_file(settings)).filter(|path| path.exists()).map(|path| read(&path)).transpose(),
    }
}

/// The default place of the secret.
pub(crate) fn default_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(FILE)
}

/// The secret in this file. Created if it is missing and the database is tied to none yet.
pub(crate) async fn find_or_make(path: &Path, db: &Db) -> Result<MasterSecret, Stop> {
    if !path.exists() {
        // An older schema may hold a fingerprint too, but it can be read only after all steps.
        migrations::migrate(db).await?;
        // Check again: meanwhile another start may have created it and tied the database to it.
        if start::is_tied(db).await? && !path.exists() {
            return Err(Stop::configuration(format!(
                "there is no master secret at {}, and the database belongs to one: put the file back, or name it in \
                 URNA_SECRET_FILE",
                path.display()
            )));
        }
        make(path).map_err(|error| {
            Stop::configuration(format!("the master secret cannot be written to {}: {error}", path.display()))
        })?;
    }
    read(path)
}

/// Writes a fresh secret under a temporary name, then renames it unless the file exists by then. Two instances that
/// start at once use the same secret, and nobody reads half of one.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = Permissions::from_mode(MODE);
    let mut file = tempfile::Builder::new().prefix(".urna.secret.").permissions(permissions).tempfile_in(folder)?;
    let secret = Zeroizing::new(random::bytes::<32>());
    file.write_all(&*secret)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)?.sync_all(),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

fn read(path: &Path) -> Result<MasterSecret, Stop> {
    let shown = path.display();
    let wrong =
        |error: io::Error| Stop::configuration(format!("the master secret cannot be read from {shown}: {error}"));
    let file = File::open(path).map_err(wrong)?;
    // Limited: the path may name a device or a large wrong file.
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    file.take(1024).read_to_end(&mut bytes).map_err(wrong)?;
    let secret = MasterSecret::from_slice(&bytes)
        .map_err(|error| Stop::configuration(format!("the file {shown} is no master secret: {error}")))?;
    if fs::metadata(path).map_err(wrong)?.permissions().mode() & 0o007 != 0 {
        tracing::warn!(file = %shown, "everybody on this machine can read the master secret: chmod 400 it");
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_that_make_the_secret_at_once_one_wins_and_both_read_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make(&path).unwrap());
            }
        });
        let first = fs::read(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first, "a secret that is there stays");
        assert_eq!(first.len(), 32);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert!(read(&path).is_ok());
    }
}
