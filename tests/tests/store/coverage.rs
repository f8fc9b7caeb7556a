//! The suite omits no public function of the store.

use urna_tests::{Cases, cases, repository};

pub(crate) fn cases() -> Cases {
    cases! {
        once: every_public_function_of_the_store_is_called_here;
    }
}

/// A function of a module is called as `module::name(…)`, a method as `.name(…)` or `Type::name(…)`.
fn every_public_function_of_the_store_is_called_here() {
    let suite: String = repository::files("tests/tests/store", "rs").into_iter().map(repository::read).collect();
    let mut found = 0;
    let mut missing = Vec::new();
    for file in repository::files("crates/urna_store/src", "rs") {
        let module = file.file_stem().unwrap().to_str().unwrap();
        for line in repository::read(&file).lines() {
            let Some((indent, name)) = line.split_once("pub async fn ") else {
                continue;
            };
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let calls = if indent.is_empty() {
                vec![format!("{module}::{name}(")]
            } else {
                vec![format!(".{name}("), format!("::{name}(")]
            };
            found += 1;
            if !calls.iter().any(|call| suite.contains(call)) {
                missing.push(calls[0].clone());
            }
        }
    }
    assert!(found > 80, "only {found} public functions were found: this test does not see the store");
    assert!(missing.is_empty(), "no case calls {missing:#?}");
}
