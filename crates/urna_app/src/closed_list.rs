//! The list of closed ballots outside the database ([`urna_core::closed_list`]): in memory, for casts to check, and
//! in a file, which is synced before a close is answered.
//!
//! Each line is written with an empty line before it, in one write at the end of the file. So several processes can
//! share the file, and a line torn by a crash spoils no other.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use urna_core::closed_list::{ClosedBallots, ClosedKey};
use urna_core::{BallotId, StateName};

/// The ballots that are over, as far as this instance knows.
#[derive(Debug, Clone)]
pub struct ClosedList(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    key: ClosedKey,
    ballots: RwLock<HashSet<BallotId>>,
    /// Listed ballots that the database does not call over, and the state it gives them.
    put_back: Mutex<BTreeMap<BallotId, StateName>>,
    disk: Mutex<Disk>,
    /// Why the file does not have the whole list, if it does not.
    trouble: Mutex<Option<String>>,
}

/// The last known content of the file; locked while the file is read or written.
#[derive(Debug, Default)]
struct Disk {
    /// The file's metadata when it was last read; [`Seen::Unknown`] since it was written.
    seen: Seen,
    /// The ballots that were in it then.
    ballots: BTreeSet<BallotId>,
    foreign: usize,
}

/// The file's metadata, as far as known.
#[derive(Debug, Default, PartialEq, Eq)]
enum Seen {
    /// Read it again: other processes may have written to it, or removed it.
    #[default]
    Unknown,
    /// The file did not exist.
    Missing,
    /// The file had this stamp.
    File(Stamp),
}

/// Identity and metadata of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let changed = (metadata.mtime(), metadata.mtime_nsec());
        Self { inode: metadata.ino(), length: metadata.len(), changed }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ClosedList {
    /// Reads the list in this file; starts empty if the file does not exist.
    pub fn open(file: PathBuf, key: &ClosedKey) -> io::Result<Self> {
        let inner = Inner {
            file,
            key: key.clone(),
            ballots: RwLock::default(),
            put_back: Mutex::default(),
            disk: Mutex::default(),
            trouble: Mutex::default(),
        };
        inner.read(&mut locked(&inner.disk))?;
        Ok(Self(Arc::new(inner)))
    }

    /// The path of the file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// Whether a ballot is on the list; looks only in memory.
    pub(crate) fn has(&self, ballot: BallotId) -> bool {
        self.0.ballots.read().unwrap_or_else(PoisonError::into_inner).contains(&ballot)
    }

    /// Puts ballots on the list, in memory; [`ClosedList::save`] writes the file.
    pub(crate) fn add(&self, ballots: impl IntoIterator<Item = BallotId>) {
        self.0.ballots.write().unwrap_or_else(PoisonError::into_inner).extend(ballots);
    }

    /// Whether a ballot is on the list although the database does not call it over. If so, raises the alarm.
    pub(crate) fn is_put_back(&self, ballot: BallotId, stored: StateName) -> bool {
        let put_back = !stored.is_over() && self.has(ballot);
        if put_back {
            self.0.note(BTreeMap::from([(ballot, stored)]));
        }
        put_back
    }

    /// The list as it is now. A ballot joins it after its close was committed: the database, read afterwards, must call
    /// it over.
    pub(crate) fn known(&self) -> BTreeSet<BallotId> {
        self.0.ballots.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Compares the list with all ballots in the database, which were read after the list was [`known`](Self::known).
    /// Ballots that are over join the list, in memory.
    pub(crate) fn compare(&self, known: &BTreeSet<BallotId>, stored: &[(BallotId, StateName)]) {
        self.add(stored.iter().filter(|(_, state)| state.is_over()).map(|(ballot, _)| *ballot));
        let put_back = stored.iter().filter(|(ballot, state)| !state.is_over() && known.contains(ballot)).copied();
        let put_back: BTreeMap<_, _> = put_back.collect();
        locked(&self.0.put_back).retain(|ballot, _| put_back.contains_key(ballot));
        self.0.note(put_back);
    }

    /// The ballots on the list that the database does not call over.
    #[must_use]
    pub fn put_back(&self) -> Vec<BallotId> {
        locked(&self.0.put_back).keys().copied().collect()
    }

    /// Why the file does not have the whole list, if it does not.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        locked(&self.0.trouble).clone()
    }

    /// Saves the whole list to the file, synced, and reads lines that others have written there. Success is
    /// remembered and returned.
    pub(crate) async fn save(&self) -> bool {
        let inner = Arc::clone(&self.0);
        let saved = tokio::task::spawn_blocking(move || inner.save()).await;
        // The task is lost only if the service is ending.
        saved.unwrap_or(false)
    }

    /// Creates the file, if it does not exist.
    pub(crate) async fn make(&self) -> bool {
        let inner = Arc::clone(&self.0);
        let made = tokio::task::spawn_blocking(move || inner.keep_books(inner.append(&[]))).await;
        made.unwrap_or(false)
    }
}

impl Inner {
    /// Raises the alarm for ballots that were put back, once for each.
    fn note(&self, found: BTreeMap<BallotId, StateName>) {
        let mut put_back = locked(&self.put_back);
        for (ballot, state) in found {
            if put_back.insert(ballot, state).is_none() {
                tracing::error!(
                    %ballot, %state,
                    "a ballot that was closed has been put back in the database: it takes no vote, and can only be cancelled"
                );
            }
        }
        let number = u32::try_from(put_back.len()).unwrap_or(u32::MAX);
        metrics::gauge!("urna_ballots_put_back").set(f64::from(number));
    }

    fn save(&self) -> bool {
        let mut disk = locked(&self.disk);
        let saved = self.write_missing(&mut disk);
        drop(disk);
        self.keep_books(saved)
    }

