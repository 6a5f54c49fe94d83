// SPDX-License-Identifier: Apache-2.0
//! Attacks that know the equation. Each builds its own signatures and asks for the exact answer.

use num_bigint::BigUint;
use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{Message, PublicKey, Secp256k1, SecretKey};

use super::fixture::*;
use crate::{Item, Reject};

/// Adds `addend` to a scalar modulo n.
fn shift(scalar: &[u8; 32], addend: &BigUint) -> [u8; 32] {
    word(&((integer(scalar) + addend) % order()))
}

/// Two wrong hashes whose errors cancel if both signatures weigh the same: h/s moves by +d and -d.
#[test]
fn two_bad_signatures_that_cancel_are_both_refused() {
    for (first, second) in [(0, 0), (0, 1)] {
        let mut items = many_signed(16, 4);
        let d = BigUint::from(12_345u32);
        let mut bad = [signed(first, [3; 32]), signed(second, [4; 32])];
        bad[0].hash = shift(&bad[0].hash, &(&d * integer(&bad[0].s)));
        bad[1].hash = shift(&bad[1].hash, &((order() - &d) * integer(&bad[1].s)));
        items.splice(5..5, bad);

        assert!(expected(&items[5]).is_err() && expected(&items[6]).is_err());
        check(&items, 4);
        check(&bad, 4);
    }
}

/// The same pair, but the second error turned by λ: it cancels if one random number weighs the
/// first signature straight and the second through the endomorphism.
#[test]
fn bad_signatures_that_cancel_across_the_endomorphism_are_refused() {
    let lambda = BigUint::parse_bytes(
        b"5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72",
        16,
    )
    .expect("hexadecimal");
    let d = BigUint::from(99u32);
    for factor in [lambda.clone(), order() - &lambda, &lambda + 1u32] {
        let mut bad = [signed(0, [3; 32]), signed(0, [4; 32])];
        bad[0].hash = shift(&bad[0].hash, &(&d * integer(&bad[0].s)));
        bad[1].hash = shift(&bad[1].hash, &((order() - &d) * &factor * integer(&bad[1].s)));
        check(&bad, 4);
    }
}

/// One nonce for two messages gives the same R: flipping both parities moves the sum by 2z(R - R)
/// if the weights are equal and opposite.
#[test]
fn flipped_parities_are_refused_alone_and_in_pairs() {
    let mut items = many_signed(9, 3);
    items[4].odd_y = !items[4].odd_y;
    check(&items, 3);
    items[5] = items[4];
    check(&items, 3);
    for item in &mut items {
        item.odd_y = !item.odd_y;
        item.r_y_hint = Some(y_of(&item.r, item.odd_y));
    }
    check(&items, 3);
}

/// Known keys Q and -Q, and a signature of one under the name of the other.
#[test]
fn opposite_keys_are_told_apart() {
    let key = secret(0);
    let mut items = vec![signed_with(&key, [5; 32]), signed_with(&key.negate(), [5; 32])];
    items.push(signed_with(&key, [6; 32]));
    check(&items, 1);
    items[2].claimed = items[1].claimed;
    check(&items, 1);
    // Swapped names: every R, every hash and the set of keys stay the same.
    (items[0].claimed, items[1].claimed) = (items[1].claimed, items[0].claimed);
    check(&items, 1);
}

/// h = s·k with R = k·G recovers to infinity, whoever is claimed.
#[test]
fn recovery_to_infinity_is_refused() {
    let context = Secp256k1::new();
    let nonce = secret(77);
    let point = nonce.public_key(&context).serialize();
    let r: [u8; 32] = point[1..].try_into().expect("a word");
    let s = BigUint::from(1_000_003u32);
    let h = &s * integer(&nonce.secret_bytes()) % order();
    let mut item = signed(0, [1; 32]);
    (item.r, item.s, item.hash) = (r, word(&s), word(&h));
    (item.odd_y, item.r_y_hint) = (point[0] == 3, None);

    assert_eq!(expected(&item), Err(Reject::KeyAtInfinity));
    let mut items = many_signed(10, 2);
    items.insert(3, item);
    items.push(Item { claimed: None, ..item });
    check(&items, 2);
}

/// An r on no point, taken for R = O, would satisfy the equation with h = -r·d for the signer's own
/// secret d.
#[test]
fn an_r_on_no_point_is_refused_though_the_rest_cancels() {
    let key = secret(0);
    let n = order();
    let r = (5u32..).map(|x| word(&x.into())).find(|x| lift(x, false).is_none()).expect("one");
    let h = &n - integer(&r) * integer(&key.secret_bytes()) % &n;
    for hint in [None, Some([0; 32]), signed(0, [1; 32]).r_y_hint] {
        let mut item = signed(0, word(&h));
        (item.r, item.r_y_hint) = (r, hint);
        assert_eq!(expected(&item), Err(Reject::RNotOnCurve));
        check(&[item], 1);
        check(&[signed(0, [2; 32]), item, signed(0, [3; 32])], 1);
    }
}

