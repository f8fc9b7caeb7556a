//! Interprets a trace for the database's files and its voters: changes, syncs and answers, in order.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::strace::{Argument, Call, Moment, Outcome, Trace};

/// The traced calls: everything that can change a file, and everything that can send an answer. The `?` skips names
/// that a machine does not know.
pub(super) const CALLS: &str = "trace=?open,?openat,?openat2,?creat,?write,?pwrite64,?writev,?pwritev,?pwritev2,?sendto,\
                                ?sendmsg,?sendmmsg,?fsync,?fdatasync,?sync_file_range,?msync,?truncate,?ftruncate,\
                                ?fallocate,?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?unlink,\
                                ?unlinkat,?mmap,?copy_file_range,?sendfile,?splice,?io_uring_setup";

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// The thread of the server.
    pub(super) thread: u32,
    pub(super) what: What,
}

/// The kinds of events. The number of a change or a sync is that of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A change of a file has begun: from now on all or part of it may be done.
    Change { number: usize, file: usize, change: Change },
    /// The change is done, as far as the operating system knows.
    Changed { number: usize },
    /// A sync has begun: it covers the earlier completed changes.
    Sync { number: usize, of: Synced },
    /// The sync has ended: the covered changes are durable.
    SyncDone { number: usize },
    /// From now on a name stands for this file, or for none.
    Named { name: String, file: Option<usize> },
    /// The server begins to send the answer that a vote with this tracker is recorded.
    Acknowledged { tracker: String },
}

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// The object of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Synced {
    /// A file's content and length.
    File(usize),
    /// The names in the folder.
    Folder,
}

/// The files of a SQLite database: the main file, its log, and any other file whose name begins with the main file's.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    main: String,
    /// The file of each name; numbers increase in the order in which the files were created.
    names: HashMap<String, usize>,
    made: usize,
}

