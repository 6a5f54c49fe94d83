// SPDX-License-Identifier: Apache-2.0
//! Scalars against big integers, and the split against its own definition.

use num_bigint::{BigInt, BigUint};
use proptest::prelude::*;

use super::*;

fn integer(limbs: &[u64]) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |value, &limb| (value << 64) + limb)
}

/// Any word, edges of the modulus and of the limbs among them.
fn words() -> impl Strategy<Value = [u8; 32]> {
    let n = BigUint::from_bytes_be(&bytes(N.0));
    let edges: Vec<[u8; 32]> = [0u32, 1, 2, 3]
        .iter()
        .flat_map(|d| [&n - 1u32 - d, &n + *d, &n / 2u32 + *d, BigUint::from(*d)])
        .chain((0..256).step_by(32).map(|bit| BigUint::from(1u32) << bit))
        .chain([(BigUint::from(1u32) << 256) - 1u32])
        .map(|value| bytes(limbs_of(&value)))
        .collect();
    prop_oneof![any::<[u8; 32]>(), prop::sample::select(edges)]
}

fn limbs_of(value: &BigUint) -> [u64; 4] {
    let mut limbs = [0; 4];
    for (limb, digit) in limbs.iter_mut().zip(value.iter_u64_digits()) {
        *limb = digit;
    }
    limbs
}

fn bytes(limbs: [u64; 4]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_mut(8).zip(limbs.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arithmetic_equals_big_integers(a in words(), b in words()) {
        let n = integer(&N.0);
        let radix = BigUint::from(1u32) << 256;
        let (big_a, big_b) = (BigUint::from_bytes_be(&a) % &n, BigUint::from_bytes_be(&b) % &n);
        let (x, y) = (Scalar::from_bytes_reduced(&a), Scalar::from_bytes_reduced(&b));

        prop_assert_eq!(integer(&x.0), big_a.clone());
        prop_assert_eq!(Scalar::from_bytes(&a).is_some(), BigUint::from_bytes_be(&a) < n);
        prop_assert_eq!(x.is_above(y), big_a > big_b);
        prop_assert_eq!(integer(&x.add(y).0), (&big_a + &big_b) % &n);
        prop_assert_eq!(integer(&x.negate().0), (&n - &big_a) % &n);
        let product = x.montgomery(y);
        prop_assert_eq!(integer(&product.0) * radix % &n, &big_a * &big_b % &n);
        prop_assert!(N.is_above(product));
    }

    #[test]
    fn quarters_rebuild_the_scalar_within_their_bound(word in words()) {
        let scalar = Scalar::from_bytes_reduced(&word);
        let quarters = scalar.quarters();

        let [a, b, c, d] = quarters.map(BigInt::from);
        let lambda = BigInt::from(integer(&LAMBDA.0));
        let rebuilt: BigInt = a + (b << 64) + lambda * (c + (d << 64));
        let n = BigInt::from(integer(&N.0));
        prop_assert_eq!((rebuilt - BigInt::from(integer(&scalar.0))) % n, BigInt::ZERO);
        prop_assert!(quarters.iter().all(|quarter| quarter.abs() <= QUARTER_BOUND));
    }
}

#[test]
fn inverts_and_keeps_zero() {
    for value in [[1, 0, 0, 0], [2, 0, 0, 0], [5, 6, 7, 8], HALF_N.0] {
        let scalar = Scalar(value);
        let product = scalar.inverse().montgomery(scalar).montgomery(R_SQUARED);
        assert_eq!(product, Scalar([1, 0, 0, 0]));
    }
    assert!(Scalar::ZERO.inverse().is_zero());
}
