//! The punctuation of each language follows its typographic rules.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the files of a language has failed")]

use std::path::Path;

/// The lines of a language's messages, with their positions.
fn lines(language: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
    let mut lines = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let numbered = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        lines.extend(numbered.map(|(index, line)| (format!("{}:{}", path.display(), index + 1), line.to_owned())));
    }
    assert!(lines.len() > 300, "{language}: {}", lines.len());
    lines
}

/// A punctuation mark never begins a line, because the space before it does not break.
#[test]
fn in_french_no_sign_is_torn_from_its_word() {
    for (place, line) in lines("fr") {
        let signs: Vec<char> = line.chars().collect();
        for (index, sign) in signs.iter().enumerate() {
            let before = index.checked_sub(1).map_or(' ', |before| signs[before]);
            let after = signs.get(index + 1).copied().unwrap_or(' ');
            let is_right = match sign {
                '?' | '!' | ';' | '»' => before == '\u{202f}',
                ':' | '%' => before == '\u{a0}',
                '«' => after == '\u{202f}',
                '"' | '\'' => false,
                _ => true,
            };
            assert!(is_right, "{place}: {sign} in {line}");
        }
    }
}

#[test]
fn in_german_quotes_are_german() {
    for (place, line) in lines("de") {
        assert!(!line.contains(['"', '\'', '”', '«', '»']), "{place}: {line}");
        assert_eq!(line.matches('„').count(), line.matches('“').count(), "{place}: {line}");
    }
}
