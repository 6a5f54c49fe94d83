// SPDX-License-Identifier: Apache-2.0
//! The kernels of [`crate::engine`] on AVX-512 with IFMA, eight elements side by side.
//!
//! All `unsafe` of this crate is here and is of two kinds: entering code compiled for processor
//! features, which an [`Avx512`] proves present, and loading or storing a 64-byte row.

mod add;
mod field;
mod keccak;
mod lift;
mod rows;
mod shares;
#[cfg(test)]
mod tests;

pub(crate) use add::Scratch;

use crate::engine::{Pair, Ratio, Share, Weight};
use crate::point::Affine;

/// The features that every function of this module is compiled for; `detect` asks for the same.
macro_rules! avx512 {
    ($(#[$attribute:meta])* $visibility:vis fn $($function:tt)*) => {
        $(#[$attribute])*
        #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512ifma")]
        $visibility fn $($function)*
    };
}
pub(crate) use avx512;

/// Proof that this processor has the features named in `avx512!`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        let present = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512ifma");
        present.then_some(Self(()))
    }

    pub(crate) fn lift(self, rows: &mut [Affine], odd: &[bool]) {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { lift::lift(rows, odd) }
    }

    pub(crate) fn images(self, points: &mut [Affine]) {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { lift::images(points) }
    }

    pub(crate) fn add_pairs(
        self,
        points: &mut [Affine],
        start: usize,
        pairs: &[Pair],
        scratch: &mut Scratch,
    ) {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { add::add_pairs(points, start, pairs, scratch) }
    }

    pub(crate) fn double_all(self, points: &mut [Affine], scratch: &mut Scratch) {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { add::double_all(points, scratch) }
    }

    pub(crate) fn shares(
        self,
        ratios: &[Ratio],
        weights: &[Weight],
        shares: &mut Vec<Share>,
        scratch: &mut Scratch,
    ) {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { shares::shares(ratios, weights, shares, scratch) }
    }

    pub(crate) fn keccak_many(self, messages: &[&[u8]]) -> Vec<[u8; 32]> {
        // SAFETY: `self` exists only where `detect` found every feature.
        unsafe { keccak::many(messages) }
    }
}
