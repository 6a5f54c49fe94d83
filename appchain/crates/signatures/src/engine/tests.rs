// SPDX-License-Identifier: Apache-2.0
//! The kernels: portable against definitions, vector against portable, rare operands in any lane.

use proptest::prelude::*;

use super::*;
use crate::field::tests::integer;
use crate::field::{Field, P};
use crate::point::Jacobian;
use crate::scalar::{N, R_SQUARED};
use crate::sum::tests::Random;

fn engines() -> [Engine; 2] {
    [Engine::choose(false), Engine::choose(true)]
}

fn sum(points: &[Affine], Pair(a, b): Pair) -> Affine {
    let operand = |index: u32| {
        let point = points[(index & !NEGATED) as usize];
        if index & NEGATED == 0 { point } else { point.negate() }
    };
    Jacobian::from(operand(a)).add_affine(&operand(b)).to_affine()
}

fn check_pairs(points: &[Affine], pairs: &[Pair]) {
    let expected: Vec<Affine> = pairs.iter().map(|pair| sum(points, *pair)).collect();
    for engine in engines() {
        let mut arena = points.to_vec();
        arena.resize(points.len() + pairs.len() + BLOCK, Affine::INFINITY);
        engine.add_pairs(&mut arena, points.len(), pairs, &mut Scratch::default());
        assert_eq!(arena[points.len()..][..pairs.len()], expected, "{engine:?} {pairs:?}");
    }
}

#[test]
fn pairs_of_every_kind_add_up_in_every_lane() {
    let mut random = Random(11);
    let mut points: Vec<Affine> = (0..6).map(|_| random.point()).collect();
    points.push(Affine::INFINITY);
    points.push(points[0].negate());
    points.push(points[1].image());
    let count = points.len() as u32;
    let mut every = Vec::new();
    for a in 0..count {
        for b in 0..count {
            for signs in 0..4 {
                every.push(Pair(a | (signs & 1) << 31, b | (signs >> 1) << 31));
            }
        }
    }
    check_pairs(&points, &every);
    check_pairs(&points, &[]);
    // Each kind alone among ordinary pairs, in each lane and in short blocks.
    for kind in [Pair(0, 0), Pair(0, NEGATED), Pair(0, 7), Pair(6, 1), Pair(1, 6), Pair(6, 6)] {
        for length in 1..18 {
            for lane in 0..length {
                let mut pairs = vec![Pair(2, 3); length];
                pairs[lane] = kind;
                check_pairs(&points, &pairs);
            }
        }
    }
}

#[test]
fn images_are_products_with_lambda() {
    let mut random = Random(12);
    for size in [0, 1, 7, 8, 9, 40] {
        let points: Vec<Affine> = (0..size).map(|_| random.point()).collect();
        for engine in engines() {
            let mut both = points.clone();
            both.resize(2 * size, Affine::INFINITY);
            engine.images(&mut both);
            for (point, image) in points.iter().zip(&both[size..]) {
                // λ² + λ + 1 = 0.
                let zero = Jacobian::from(*point).add_affine(image).add_affine(&image.image());
                assert!(zero.is_infinity());
            }
        }
    }
}

