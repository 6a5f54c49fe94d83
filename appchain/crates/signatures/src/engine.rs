// SPDX-License-Identifier: Apache-2.0
//! The bulk kernels and the choice between their two implementations.
//!
//! Both give the same limbs, which tests hold; only speed differs. Everything above this module is
//! written once.

use crate::point::Affine;
use crate::portable;
use crate::scalar::Scalar;
use crate::vector;

/// Marks an operand of a [`Pair`] whose negative is meant.
pub(crate) const NEGATED: u32 = 1 << 31;

/// Two points of a slice to add, each an index that may carry [`NEGATED`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Pair(pub(crate) u32, pub(crate) u32);

/// Elements side by side in the widest engine.
pub(crate) const BLOCK: usize = 8;

/// A signature as numbers: `s` is in 1..n, `r` in 1..n, `h` in 0..n.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Ratio {
    pub(crate) r: Scalar,
    pub(crate) s: Scalar,
}

/// What a signature adds to the sums of the batch equation: z·h/s and z·r/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Share {
    pub(crate) generator: Scalar,
    pub(crate) key: Scalar,
}

/// The random coefficient z = (a - 2^63) + λ·(b - 2^63) of one signature, next to its hash.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Weight {
    pub(crate) h: Scalar,
    /// a, b, and two words that stay zero.
    pub(crate) z: [u64; 4],
}

impl Ratio {
    /// Fills a block where there is no signature.
    pub(crate) const IDLE: Self = Self { r: Scalar::ONE, s: Scalar::ONE };
}

impl Weight {
    /// The weight of [`Ratio::IDLE`]; nobody reads the share.
    pub(crate) const IDLE: Self = Self { h: Scalar::ZERO, z: [0; 4] };

    /// z = 1.
    pub(crate) fn one(h: Scalar) -> Self {
        Self { h, z: [(1 << 63) + 1, 1 << 63, 0, 0] }
    }
}

/// Memory that the kernels reuse from call to call.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) portable: portable::Scratch,
    pub(crate) vector: vector::Scratch,
}

/// Who computes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Portable,
    Vector(vector::Avx512),
}

impl Engine {
    /// The vector engine if it is wanted and this processor can run it.
    pub(crate) fn choose(vector: bool) -> Self {
        vector::Avx512::detect().filter(|_| vector).map_or(Self::Portable, Self::Vector)
    }

    pub(crate) fn is_vector(self) -> bool {
        matches!(self, Self::Vector(_))
    }

    /// Completes each row (x, y or zero) to the curve point with that x and parity, or to infinity
    /// if there is none. A y that is given saves the square root and is believed only if it fits.
    pub(crate) fn lift(self, rows: &mut [Affine], odd: &[bool]) {
        match self {
            Self::Portable => portable::lift(rows, odd),
            Self::Vector(avx512) => avx512.lift(rows, odd),
        }
    }

    /// Writes λ times each point of the first half into the second half.
    pub(crate) fn images(self, points: &mut [Affine]) {
        match self {
            Self::Portable => portable::images(points),
            Self::Vector(avx512) => avx512.images(points),
        }
    }

    /// Writes the sum of `pairs[i]` at `points[start + i]`. Pairs point below `start`; `points`
    /// reaches [`BLOCK`] past the last sum.
    pub(crate) fn add_pairs(
        self,
        points: &mut [Affine],
        start: usize,
        pairs: &[Pair],
        scratch: &mut Scratch,
    ) {
        match self {
            Self::Portable => portable::add_pairs(points, start, pairs, &mut scratch.portable),
            Self::Vector(avx512) => avx512.add_pairs(points, start, pairs, &mut scratch.vector),
        }
    }

    /// Doubles every point in place, `times` times over. The count of points is a multiple of
    /// [`BLOCK`].
    pub(crate) fn double_all(self, points: &mut [Affine], times: u32, scratch: &mut Scratch) {
        for _ in 0..times {
            match self {
                Self::Portable => portable::double_all(points, &mut scratch.portable),
                Self::Vector(avx512) => avx512.double_all(points, &mut scratch.vector),
            }
        }
    }

    /// Fills `shares` from ratios and weights of the same length, a multiple of [`BLOCK`].
    pub(crate) fn shares(
        self,
        ratios: &[Ratio],
        weights: &[Weight],
        shares: &mut Vec<Share>,
        scratch: &mut Scratch,
    ) {
        shares.clear();
        match self {
            Self::Portable => portable::shares(ratios, weights, shares),
            Self::Vector(avx512) => avx512.shares(ratios, weights, shares, &mut scratch.vector),
        }
    }
}

#[cfg(test)]
mod tests;
