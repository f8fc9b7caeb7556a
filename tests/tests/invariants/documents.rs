//! Everything that the documents name exists.

use std::collections::BTreeSet;
use std::path::PathBuf;

use urna_tests::{Cases, cases, repository};

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            whatever_a_document_of_promises_names_exists,
            engine_specific_code_stands_where_the_map_says,
            what_does_not_exist_is_found_missing;
    }
}

fn whatever_a_document_of_promises_names_exists() {
    let known = Known::look();
    for document in ["ARCHITECTURE.md", "docs/asvs.md"] {
        let named = named(&repository::read(document));
        assert!(named.len() > 10, "{document} names only {} things in backticks", named.len());
        let missing: Vec<&String> = named.iter().filter(|name| known.lacks(name)).collect();
        assert!(missing.is_empty(), "{document} names what does not exist: {missing:#?}");
    }
}

/// Names of engines in code.
const ENGINES: [&str; 4] = ["sqlite", "postgres", "PgConnection", "PgPool"];

fn engine_specific_code_stands_where_the_map_says() {
    let map = repository::read("ARCHITECTURE.md");
    let paragraph = map.split("**Engine-specific code**").nth(1).expect("the map has the list").split("\n- ").next();
    let listed: BTreeSet<String> = named(paragraph.unwrap_or_default())
        .into_iter()
        .filter_map(|name| name.strip_prefix("crates/urna_store/src/").map(str::to_owned))
        .collect();
    let names_an_engine = |line: &&str| {
        let line = line.trim_start();
        let lower = line.to_lowercase();
        !line.starts_with("//") && ENGINES.iter().any(|engine| lower.contains(&engine.to_lowercase()))
    };
    let files = repository::files("crates/urna_store/src", "rs");
    let found: BTreeSet<String> = files
        .iter()
        .filter(|file| repository::read(file).lines().any(|line| names_an_engine(&line)))
        .map(|file| file.strip_prefix("crates/urna_store/src").unwrap().display().to_string())
        .collect();
    assert_eq!(found, listed, "ARCHITECTURE.md lists the files with code for one engine");
}

/// Tests the check itself.
fn what_does_not_exist_is_found_missing() {
    let text = "A `urna_core`, `a b/c`, `Db`, ``urna_nowhere`` and\n```\n`urna_fenced`\n```\n`no/such/file.rs`.";
    let names: Vec<String> = named(text).into_iter().collect();
    assert_eq!(names, ["Db", "a b/c", "no/such/file.rs", "urna_core", "urna_nowhere"]);
    let list = "- `crates/urna_core`: `src/a.rs`,\n  `src/b.rs`\n- `src/c.rs`";
    let names: Vec<String> = named(list).into_iter().collect();
    assert_eq!(names, ["crates/urna_core", "crates/urna_core/src/a.rs", "crates/urna_core/src/b.rs", "src/c.rs"]);
    let known = Known::look();
    for there in [
        "urna_core",
        "urna_store::lock",
        "urna_store::Db",
        "crates/urna_core/src/tally.rs",
        "migrations/{sqlite,postgres}/",
        "tests/tests/*",
        "tally.rs",
        "Cargo.toml",
        "store::ballot_box::participations_are_unique_among_64_transactions",
        "/api/v1/keys",
        "Db",
        "cargo xtask test",
        "tokio::spawn",
        "urna_votes_recorded_total",
    ] {
        assert!(!known.lacks(there), "{there}");
    }
    for missing in [
        "urna_nowhere",
        "urna_store::nowhere_at_all",
        "crates/urna_core/src/nowhere.rs",
        "migrations/{sqlite,oracle}/",
        "nowhere/*",
        "nowhere.rs",
        "store::ballot_box::no_case_of_this_name",
    ] {
        assert!(known.lacks(missing), "{missing}");
    }
}

/// The names between backticks, outside of code blocks. `src/…` belongs to the crate at the beginning of the list item.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut in_block = false;
    let mut folder = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            continue;
        }
        if !line.starts_with(' ') {
            folder.clear();
        }
        for name in line.replace("``", "`").split('`').skip(1).step_by(2) {
            if folder.is_empty() && name.starts_with("crates/") {
                name.clone_into(&mut folder);
            }
            let of_folder = name.starts_with("src/") && !folder.is_empty();
            names.insert(if of_folder { format!("{folder}/{name}") } else { name.to_owned() });
        }
    }
    names
}

/// The known names.
struct Known {
    packages: Vec<(String, PathBuf)>,
    suites: Vec<String>,
    tests: String,
    files: BTreeSet<String>,
}

impl Known {
    fn look() -> Self {
        let packages =
            repository::packages().into_iter().map(|package| (package.name, package.folder.join("src"))).collect();
        let folders = ["tests/tests", "crates/urna_server/tests"];
        let entries = folders.iter().flat_map(|folder| std::fs::read_dir(repository::root().join(folder)).unwrap());
        let suites =
            entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        let files = folders.iter().flat_map(|folder| repository::files(folder, "rs"));
        let tests = files.map(repository::read).collect();
        let top = std::fs::read_dir(repository::root()).unwrap().map(|entry| entry.unwrap().path());
        let below = ["crates", "docs", "migrations", "tests", "xtask"]
            .into_iter()
            .flat_map(|folder| EXTENSIONS.into_iter().flat_map(move |extension| repository::files(folder, extension)));
        let files = top.chain(below).map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
        Self { packages, suites, tests, files }
    }

    /// Whether this is the name of a crate, an item of a crate, a test, a file or a folder that does not exist.
    fn lacks(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split("::").collect();
        let is_path =
            name.contains('/') && !name.starts_with('/') && !name.contains("::") && name.chars().all(is_path_char);
        let is_file = name.chars().all(is_path_char)
            && name.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && EXTENSIONS.contains(&end));
        if is_path {
            alternatives(name).iter().any(|path| !exists(path))
        } else if is_file {
            !self.files.contains(name)
        } else if is_crate_name(parts[0]) {
            self.lacks_item(parts[0], &parts[1..])
        } else if parts.len() > 1 && self.suites.iter().any(|suite| suite == parts[0]) {
            !self.tests.contains(&format!("fn {}(", parts[parts.len() - 1]))
        } else {
            false
        }
    }

    fn lacks_item(&self, package: &str, path: &[&str]) -> bool {
        let Some((_, sources)) = self.packages.iter().find(|(name, _)| name == package) else { return true };
        let text: String =
            repository::files(sources.to_str().unwrap(), "rs").into_iter().map(repository::read).collect();
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        path.iter().any(|part| !words.contains(part.trim_end_matches("()")))
    }
}

const EXTENSIONS: [&str; 7] = ["json", "md", "rs", "sh", "sql", "toml", "yml"];

fn is_path_char(c: char) -> bool {
    c.is_alphanumeric() || "_-./{},*".contains(c)
}

/// `urna_` and one word: names of metrics have more.
fn is_crate_name(name: &str) -> bool {
    name.strip_prefix("urna_").is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase()))
}

/// Expands `a/{b,c}/d` to `a/b/d` and `a/c/d`.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, (inner, after))) =
        path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return vec![path.to_owned()];
    };
    inner.split(',').flat_map(|one| alternatives(&format!("{before}{one}{after}"))).collect()
}

/// For a path with a star: whether the folder before it exists.
fn exists(path: &str) -> bool {
    let folder = match path.split_once('*') {
        Some((before, _)) => before.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    };
    repository::root().join(folder).exists()
}
