// SPDX-License-Identifier: Apache-2.0
//! Sums against one multiplication after another.

use super::*;
use crate::point::G;
use crate::scalar::QUARTER_BOUND;

/// A small generator, so that a failure can be replayed from its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn point(&mut self) -> Affine {
        times(self.next().into(), &G).to_affine()
    }

    fn scalar(&mut self) -> i128 {
        match self.next() % 8 {
            0 => 0,
            1 => QUARTER_BOUND,
            2 => -QUARTER_BOUND,
            3 => i128::from(i64::MIN),
            4 => (self.next() % 5) as i128 - 2,
            _ => i128::from(self.next().cast_signed()),
        }
    }
}

/// scalar·point by doubling and adding.
pub(crate) fn times(scalar: i128, point: &Affine) -> Jacobian {
    let signed = if scalar < 0 { point.negate() } else { *point };
    let mut product = Jacobian::INFINITY;
    for bit in (0..65).rev() {
        product = product.double();
        if scalar.unsigned_abs() >> bit & 1 == 1 {
            product = product.add_affine(&signed);
        }
    }
    product
}

fn check(bases: &[Affine], random: &mut Random) {
    let straight: Vec<i128> = bases.iter().map(|_| random.scalar()).collect();
    let turned: Vec<i128> = bases.iter().map(|_| random.scalar()).collect();
    let mut expected = Jacobian::INFINITY;
    for ((base, &a), &c) in bases.iter().zip(&straight).zip(&turned) {
        for term in [times(a, base), times(c, &base.image())] {
            expected = expected.add_affine(&term.to_affine());
        }
    }
    for engine in [Engine::choose(false), Engine::choose(true)] {
        let sum = Summation::default().sum(engine, bases, &straight, &turned);
        assert_eq!(sum.to_affine(), expected.to_affine(), "{} bases", bases.len());
    }
}

#[test]
fn sums_of_any_size_equal_separate_products() {
    let mut random = Random(1);
    for size in (0..20).chain([31, 64, 127, 500, 3_000]) {
        let bases: Vec<Affine> = (0..size).map(|_| random.point()).collect();
        check(&bases, &mut random);
    }
}

#[test]
fn sums_hold_with_equal_opposite_and_infinite_points() {
    let mut random = Random(2);
    for size in [2, 3, 8, 40, 300] {
        let few: Vec<Affine> = (0..3).map(|_| random.point()).collect();
        let bases: Vec<Affine> = (0..size)
            .map(|_| match random.next() % 8 {
                0 => Affine::INFINITY,
                1 | 2 => few[random.next() as usize % 3].negate(),
                3 => few[random.next() as usize % 3].image(),
                _ => few[random.next() as usize % 3],
            })
            .collect();
        check(&bases, &mut random);
    }
}

#[test]
fn opposite_terms_cancel_to_infinity() {
    let mut random = Random(3);
    for size in [1, 5, 64] {
        let points: Vec<Affine> = (0..size).map(|_| random.point()).collect();
        let bases: Vec<Affine> = points.iter().flat_map(|p| [*p, p.negate()]).collect();
        let scalars: Vec<i128> = (0..size).flat_map(|_| [random.scalar(); 2]).collect();
        for engine in [Engine::choose(false), Engine::choose(true)] {
            let mut summation = Summation::default();
            assert!(summation.sum(engine, &bases, &scalars, &scalars).is_infinity());
        }
    }
}

#[test]
fn every_window_plan_covers_the_largest_scalar() {
    for terms in [0, 10, 100, 1_000, 10_000, 100_000, 10_000_000] {
        let windows = Windows::plan(terms);
        for scalar in [QUARTER_BOUND, -QUARTER_BOUND, 0, -1, 1, i64::MIN.into()] {
            let biased = scalar.cast_unsigned().wrapping_add(windows.bias());
            assert!(biased >> (windows.bits * windows.count) == 0, "{windows:?} {scalar}");
            let rebuilt: i128 = (0..windows.count)
                .map(|w| i128::from(windows.digit(biased, w)) << (w * windows.bits))
                .sum();
            assert_eq!(rebuilt, scalar);
        }
    }
}
