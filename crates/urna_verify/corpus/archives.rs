//! Archives that differ from the one that their files make.

use urna_core::Sha256Hash;
use urna_core::record::archive::InvalidArchive;
use urna_core::record::file;
use urna_verify::Fault;

use super::case::{Case, bytes};
use super::forge::{Forge, Parts, get};

/// The archive is wrong.
pub(crate) fn wrong_archives() -> Vec<Case> {
    let parts = Forge::new().parts();
    let whole = bytes(&parts);
    let patched = |of: &[u8], by: &[u8]| {
        let places: Vec<usize> =
            whole.windows(of.len()).enumerate().filter(|(_, found)| *found == of).map(|(place, _)| place).collect();
        let mut archive = whole.clone();
        for place in places {
            archive[place..place + by.len()].copy_from_slice(by);
        }
        archive
    };
    let archive_of =
        |archive: Vec<u8>, name: &str, fault: fn(&Fault) -> bool| Case { archive, ..Case::wrong(name, &parts, fault) };
    let cut = whole[..whole.len() - 30].to_vec();
    let mut deflated = whole.clone();
    for (magic, at) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let places: Vec<usize> =
            whole.windows(4).enumerate().filter(|(_, found)| *found == magic).map(|(place, _)| place).collect();
        for place in places {
            deflated[place + at] = 8;
        }
    }
    // The directory's data on one file: its method is at 10, its size at 24 (APPNOTE.TXT, 4.3.12).
    let directory_says = |of: &[u8], method: u8, size: u32| {
        let mut archive = whole.clone();
        let entry =
            |place: &usize| archive[*place..].starts_with(b"PK\x01\x02") && archive[*place + 46..].starts_with(of);
        let place = (0..archive.len()).find(entry).unwrap();
        archive[place + 10] = method;
        archive[place + 24..place + 28].copy_from_slice(&size.to_le_bytes());
        archive
    };
    let openings = file::OPENINGS.as_bytes();
    let (bomb, large) = (directory_says(openings, 8, 0xffff_fff0), directory_says(openings, 0, 0xffff_fff0));
    let mut more = parts.clone();
    more.push(("winner".to_owned(), b"Eva".to_vec()));
    let mut twice = parts.clone();
    twice.push(("statemenu".to_owned(), b"another".to_vec()));
    let twice = {
        let archive = bytes(&twice);
        let place = |archive: &[u8]| archive.windows(9).position(|found| found == b"statemenu");
        let mut archive = archive;
        while let Some(place) = place(&archive) {
            archive[place + 8] = b't';
        }
        archive
    };
    // Readers that trust the number of files at the end take the first publication, others the second.
    let hidden = {
        let mut archive = bytes(&more_of(&parts, "publicatioo"));
        for place in 0..archive.len() {
            if archive[place..].starts_with(b"publicatioo") {
                archive[place + 10] = b'n';
            }
        }
        let end = archive.len() - 22;
        (archive[end + 8], archive[end + 10]) = (8, 8);
        archive
    };
    let between = |place: usize| [&whole[..place], b"-", &whole[place..]].concat();
    let mut comment = [whole.as_slice(), b"-"].concat();
    comment[whole.len() - 2] = 1;
    let mut swapped = parts.clone();
    swapped.swap(0, 1);
    let is_no_archive: fn(&Fault) -> bool = |fault| *fault == Fault::Archive(InvalidArchive::OtherBytes);
    let is_misplaced: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Archive(InvalidArchive::Misplaced(_)));
    let mut cases = vec![
        Case::wrong("one-file-more", &more, |fault| matches!(fault, Fault::Archive(InvalidArchive::Unknown(_)))),
        Case::wrong("files-in-another-order", &swapped, is_misplaced),
        archive_of(hidden, "hidden-publication", is_misplaced),
        archive_of(between(0), "something-before", is_no_archive),
        archive_of(between(whole.len()), "something-after", is_no_archive),
        archive_of(comment, "comment", is_no_archive),
        archive_of(whole.repeat(2), "two-archives", is_no_archive),
        archive_of(cut, "cut-archive", is_no_archive),
        archive_of(Vec::new(), "empty", is_no_archive),
        archive_of(b"hello, this is no archive at all".to_vec(), "no-archive", is_no_archive),
        archive_of(deflated, "compressed", |fault| matches!(fault, Fault::Archive(InvalidArchive::Compressed(_)))),
        archive_of(bomb, "zip-bomb", is_no_archive),
        archive_of(large, "larger-than-it-is", is_no_archive),
        archive_of(twice, "two-statements", is_misplaced),
        archive_of(patched("Łukaszewicz".as_bytes(), "Łukaszewisz".as_bytes()), "flipped-byte", is_no_archive),
    ];
    for name in file::ALL {
        if name != file::OPENINGS {
            let without: Parts = parts.iter().filter(|(found, _)| found != name).cloned().collect();
            cases
                .push(Case::wrong(format!("without-{name}"), &without, |fault| matches!(fault, Fault::MissingFile(_))));
        }
    }
    cases
}

