//! The code on a badge: `K7QM-2XTP-9RVD-W`.

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq as _;

use crate::crockford;

/// Locator (4 characters), secret (8 characters) and a check character (Luhn modulo 32) that catches typing slips.
#[derive(Clone, Copy, Eq)]
pub struct BadgeCode {
    locator: u32,
    secret: u64,
}

/// Why a text is not a badge code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBadgeCode {
    /// Not 13 characters of Crockford base32.
    #[error("a badge code has 13 characters, such as K7QM-2XTP-9RVD-W")]
    Form,
    /// The check character is wrong: a typing mistake.
    #[error("the code has a typing mistake")]
    Check,
}

impl BadgeCode {
    /// A locator has 20 bits.
    pub const LARGEST_LOCATOR: u32 = 0xf_ffff;

    /// Takes the lowest 20 bits of the locator and the lowest 40 bits of the secret.
    #[must_use]
    pub const fn new(locator: u32, secret: u64) -> Self {
        Self { locator: locator & Self::LARGEST_LOCATOR, secret: secret & 0xff_ffff_ffff }
    }

    /// Finds the attendee. These 20 bits are not secret; the other 40 bits prove the badge.
    #[must_use]
    pub const fn locator(self) -> u32 {
        self.locator
    }

    fn digits(self) -> String {
        crockford::encode_number(u64::from(self.locator), 4) + &crockford::encode_number(self.secret, 8)
    }
}

/// Luhn's check value modulo 32: it catches one wrong digit, or two neighbours swapped. As with every Luhn code
/// there is one exception: swapping a `0` with a neighbouring `Z`.
fn check(values: &[u8]) -> u8 {
    let doubled = |value: u8| {
        let twice = value * 2;
        twice / 32 + twice % 32
    };
    let sum = values
        .iter()
        .rev()
        .enumerate()
        .fold(0u8, |sum, (place, value)| (sum + if place % 2 == 0 { doubled(*value) } else { *value }) % 32);
    (32 - sum) % 32
}

impl fmt::Display for BadgeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.digits();
        let values = crockford::digits(&text).unwrap_or_default();
        let check = crockford::character(check(&values));
        write!(f, "{}-{}-{}-{check}", &text[..4], &text[4..8], &text[8..])
    }
}

impl PartialEq for BadgeCode {
    /// Takes the same time for every pair, so that timing does not tell how much of a guess was right.
    fn eq(&self, other: &Self) -> bool {
        (self.locator.ct_eq(&other.locator) & self.secret.ct_eq(&other.secret)).into()
    }
}

impl fmt::Debug for BadgeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BadgeCode(…)")
    }
}

impl FromStr for BadgeCode {
    type Err = InvalidBadgeCode;

    /// Any case, with or without hyphens, dashes and white space; `O` is 0, `I` and `L` are 1.
    fn from_str(text: &str) -> Result<Self, InvalidBadgeCode> {
        let values = crockford::digits(text).filter(|values| values.len() == 13).ok_or(InvalidBadgeCode::Form)?;
        let number = |values: &[u8]| values.iter().fold(0u64, |number, value| (number << 5) | u64::from(*value));
        if check(&values[..12]) != values[12] {
            return Err(InvalidBadgeCode::Check);
        }
        let locator = u32::try_from(number(&values[..4])).map_err(|_| InvalidBadgeCode::Form)?;
        Ok(Self::new(locator, number(&values[4..12])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = BadgeCode::new(0x8_1234, 0x12_3456_789a);
        let text = code.to_string();
        assert_eq!(text.len(), 16);
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            format!(" {} ", text.replace('-', " ")),
            format!("{}\r\n", text.replace('-', "\u{2011}")),
        ] {
            assert_eq!(typed.parse(), Ok(code), "{typed}");
        }
        assert_eq!("K7QM".parse::<BadgeCode>(), Err(InvalidBadgeCode::Form));
    }

    #[test]
    fn every_single_slip_is_caught() {
        let text = BadgeCode::new(0x8_1234, 0x12_3456_789a).to_string().replace('-', "");
        for at in 0..13 {
            for digit in crockford::DIGITS {
                let mut typed = text.clone().into_bytes();
                if typed[at] == *digit {
                    continue;
                }
                typed[at] = *digit;
                let typed = String::from_utf8(typed).unwrap();
                assert_eq!(typed.parse::<BadgeCode>(), Err(InvalidBadgeCode::Check), "{typed}");
            }
        }
    }
}
