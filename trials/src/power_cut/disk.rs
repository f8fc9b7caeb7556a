//! A simulated disk that guarantees only synced data.
//!
//! * From the beginning of its call a change may be on the disk as a whole, not at all, or torn: some of its 512-byte
//!   sectors and not the others. Each change has its own chance, so later ones may survive without earlier ones.
//! * It is durable once a sync of the file has ended that began after the change's call had ended.
//! * A created or removed name may or may not be durable, until a sync of the folder has ended that began later.
//! * Unwritten bytes are zeros. Bytes beside the written ones are never harmed, not even in the same sector: SQLite
//!   relies on that, too (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`, its default). A completed sync has told the truth, and
//!   data on the disk does not decay.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::trace::{Change, Synced, What};
use crate::chance::Chance;

/// The unit of an atomic write.
const SECTOR: usize = 512;

/// The content of every file after a power cut.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

/// The fate of the data that is not durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Survival {
    /// Nothing survives.
    Nothing,
    /// Everything was written in time.
    Everything,
    /// The chances in percent that a change survives whole, and otherwise that it is torn.
    Some { whole: usize, torn: usize },
}

/// The disk at some point of a trace.
#[derive(Debug)]
pub(super) struct Disk<'a> {
    files: Vec<File<'a>>,
    folder: BTreeMap<&'a str, Name>,
    /// The changes that each running sync covers.
    syncs: HashMap<usize, Covered<'a>>,
}

#[derive(Debug, Default)]
struct File<'a> {
    /// The durable content.
    durable: Vec<u8>,
    /// In the order in which they began.
    pending: Vec<Pending<'a>>,
}

/// A name in the folder.
#[derive(Debug)]
struct Name {
    /// The files it has stood for since the folder was last synced; the first is durable.
    stood: Vec<Option<usize>>,
    /// The number of files it stood for before.
    past: usize,
}

#[derive(Debug)]
struct Pending<'a> {
    number: usize,
    change: &'a Change,
    done: bool,
}

#[derive(Debug)]
enum Covered<'a> {
    Changes {
        file: usize,
        numbers: HashSet<usize>,
    },
    /// The number of files each name has ever stood for.
    Names(HashMap<&'a str, usize>),
}

impl<'a> Disk<'a> {
    /// A disk on which these files are durable; they get the first numbers, in this order.
    pub(super) fn new(files: &'a Image) -> Self {
        let folder = files.keys().zip(0..).map(|(name, file)| (name.as_str(), Name::new(Some(file)))).collect();
        let files = files.values().map(|content| File { durable: content.clone(), pending: Vec::new() }).collect();
        Self { files, folder, syncs: HashMap::new() }
    }

    /// Applies the next event.
    pub(super) fn apply(&mut self, what: &'a What) {
        match what {
            What::Change { number, file, change } => {
                self.file(*file).pending.push(Pending { number: *number, change, done: false });
            }
            What::Changed { number } => {
                let mut pending = self.files.iter_mut().flat_map(|file| &mut file.pending);
                if let Some(change) = pending.find(|change| change.number == *number) {
                    change.done = true;
                }
            }
            What::Sync { number, of } => {
                let covered = self.covered(*of);
                self.syncs.insert(*number, covered);
            }
            What::SyncDone { number } => match self.syncs.remove(number) {
                Some(Covered::Changes { file, numbers }) => self.files[file].settle(&numbers),
                Some(Covered::Names(then)) => {
                    self.folder.iter_mut().for_each(|(name, stands)| stands.settle(then.get(name).copied()));
                }
                None => {}
            },
            What::Named { name, file } => {
                if let Some(file) = file {
                    self.file(*file);
                }
                self.folder.entry(name).or_insert_with(|| Name::new(None)).stood.push(*file);
            }
            What::Acknowledged { .. } => {}
        }
    }

    /// A file; a new one is empty.
    fn file(&mut self, file: usize) -> &mut File<'a> {
        if file >= self.files.len() {
            self.files.resize_with(file + 1, File::default);
        }
        &mut self.files[file]
    }

    fn covered(&mut self, of: Synced) -> Covered<'a> {
        match of {
            Synced::File(file) => {
                let done = self.file(file).pending.iter().filter(|change| change.done);
                Covered::Changes { file, numbers: done.map(|change| change.number).collect() }
            }
            Synced::Folder => Covered::Names(self.folder.iter().map(|(name, stands)| (*name, stands.ever())).collect()),
        }
    }

    /// The files found after a power cut.
    pub(super) fn image(&self, survival: Survival, chance: &mut Chance) -> Image {
        let mut image = Image::new();
        for (name, Name { stood, .. }) in &self.folder {
            let place = match survival {
                Survival::Nothing => 0,
                Survival::Everything => stood.len() - 1,
                Survival::Some { .. } => chance.below(stood.len()),
            };
            if let Some(file) = stood[place] {
                image.insert((*name).to_owned(), self.files[file].content(survival, chance));
            }
        }
        image
    }

    /// The number of changes that are not durable.
    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.files.iter().map(|file| file.pending.len()).sum()
    }
}

impl Name {
    fn new(file: Option<usize>) -> Self {
        Self { stood: vec![file], past: 0 }
    }

    fn ever(&self) -> usize {
        self.past + self.stood.len()
    }

    /// Makes the state at the beginning of a sync durable, unless another sync has made something later durable
    /// already.
    fn settle(&mut self, ever_then: Option<usize>) {
        let past = ever_then.unwrap_or(0).saturating_sub(1).saturating_sub(self.past);
        self.stood.drain(..past);
        self.past += past;
    }
}

impl File<'_> {
    fn settle(&mut self, numbers: &HashSet<usize>) {
        for change in self.pending.extract_if(.., |change| numbers.contains(&change.number)) {
            change.change.apply(&mut self.durable, |_| true);
        }
    }

    fn content(&self, survival: Survival, chance: &mut Chance) -> Vec<u8> {
        let mut content = self.durable.clone();
        for pending in &self.pending {
            let (whole, torn) = match survival {
                Survival::Nothing => (false, false),
                Survival::Everything => (true, false),
                Survival::Some { whole, torn } => (chance.percent(whole), chance.percent(torn)),
            };
            if whole {
                pending.change.apply(&mut content, |_| true);
            } else if torn {
                pending.change.apply(&mut content, |_| chance.percent(50));
            }
        }
        content
    }
}

impl Change {
    /// Applies a change, except for the sectors that are not `kept`. A length is never torn: it changes or not, like a
    /// single sector.
    fn apply(&self, content: &mut Vec<u8>, mut kept: impl FnMut(usize) -> bool) {
        match self {
            Self::Write { at, bytes } => {
                let (mut from, end) = (*at, at + bytes.len());
                while from < end {
                    let to = ((from / SECTOR + 1) * SECTOR).min(end);
                    if kept(from / SECTOR) {
                        content.resize(content.len().max(to), 0);
                        content[from..to].copy_from_slice(&bytes[from - at..to - at]);
                    }
                    from = to;
                }
            }
            Self::Length(length) => {
                if kept(0) {
                    content.resize(*length, 0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
