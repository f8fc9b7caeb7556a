//! A language is a folder of `locales`: a new one is noticed without a change of the code.

fn main() {
    println!("cargo::rerun-if-changed=locales");
}
