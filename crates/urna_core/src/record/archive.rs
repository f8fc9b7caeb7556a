//! The archive of a record: a zip file (APPNOTE.TXT 6.3). Every file is stored uncompressed, with the same date and
//! mode, so that the same files always give the same bytes.

use super::file;

/// The part of a file's header before its CRC-32: version 1.0, no flags, stored, dated 1980-01-01 (4.4.2 to 4.4.6).
const STORED: [u8; 10] = [10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
/// The signature of a file's header (4.3.7).
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// The signature of an entry of the directory (4.3.12), and its maker: Unix, version 1.0.
const ENTRY: [u8; 6] = *b"PK\x01\x02\x0a\x03";
/// The signature of the directory's end, on the first and only disk (4.3.16).
const END: [u8; 8] = *b"PK\x05\x06\0\0\0\0";
/// The part of an entry after the length of the name: no extra data, and a file of mode 0644.
const PLAIN_FILE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81];
/// Length of a file's header, without the name.
const LOCAL_LENGTH: usize = 30;

/// Puts files together, each under its name, in this order.
///
/// # Panics
/// If the files exceed 4 GiB: a thousand times the votes of a large conference.
#[must_use]
pub fn encode<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let (mut archive, mut directory, mut count) = (Vec::new(), Vec::new(), 0);
    for (name, bytes) in files {
        let place = small(archive.len());
        let size = small(bytes.len());
        let sums = [crc32fast::hash(bytes).to_le_bytes(), size, size].concat();
        let length = u16::try_from(name.len()).expect("the names of a record are short").to_le_bytes();
        archive.extend([LOCAL.as_slice(), &STORED, &sums, &length, &[0, 0], name.as_bytes(), bytes].concat());
        directory.extend([ENTRY.as_slice(), &STORED, &sums, &length, &PLAIN_FILE, &place, name.as_bytes()].concat());
        count += 1;
    }
    let (place, size) = (small(archive.len()), small(directory.len()));
    let count = u16::to_le_bytes(count);
    archive.extend([directory.as_slice(), &END, &count, &count, &size, &place, &[0, 0]].concat());
    archive
}

fn small(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("a record is far below 4 GiB").to_le_bytes()
}

/// Why bytes are not the archive of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArchive {
    /// A file has a name that no file of a record has.
    #[error("it has a file `{0}`")]
    Unknown(String),
    /// A file is compressed, or not stored as it is.
    #[error("its file `{0}` is compressed")]
    Compressed(&'static str),
    /// A file appears twice, or out of order.
    #[error("its file `{0}` is there twice or not in its place")]
    Misplaced(&'static str),
    /// Cut off, or with bytes before, between or after the files: not what [`encode`] writes.
    #[error("it is not, byte for byte, what storing its files gives")]
    OtherBytes,
}

/// The files of an archive, in order. Accepts only the output of [`encode`] for files of a record.
pub fn decode(archive: &[u8]) -> Result<Vec<(&'static str, &[u8])>, InvalidArchive> {
    let mut files: Vec<(&'static str, &[u8])> = Vec::new();
    let mut rest = archive;
    let mut last = None;
    while rest.starts_with(&LOCAL) {
        let (header, after) = rest.split_first_chunk::<LOCAL_LENGTH>().ok_or(InvalidArchive::OtherBytes)?;
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        let size = u32::from_le_bytes([header[22], header[23], header[24], header[25]]);
        let (name, after) = after.split_at_checked(length).ok_or(InvalidArchive::OtherBytes)?;
        let place = file::ALL.iter().position(|known| known.as_bytes() == name);
        let place = place.ok_or_else(|| InvalidArchive::Unknown(String::from_utf8_lossy(name).into_owned()))?;
        let name = file::ALL[place];
        if header[8..10] != [0, 0] {
            return Err(InvalidArchive::Compressed(name));
        }
        if last.replace(place).is_some_and(|last| last >= place) {
            return Err(InvalidArchive::Misplaced(name));
        }
        let size = usize::try_from(size).map_err(|_| InvalidArchive::OtherBytes)?;
        let (bytes, after) = after.split_at_checked(size).ok_or(InvalidArchive::OtherBytes)?;
        files.push((name, bytes));
        rest = after;
    }
    // This rules out everything else, however another reader might interpret it.
    if encode(files.iter().copied()) == archive { Ok(files) } else { Err(InvalidArchive::OtherBytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &[u8]); 3] = [(file::KEY, b"key\n"), (file::COMMITMENTS, b""), (file::TALLY, b"{}")];

    #[test]
    fn files_come_back() {
        let archive = encode(FILES);
        assert_eq!(decode(&archive), Ok(FILES.to_vec()));
        assert_eq!(decode(&encode([])), Ok(Vec::new()));
    }

    #[test]
    fn no_other_bytes_are_an_archive() {
        let archive = encode(FILES);
        for end in 0..archive.len() {
            assert!(decode(&archive[..end]).is_err(), "cut off at {end}");
        }
        for place in 0..archive.len() {
            let mut changed = archive.clone();
            changed[place] ^= 1;
            assert!(decode(&changed).is_err(), "changed at {place}");
        }
        assert_eq!(decode(&[&archive, b"\0".as_slice()].concat()), Err(InvalidArchive::OtherBytes));
        assert_eq!(decode(&[b"\0", archive.as_slice()].concat()), Err(InvalidArchive::OtherBytes));
        assert_eq!(decode(&archive.repeat(2)), Err(InvalidArchive::OtherBytes));
    }

    #[test]
    fn what_is_wrong_with_an_archive_is_said() {
        assert_eq!(decode(&encode([("winner", b"".as_slice())])), Err(InvalidArchive::Unknown("winner".to_owned())));
        let [key, _, tally] = FILES;
        assert_eq!(decode(&encode([key, key])), Err(InvalidArchive::Misplaced(file::KEY)));
        assert_eq!(decode(&encode([tally, key])), Err(InvalidArchive::Misplaced(file::KEY)));
        let mut deflated = encode(FILES);
        deflated[8] = 8;
        assert_eq!(decode(&deflated), Err(InvalidArchive::Compressed(file::KEY)));
    }
}