/// With one more file at the end.
fn more_of(parts: &Parts, name: &str) -> Parts {
    let other = (name.to_owned(), get(parts, file::PUBLICATION).to_vec());
    parts.iter().cloned().chain([other]).collect()
}

/// An archive split into its pieces.
#[derive(Clone)]
struct Pieces {
    /// Each file with its header.
    files: Vec<Vec<u8>>,
    /// Each entry of the directory.
    entries: Vec<Vec<u8>>,
    end: Vec<u8>,
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()).try_into().unwrap()
}

fn put(bytes: &mut [u8], at: usize, number: usize) {
    bytes[at..at + 4].copy_from_slice(&u32::try_from(number).unwrap().to_le_bytes());
}

impl Pieces {
    fn of(archive: &[u8]) -> Self {
        let end = archive.len() - 22;
        let (mut places, mut entries) = (Vec::new(), Vec::new());
        let mut directory = &archive[u32_at(archive, end + 16)..end];
        while !directory.is_empty() {
            let (entry, rest) = directory.split_at(46 + usize::from(directory[28]));
            places.push(u32_at(entry, 42));
            entries.push(entry.to_vec());
            directory = rest;
        }
        places.push(u32_at(archive, end + 16));
        let files = places.windows(2).map(|place| archive[place[0]..place[1]].to_vec()).collect();
        Self { files, entries, end: archive[end..].to_vec() }
    }

    /// Joins the archive; each entry of the directory gets the place of the file with its number, if there is one.
    fn joined(mut self) -> Vec<u8> {
        let mut place = 0;
        for (number, file) in self.files.iter().enumerate() {
            if let Some(entry) = self.entries.get_mut(number) {
                put(entry, 42, place);
            }
            place += file.len();
        }
        self.directory_at(place)
    }

    /// Joins the archive; the entries of the directory stay unchanged.
    fn directory_at(mut self, place: usize) -> Vec<u8> {
        let directory = self.entries.concat();
        (self.end[8], self.end[10]) =
            (u8::try_from(self.entries.len()).unwrap(), u8::try_from(self.entries.len()).unwrap());
        put(&mut self.end, 12, directory.len());
        put(&mut self.end, 16, place);
        [self.files.concat(), directory, self.end].concat()
    }
}

