//! The allowed dependencies between crates.

use urna_tests::repository::{Package, packages, packages_of};
use urna_tests::{Cases, cases};

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            a_crate_uses_only_crates_to_its_left,
            a_crate_lies_in_a_folder_of_its_name,
            only_the_store_knows_sqlx,
            the_core_is_pure,
            the_binary_is_made_of_few_packages;
    }
}

/// `urna_core ← urna_store ← urna_app ← urna_web ← urna_server`, and `urna_core ← urna_verify ← urna_server`
const LINE: [&str; 7] = ["urna_core", "urna_texts", "urna_verify", "urna_store", "urna_app", "urna_web", "urna_server"];

/// Dependencies that the line would allow and the architecture does not. The pages and the API get an `App`, never a
/// pool; and the code that makes a record shares nothing but the rules with the code that checks it.
const BARRED: [(&str, &str); 4] = [
    ("urna_web", "urna_store"),
    ("urna_store", "urna_verify"),
    ("urna_app", "urna_verify"),
    ("urna_web", "urna_verify"),
];

/// Not part of the product.
const OUTSIDE: [&str; 3] = ["urna_tests", "urna_trials", "xtask"];

/// The core must not depend on clocks, randomness, threads, the network or a database.
const IMPURE: [&str; 9] = ["axum", "getrandom", "hyper", "rand", "reqwest", "sqlx", "tokio", "tracing", "ureq"];

/// The maximum number of packages that `urna` is compiled from, its own included. Everybody reads, compiles and trusts
/// each of them, and a newcomer waits for them: a commit that raises this says what for.
/// (docs/adr/0040-the-first-build-is-short.md)
const MOST_PACKAGES: usize = 340;

fn product() -> Vec<Package> {
    let mut product = packages();
    product.retain(|package| !OUTSIDE.contains(&package.name.as_str()));
    product
}

fn place(name: &str) -> Option<usize> {
    LINE.iter().position(|member| *member == name)
}

fn a_crate_uses_only_crates_to_its_left() {
    let packages = packages();
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    for member in LINE.iter().chain(&OUTSIDE) {
        assert!(names.contains(member), "{member} is gone");
    }
    for package in product() {
        let own = place(&package.name).unwrap_or_else(|| panic!("{} has no place in the line", package.name));
        for used in package.dependencies.iter().filter(|used| names.contains(&used.as_str())) {
            let left = place(used).is_some_and(|place| place < own);
            let barred = BARRED.contains(&(package.name.as_str(), used.as_str()));
            assert!(left && !barred, "{} may not use {used}", package.name);
        }
    }
}

fn a_crate_lies_in_a_folder_of_its_name() {
    for package in product() {
        assert_eq!(package.folder.to_str().unwrap(), format!("crates/{}", package.name));
    }
}

fn only_the_store_knows_sqlx() {
    let know: Vec<String> = product()
        .into_iter()
        .filter(|package| package.dependencies.iter().any(|used| used.starts_with("sqlx")))
        .map(|package| package.name)
        .collect();
    assert_eq!(know, ["urna_store"]);
}

fn the_core_is_pure() {
    let core = product().into_iter().find(|package| package.name == "urna_core").unwrap();
    assert!(core.dependencies.iter().any(|used| used == "sha2"), "this test does not see the core's dependencies");
    for used in &core.dependencies {
        assert!(!IMPURE.contains(&used.as_str()), "urna_core may not use {used}");
    }
}

fn the_binary_is_made_of_few_packages() {
    let packages = packages_of("urna_server");
    assert!(packages.contains("urna_core v0.1.0"), "this test does not see the packages: {packages:?}");
    assert!(packages.len() <= MOST_PACKAGES, "{} packages, and at most {MOST_PACKAGES}", packages.len());
}
