// SPDX-License-Identifier: Apache-2.0
//! The kernels of [`crate::engine`] for any processor, and the reference for the vector ones.

use crate::engine::{NEGATED, Pair, Ratio, Share, Weight};
use crate::field::Field;
use crate::point::Affine;
use crate::scalar::{LAMBDA, R_SQUARED, Scalar};

/// Each pair's denominator, and the product of those before it.
pub(crate) type Scratch = Vec<(Field, Field)>;

/// A row's y if the curve and the parity agree to it.
fn hinted(row: &Affine, odd: bool) -> Option<Affine> {
    let (x, y) = (Field(row.x), Field(row.y));
    let fits = !row.is_infinity()
        && y.canonical() == row.y
        && y.is_odd() == odd
        && y.square().canonical() == curve_side(x).canonical();
    fits.then_some(*row)
}

/// x³ + 7.
fn curve_side(x: Field) -> Field {
    x.square().mul(x).add(Field::SEVEN)
}

/// The point with `row`'s x and the parity asked for.
fn lifted(row: &Affine, odd: bool) -> Option<Affine> {
    let x = Field(row.x);
    if x.canonical() != row.x {
        return None;
    }
    let root = curve_side(x).square_root()?;
    let y = if root.is_odd() == odd { root } else { root.negate() };
    Some(Affine::new(x, y))
}

pub(crate) fn lift(rows: &mut [Affine], odd: &[bool]) {
    for (row, &odd) in rows.iter_mut().zip(odd) {
        *row = hinted(row, odd).or_else(|| lifted(row, odd)).unwrap_or(Affine::INFINITY);
    }
}

pub(crate) fn images(points: &mut [Affine]) {
    let (originals, images) = points.split_at_mut(points.len() / 2);
    for (image, original) in images.iter_mut().zip(originals) {
        *image = original.image();
    }
}

#[inline]
fn operand(points: &[Affine], index: u32) -> Affine {
    let point = points[(index & !NEGATED) as usize];
    if index & NEGATED == 0 || point.is_infinity() { point } else { point.negate() }
}

/// How two points add up.
enum Case {
    /// A chord or a tangent with slope numerator / denominator.
    Line(Field, Field),
    /// The sum needs no division.
    Known(Affine),
}

#[inline]
fn case(a: &Affine, b: &Affine) -> Case {
    if a.is_infinity() {
        return Case::Known(*b);
    }
    if b.is_infinity() {
        return Case::Known(*a);
    }
    let (x, y) = (Field(a.x), Field(a.y));
    if a.x != b.x {
        return Case::Line(Field(b.y).sub(y), Field(b.x).sub(x));
    }
    if a.y != b.y {
        return Case::Known(Affine::INFINITY);
    }
    let squared = x.square();
    Case::Line(squared.double().add(squared), y.double())
}

/// Affine additions that share one inversion (Montgomery's trick).
pub(crate) fn add_pairs(points: &mut [Affine], start: usize, pairs: &[Pair], steps: &mut Scratch) {
    steps.clear();
    let mut product = Field::ONE;
    for &Pair(a, b) in pairs {
        let denominator = match case(&operand(points, a), &operand(points, b)) {
            Case::Line(_, denominator) => denominator,
            Case::Known(_) => Field::ONE,
        };
        steps.push((product, denominator));
        product = product.mul(denominator);
    }

    let mut inverse = product.inverse();
    for (i, &Pair(a, b)) in pairs.iter().enumerate().rev() {
        let (a, b) = (operand(points, a), operand(points, b));
        let (prefix, denominator) = steps[i];
        let reciprocal = inverse.mul(prefix);
        inverse = inverse.mul(denominator);
        points[start + i] = match case(&a, &b) {
            Case::Known(sum) => sum,
            Case::Line(numerator, _) => {
                let slope = numerator.mul(reciprocal);
                let x = slope.square().sub(Field(a.x)).sub(Field(b.x));
                let y = slope.mul(Field(a.x).sub(x)).sub(Field(a.y));
                Affine::new(x, y)
            }
        };
    }
}

/// Doublings that share one inversion. Infinity doubles to itself by the same formula once its
/// denominator, zero, is replaced.
pub(crate) fn double_all(points: &mut [Affine], steps: &mut Scratch) {
    steps.clear();
    let mut product = Field::ONE;
    for point in &*points {
        let denominator = if point.is_infinity() { Field::ONE } else { Field(point.y).double() };
        steps.push((product, denominator));
        product = product.mul(denominator);
    }
    let mut inverse = product.inverse();
    for (point, (prefix, denominator)) in points.iter_mut().zip(&*steps).rev() {
        let reciprocal = inverse.mul(*prefix);
        inverse = inverse.mul(*denominator);
        let (x, y) = (Field(point.x), Field(point.y));
        let squared = x.square();
        let slope = squared.double().add(squared).mul(reciprocal);
        let doubled = slope.square().sub(x.double());
        *point = Affine::new(doubled, slope.mul(x.sub(doubled)).sub(y));
    }
}

/// z of a [`Weight`].
pub(crate) fn coefficient(weight: &Weight) -> Scalar {
    let [a, b, ..] = weight.z;
    // 2^64 - 1 is far below n, so a, b and 2^63 are canonical.
    let word = |limb| Scalar([limb, 0, 0, 0]);
    let offset = word(1 << 63).negate();
    let turned = word(b).add(offset).montgomery(LAMBDA).montgomery(R_SQUARED);
    word(a).add(offset).add(turned)
}

/// Shares with one inversion. In Montgomery products with R = 2^256 the start R²/∏s makes each
/// 1/s come out as R²/s, and the two products that follow take R² away.
pub(crate) fn shares(ratios: &[Ratio], weights: &[Weight], shares: &mut Vec<Share>) {
    shares.resize(ratios.len(), Share { generator: Scalar::ZERO, key: Scalar::ZERO });
    // The prefix products wait where the shares will be.
    let mut product = Scalar([1, 0, 0, 0]);
    for (i, (ratio, share)) in ratios.iter().zip(shares.iter_mut()).enumerate() {
        product = if i == 0 { ratio.s } else { product.montgomery(ratio.s) };
        share.key = product;
    }
    let mut inverse = product.inverse().montgomery(R_SQUARED).montgomery(R_SQUARED);
    for i in (0..ratios.len()).rev() {
        let reciprocal = if i == 0 { inverse } else { inverse.montgomery(shares[i - 1].key) };
        inverse = inverse.montgomery(ratios[i].s);
        let scaled = reciprocal.montgomery(coefficient(&weights[i]));
        shares[i] = Share {
            generator: scaled.montgomery(weights[i].h),
            key: scaled.montgomery(ratios[i].r),
        };
    }
}
