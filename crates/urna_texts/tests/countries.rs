//! Every language has the names of the countries as in the Common Locale Data Repository.

#[path = "../countries/cldr.rs"]
mod cldr;

use std::fs;
use std::path::Path;

#[test]
fn the_names_of_countries_are_those_of_the_repository() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for language in fs::read_dir(package.join("locales")).unwrap() {
        let tag = language.unwrap().file_name().into_string().unwrap();
        let written = fs::read_to_string(package.join("countries").join(format!("{tag}.txt"))).unwrap_or_default();
        assert!(written == cldr::list(&tag), "{tag} is old: cargo run -p urna_texts --example countries");
    }
}
