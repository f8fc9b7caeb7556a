//! Frozen definitions, read from their manifests: votes are judged by the very bytes that are published.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use urna_core::{BallotId, Definition, Frozen, Sha256Hash};

use crate::error::StoreError;

/// More than one conference has at a time; a few kilobytes each.
const MOST: usize = 500;

/// Parsed manifests, by hash. They never go out of date.
type Read = HashMap<Sha256Hash, (BallotId, Arc<Definition>)>;

static READ: LazyLock<Mutex<Read>> = LazyLock::new(Mutex::default);

/// The definition in a ballot's manifest.
pub(crate) fn frozen_definition(ballot: BallotId, frozen: &Frozen) -> Result<Arc<Definition>, StoreError> {
    let known = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&frozen.hash).cloned();
    let (of, definition) = known.map_or_else(|| read(frozen), Ok)?;
    if of == ballot { Ok(definition) } else { Err(StoreError::Corrupt("ballots.manifest: it is of another ballot")) }
}

fn read(frozen: &Frozen) -> Result<(BallotId, Arc<Definition>), StoreError> {
    let (ballot, definition) = frozen.manifest.read().map_err(|_| StoreError::Corrupt("ballots.manifest"))?;
    let read = (ballot, Arc::new(definition));
    let mut all = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MOST {
        all.clear();
    }
    all.insert(frozen.hash, read.clone());
    Ok(read)
}
