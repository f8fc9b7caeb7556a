//! Keys and signatures: of small order, in non-canonical encodings, and signatures on which libraries disagree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use curve25519_dalek::Scalar;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::traits::Identity as _;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha512};
use urna_core::record::file;
use urna_core::signed_note::InvalidNote;
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, key_id, signature_line};

/// The order of the base point, least significant byte first.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A signer of a record's notes: a public key, and a way to sign.
struct Odd {
    public: [u8; 32],
    sign: Sign,
}

/// Signs a text.
type Sign = Box<dyn Fn(&[u8]) -> [u8; 64]>;

/// The key as written in a record.
pub(crate) fn written(public: &[u8; 32]) -> String {
    let id = key_id(public).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("urna+{id}+{}", STANDARD.encode([&[1], public.as_slice()].concat()))
}

impl Odd {
    /// The record with all its notes signed in this way.
    fn forge(self, forge: &Forge) -> Forge {
        let Self { public, sign } = self;
        let key = format!("{}\n", written(&public));
        let forge = forge.change(file::KEY, move |bytes| *bytes = key.clone().into_bytes());
        forge.signing(move |_, text| {
            [text, b"\n", signature_line("urna", &key_id(&public), &sign(text)).as_bytes()].concat()
        })
    }
}

/// Bytes that are not a public key: points of small order, and non-canonical encodings of points, with a y that is
/// not below p or with a sign for x = 0.
pub(crate) fn odd_keys() -> Vec<(String, [u8; 32])> {
    let small = EIGHT_TORSION.iter().zip(0..);
    let mut keys: Vec<_> =
        small.map(|(point, number)| (format!("small-order-{number}"), point.compress().to_bytes())).collect();
    // Keep the values from p upwards that are on the curve: a smaller number encodes the same y.
    for above in 0..19_u8 {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (0xed + above, 0x7f);
        let point = CompressedEdwardsY(bytes).decompress();
        keys.extend(point.map(|_| (format!("p-and-{above}"), bytes)));
    }
    let minus_nought = |y: EdwardsPoint| {
        let mut bytes = y.compress().to_bytes();
        bytes[31] |= 0x80;
        bytes
    };
    keys.push(("one-and-minus-nought".to_owned(), minus_nought(EIGHT_TORSION[0])));
    keys.push(("minus-one-and-minus-nought".to_owned(), minus_nought(EIGHT_TORSION[4])));
    keys
}

/// A key of mixed order: a point of the large group plus one of the small group.
pub(crate) fn mixed_key(forge: &Forge) -> [u8; 32] {
    (ED25519_BASEPOINT_POINT * forge.key.to_scalar() + EIGHT_TORSION[1]).compress().to_bytes()
}

/// `SHA-512(R ‖ A ‖ text)` as a scalar.
fn challenge(r: &[u8], public: &[u8], text: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(public).chain_update(text);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    std::array::from_fn(|place| if place < 32 { r[place] } else { s[place - 32] })
}

/// A secret nonce, determined by the text.
fn nonce(text: &[u8], try_number: u32) -> Scalar {
    let hash = Sha512::new().chain_update("nonce").chain_update(try_number.to_be_bytes()).chain_update(text);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

/// Signs under the public key `secret` times the base point plus `torsion`. Tries nonces until the torsion drops
/// out of the equation without the cofactor or, with `keep`, stays in it.
fn sign_mixed(secret: Scalar, torsion: EdwardsPoint, text: &[u8], keep: bool) -> [u8; 64] {
    let public = (ED25519_BASEPOINT_POINT * secret + torsion).compress();
    (0..)
        .find_map(|number| {
            let nonce = nonce(text, number);
            let r = (ED25519_BASEPOINT_POINT * nonce).compress();
            let challenge = challenge(r.as_bytes(), public.as_bytes(), text);
            let falls_out = torsion * challenge == EdwardsPoint::default();
            (falls_out != keep).then(|| joined(r.as_bytes(), (nonce + challenge * secret).as_bytes()))
        })
        .unwrap()
}

/// Wrong signatures that some libraries accept.
pub(crate) fn weak_signatures() -> Vec<Case> {
    let forge = Forge::new();
    let secret = forge.key.to_scalar();
    let public = forge.key.verifying_key().to_bytes();
    let neutral = EdwardsPoint::identity().compress().to_bytes();
    let is_key = Fault::Form(file::KEY);
    let mut cases = Vec::new();

    // With the neutral element as the key, R = 1 and S = 0 sign every text; with another point of small order, one
    // text in few.
    for (what, public) in odd_keys() {
        let of_nobody = Odd { public, sign: Box::new(move |_| joined(&neutral, &[0; 32])) };
        cases.push(Case::fault(format!("key-of-{what}"), &of_nobody.forge(&forge).parts(), is_key.clone()));
    }
    // The key's holder can sign with R = 1, which reveals the key: S is the challenge times the secret.
    let revealed = move |r: [u8; 32]| Odd {
        public,
        sign: Box::new(move |text| joined(&r, (challenge(&r, &public, text) * secret).as_bytes())),
    };
    for (what, r) in odd_keys() {
        let parts = revealed(r).forge(&forge).parts();
        cases.push(Case::wrong(format!("signature-with-r-of-{what}"), &parts, is_signature));
    }
    cases.extend(scalars(&forge));
    cases.extend(mixed(&forge));
    cases
}

/// The sum of a number and L, as 32 bytes, least significant first.
fn and_l(number: [u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|place| {
        let sum = u16::from(number[place]) + u16::from(L[place]) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    })
}

/// The same signature with another S: L more, or with bits that no scalar has.
fn scalars(forge: &Forge) -> Vec<Case> {
    let case = |name: &str, change: fn([u8; 32]) -> [u8; 32]| {
        let key = forge.key.clone();
        let public = key.verifying_key().to_bytes();
        let sign = Box::new(move |text: &[u8]| {
            let signature = key.sign(text);
            joined(signature.r_bytes(), &change(*signature.s_bytes()))
        });
        Case::wrong(name, &Odd { public, sign }.forge(forge).parts(), is_signature)
    };
    vec![
        case("s-and-l", and_l),
        case("s-and-seven-l", |s| (0..7).fold(s, |s, _| and_l(s))),
        case("s-with-its-highest-bit", |s| {
            std::array::from_fn(|place| if place == 31 { s[31] | 0x80 } else { s[place] })
        }),
        case("s-of-nought", |_| [0; 32]),
        case("s-of-l", |_| L),
    ]
}

/// Signatures under a key of mixed order. No library refuses such keys. With the cofactor every signature verifies;
/// without it, only those in which the small part drops out.
fn mixed(forge: &Forge) -> Vec<Case> {
    let secret = forge.key.to_scalar();
    let torsion = EIGHT_TORSION[1];
    let public = mixed_key(forge);
    let signed = |keep: bool| Odd { public, sign: Box::new(move |text| sign_mixed(secret, torsion, text, keep)) };
    vec![
        Case::right("right-under-a-key-of-mixed-order", &signed(false).forge(forge).parts()),
        Case::wrong("right-with-the-cofactor-alone", &signed(true).forge(forge).parts(), is_signature),
    ]
}

fn is_signature(fault: &Fault) -> bool {
    matches!(fault, Fault::Signature { cause: InvalidNote::Signature, .. })
}