/// A header says something else, or more; readers that skip it see the same files.
pub(crate) fn other_headers() -> Vec<Case> {
    let parts = Forge::new().parts();
    let whole = bytes(&parts);
    let pieces = Pieces::of(&whole);
    assert_eq!(pieces.clone().joined(), whole);
    // Fields with a place in both the header of a file and its entry.
    let in_both = [
        ("version", 4, 6, 20),
        ("flag-of-utf-8", 7, 9, 8),
        ("flag-of-encryption", 6, 8, 1),
        ("time", 10, 12, 1),
        ("date", 12, 14, 0x22),
        ("sum", 14, 16, 1),
    ];
    let in_file = [("version-of-a-file", 5, 1), ("extra-field-of-a-file", 28, 4), ("compressed-size-of-a-file", 18, 1)];
    let in_entry = [
        ("maker", 4, 20),
        ("system", 5, 0),
        ("extra-field", 30, 4),
        ("comment", 32, 4),
        ("disk", 34, 1),
        ("kind", 36, 1),
        ("mode", 41, 0x41),
        ("place", 42, 1),
        ("size", 24, 1),
        ("compressed-size", 20, 1),
        ("name", 46, b'K'),
    ];
    let in_end = [
        ("disk-of-the-end", 4, 1),
        ("disk-of-the-directory", 6, 1),
        ("number-on-the-disk", 8, 7),
        ("number", 10, 7),
        ("size-of-the-directory", 12, 1),
        ("place-of-the-directory", 16, 1),
        ("length-of-the-comment", 20, 1),
    ];
    let mut cases = Vec::new();
    let mut add = |what: &str, change: &dyn Fn(&mut Pieces)| {
        let mut changed = pieces.clone();
        change(&mut changed);
        let archive = [changed.files.concat(), changed.entries.concat(), changed.end].concat();
        assert_ne!(archive, whole, "{what}");
        cases.push(other(format!("archive-with-another-{what}"), archive, &parts));
    };
    for (what, file, entry, value) in in_both {
        add(what, &|pieces| (pieces.files[0][file], pieces.entries[0][entry]) = (value, value));
        add(&format!("{what}-in-the-directory"), &|pieces| pieces.entries[0][entry] = value);
    }
    for (what, at, value) in in_file {
        add(what, &|pieces| pieces.files[0][at] = value);
    }
    for (what, at, value) in in_entry {
        add(what, &|pieces| pieces.entries[0][at] = value);
    }
    for (what, at, value) in in_end {
        add(what, &|pieces| pieces.end[at] = value);
    }
    cases
}

fn other(name: String, archive: Vec<u8>, parts: &Parts) -> Case {
    Case { archive, ..Case::wrong(name, parts, |fault| matches!(fault, Fault::Archive(_))) }
}

/// The archive contains more than its files, or less; readers disagree on the files.
pub(crate) fn other_pieces() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let pieces = Pieces::of(&bytes(&parts));
    let last = pieces.files.len() - 1;
    let whole = |what: &str, change: &dyn Fn(&mut Pieces)| {
        let mut changed = pieces.clone();
        change(&mut changed);
        other(format!("archive-{what}"), changed.joined(), &parts)
    };
    let insert = |file: &mut Vec<u8>, at: usize, bytes: &[u8]| drop(file.splice(at..at, bytes.iter().copied()));
    // A second publication, of a later version; the directory lists one of the two.
    let mut second = forge.clone();
    (second.publication.version, second.publication.previous) = (2, Some(Sha256Hash::new([1; 32])));
    let second = Pieces::of(&bytes(&second.parts()));
    let two_faces = |directory_first: bool| {
        let mut both = pieces.clone();
        both.files.push(second.files[last].clone());
        let place = |files: &[Vec<u8>]| files.iter().map(Vec::len).sum::<usize>();
        if !directory_first {
            both.entries[last].clone_from(&second.entries[last]);
            let at = place(&both.files[..=last]);
            put(&mut both.entries[last], 42, at);
        }
        let at = place(&both.files);
        both.directory_at(at)
    };
    let reversed = {
        let mut reversed = pieces.clone();
        reversed.entries.reverse();
        let place = reversed.files.iter().map(Vec::len).sum();
        reversed.directory_at(place)
    };
    let mut cases = vec![
        other("archive-with-a-directory-in-another-order".to_owned(), reversed, &parts),
        other("archive-without-an-end".to_owned(), [pieces.files.concat(), pieces.entries.concat()].concat(), &parts),
        whole("with-an-extra-field", &|pieces| {
            pieces.files[0][28] = 4;
            insert(&mut pieces.files[0], 33, &[0xfe, 0xca, 0, 0]);
        }),
        whole("with-an-extra-field-in-the-directory", &|pieces| {
            pieces.entries[0][30] = 4;
            pieces.entries[0].extend([0xfe, 0xca, 0, 0]);
        }),
        whole("with-a-comment-in-the-directory", &|pieces| {
            pieces.entries[0][32] = 1;
            pieces.entries[0].push(b'-');
        }),
        whole("with-a-data-descriptor", &|pieces| {
            let sums = pieces.files[0][14..26].to_vec();
            (pieces.files[0][6], pieces.entries[0][8]) = (8, 8);
            pieces.files[0][14..26].fill(0);
            pieces.files[0].extend([b"PK\x07\x08", sums.as_slice()].concat());
        }),
        whole("with-large-sizes-elsewhere", &|pieces| {
            let size = pieces.files[0][18..22].to_vec();
            pieces.files[0][18..26].fill(0xff);
            pieces.files[0][28] = 20;
            insert(&mut pieces.files[0], 33, &[[1, 0, 16, 0].as_slice(), &size, &[0; 4], &size, &[0; 4]].concat());
        }),
        whole("with-something-between-the-files", &|pieces| pieces.files[0].push(0)),
        whole("with-something-before-the-directory", &|pieces| pieces.files[last].push(0)),
        whole("with-a-hidden-file-before-the-directory", &|pieces| pieces.files.push(pieces.files[last].clone())),
        whole("without-an-entry", &|pieces| drop(pieces.entries.pop())),
        whole("with-an-entry-twice", &|pieces| pieces.entries.push(pieces.entries[last].clone())),
        whole("without-a-directory", &|pieces| pieces.entries.clear()),
        whole("with-two-ends", &|pieces| pieces.end = pieces.end.repeat(2)),
        other("archive-of-two-versions-the-first-listed".to_owned(), two_faces(true), &parts),
        other("archive-of-two-versions-the-second-listed".to_owned(), two_faces(false), &parts),
    ];
    for (name, archive) in [
        ("archive-that-is-a-file", get(&parts, file::STATEMENT).to_vec()),
        ("archive-that-is-a-receipt", super::case::saved(&forge.receipt(0)).into_bytes()),
        ("archive-of-one-byte", b"P".to_vec()),
        ("archive-of-a-signature", b"PK\x03\x04".to_vec()),
        ("archive-of-noughts", vec![0; 1_000]),
    ] {
        cases.push(other(name.to_owned(), archive, &parts));
    }
    let nothing = Pieces { files: Vec::new(), entries: Vec::new(), end: pieces.end.clone() }.joined();
    cases.push(Case {
        archive: nothing,
        ..Case::wrong("archive-without-files", &parts, |fault| *fault == Fault::MissingFile(file::KEY))
    });
    cases.extend(names());
    cases
}

