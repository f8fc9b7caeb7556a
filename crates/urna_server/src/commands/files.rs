//! Files that a command is given.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::exit::{Exit, Stop};

/// The bytes of a file, which has at most so many.
pub(super) fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, Stop> {
    let unreadable =
        |error: std::io::Error| Stop::new(Exit::NotFound, format!("{} cannot be read: {error}", path.display()));
    let too_large = || Stop::usage(format!("{} is larger than it can be", path.display()));
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() > most {
        return Err(too_large());
    }
    // Only a regular file has a known length before it is read.
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) { Ok(bytes) } else { Err(too_large()) }
}
