//! Passwords that attackers try first: the ten thousand most common ones, and the words around the account, in
//! every disguise that people use.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// The ten thousand most common passwords, in lower case; `common.md` names the source.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Words that come to mind first for people who run a vote, in their languages, and sequences on the keyboard.
const NEAR_AT_HAND: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "motdepasse",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefgh",
    "abcdef",
    "abc123",
    "abcd",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "iloveyou",
    "changeme",
    "secret",
    "login",
    "master",
    "hello",
    "summer",
    "winter",
    "spring",
    "autumn",
    "urna",
    "organiser",
    "organizer",
    "conference",
    "konferenz",
    "cluster",
    "ballot",
    "election",
    "voting",
];

/// The shortest word of the context to look for.
const SHORTEST_WORD: usize = 4;

/// A password is common if any reading of it is: as typed or with the usual substitutions undone (`0` for `o`, `@`
/// for `a`), in full or without anything before its first and after its last letter. A reading is common if
///
/// - fewer than six letters and digits, or fewer than five different ones, remain without the words of the context
///   and those near at hand, or
/// - it consists of one or two of the most common passwords, however often repeated, and at most three more letters.
///
/// `password` is in NFKC.
pub(super) fn is_common(password: &str, context: &[&str]) -> bool {
    let typed = password.to_lowercase();
    let context = words(context);
    readings(&typed).iter().any(|reading| is_made_of(reading, &context) || consists_of_common(reading, 2))
}

/// The words around the account, the longest first.
fn words(context: &[&str]) -> Vec<String> {
    let context = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let context = context.filter(|word| word.chars().count() >= SHORTEST_WORD).map(str::to_lowercase);
    let mut words: Vec<String> = context.chain(NEAR_AT_HAND.iter().map(|word| (*word).to_owned())).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// The letters and digits as typed; then with substitutions undone, in full and without anything around the
/// letters: once with `1` and `!` read as `i`, once as `l`, and once with punctuation ignored.
fn readings(typed: &str) -> Vec<String> {
    let core = typed.trim_matches(|c: char| !c.is_alphabetic());
    let plain = typed.chars().filter(|c| c.is_alphanumeric()).collect();
    let undone = [typed, core]
        .into_iter()
        .flat_map(|text| [('i', true), ('l', true), ('i', false)].map(|(one, marks)| undone(text, one, marks)));
    std::iter::once(plain).chain(undone).collect()
}

/// The letters of a text with substitutions undone: `one` is the letter that `1` stands for.
fn undone(text: &str, one: char, marks: bool) -> String {
    let letter = |c| match c {
        '0' => Some('o'),
        '1' => Some(one),
        '!' | '|' if marks => Some(one),
        '@' if marks => Some('a'),
        '$' if marks => Some('s'),
        '€' if marks => Some('e'),
        '3' => Some('e'),
        '4' => Some('a'),
        '5' => Some('s'),
        '7' => Some('t'),
        '8' => Some('b'),
        '9' => Some('g'),
        c => c.is_alphabetic().then_some(c),
    };
    text.chars().filter_map(letter).collect()
}

/// Whether little remains without these words.
fn is_made_of(reading: &str, words: &[String]) -> bool {
    let rest = words.iter().fold(reading.to_owned(), |rest, word| rest.replace(word, ""));
    let different: BTreeSet<char> = rest.chars().collect();
    rest.chars().count() < 6 || different.len() < 5
}

/// Whether at most three letters remain after up to `most` steps; each takes out a common password that the text
/// begins with, and all its repetitions.
fn consists_of_common(reading: &str, most: usize) -> bool {
    if reading.chars().count() <= 3 {
        return true;
    }
    if most == 0 {
        return false;
    }
    let starts = reading.char_indices().map(|(at, c)| at + c.len_utf8()).map(|end| &reading[..end]);
    let mut starts = starts.filter(|start| start.len() >= SHORTEST_WORD && COMMON.contains(start));
    starts.any(|start| consists_of_common(&reading.replace(start, ""), most - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_known_in_every_dress() {
        for common in [
            "Passw0rd!Passw0rd!",
            "passwordpassword",
            "!!P@$$w0rd2026!!!!",
            "P4ssw0rd2026Passw0rd2026",
            "Password1Password2Password3",
            "1qaz2wsx1qaz2wsx",
            "Qwerty123456!!!!",
            "iloveyou-iloveyou",
            "m1chael.jennifer.2026",
            "monkeymonkeymonkey99",
            "S u n s h i n e 2 0 2 6",
            "123456789012345",
            "dragon_dragon_dragon",
            "aaaaaaaaaaaaaaaaaaaa",
            "Willkommen2026!",
        ] {
            assert!(is_common(common, &["willkommen"]), "{common}");
        }
    }

    #[test]
    fn the_words_around_the_account_do_not_make_a_password() {
        let context =
            ["anna.nowak@cluster.example", "https://vote.example.org", "European Cluster Conference", "eccp-2026"];
        for common in
            ["annanowakcluster1", "EuropeanClusterConference2026", "3uropean-Clu5ter-C0nference", "Vote.Example.Org1"]
        {
            assert!(is_common(common, &context), "{common}");
        }
    }

    #[test]
    fn a_sentence_of_ones_own_is_not_common() {
        for own in [
            "the heron stands in cold water",
            "correct horse battery staple",
            "zażółć gęślą jaźń",
            "ελένη πάει θάλασσα",
            "wT7#kq9!zLr2$vXp",
            "seven lemons under a bridge",
            "my dog ate 3 ballots",
        ] {
            assert!(!is_common(own, &["anna.nowak@cluster.example", "European Cluster Conference"]), "{own}");
        }
    }

    #[test]
    fn the_list_is_whole() {
        assert_eq!(COMMON.len(), 10_000);
        assert!(COMMON.iter().all(|word| *word == word.to_lowercase().trim()));
    }
}