impl Files {
    /// `folder` without symbolic links; `before` are the existing files, which get their numbers in this order.
    pub(super) fn new<'a>(folder: &Path, main: &str, before: impl Iterator<Item = &'a String>) -> Self {
        let names: HashMap<String, usize> = before.cloned().zip(0..).collect();
        Self { folder: folder.to_owned(), main: main.to_owned(), made: names.len(), names }
    }

    /// The name in the folder, if the file belongs to the database. The index of the log (`-shm`) does not: SQLite
    /// recreates it.
    fn name<'a>(&self, path: &'a Path) -> Option<&'a str> {
        let name = path.file_name()?.to_str()?;
        let ours = path.parent() == Some(&*self.folder) && name.starts_with(&self.main) && !name.contains("-shm");
        ours.then_some(name)
    }

    /// The events of a trace.
    pub(super) fn events(&mut self, trace: &mut Trace) -> Result<Vec<Event>> {
        let mut events = Vec::with_capacity(trace.moments.len());
        for moment in &trace.moments {
            let (Moment::Begin(number) | Moment::End(number)) = *moment;
            let call = &mut trace.calls[number];
            let what = match moment {
                Moment::Begin(_) => self.begin(number, call),
                Moment::End(_) => self.end(number, call),
            };
            let what = what.with_context(|| format!("{} in thread {}", call.name, call.thread))?;
            events.extend(what.map(|what| Event { thread: call.thread, what }));
        }
        Ok(events)
    }

    /// The bytes are moved out of the call: there are many of them.
    fn begin(&self, number: usize, call: &mut Call) -> Result<Option<What>> {
        let of = self.synced(&call.arguments)?;
        Ok(match (call.name.as_str(), of) {
            ("pwrite64", Some(Synced::File(file))) => {
                let [_, Argument::Bytes(bytes), _, at] = call.arguments.as_mut_slice() else { bail!("odd arguments") };
                let change = Change::Write { at: count(at)?, bytes: std::mem::take(bytes) };
                Some(What::Change { number, file, change })
            }
            ("ftruncate", Some(Synced::File(file))) => {
                let length = count(call.arguments.get(1).context("no length")?)?;
                Some(What::Change { number, file, change: Change::Length(length) })
            }
            ("fsync" | "fdatasync", Some(of)) => Some(What::Sync { number, of }),
            ("openat" | "open" | "unlink" | "unlinkat", _) => None,
            ("mmap", _) if is_read_only(&call.arguments) => None,
            ("write" | "writev" | "sendto" | "sendmsg", None) => self.acknowledged(&call.arguments)?,
            ("io_uring_setup", _) => bail!("what is done through a ring is not seen by strace"),
            _ => self.mind(&call.arguments).map(|()| None)?,
        })
    }

    fn end(&mut self, number: usize, call: &Call) -> Result<Option<What>> {
        let Some(outcome) = &call.outcome else { return Ok(None) };
        let file = match call.arguments.first() {
            Some(Argument::File(path)) => Some(path).filter(|path| **path == self.folder || self.name(path).is_some()),
            _ => None,
        };
        Ok(match (call.name.as_str(), file) {
            ("pwrite64", Some(_)) => {
                // The model knows neither short writes nor SQLite's answer to one.
                let whole = matches!(call.arguments.get(2), Some(length) if count(length).ok() == value(outcome));
                whole.then_some(Some(What::Changed { number })).context("not everything was written")?
            }
            ("ftruncate", Some(_)) => outcome.done()?.then_some(What::Changed { number }),
            ("fsync" | "fdatasync", Some(_)) => outcome.done()?.then_some(What::SyncDone { number }),
            ("open" | "openat", _) => self.opened(call, outcome)?,
            ("unlink" | "unlinkat", _) if outcome.value == 0 => self.removed(&call.arguments),
            _ => None,
        })
    }

    /// The file or folder that a call syncs, if its first argument is one of ours.
    fn synced(&self, arguments: &[Argument]) -> Result<Option<Synced>> {
        match arguments.first() {
            Some(Argument::File(path)) if *path == self.folder => Ok(Some(Synced::Folder)),
            Some(Argument::File(path)) => Ok(self.file(path)?.map(Synced::File)),
            _ => Ok(None),
        }
    }

    /// The number of one of our files.
    fn file(&self, path: &Path) -> Result<Option<usize>> {
        let Some(name) = self.name(path) else { return Ok(None) };
        let known = self.names.get(name).copied();
        known.map(Some).with_context(|| format!("{name} is changed, and was never made"))
    }

    /// A created file is empty.
    fn opened(&mut self, call: &Call, outcome: &Outcome) -> Result<Option<What>> {
        let Some(name) = outcome.file.as_deref().and_then(|path| self.name(path)) else { return Ok(None) };
        let has_flag = |flag| matches!(call.arguments.iter().find_map(flags), Some(flags) if flags.contains(flag));
        if has_flag("O_TRUNC") {
            bail!("{name} is emptied, which the model does not know");
        }
        if self.names.contains_key(name) {
            return Ok(None);
        }
        if !has_flag("O_CREAT") {
            bail!("{name} is opened, and was never made");
        }
        let file = self.made;
        self.made += 1;
        self.names.insert(name.to_owned(), file);
        Ok(Some(What::Named { name: name.to_owned(), file: Some(file) }))
    }

    fn removed(&mut self, arguments: &[Argument]) -> Option<What> {
        let path = arguments.iter().find_map(text_path)?;
        let name = self.name(&path)?;
        self.names.remove(name);
        Some(What::Named { name: name.to_owned(), file: None })
    }

    /// An answer goes out in one piece. If a client has an answer that was not found here, the recording is refused.
    fn acknowledged(&self, arguments: &[Argument]) -> Result<Option<What>> {
        const FIELD: &[u8] = br#""tracker":""#;
        let Some(Argument::Bytes(sent)) = arguments.get(1) else { return self.mind(arguments).map(|()| None) };
        if !sent.starts_with(b"HTTP/1.1 201 ") {
            return Ok(None);
        }
        let Some(at) = sent.windows(FIELD.len()).position(|window| window == FIELD) else { return Ok(None) };
        let tracker = sent[at + FIELD.len()..].split(|byte| *byte == b'"').next().unwrap_or_default();
        Ok(Some(What::Acknowledged { tracker: String::from_utf8(tracker.to_vec())? }))
    }

    /// No other call may touch our files: the model would not know its effect.
    fn mind(&self, arguments: &[Argument]) -> Result<()> {
        for argument in arguments {
            let path = if let Argument::File(path) = argument { Some(path.clone()) } else { text_path(argument) };
            if let Some(name) = path.as_deref().and_then(|path| self.name(path)) {
                bail!("{name} is used in a way that the model does not know");
            }
        }
        Ok(())
    }
}

impl Outcome {
    /// Whether it succeeded. A failed sync leaves a state that the model does not know.
    fn done(&self) -> Result<bool> {
        if self.value != 0 {
            bail!("it has failed");
        }
        Ok(true)
    }
}

fn value(outcome: &Outcome) -> Option<usize> {
    usize::try_from(outcome.value).ok()
}

fn count(argument: &Argument) -> Result<usize> {
    match argument {
        Argument::Other(text) => text.parse().with_context(|| format!("{text} is no length and no place")),
        _ => bail!("a length or a place was expected"),
    }
}

fn flags(argument: &Argument) -> Option<&str> {
    match argument {
        Argument::Other(text) if text.contains("O_") => Some(text),
        _ => None,
    }
}

fn text_path(argument: &Argument) -> Option<PathBuf> {
    match argument {
        Argument::Bytes(bytes) => Some(PathBuf::from(str::from_utf8(bytes).ok()?)),
        _ => None,
    }
}

/// Whether `mmap(address, length, protection, flags, …)` rules out changes to the file.
fn is_read_only(arguments: &[Argument]) -> bool {
    let has = |place: usize, word| matches!(arguments.get(place), Some(Argument::Other(text)) if text.contains(word));
    !has(2, "PROT_WRITE") || has(3, "MAP_PRIVATE")
}

#[cfg(test)]
mod tests;
