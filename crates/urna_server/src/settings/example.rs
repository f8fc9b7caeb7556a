//! Checks that `docs/urna.example.toml` shows every setting with its default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::names::{NAMES, PAIRS};
use super::{Settings, sources};

/// Settings whose default is determined later than reading.
const DEFAULTS_OF_LATER: [&str; 2] = ["log", "secret_file"];

/// One setting as the file shows it.
struct Shown {
    comment: String,
    /// The line, without the comment sign.
    line: String,
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/urna.example.toml")
}

/// Each setting in the file, with its paragraph.
fn shown() -> BTreeMap<String, Shown> {
    let text = std::fs::read_to_string(example()).unwrap();
    let mut all = BTreeMap::new();
    for paragraph in text.split("\n\n").skip(1) {
        let lines = paragraph.lines();
        let (comment, line): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with("# "));
        let [line] = line[..] else { panic!("a comment and one setting: {paragraph}") };
        let line = line.strip_prefix('#').unwrap_or_else(|| panic!("{line} is set")).to_owned();
        let name = line.split_once(" = ").unwrap_or_else(|| panic!("{line}")).0.to_owned();
        let comment = comment.iter().map(|line| line.trim_start_matches('#')).collect();
        assert!(all.insert(name, Shown { comment, line }).is_none(), "{paragraph}: it stands there twice");
    }
    all
}

/// Reads settings from a file.
fn read(path: &Path) -> Settings {
    let layer = sources::file(path).unwrap();
    Settings::read(&sources::merge(vec![layer]).unwrap()).unwrap()
}

/// Reads settings from a file with these lines.
fn read_lines<'a>(lines: impl Iterator<Item = &'a Shown>) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    for (name, address) in [("database-url", "postgres://urna:secret@db/urna"), ("mail-url", "file:mails")] {
        std::fs::write(folder.path().join(name), address).unwrap();
    }
    let text = lines.map(|shown| shown.line.as_str()).collect::<Vec<_>>().join("\n");
    let path = folder.path().join("urna.toml");
    std::fs::write(&path, text.replace("/etc/urna", folder.path().to_str().unwrap())).unwrap();
    read(&path)
}

#[test]
fn it_has_every_setting_and_no_other() {
    let shown = shown();
    let missing: Vec<_> = NAMES.iter().filter(|name| !shown.contains_key(**name)).collect();
    assert!(missing.is_empty(), "missing in {}: {missing:?}", example().display());
    let unknown: Vec<_> = shown.keys().filter(|name| !NAMES.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "unknown in {}: {unknown:?}", example().display());
    assert!(shown.values().all(|shown| shown.comment.len() > 20), "each says what it is for");
}

#[test]
fn as_it_is_it_changes_nothing() {
    let nothing = read_lines(std::iter::empty());
    assert_eq!(format!("{:?}", read(&example())), format!("{nothing:?}"));
}

#[test]
fn all_that_it_shows_is_read_when_it_is_set() {
    let shown = shown();
    // A value and its file exclude each other.
    let values =
        read_lines(shown.iter().filter(|(name, _)| PAIRS.iter().all(|(_, file)| name != file)).map(|(_, s)| s));
    assert_eq!(values.database.url(), "sqlite://data/urna.db");
    assert!(values.public_url.is_some() && values.metrics_listen.is_some() && values.mail_ca_file.is_some());
    let files =
        read_lines(shown.iter().filter(|(name, _)| PAIRS.iter().all(|(value, _)| name != value)).map(|(_, s)| s));
    assert_eq!((files.database.place(), files.mail.as_str()), ("db/urna", "file:mails"));
}

#[test]
fn what_it_shows_as_a_default_is_the_default() {
    let nothing = format!("{:?}", read_lines(std::iter::empty()));
    for (name, shown) in shown() {
        let has_default = !shown.comment.contains("No default");
        if DEFAULTS_OF_LATER.contains(&name.as_str()) {
            assert!(has_default, "{name}");
            continue;
        }
        let is_default = format!("{:?}", read_lines(std::iter::once(&shown))) == nothing;
        assert_eq!(is_default, has_default, "{name}: a default is shown, or \"No default\" is said");
    }
}
