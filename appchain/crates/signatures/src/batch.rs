// SPDX-License-Identifier: Apache-2.0
//! The batch equation.
//!
//! For signature i let R_i be the point with x = r_i and the parity stated, and Q_k the key of its
//! claimed sender. ECDSA recovery gives Q_k exactly if s·R = h·G + r·Q_k, so a batch is right if
//!
//! ```text
//! Σ z_i·R_i - (Σ z_i·h_i/s_i)·G - Σ_k (Σ_{i of k} z_i·r_i/s_i)·Q_k = O
//! ```
//!
//! with z_i = a + λ·b, a and b drawn from 64-bit ranges after the batch is fixed. The 2^128 values
//! of z_i differ modulo n and the group has prime order, so a batch with one wrong signature or
//! more satisfies it with probability at most 2^-128.

use crate::cache::KeyPoints;
use crate::engine::{BLOCK, Engine, Ratio, Share, Weight};
use crate::point::{Affine, G};
use crate::scalar::Scalar;
use crate::sum::Summation;

/// A signature by a known key, ready for the equation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) sender: [u8; 20],
    /// Its place among the caller's items.
    pub(crate) item: u32,
    /// Its key's place in the batch's list.
    pub(crate) key: u32,
    pub(crate) ratio: Ratio,
    pub(crate) h: Scalar,
    pub(crate) point: Affine,
}

/// The equation with its memory.
#[derive(Debug)]
pub(crate) struct Equation {
    generator: KeyPoints,
    summation: Summation,
    ratios: Vec<Ratio>,
    weights: Vec<Weight>,
    shares: Vec<Share>,
    keys: Vec<Scalar>,
    bases: Vec<Affine>,
    straight: Vec<i128>,
    turned: Vec<i128>,
    random: Vec<u8>,
}

impl Equation {
    pub(crate) fn new() -> Self {
        Self {
            generator: [G, G.shifted_64()],
            summation: Summation::default(),
            ratios: Vec::new(),
            weights: Vec::new(),
            shares: Vec::new(),
            keys: Vec::new(),
            bases: Vec::new(),
            straight: Vec::new(),
            turned: Vec::new(),
            random: Vec::new(),
        }
    }

    /// Whether all claims hold. False also if the system gives no random numbers: nothing is
    /// accepted in bulk without them.
    pub(crate) fn holds(&mut self, engine: Engine, claims: &[Claim], keys: &[KeyPoints]) -> bool {
        if !self.draw_weights(claims) {
            return false;
        }
        self.ratios.clear();
        self.ratios.extend(claims.iter().map(|claim| claim.ratio));
        self.pad_to_blocks();
        let scratch = &mut self.summation.scratch;
        engine.shares(&self.ratios, &self.weights, &mut self.shares, scratch);

        self.keys.clear();
        self.keys.resize(keys.len(), Scalar::ZERO);
        let mut generator = Scalar::ZERO;
        for (claim, share) in claims.iter().zip(&self.shares) {
            generator = generator.add(share.generator);
            let key = &mut self.keys[claim.key as usize];
            *key = key.add(share.key);
        }

        self.begin_terms(claims);
        self.push_key(generator, self.generator);
        for (place, points) in keys.iter().enumerate() {
            self.push_key(self.keys[place], *points);
        }
        self.summation.sum(engine, &self.bases, &self.straight, &self.turned).is_infinity()
    }

    /// Draws one coefficient for each claim from the system's generator.
    fn draw_weights(&mut self, claims: &[Claim]) -> bool {
        self.random.resize(16 * claims.len(), 0);
        if getrandom::fill(&mut self.random).is_err() {
            return false;
        }
        let words = self.random.as_chunks::<16>().0.iter().map(|bytes| u128::from_le_bytes(*bytes));
        self.weights.clear();
        self.weights.extend(claims.iter().zip(words).map(|(claim, word)| Weight {
            h: claim.h,
            z: [word as u64, (word >> 64) as u64, 0, 0],
        }));
        true
    }

    /// Fills the last block.
    fn pad_to_blocks(&mut self) {
        let length = self.ratios.len().next_multiple_of(BLOCK);
        self.ratios.resize(length, Ratio::IDLE);
        self.weights.resize(length, Weight::IDLE);
    }

    /// The terms z_i·R_i.
    fn begin_terms(&mut self, claims: &[Claim]) {
        let centred = |word: u64| i128::from(word) - (1 << 63);
        self.bases.clear();
        self.bases.extend(claims.iter().map(|claim| claim.point));
        self.straight.clear();
        self.turned.clear();
        for weight in &self.weights[..claims.len()] {
            self.straight.push(centred(weight.z[0]));
            self.turned.push(centred(weight.z[1]));
        }
    }

    /// The terms of -scalar·Q: four quarters on Q, 2^64·Q and their images.
    fn push_key(&mut self, scalar: Scalar, points: KeyPoints) {
        if scalar.is_zero() {
            return;
        }
        let [a, b, c, d] = scalar.negate().quarters();
        self.bases.extend(points);
        self.straight.extend([a, b]);
        self.turned.extend([c, d]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch cannot show that its coefficients are too short: only they can.
    #[test]
    fn weights_are_fresh_and_use_all_128_bits() {
        let (ratio, h) = (Ratio::IDLE, Scalar::ONE);
        let claim = Claim { sender: [0; 20], item: 0, key: 0, ratio, h, point: G };
        let claims = [claim; 500];
        let mut equation = Equation::new();
        let mut seen = std::collections::HashSet::new();
        let (mut ever, mut always) = ([0; 2], [u64::MAX; 2]);

        for _ in 0..3 {
            assert!(equation.draw_weights(&claims));
            for weight in &equation.weights {
                let [a, b, zero, also_zero] = weight.z;
                assert!(seen.insert((a, b)), "one coefficient twice");
                assert_eq!((zero, also_zero), (0, 0));
                for (half, word) in [a, b].into_iter().enumerate() {
                    ever[half] |= word;
                    always[half] &= word;
                }
            }
        }

        assert_eq!((ever, always), ([u64::MAX; 2], [0; 2]));
    }
}
