// SPDX-License-Identifier: Apache-2.0
//! The flow of one call: range checks, then known keys to the equation, unknown ones to recovery.

mod introduce;

use secp256k1::{All, Secp256k1};

use crate::batch::{Claim, Equation};
use crate::cache::{KeyCache, KeyPoints};
use crate::engine::{Engine, Ratio};
use crate::point::Affine;
use crate::scalar::Scalar;
use crate::single::{self, Ranged, Recovered, accept, ranged};
use crate::stranger::Strangers;
use crate::{Item, Options, Reject};

/// Keys that [`Verifier::new`] remembers: about 60 MB when full.
pub const DEFAULT_KEY_CAPACITY: usize = 1 << 18;

/// Signatures that one equation takes at most, which bounds its memory to about 40 MB.
const BATCH_CEILING: usize = 1 << 16;

/// Where batches are not worth their fixed cost, by `examples/signatures.rs`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Fewer signatures than this go one by one.
    pub(crate) floor: usize,
    /// A failed batch of at most this many is not halved, which holds a call of bad signatures
    /// alone to some 1.5 times the cost of single recoveries.
    pub(crate) halving: usize,
    /// Fewer unknown senders than this are recovered one by one.
    pub(crate) strangers: usize,
}

const LIMITS: Limits = Limits { floor: 8, halving: 32, strangers: 48 };

type Outcome = Result<[u8; 20], Reject>;

/// Recovers and checks the senders of many signatures.
///
/// The answer is that of one exact recovery per item whatever the options are; only speed differs.
#[derive(Debug)]
pub struct Verifier {
    context: Secp256k1<All>,
    batch: bool,
    pub(crate) engine: Engine,
    pub(crate) limits: Limits,
    cache: KeyCache,
    batch_number: u64,
    recoveries: u64,
    equation: Equation,
    strangers: Strangers,
}

/// A call's work for the equation, collected item by item.
#[derive(Default)]
struct Pending {
    claims: Vec<Claim>,
    rows: Vec<Affine>,
    odd: Vec<bool>,
    keys: Vec<KeyPoints>,
}

/// What the claims of one call refer to.
struct Docket<'a> {
    items: &'a [Item],
    keys: &'a [KeyPoints],
    outcomes: &'a mut [Option<Outcome>],
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
            limits: LIMITS,
            cache: KeyCache::new(keys),
            batch_number: 0,
            recoveries: 0,
            equation: Equation::new(),
            strangers: Strangers::default(),
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
        let mut outcomes: Vec<Option<Outcome>> = vec![None; items.len()];
        let mut unknown = Vec::new();
        for (place, item) in items.iter().enumerate() {
            match ranged(item) {
                Err(reject) => outcomes[place] = Some(Err(reject)),
                Ok(ranged) => {
                    if !self.try_list(&mut pending, place, item, ranged) {
                        unknown.push((place, ranged));
                    }
                }
            }
        }
        for (place, ranged) in self.introduce(items, unknown, &mut outcomes) {
            if !self.try_list(&mut pending, place, &items[place], ranged) {
                outcomes[place] = Some(self.recover(&items[place]));
            }
        }
        let claims = pending.lift(self.engine);
        let mut docket = Docket { items, keys: &pending.keys, outcomes: &mut outcomes };
        self.settle(&mut docket, &claims, false);
        // Only claims whose r is on no point were neither settled nor decided before.
        outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err(Reject::RNotOnCurve))).collect()
    }

    /// Enters an item for the equation if batches are on and its claimed sender's key is known.
    fn try_list(
        &mut self,
        pending: &mut Pending,
        place: usize,
        item: &Item,
        ranged: Ranged,
    ) -> bool {
        let Some(sender) = item.claimed.filter(|_| self.batch) else { return false };
        let listed = self.cache.list(&sender, self.batch_number, &mut pending.keys);
        if let Some(key) = listed {
            pending.push(place as u32, item, ranged, sender, key);
        }
        listed.is_some()
    }

    /// One true recovery, its key remembered if accepted: a false claim must not cost a place.
    fn recover(&mut self, item: &Item) -> Outcome {
        self.recoveries += 1;
        let Recovered { address, key } = single::recover(&self.context, item)?;
        let sender = accept(item, address)?;
        if self.batch {
            self.cache.insert(sender, || [key, key.shifted_64()]);
        }
        Ok(sender)
    }

    /// Accepts claims that satisfy the equation, and halves those that do not until single
    /// recovery is cheaper. Returns whether all were good. `known_bad` spares the equation where
    /// the other half of a failed batch was good; if it errs, halving still ends at the truth.
    fn settle(&mut self, docket: &mut Docket<'_>, claims: &[Claim], known_bad: bool) -> bool {
        let in_bulk = claims.len() >= self.limits.floor;
        if in_bulk && !known_bad && self.equation.holds(self.engine, claims, docket.keys) {
            for claim in claims {
                docket.outcomes[claim.item as usize] = Some(Ok(claim.sender));
            }
            return true;
        }
        if in_bulk && claims.len() > self.limits.halving {
            let (front, back) = claims.split_at(claims.len() / 2);
            let front_good = self.settle(docket, front, false);
            return self.settle(docket, back, front_good) && front_good;
        }
        claims.iter().fold(true, |good, claim| {
            let outcome = self.recover(&docket.items[claim.item as usize]);
            docket.outcomes[claim.item as usize] = Some(outcome);
            good && outcome.is_ok()
        })
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
