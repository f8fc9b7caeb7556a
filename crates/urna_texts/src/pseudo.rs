//! English disguised as another language.

use std::borrow::Cow;

const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED: &str = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";

/// Adds accents to every letter, and doubles two of five letters, because most languages need more room than English.
/// Placeholders stay unchanged.
pub(crate) fn pseudo(text: &str) -> Cow<'_, str> {
    let mut letters = 0;
    let mut out = String::with_capacity(2 * text.len());
    for c in text.chars() {
        let accented = PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == c).map_or(c, |(_, other)| other);
        out.push(accented);
        if c.is_alphabetic() {
            letters += 1;
            if letters % 5 == 2 || letters % 5 == 4 {
                out.push(accented);
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_two_fifths_longer_and_reads_as_english() {
        assert_eq!(pseudo("Voting is open"), "Ṽööţîîñĝ îîš ööþéññ");
        assert_eq!(pseudo(" … 3"), " … 3");
    }
}
