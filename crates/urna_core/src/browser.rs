//! Things that a browser keeps for a person: a mark on each form of the person it was made for, and a sealed receipt.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::{AttendeeId, BallotId};
use crate::keys::hmac;
use crate::receipt::Receipt;
use crate::sealed_vote::{SealNonce, decrypt, encrypt};

/// Makes the marks on forms.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MarkKey(pub(crate) [u8; 32]);

impl MarkKey {
    /// The mark of an attendee: the first 128 bits of `HMAC(mark key, "attendee" ‖ attendee id)`.
    #[must_use]
    pub fn of_attendee(&self, attendee: AttendeeId) -> PersonMark {
        let mac = hmac(&self.0, &[b"attendee", attendee.as_bytes()]);
        PersonMark(std::array::from_fn(|i| mac[i]))
    }
}

/// The person a form was made for; 22 characters of base64url. The mark is the same in every session of that
/// person, does not reveal who they are, and signs nobody in.
#[derive(Clone, Copy)]
pub struct PersonMark([u8; 16]);

impl PersonMark {
    /// Whether this is the text of the mark; compared in constant time.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| self.0.as_slice().ct_eq(&bytes).into())
    }
}

impl fmt::Display for PersonMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for PersonMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonMark(…)")
    }
}

/// One person's turn at a browser: 16 random bytes, changed at each sign-out and when somebody else signs in. A
/// browser that nobody has left yet has no turn. A receipt sealed in another turn cannot be opened.
#[derive(Clone, Copy)]
pub struct Turn([u8; 16]);

impl Turn {
    /// Takes 16 bytes from a good source of randomness.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn(…)")
    }
}

/// The text is not 16 bytes in base64url without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 16 bytes in base64url without padding (22 characters)")]
pub struct InvalidTurn;

impl FromStr for Turn {
    type Err = InvalidTurn;

    fn from_str(text: &str) -> Result<Self, InvalidTurn> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidTurn)?;
        bytes.try_into().map(Self).map_err(|_| InvalidTurn)
    }
}

/// The binding of a sealed receipt: the voter, the ballot and the turn at the browser.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    /// The voter.
    pub attendee: AttendeeId,
    /// The ballot.
    pub ballot: BallotId,
    /// The turn in which the vote was cast.
    pub turn: Option<Turn>,
}

impl Keeper {
    /// Associated data: `"urna/cookie/v1\n" ‖ ballot id ‖ attendee id ‖ turn`; the turn is 16 bytes, or absent.
    fn bound_to(&self) -> Vec<u8> {
        let turn = self.turn.as_ref().map_or(&[][..], |turn| &turn.0);
        [b"urna/cookie/v1\n", self.ballot.as_bytes().as_slice(), self.attendee.as_bytes(), turn].concat()
    }
}

/// Seals the receipts that browsers keep in cookies.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CookieKey(pub(crate) [u8; 32]);

impl CookieKey {
    /// Seals a receipt for the browser to keep: nonce ‖ XChaCha20-Poly1305 of [`Receipt::compact`], in base64url.
    #[must_use]
    pub fn seal(&self, receipt: &Receipt, keeper: &Keeper, nonce: SealNonce) -> String {
        let mut plain = receipt.compact();
        let sealed = encrypt(&self.0, nonce, plain.as_bytes(), &keeper.bound_to());
        plain.zeroize();
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The [`Receipt::compact`] sealed for this keeper; `None` for any other.
    #[must_use]
    pub fn open(&self, sealed: &str, keeper: &Keeper) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        String::from_utf8(decrypt(&self.0, &sealed, &keeper.bound_to()).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, MasterSecret};
    use crate::{Commitment, Sha256Hash, Tracker};

    fn attendee(number: u128) -> AttendeeId {
        AttendeeId::new(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_mark_is_one_persons_under_one_secret() {
        let key = Keys::derive(&MasterSecret::new([1; 32])).mark;
        let text = key.of_attendee(attendee(1)).to_string();
        assert_eq!(text.len(), 22);
        assert!(key.of_attendee(attendee(1)).is(&text));
        assert!(!key.of_attendee(attendee(2)).is(&text));
        assert!(!Keys::derive(&MasterSecret::new([2; 32])).mark.of_attendee(attendee(1)).is(&text));
        for broken in ["", "A", &text[1..], &format!("{text}A"), &format!(" {text}"), &attendee(1).to_string()] {
            assert!(!key.of_attendee(attendee(1)).is(broken), "{broken}");
        }
        assert_eq!(format!("{:?}", key.of_attendee(attendee(1))), "PersonMark(…)");
    }

    #[test]
    fn a_receipt_opens_for_its_voter_on_its_ballot_in_its_turn_and_for_nothing_else() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let ballot = |number| BallotId::new(uuid::Uuid::from_u128(number));
        let turn = |byte| Some(Turn::new([byte; 16]));
        let keeper = Keeper { attendee: attendee(1), ballot: ballot(7), turn: turn(3) };
        let manifest = Sha256Hash::new([3; 32]);
        let receipt =
            Receipt::sign(ballot(7), &manifest, Tracker::new([1; 32]), Commitment::new([2; 32]), &keys.signing);
        let sealed = keys.cookie.seal(&receipt, &keeper, SealNonce([9; 24]));
        assert_eq!(keys.cookie.open(&sealed, &keeper), Some(receipt.compact()));
        assert!(!sealed.contains(&receipt.tracker.to_string()));
        let others = [
            Keeper { attendee: attendee(2), ..keeper },
            Keeper { ballot: ballot(8), ..keeper },
            Keeper { turn: turn(4), ..keeper },
            Keeper { turn: None, ..keeper },
        ];
        assert!(others.iter().all(|other| keys.cookie.open(&sealed, other).is_none()));
        let stranger = Keys::derive(&MasterSecret::new([2; 32]));
        assert_eq!(stranger.cookie.open(&sealed, &keeper), None);
        for broken in ["", "A", "no base64!", &sealed[1..], &receipt.compact()] {
            assert_eq!(keys.cookie.open(broken, &keeper), None, "{broken}");
        }
    }

    #[test]
    fn a_turn_has_one_spelling() {
        let turn = Turn::new([7; 16]);
        assert_eq!(turn.to_string().parse::<Turn>().map(|turn| turn.0), Ok([7; 16]));
        assert!("".parse::<Turn>().is_err() && "BwcH".parse::<Turn>().is_err());
        assert_eq!(format!("{turn:?}"), "Turn(…)");
    }
}