/// x(R) may lie in n..p; then r = x - n, and only recovery ids 2 and 3 would find R. Ethereum has
/// ids 0 and 1 alone, so such a signature must not pass under its signer's name.
#[test]
fn nonce_points_beyond_the_order_are_refused() {
    let context = Secp256k1::new();
    let mut seen = [false; 2];
    for small in (1u32..200).map(BigUint::from) {
        let Some(_) = lift(&word(&(&small + order())), false) else { continue };
        let (r, s, hash) = (word(&small), word(&BigUint::from(31_337u32)), keccak(&[1]));
        let compact: [u8; 64] = [r, s].concat().try_into().expect("two words");
        for (id, odd_y) in [(RecoveryId::Two, false), (RecoveryId::Three, true)] {
            let signature = RecoverableSignature::from_compact(&compact, id).expect("in range");
            let key = context.recover_ecdsa(Message::from_digest(hash), &signature);
            let key: PublicKey = key.expect("r + n is on the curve");
            let introduction = (0..).find_map(|seed| forged(&key, seed)).expect("half are low");
            assert_eq!(expected(&introduction), Ok(address(&key)));

            let claimed = Some(address(&key));
            let item = Item { hash, r, s, odd_y, claimed, r_y_hint: None };
            seen[usize::from(expected(&item) == Err(Reject::RNotOnCurve))] = true;
            assert!(expected(&item).is_err());
            let raised = word(&(&small + order()));
            let hinted = Item { r_y_hint: Some(y_of(&raised, odd_y)), ..item };
            check(&[introduction, item, hinted, introduction], 1);
        }
    }
    assert_eq!(seen, [true; 2], "r itself was on the curve, and was not");
}

/// The hint of another signature, of the other parity, of no point, and one not reduced.
#[test]
fn false_hints_neither_pass_nor_spoil_a_signature() {
    let mut items = many_signed(12, 3);
    items[1].r_y_hint = items[0].r_y_hint;
    items[2].r_y_hint = Some(y_of(&items[2].r, !items[2].odd_y));
    items[3].r_y_hint = Some([0; 32]);
    items[4].r_y_hint = Some([0xff; 32]);
    items[5].r_y_hint = None;
    assert!(items.iter().all(|item| expected(item).is_ok()));
    check(&items, 3);

    // A wrong parity that the hint agrees with, and the hint of an r not on the curve.
    items[6].odd_y = !items[6].odd_y;
    items[6].r_y_hint = Some(y_of(&items[6].r, items[6].odd_y));
    items[7].r = (5u32..).map(|x| word(&x.into())).find(|x| lift(x, false).is_none()).expect("one");
    check(&items, 3);
}

/// Every bound of r and s from both sides, with a signer whose key is known where there is one.
#[test]
fn bounds_of_r_and_s_are_exact() {
    let n = order();
    let good = signed(0, [1; 32]);
    let bounds = [
        (BigUint::ZERO, Some(Reject::SOutOfRange)),
        (BigUint::from(1u32), None),
        (&n / 2u32, None),
        (&n / 2u32 + 1u32, Some(Reject::HighS)),
        (&n - 1u32, Some(Reject::HighS)),
        (n.clone(), Some(Reject::SOutOfRange)),
        ((BigUint::from(1u32) << 256) - 1u32, Some(Reject::SOutOfRange)),
    ];
    for (s, reject) in bounds {
        let anonymous = Item { s: word(&s), claimed: None, ..good };
        assert_eq!(expected(&anonymous).err(), reject);
        let named = Item { claimed: expected(&anonymous).ok().or(good.claimed), ..anonymous };
        check(&[anonymous, named, named], 1);
    }
    for r in [BigUint::ZERO, n.clone(), &n + 1u32, (BigUint::from(1u32) << 256) - 1u32] {
        let item = Item { r: word(&r), ..good };
        assert_eq!(expected(&item), Err(Reject::ROutOfRange));
        check(&[item, good], 1);
    }
}

/// Forged signatures are valid to ECDSA: they recover to the key though their hash was not chosen.
#[test]
fn forgeries_without_a_message_answer_as_single_recovery() {
    let key = secret(0).public_key(&Secp256k1::new());
    let items: Vec<Item> = (0..24).filter_map(|seed| forged(&key, seed)).collect();
    assert!(items.iter().all(|item| expected(item) == Ok(address(&key))));
    check(&items, 1);
}

/// Every bucket of every window holds the same point, its negative or its image.
#[test]
fn one_nonce_point_throughout_is_answered_exactly() {
    let item = signed(0, [8; 32]);
    let mut items = vec![item; 300];
    check(&items, 1);
    for other in items.iter_mut().step_by(7) {
        other.odd_y = !other.odd_y;
        other.r_y_hint = None;
    }
    check(&items, 1);
}

/// Hashes at and above n reduce; zero is a hash like any other.
#[test]
fn hashes_beyond_the_order_reduce() {
    let n = order();
    let hashes =
        [BigUint::ZERO, &n - 1u32, n.clone(), &n + 1u32, (BigUint::from(1u32) << 256) - 1u32];
    let items: Vec<Item> = hashes.iter().map(|hash| signed(0, word(hash))).collect();
    assert!(items.iter().all(|item| expected(item).is_ok()));
    check(&items, 1);
    // h and h + n are one hash to ECDSA.
    let wrapped = Item { hash: word(&n), ..items[0] };
    assert!(expected(&wrapped).is_ok());
    check(&[wrapped, items[0]], 1);
}

/// Secrets 1 and n - 1: the keys are G and -G, which the equation also adds for its own reasons.
#[test]
fn the_generator_as_a_key_is_a_key_like_any_other() {
    let one = SecretKey::from_byte_array(word(&1u32.into())).expect("one is a key");
    let mut items = Vec::new();
    for n in 0..8u8 {
        items.push(signed_with(&one, [n; 32]));
        items.push(signed_with(&one.negate(), [n; 32]));
    }
    check(&items, 1);
    items[3].claimed = items[2].claimed;
    check(&items, 1);
}
