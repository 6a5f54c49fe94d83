// SPDX-License-Identifier: Apache-2.0
//! In place of [`crate::vector`] on processors that have no AVX-512: a proof that cannot be had.

use crate::engine::{Pair, Ratio, Share, Weight};
use crate::point::Affine;

/// No value of this type exists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Avx512 {}

/// Nothing to keep.
#[derive(Debug, Default)]
pub(crate) struct Scratch;

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        None
    }

    pub(crate) fn lift(self, _: &mut [Affine], _: &[bool]) {
        match self {}
    }

    pub(crate) fn images(self, _: &mut [Affine]) {
        match self {}
    }

    pub(crate) fn add_pairs(self, _: &mut [Affine], _: usize, _: &[Pair], _: &mut Scratch) {
        match self {}
    }

    pub(crate) fn double_all(self, _: &mut [Affine], _: &mut Scratch) {
        match self {}
    }

    pub(crate) fn shares(self, _: &[Ratio], _: &[Weight], _: &mut Vec<Share>, _: &mut Scratch) {
        match self {}
    }

    pub(crate) fn keccak_many(self, _: &[&[u8]]) -> Vec<[u8; 32]> {
        match self {}
    }
}
