//! `urna openapi`: the OpenAPI document, generated from the code.

use std::fs;
use std::path::Path;

use crate::exit::Stop;

pub(super) fn run(check: Option<&Path>) -> Result<(), Stop> {
    let document = urna_web::openapi_json();
    let Some(path) = check else { return crate::output::print(&document) };
    let shown = path.display();
    let written = fs::read_to_string(path).map_err(|error| Stop::failed(format!("{shown} cannot be read: {error}")))?;
    if written == document {
        eprintln!("{shown} is what the code says.");
        return Ok(());
    }
    let first = written.lines().zip(document.lines()).take_while(|(written, wanted)| written == wanted).count() + 1;
    Err(Stop::failed(format!("{shown} is not what the code says, from line {first} on; write it anew: urna openapi")))
}
