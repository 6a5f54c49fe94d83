// SPDX-License-Identifier: Apache-2.0
//! The portable field against big integers, on values at every edge.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;

pub(crate) fn integer(limbs: [u64; 4]) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |value, &limb| (value << 64) + limb)
}

/// Limbs at the edges of p, of 2^256 and of the two limb sizes.
pub(crate) fn edges() -> Vec<[u64; 4]> {
    let mut edges = vec![[0; 4], [1, 0, 0, 0], [2, 0, 0, 0], [u64::MAX; 4], P];
    edges
        .extend([1, 2, 976, FOLD - 1, FOLD, FOLD + 1].map(|d| Field(P).sub(Field([d, 0, 0, 0])).0));
    edges.extend((1..5).map(|d| [P[0] + d, u64::MAX, u64::MAX, u64::MAX]));
    for bit in (0..256).step_by(52).chain((0..256).step_by(64)) {
        let mut power = [0; 4];
        power[bit / 64] = 1 << (bit % 64);
        edges.push(power);
        edges.push(Field(power).sub(Field::ONE).0);
    }
    edges
}

pub(crate) fn elements() -> impl Strategy<Value = [u64; 4]> {
    prop_oneof![any::<[u64; 4]>(), prop::sample::select(edges())]
}

fn check_pair(a: [u64; 4], b: [u64; 4]) {
    let p = integer(P);
    let (x, y) = (Field(a), Field(b));
    let (big_a, big_b) = (integer(a) % &p, integer(b) % &p);
    assert_eq!(integer(x.canonical()), big_a, "canonical {a:x?}");
    assert_eq!(integer(x.add(y).canonical()), (&big_a + &big_b) % &p, "{a:x?} + {b:x?}");
    assert_eq!(integer(x.sub(y).canonical()), (&big_a + &p - &big_b) % &p, "{a:x?} - {b:x?}");
    assert_eq!(integer(x.mul(y).canonical()), &big_a * &big_b % &p, "{a:x?} * {b:x?}");
    assert_eq!(integer(x.negate().canonical()), (&p - &big_a) % &p, "-{a:x?}");
}

#[test]
fn every_pair_of_edges_equals_big_integers() {
    for a in edges() {
        for b in edges() {
            check_pair(a, b);
        }
    }
}

#[test]
fn beta_is_a_cube_root_of_one() {
    assert_ne!(BETA.canonical(), Field::ONE.canonical());
    assert_eq!(BETA.square().mul(BETA).canonical(), Field::ONE.canonical());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arithmetic_equals_big_integers(a in elements(), b in elements()) {
        check_pair(a, b);
    }

    #[test]
    fn inverse_and_root_undo_product_and_square(a in elements()) {
        let x = Field(a);
        let one = if x.is_zero() { Field::ZERO } else { Field::ONE };
        prop_assert_eq!(x.inverse().mul(x).canonical(), one.canonical());

        let root = x.square().square_root().expect("a square has a root").canonical();
        prop_assert!(root == x.canonical() || root == x.negate().canonical());
        if !x.is_zero() {
            // -1 is not a square modulo p, so minus a square never is.
            prop_assert!(x.square().negate().square_root().is_none());
        }
    }
}