#[test]
fn lift_takes_true_hints_and_only_those() {
    let mut random = Random(13);
    for size in [1, 7, 8, 9, 15, 16, 17, 50] {
        let (mut rows, mut odd, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..size {
            let point = random.point();
            let parity = Field(point.y).is_odd();
            let off_curve = (random.next()..)
                .map(|low| Affine { x: [low, 1, 2, 3], y: point.y })
                .find(|row| {
                    let x = Field(row.x);
                    x.square().mul(x).add(Field::SEVEN).square_root().is_none()
                })
                .expect("half of all x are on no point");
            let (row, asked, lifted) = match random.next() as usize + i {
                n if n % 7 == 0 => (Affine { x: point.x, y: [0; 4] }, parity, point),
                n if n % 7 == 1 => (Affine { x: point.x, y: [9; 4] }, parity, point),
                n if n % 7 == 2 => (point, !parity, point.negate()),
                n if n % 7 == 3 => (point.negate(), parity, point),
                n if n % 7 == 4 => (off_curve, parity, Affine::INFINITY),
                n if n % 7 == 5 => (Affine { y: [u64::MAX; 4], ..point }, parity, point),
                _ => (point, parity, point),
            };
            rows.push(row);
            odd.push(asked);
            expected.push(lifted);
        }
        for engine in engines() {
            let mut lifted = rows.clone();
            engine.lift(&mut lifted, &odd);
            assert_eq!(lifted, expected, "{engine:?}");
        }
    }
}

/// A point whose y is so small that y + p still fits in 256 bits: p = 7 mod 9, so the cube root of
/// y² - 7, where there is one, is its power (p + 2) / 9.
fn point_with_small_y() -> Affine {
    let exponent = (integer(P) + 2u32) / 9u32;
    let points = (1..).map(|small| {
        let y = Field([small, 0, 0, 0]);
        let cube = y.square().sub(Field::SEVEN);
        let x = (0..exponent.bits()).rev().fold(Field::ONE, |power, bit| {
            let squared = power.square();
            if exponent.bit(bit) { squared.mul(cube) } else { squared }
        });
        (x.square().mul(x).canonical() == cube.canonical()).then(|| Affine::new(x, y))
    });
    points.flatten().next().expect("a third of all y have a point")
}

#[test]
fn lift_reduces_what_an_unreduced_hint_says() {
    let point = point_with_small_y();
    let odd = point.y[0] & 1 == 1;
    let raised = Affine { y: [point.y[0] + P[0], P[1], P[2], P[3]], ..point };
    for engine in engines() {
        for size in [3, 8, 16] {
            let mut rows = vec![raised; size];
            engine.lift(&mut rows, &vec![odd; size]);
            assert_eq!(rows, vec![point; size]);

            let mut rows = vec![raised; size];
            engine.lift(&mut rows, &vec![!odd; size]);
            assert_eq!(rows, vec![point.negate(); size]);
        }
    }
}

fn scalars() -> impl Strategy<Value = Scalar> {
    let edges = [[0, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0], [u64::MAX, 0, 0, 0], N.0];
    let mut edges: Vec<Scalar> = edges.map(Scalar).to_vec();
    edges.extend([1, 2, 3].map(|d| N.add(Scalar([d, 0, 0, 0]).negate())));
    let any = any::<[u64; 4]>().prop_map(Scalar);
    // A sum with zero brings any limbs below n.
    prop_oneof![2 => any, 1 => prop::sample::select(edges)].prop_map(|s| s.add(Scalar::ZERO))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn shares_are_what_the_equation_says(
        rows in prop::collection::vec(
            (scalars(), scalars(), scalars(), any::<[u64; 2]>(), 0..8), 1..40,
        ),
    ) {
        let length = rows.len().next_multiple_of(BLOCK);
        let (mut ratios, mut weights) = (Vec::new(), Vec::new());
        for (r, s, h, [a, b], edge) in rows.iter().cycle().take(length) {
            let s = if s.is_zero() { Scalar([1, 0, 0, 0]) } else { *s };
            ratios.push(Ratio { r: *r, s });
            let edges = [0, u64::MAX, 1 << 63, (1 << 63) - 1];
            let a = if *edge < 4 { edges[*edge as usize] } else { *a };
            weights.push(Weight { h: *h, z: [a, *b, 0, 0] });
        }
        let times = |a: Scalar, b: Scalar| a.montgomery(b).montgomery(R_SQUARED);
        for engine in engines() {
            let mut shares = Vec::new();
            engine.shares(&ratios, &weights, &mut shares, &mut Scratch::default());
            prop_assert_eq!(shares.len(), length);
            for ((ratio, weight), share) in ratios.iter().zip(&weights).zip(&shares) {
                let z = portable::coefficient(weight);
                prop_assert_eq!(times(share.generator, ratio.s), times(z, weight.h));
                prop_assert_eq!(times(share.key, ratio.s), times(z, ratio.r));
                prop_assert!(N.is_above(share.generator) && N.is_above(share.key));
            }
        }
    }
}
