// SPDX-License-Identifier: Apache-2.0
//! The flow of one call: range checks, known keys to the batch, the rest one by one.

use secp256k1::{All, Secp256k1};

use crate::batch::{Claim, Equation};
use crate::cache::{KeyCache, KeyPoints};
use crate::engine::{Engine, Ratio};
use crate::point::Affine;
use crate::scalar::Scalar;
use crate::single::{self, Ranged, accept, ranged};
use crate::{Item, Options, Reject};

/// Keys that [`Verifier::new`] remembers: about 60 MB when full.
pub const DEFAULT_KEY_CAPACITY: usize = 1 << 18;

/// Signatures that one equation takes at most, which bounds its memory to about 40 MB.
const BATCH_CEILING: usize = 1 << 16;

/// Fewer signatures than this are cheaper one by one. Chosen by `examples/signatures.rs`.
const BATCH_FLOOR: usize = 8;

type Outcome = Result<[u8; 20], Reject>;

/// Recovers and checks the senders of many signatures.
///
/// The answer is that of one exact recovery per item whatever the options are; only speed differs.
#[derive(Debug)]
pub struct Verifier {
    context: Secp256k1<All>,
    batch: bool,
    engine: Engine,
    pub(crate) floor: usize,
    cache: KeyCache,
    batch_number: u64,
    recoveries: u64,
    equation: Equation,
}

/// A call's work for the equation, collected item by item.
#[derive(Default)]
struct Pending {
    claims: Vec<Claim>,
    rows: Vec<Affine>,
    odd: Vec<bool>,
    keys: Vec<KeyPoints>,
}

impl Verifier {
    /// A verifier that remembers up to [`DEFAULT_KEY_CAPACITY`] keys.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self::with_key_capacity(options, DEFAULT_KEY_CAPACITY)
    }

    /// A verifier that remembers up to `keys` keys; beyond that the one not used for longest, to
    /// within a turn of the clock hand, makes room.
    #[must_use]
    pub fn with_key_capacity(options: Options, keys: usize) -> Self {
        Self {
            context: Secp256k1::new(),
            batch: options.batch,
            engine: Engine::choose(options.vector),
            floor: BATCH_FLOOR,
            cache: KeyCache::new(keys),
            batch_number: 0,
            recoveries: 0,
            equation: Equation::new(),
        }
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn known_keys(&self) -> usize {
        self.cache.len()
    }

    /// How many single recoveries were made so far. A known sender causes one only if its
    /// signature, or one near it in a batch, is bad.
    #[must_use]
    pub fn recoveries(&self) -> u64 {
        self.recoveries
    }

    /// The sender of each item, or the first reason why it has none.
    pub fn verify(&mut self, items: &[Item]) -> Vec<Result<[u8; 20], Reject>> {
        items.chunks(BATCH_CEILING).flat_map(|chunk| self.verify_chunk(chunk)).collect()
    }

    fn verify_chunk(&mut self, items: &[Item]) -> Vec<Outcome> {
        self.batch_number += 1;
        let mut pending = Pending::default();
        let mut outcomes = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let outcome = ranged(item).and_then(|ranged| {
                let listed = self.listed_key(item, &mut pending.keys);
                let Some((sender, key)) = listed else { return self.recover(item) };
                pending.push(place as u32, item, ranged, sender, key);
                // Stands if no point has this r; otherwise the equation decides.
                Err(Reject::RNotOnCurve)
            });
            outcomes.push(outcome);
        }
        let claims = pending.lift(self.engine);
        self.settle(items, &claims, &pending.keys, &mut outcomes);
        outcomes
    }

    /// The claimed sender and the place of its key, if that is known and batches are on.
    fn listed_key(&mut self, item: &Item, keys: &mut Vec<KeyPoints>) -> Option<([u8; 20], u32)> {
        let claimed = item.claimed.filter(|_| self.batch)?;
        Some((claimed, self.cache.list(&claimed, self.batch_number, keys)?))
    }

    /// One true recovery, its key remembered if accepted: a false claim must not cost a place.
    fn recover(&mut self, item: &Item) -> Outcome {
        self.recoveries += 1;
        let recovered = single::recover(&self.context, item)?;
        let sender = accept(item, &recovered)?;
        if self.batch {
            self.cache.insert(sender, recovered.key);
        }
        Ok(sender)
    }

    /// Accepts claims that satisfy the equation and halves those that do not, down to recoveries.
    fn settle(
        &mut self,
        items: &[Item],
        claims: &[Claim],
        keys: &[KeyPoints],
        outcomes: &mut [Outcome],
    ) {
        let in_bulk = claims.len() >= self.floor;
        if in_bulk && self.equation.holds(self.engine, claims, keys) {
            for claim in claims {
                outcomes[claim.item as usize] = Ok(claim.sender);
            }
        } else if in_bulk && claims.len() > 1 {
            let (front, back) = claims.split_at(claims.len() / 2);
            self.settle(items, front, keys, outcomes);
            self.settle(items, back, keys, outcomes);
        } else {
            for claim in claims {
                outcomes[claim.item as usize] = self.recover(&items[claim.item as usize]);
            }
        }
    }
}

impl Pending {
    fn push(&mut self, item: u32, of: &Item, ranged: Ranged, sender: [u8; 20], key: u32) {
        let Ranged { r, s } = ranged;
        let h = Scalar::from_bytes_reduced(&of.hash);
        let y = of.r_y_hint.map_or([0; 4], |hint| Scalar::limbs(&hint));
        self.rows.push(Affine { x: r.0, y });
        self.odd.push(of.odd_y);
        let ratio = Ratio { r, s };
        let point = Affine::INFINITY;
        self.claims.push(Claim { sender, item, key, ratio, h, point });
    }

    /// The claims whose R is on the curve.
    fn lift(&mut self, engine: Engine) -> Vec<Claim> {
        engine.lift(&mut self.rows, &self.odd);
        let lifted = self.claims.iter().zip(&self.rows).filter(|(_, point)| !point.is_infinity());
        lifted.map(|(claim, point)| Claim { point: *point, ..*claim }).collect()
    }
}