/// Files with other names, or in another order.
fn names() -> Vec<Case> {
    let parts = Forge::new().parts();
    let renamed = |of: &str, by: &str| {
        let mut parts = parts.clone();
        by.clone_into(&mut parts.iter_mut().find(|(name, _)| name == of).unwrap().0);
        let pieces: Vec<_> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        Case {
            archive: urna_core::record::archive::encode(pieces),
            ..Case::wrong(
                format!("file-{}", by.escape_default()).replace(['/', '\\', '{', '}'], "-"),
                &parts,
                |fault| matches!(fault, Fault::Archive(InvalidArchive::Unknown(_))),
            )
        }
    };
    let mut cases = vec![
        renamed("key", "KEY"),
        renamed("key", "./key"),
        renamed("key", "/key"),
        renamed("key", "key\0"),
        renamed("key", "key "),
        renamed("key", "ke\u{443}"),
        renamed("key", ""),
        renamed("manifest.json", "manifest.JSON"),
        renamed("manifest.json", "manifest"),
        renamed("openings", "openings.txt"),
        renamed("publication", "record/publication"),
    ];
    for number in 1..parts.len() {
        let mut swapped = parts.clone();
        swapped.swap(number - 1, number);
        cases.push(Case::wrong(format!("archive-with-{}-too-early", parts[number].0), &swapped, is_misplaced));
    }
    for (name, bytes) in &parts {
        let twice = parts.iter().flat_map(|part| if part.0 == *name { vec![part, part] } else { vec![part] });
        let archive = urna_core::record::archive::encode(twice.map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        assert!(!bytes.is_empty());
        cases.push(Case { archive, ..Case::wrong(format!("archive-with-{name}-twice"), &parts, is_misplaced) });
    }
    cases
}

fn is_misplaced(fault: &Fault) -> bool {
    matches!(fault, Fault::Archive(InvalidArchive::Misplaced(_)))
}
