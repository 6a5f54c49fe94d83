// SPDX-License-Identifier: Apache-2.0
//! Senders whose keys are not known yet, in bulk.
//!
//! Candidates for their keys are computed side by side and then stand in the batch equation as any
//! key does. The equation accepts Q exactly if s·R = h·G + r·Q, which is what recovery solves for
//! Q, so a candidate that passes is the recovered key. One that does not goes to libsecp256k1.

use std::collections::HashSet;

use super::{Docket, Outcome, Pending, Verifier};
use crate::batch::Claim;
use crate::cache::KeyPoints;
use crate::engine::{BLOCK, Ratio, Scratch, Weight};
use crate::keccak;
use crate::point::Affine;
use crate::single::Ranged;
use crate::stranger::Stranger;
use crate::{Item, Reject};

/// An item by its place, with r and s in range.
type Placed = (usize, Ranged);

impl Verifier {
    /// Decides the first item of each unknown sender if there are enough of them, and returns the
    /// items that are left.
    pub(super) fn introduce(
        &mut self,
        items: &[Item],
        unknown: Vec<Placed>,
        outcomes: &mut [Option<Outcome>],
    ) -> Vec<Placed> {
        let enough = self.limits.strangers;
        if !self.batch || !self.engine.is_vector() || unknown.len() < enough {
            return unknown;
        }
        let mut seen = HashSet::new();
        let (firsts, later): (Vec<Placed>, Vec<Placed>) = unknown
            .iter()
            .partition(|(place, _)| items[*place].claimed.is_none_or(|sender| seen.insert(sender)));
        if firsts.len() < enough {
            return unknown;
        }

        let mut pending = Pending::default();
        for (key, &(place, ranged)) in firsts.iter().enumerate() {
            // The sender is not known before its candidate is.
            pending.push(place as u32, &items[place], ranged, [0; 20], key as u32);
            outcomes[place] = Some(Err(Reject::RNotOnCurve));
        }
        let lifted = pending.lift(self.engine);
        let keys = self.candidates(&lifted);
        let claims = self.name(items, &lifted, &keys, outcomes);
        self.settle(&mut Docket { items, keys: &keys, outcomes }, &claims, false);
        for claim in &claims {
            if outcomes[claim.item as usize] == Some(Ok(claim.sender)) {
                self.cache.insert(claim.sender, || keys[claim.key as usize]);
            }
        }
        later
    }

    /// A candidate for each claim, in their order.
    fn candidates(&mut self, claims: &[Claim]) -> Vec<KeyPoints> {
        let length = claims.len().next_multiple_of(BLOCK);
        // With r and s swapped and z = 1 the shares are h/r and s/r.
        let swapped = |claim: &Claim| Ratio { r: claim.ratio.s, s: claim.ratio.r };
        let mut ratios: Vec<Ratio> = claims.iter().map(swapped).collect();
        let mut weights: Vec<Weight> = claims.iter().map(|claim| Weight::one(claim.h)).collect();
        ratios.resize(length, Ratio::IDLE);
        weights.resize(length, Weight::IDLE);
        let mut shares = Vec::new();
        self.engine.shares(&ratios, &weights, &mut shares, &mut Scratch::default());

        let strangers: Vec<Stranger> = claims
            .iter()
            .zip(&shares)
            .map(|(claim, share)| Stranger {
                point: claim.point,
                of_generator: share.generator,
                of_point: share.key,
            })
            .collect();
        self.strangers.keys(self.engine, &strangers)
    }

    /// Names each claim by its candidate's address. What has no candidate, or one that is not the
    /// sender claimed, is recovered singly.
    fn name(
        &mut self,
        items: &[Item],
        lifted: &[Claim],
        keys: &[KeyPoints],
        outcomes: &mut [Option<Outcome>],
    ) -> Vec<Claim> {
        let encodings: Vec<[u8; 64]> = keys.iter().map(|[key, _]| encoding(key)).collect();
        let messages: Vec<&[u8]> = encodings.iter().map(<[u8; 64]>::as_slice).collect();
        let digests = keccak::many(&messages);
        let mut claims = Vec::with_capacity(lifted.len());
        for (place, (claim, digest)) in lifted.iter().zip(digests).enumerate() {
            let mut sender = [0; 20];
            sender.copy_from_slice(&digest[12..]);
            let item = &items[claim.item as usize];
            // The equation's proof is about points of the curve.
            let is_point = keys[place].iter().all(Affine::is_on_curve);
            if is_point && item.claimed.is_none_or(|claimed| claimed == sender) {
                claims.push(Claim { sender, key: place as u32, ..*claim });
            } else {
                outcomes[claim.item as usize] = Some(self.recover(item));
            }
        }
        claims
    }
}

/// The coordinates as Ethereum hashes them.
fn encoding(key: &Affine) -> [u8; 64] {
    let mut bytes = [0; 64];
    let limbs = key.x.iter().rev().chain(key.y.iter().rev());
    for (chunk, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(limbs) {
        *chunk = limb.to_be_bytes();
    }
    bytes
}