    /// Remembers whether the file has the whole list.
    fn keep_books(&self, saved: io::Result<()>) -> bool {
        let mut trouble = locked(&self.trouble);
        let now = saved.err().map(|error| error.to_string());
        if let Some(error) = now.as_ref().filter(|error| trouble.as_ref() != Some(*error)) {
            let file = self.file.display();
            tracing::error!(%file, %error, "the list of closed ballots cannot be written: a ballot could be put back unnoticed");
        }
        metrics::gauge!("urna_closed_list_unwritten").set(if now.is_some() { 1.0 } else { 0.0 });
        *trouble = now;
        trouble.is_none()
    }

    fn write_missing(&self, disk: &mut Disk) -> io::Result<()> {
        self.read(disk)?;
        let ballots = self.ballots.read().unwrap_or_else(PoisonError::into_inner);
        let missing: BTreeSet<BallotId> =
            ballots.iter().filter(|ballot| !disk.ballots.contains(ballot)).copied().collect();
        drop(ballots);
        if missing.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = missing.iter().map(|ballot| self.key.line(*ballot)).collect();
        disk.seen = Seen::Unknown;
        self.append(&lines)?;
        disk.ballots.extend(missing);
        Ok(())
    }

    /// Reads the file, unless its metadata is unchanged.
    fn read(&self, disk: &mut Disk) -> io::Result<()> {
        let looks = match std::fs::metadata(&self.file) {
            Ok(metadata) => Seen::File(Stamp::of(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Seen::Missing,
            Err(error) => return Err(error),
        };
        if looks == disk.seen {
            return Ok(());
        }
        let found = match looks {
            Seen::File(_) => self.key.read(&std::fs::read(&self.file)?),
            Seen::Missing | Seen::Unknown => ClosedBallots::default(),
        };
        let file = self.file.display();
        if !disk.ballots.is_subset(&found.ballots) {
            tracing::error!(%file, "ballots were taken off the list of closed ballots; they are written again");
        }
        if found.foreign > disk.foreign {
            tracing::warn!(%file, lines = found.foreign, "lines of the list of closed ballots are not by this service, or torn");
        }
        self.ballots.write().unwrap_or_else(PoisonError::into_inner).extend(&found.ballots);
        (disk.seen, disk.ballots, disk.foreign) = (looks, found.ballots, found.foreign);
        Ok(())
    }

    /// Appends lines to the file, creating it if necessary, and syncs.
    fn append(&self, lines: &[String]) -> io::Result<()> {
        let is_new = !self.file.exists();
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        let text: String = lines.iter().flat_map(|line| ["\n", line, "\n"]).collect();
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if is_new {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use urna_core::keys::{Keys, MasterSecret};
    use uuid::Uuid;

    use super::*;

    fn list(file: &Path) -> ClosedList {
        ClosedList::open(file.to_owned(), &Keys::derive(&MasterSecret::new([1; 32])).closed).unwrap()
    }

    fn ballot(number: u128) -> BallotId {
        BallotId::new(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn what_is_saved_is_read_again_by_every_process() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("closed");
        let (one, other) = (list(&file), list(&file));
        one.add([ballot(1)]);
        assert!(one.save().await);
        other.add([ballot(2)]);
        assert!(other.save().await && other.has(ballot(1)), "lines of another process are read");
        assert!(one.save().await && one.has(ballot(2)));
        let third = list(&file);
        assert!(third.has(ballot(1)) && third.has(ballot(2)) && !third.has(ballot(3)));
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_torn_line_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("closed");
        let first = list(&file);
        first.add([ballot(1)]);
        assert!(first.save().await);
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &whole[..whole.len() - 7]).unwrap();
        let next = list(&file);
        assert!(!next.has(ballot(1)), "an incomplete line is ignored");
        next.add([ballot(2)]);
        assert!(next.save().await && list(&file).has(ballot(2)));
        assert!(first.save().await && list(&file).has(ballot(1)), "a process that still has it writes it again");
    }

    #[tokio::test]
    async fn what_was_deleted_is_written_again_and_what_cannot_be_written_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sub").join("closed");
        let known = list(&file);
        known.add([ballot(1)]);
        // A file in the place of a folder.
        std::fs::write(folder.path().join("sub"), "").unwrap();
        assert!(!known.save().await && known.trouble().is_some() && known.has(ballot(1)));
        std::fs::remove_file(folder.path().join("sub")).unwrap();
        assert!(known.save().await && known.trouble().is_none());
        std::fs::remove_file(&file).unwrap();
        assert!(known.save().await && list(&file).has(ballot(1)));
    }

    #[test]
    fn only_a_ballot_that_was_over_can_have_been_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let known = list(&folder.path().join("closed"));
        known.compare(&known.known(), &[(ballot(1), StateName::Closed), (ballot(2), StateName::Open)]);
        assert!(known.put_back().is_empty() && !known.is_put_back(ballot(2), StateName::Open));
        for state in [StateName::Draft, StateName::Ready, StateName::Open, StateName::Paused] {
            assert!(known.is_put_back(ballot(1), state), "{state}");
        }
        assert_eq!(known.put_back(), [ballot(1)]);
        known.compare(&known.known(), &[(ballot(1), StateName::Cancelled)]);
        assert!(known.put_back().is_empty(), "the alarm ends with the ballot");
        // The database was read before this ballot closed, and is compared with the list afterwards.
        let before = known.known();
        known.add([ballot(3)]);
        known.compare(&before, &[(ballot(3), StateName::Open)]);
        assert!(known.put_back().is_empty(), "a close that happens meanwhile is no alarm");
    }
}
