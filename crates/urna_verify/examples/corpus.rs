//! Writes the corpus of right and wrong records into a folder: `cargo run -p urna_verify --example corpus -- FOLDER`.

#[path = "../corpus/corpus.rs"]
mod corpus;

use std::path::PathBuf;

fn main() {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: corpus FOLDER");
        std::process::exit(2);
    };
    let cases = corpus::all();
    corpus::write(&cases, &folder);
    println!("{} cases in {}", cases.len(), folder.display());
}
