//! The place of a portrait: the picture, or what stands for it.

use urna_core::Sha256Hash;

/// Where a portrait is, in one of its sizes.
pub(super) fn path(hash: Sha256Hash, px: u32) -> String {
    format!("/api/v1/portraits/{hash}/{px}")
}

/// A portrait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Portrait {
    /// What stands in the place of a picture.
    pub(super) initials: String,
    /// Where the picture is.
    pub(super) image: Option<String>,
}

impl Portrait {
    /// Of somebody with this name; nothing where there is neither a picture nor a letter.
    pub(super) fn of(name: &str, image: Option<String>) -> Option<Self> {
        let initials = initials(name);
        (image.is_some() || !initials.is_empty()).then_some(Self { initials, image })
    }
}

/// The first letters of the first and of the last name, as they were written: nobody's name changes its case.
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
        assert_eq!(Portrait::of("🏆", None), None);
    }
}
