//! Frozen definitions, read from their manifests: votes are judged by the very bytes that are published.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use urna_core::{BallotId, Definition, Frozen, Sha256Hash};

use crate::error::StoreError;

/// More than one conference has at a time; a few kilobytes each.
const MOST: usize = 500;

/// Parsed manifests, by hash. They never go out of date.
static READ: LazyLock<Mutex<HashMap<Sha256Hash, (BallotId, Arc<Definition>)>>> = LazyLock::new(Mutex::default);

/// The definition in a ballot's manifest.
pub(crate) fn frozen_definition(ballot: BallotId, frozen: &Frozen) -> Result<Arc<Definition>, StoreError> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let (of, definition) = match read.get(&frozen.hash) {
        Some(known) => known.clone(),
        None => {
            let (of, definition) = frozen.manifest.read().map_err(|_| StoreError::Corrupt("ballots.manifest"))?;
            if read.len() >= MOST {
                read.clear();
            }
            read.entry(frozen.hash).or_insert((of, Arc::new(definition))).clone()
        }
    };
    if of == ballot { Ok(definition) } else { Err(StoreError::Corrupt("ballots.manifest: it is of another ballot")) }
}
