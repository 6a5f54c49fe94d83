// SPDX-License-Identifier: Apache-2.0
//! Signers, signatures and the reference that shares no code with the crate.

use num_bigint::BigUint;
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, PublicKey, Scalar, Secp256k1, SecretKey};
use sha3::{Digest, Keccak256};

use crate::verifier::Limits;
use crate::{Item, Options, Reject, Verifier};

pub(super) const ALL_OPTIONS: [Options; 4] = [
    Options { batch: false, vector: false },
    Options { batch: false, vector: true },
    Options { batch: true, vector: false },
    Options { batch: true, vector: true },
];

/// Every size takes the equation's path, down to one signature.
pub(super) const SMALLEST: Limits = Limits { floor: 1, halving: 1, strangers: 1 };

pub(super) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

pub(super) fn order() -> BigUint {
    BigUint::from_bytes_be(&secp256k1::constants::CURVE_ORDER)
}

pub(super) fn word(value: &BigUint) -> [u8; 32] {
    let bytes = value.to_bytes_be();
    let mut word = [0; 32];
    word[32 - bytes.len()..].copy_from_slice(&bytes);
    word
}

pub(super) fn integer(word: &[u8; 32]) -> BigUint {
    BigUint::from_bytes_be(word)
}

pub(super) fn secret(number: u64) -> SecretKey {
    SecretKey::from_byte_array(keccak(&number.to_le_bytes())).expect("a hash is a valid key")
}

pub(super) fn address(key: &PublicKey) -> [u8; 20] {
    keccak(&key.serialize_uncompressed()[1..])[12..].try_into().expect("twenty bytes")
}

/// A signature by signer number `signer`, its sender and hint given.
pub(super) fn signed(signer: u64, hash: [u8; 32]) -> Item {
    signed_with(&secret(signer), hash)
}

pub(super) fn signed_with(key: &SecretKey, hash: [u8; 32]) -> Item {
    let context = Secp256k1::new();
    let signature = context.sign_ecdsa_recoverable(Message::from_digest(hash), key);
    let (id, bytes) = signature.serialize_compact();
    let r = bytes[..32].try_into().expect("a word");
    let s = bytes[32..].try_into().expect("a word");
    let odd_y = i32::from(id) & 1 == 1;
    let claimed = Some(address(&key.public_key(&context)));
    Item { hash, r, s, odd_y, claimed, r_y_hint: Some(y_of(&r, odd_y)) }
}

/// `count` signatures by `signers` keys in turn.
pub(super) fn many_signed(count: u64, signers: u64) -> Vec<Item> {
    (0..count).map(|n| signed(n % signers, keccak(&n.to_be_bytes()))).collect()
}

pub(super) fn y_of(r: &[u8; 32], odd_y: bool) -> [u8; 32] {
    let point = lift(r, odd_y).expect("r is on the curve");
    point.serialize_uncompressed()[33..].try_into().expect("a word")
}

pub(super) fn lift(x: &[u8; 32], odd_y: bool) -> Option<PublicKey> {
    let mut compressed = [if odd_y { 3 } else { 2 }; 33];
    compressed[1..].copy_from_slice(x);
    PublicKey::from_slice(&compressed).ok()
}

/// A signature that recovers to `key` though nobody signed: R = a·G + b·key, r = x(R), s = r/b,
/// h = a·r/b. `None` if s comes out high.
pub(super) fn forged(key: &PublicKey, seed: u64) -> Option<Item> {
    let context = Secp256k1::new();
    let [a, b] = [2 * seed, 2 * seed + 1].map(secret);
    let turned = key.mul_tweak(&context, &Scalar::from(b)).expect("b is in range");
    let point = turned.combine(&a.public_key(&context)).expect("not opposite points");
    let compressed = point.serialize();
    let n = order();
    let r = BigUint::from_bytes_be(&compressed[1..]) % &n;
    let s = &r * integer(&b.secret_bytes()).modinv(&n).expect("n is prime") % &n;
    let h = &s * integer(&a.secret_bytes()) % &n;
    let low = &s * 2u32 < n;
    let item = Item {
        hash: word(&h),
        r: word(&r),
        s: word(&s),
        odd_y: compressed[0] == 3,
        claimed: Some(address(key)),
        r_y_hint: None,
    };
    low.then_some(item)
}

/// What a node must answer, from libsecp256k1, big integers and another Keccak.
pub(super) fn expected(item: &Item) -> Result<[u8; 20], Reject> {
    let n = order();
    let out_of_range = |value: &[u8; 32]| integer(value) == BigUint::ZERO || integer(value) >= n;
    if out_of_range(&item.r) {
        return Err(Reject::ROutOfRange);
    }
    if out_of_range(&item.s) {
        return Err(Reject::SOutOfRange);
    }
    if integer(&item.s) * 2u32 > n {
        return Err(Reject::HighS);
    }
    if lift(&item.r, false).is_none() {
        return Err(Reject::RNotOnCurve);
    }
    let id = if item.odd_y { RecoveryId::One } else { RecoveryId::Zero };
    let compact: [u8; 64] = [item.r, item.s].concat().try_into().expect("two words");
    let signature = RecoverableSignature::from_compact(&compact, id).expect("in range");
    let key = Secp256k1::new().recover_ecdsa(Message::from_digest(item.hash), &signature);
    let recovered = address(&key.map_err(|_| Reject::KeyAtInfinity)?);
    match item.claimed {
        Some(claimed) if claimed != recovered => Err(Reject::SenderMismatch { claimed, recovered }),
        _ => Ok(recovered),
    }
}

/// A verifier whose batches start at one signature, with the first `signers` keys known.
pub(super) fn primed(options: Options, signers: u64) -> Verifier {
    let mut verifier = Verifier::new(options);
    verifier.limits = SMALLEST;
    let introductions: Vec<Item> = (0..signers).map(|n| signed(n, keccak(&[7; 5]))).collect();
    assert!(verifier.verify(&introductions).iter().all(Result::is_ok));
    verifier
}

/// Holds every option to the reference. Twice, because the first call may teach keys to the cache.
pub(super) fn check(items: &[Item], signers: u64) {
    let expected: Vec<_> = items.iter().map(expected).collect();
    for options in ALL_OPTIONS {
        let mut verifier = primed(options, signers);
        for pass in ["first", "second"] {
            assert_eq!(verifier.verify(items), expected, "{options:?}, {pass} pass");
        }
    }
}
