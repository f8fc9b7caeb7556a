//! Writes the names of countries in each language: `cargo run -p urna_texts --example countries`.

#[path = "../countries/cldr.rs"]
mod cldr;

use std::fs;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for language in fs::read_dir(package.join("locales"))? {
        let tag = language?.file_name().to_string_lossy().into_owned();
        fs::write(package.join("countries").join(format!("{tag}.txt")), cldr::list(&tag))?;
    }
    Ok(())
}
