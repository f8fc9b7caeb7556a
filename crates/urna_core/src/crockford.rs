//! Crockford's base32 (<https://www.crockford.com/base32.html>), for codes that people read aloud and type.

/// The 32 digits, without I, L, O and U.
pub(crate) const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of a typed character: any case, `O` is 0, `I` and `L` are 1.
pub(crate) fn digit(typed: char) -> Option<u8> {
    let upper = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (0..32u8).zip(DIGITS).find(|(_, digit)| char::from(**digit) == upper).map(|(value, _)| value)
}

/// The values of a typed code. White space is ignored, and so are hyphens and the dashes that phones and printers
/// put in their place. `None` if any other character is not a digit.
pub(crate) fn digits(typed: &str) -> Option<Vec<u8>> {
    let between = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    typed.chars().filter(|c| !between(c)).map(digit).collect()
}

/// The character of a value; only the low five bits count.
pub(crate) fn character(value: u8) -> char {
    char::from(DIGITS[usize::from(value & 31)])
}

/// The lowest `count` digits of a number, most significant first.
pub(crate) fn encode_number(number: u64, count: u32) -> String {
    (0..count).rev().map(|place| character((number >> (place * 5)).to_le_bytes()[0])).collect()
}

/// Bytes as digits, most significant bit first; the last digit is padded with zero bits.
pub(crate) fn encode_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0u16, 0u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(character((held >> bits).to_le_bytes()[0]));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        text.push(character((held << (5 - bits)).to_le_bytes()[0]));
    }
    text
}

/// Reads the output of [`encode_bytes`] for `N` bytes; `None` if the length or the padding is wrong.
pub(crate) fn decode_bytes<const N: usize>(typed: &str) -> Option<[u8; N]> {
    let digits = digits(typed)?;
    if digits.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let mut bytes = [0; N];
    let (mut held, mut bits, mut next) = (0u16, 0u32, 0);
    for digit in digits {
        held = (held << 5) | u16::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *bytes.get_mut(next)? = (held >> bits).to_le_bytes()[0];
            next += 1;
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_round_trip_in_any_case() {
        let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
        let text = encode_bytes(&bytes);
        assert_eq!(text.len(), 52);
        assert_eq!(decode_bytes(&text), Some(bytes));
        assert_eq!(decode_bytes(&text.to_lowercase()), Some(bytes));
        assert_eq!(decode_bytes::<32>(&text[1..]), None);
        assert_eq!(encode_bytes(b"\xff"), "ZW");
        assert_eq!(decode_bytes::<1>("ZZ"), None, "non-zero padding is not a second spelling");
    }

    #[test]
    fn look_alikes_are_read_as_meant() {
        assert_eq!(digits("oO-iIlL"), Some(vec![0, 0, 1, 1, 1, 1]));
        assert_eq!(digits("U"), None);
        assert_eq!(encode_number(31, 3), "00Z");
    }
}
