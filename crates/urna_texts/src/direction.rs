//! Names in the opposite writing direction, within a sentence.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE ([UAX #9](https://www.unicode.org/reports/tr9/)).
const ISOLATE: [char; 2] = ['\u{2068}', '\u{2069}'];

/// A text from a user, safe to embed in a sentence: wrapped in isolating marks if any of it is written from right to
/// left, and unchanged otherwise, so that it cannot reorder the words around it. A text with its own element gets
/// `dir="auto"` there instead.
#[must_use]
pub fn isolated(text: &str) -> Cow<'_, str> {
    let classes = CodePointMapData::<BidiClass>::new();
    let is_from_the_right = |c: char| matches!(classes.get(c), BidiClass::RightToLeft | BidiClass::ArabicLetter);
    if text.is_ascii() || !text.chars().any(is_from_the_right) {
        return Cow::Borrowed(text);
    }
    let [begin, end] = ISOLATE;
    Cow::Owned(format!("{begin}{text}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_from_the_right_is_marked() {
        for plain in ["Zoë Łukaszewicz", "Ελένη", "3:1", "李"] {
            assert_eq!(isolated(plain), plain);
        }
        for marked in ["ليلى حداد", "נועה", "Award ليلى"] {
            assert_eq!(isolated(marked), format!("\u{2068}{marked}\u{2069}"));
        }
    }
}
