//! Portraits: the picture, or the initials in its place.

use urna_core::Sha256Hash;

/// Returns the path of a portrait in one of its sizes.
pub(super) fn path(hash: Sha256Hash, px: u32) -> String {
    format!("/api/v1/portraits/{hash}/{px}")
}

/// A portrait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Face {
    /// The letters in the place of a missing picture.
    pub(super) initials: String,
    /// The path of the picture, if there is one.
    pub(super) image: Option<String>,
}

impl Face {
    /// Makes the portrait of somebody with this name; `None` if there is neither a picture nor a letter.
    pub(super) fn of(name: &str, image: Option<String>) -> Option<Self> {
        let initials = initials(name);
        (image.is_some() || !initials.is_empty()).then_some(Self { initials, image })
    }
}

/// Returns the first letters of the first and of the last name, as they were written: nobody's name changes its case.
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
    let first = letters.next();
    first.into_iter().chain(letters.next_back()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        for (name, letters) in [
            ("Zoë Łukaszewicz-Ó Briain", "ZB"),
            ("Θεοδώρα Παπαδοπούλου", "ΘΠ"),
            ("Madonna", "M"),
            ("Ana-Maria von und zu Hohenzollern", "AH"),
            ("„Élodie“ (Ñíguez)", "ÉÑ"),
            ("נועה לוי 🏆🇮🇱", "נל"),
            ("🏆 42", ""),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
        assert_eq!(Face::of("🏆", None), None);
    }
}
