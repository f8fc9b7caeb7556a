//! Patterns that the sources must not contain.

use std::path::PathBuf;

use urna_tests::{Cases, cases, repository};

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            lints_are_expected_never_allowed,
            a_module_is_a_file_of_its_name,
            the_store_asks_no_clock_but_under_a_lock,
            every_address_of_a_page_is_a_reserved_slug;
    }
}

fn all() -> Vec<PathBuf> {
    let files: Vec<PathBuf> =
        ["crates", "tests", "trials", "xtask"].into_iter().flat_map(|folder| repository::files(folder, "rs")).collect();
    assert!(files.len() > 60, "only {} files of Rust were found", files.len());
    files
}

/// An unfulfilled `#[expect]` is reported; an unneeded `#[allow]` stays for ever.
fn lints_are_expected_never_allowed() {
    // Assembled here, so that this file does not contain them.
    let patterns = [concat!("#[", "allow("), concat!("#![", "allow("), concat!(",", "allow(")];
    for file in all() {
        for (number, line) in (1..).zip(repository::read(&file).lines()) {
            let dense: String = line.split_whitespace().collect();
            let allowed = patterns.iter().any(|pattern| dense.contains(pattern));
            assert!(!allowed || dense.starts_with("//"), "{}:{number}: {line}", file.display());
        }
    }
}

fn a_module_is_a_file_of_its_name() {
    for file in all() {
        assert_ne!(file.file_name().unwrap(), "mod.rs", "{}", file.display());
    }
}

/// Times come from the caller. Only the lock of a ballot reads the database's clock, and it does so after the wait.
fn the_store_asks_no_clock_but_under_a_lock() {
    let mut asked = 0;
    for file in repository::files("crates/urna_store/src", "rs") {
        for (number, line) in (1..).zip(repository::read(&file).lines()) {
            if line.trim_start().starts_with("//") {
                continue;
            }
            // A duration is not the time of day.
            let line = line.to_lowercase().replace("instant::now()", "");
            let clock = super::migrations::CLOCKS.iter().find(|clock| line.contains(**clock));
            let in_lock = file.ends_with("lock.rs") && clock == Some(&"clock_timestamp");
            assert!(clock.is_none() || in_lock, "{}:{number}: {line}", file.display());
            asked += usize::from(in_lock);
        }
    }
    assert!(asked > 0, "this test does not see the lock's clock");
}

/// Routes whose addresses are no literals: all are below `/assets` or `/api`; none is the address of a conference.
const NAMED_ROUTES: [&str; 6] = ["STYLES", "stylesheet", "display", "script", "icon", "&font.path"];

/// A conference stands at `/{slug}`, and a ballot will at `/{conference}/{slug}`: an address of a page that is no
/// reserved slug would be taken by one of them.
fn every_address_of_a_page_is_a_reserved_slug() {
    let mut compared = 0;
    for file in repository::files("crates/urna_web/src", "rs") {
        for route in repository::read(&file).split(".route(").skip(1).map(str::trim_start) {
            let Some(route) = route.strip_prefix("\"/").and_then(|rest| rest.split('"').next()) else {
                let name = route.split([',', '(']).next().unwrap_or_default();
                assert!(NAMED_ROUTES.contains(&name), "{}: this test does not know the route {name}", file.display());
                continue;
            };
            let own = route.strip_prefix("{conference}/").unwrap_or(route).split('/').next().unwrap_or_default();
            // A slug is in small letters and has no dot.
            if let Ok(slug) = urna_core::Slug::parse(own) {
                assert!(slug.is_reserved(), "{}: /{route} wants {own:?} in RESERVED_SLUGS", file.display());
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "only {compared} addresses were found");
}
