// SPDX-License-Identifier: Apache-2.0
//! Roots of a block's transactions and receipts.

use primitives::{B256, Bloom, EMPTY_ROOT, Log, Verified};
use signatures::keccak;

use crate::{
    ordered::ordered_root,
    receipt::{Outcome, encode_receipt},
};

/// Receipts whose blooms are hashed together.
const CHUNK: usize = 1_024;

/// Root over the raw transactions of a block.
#[must_use]
pub fn transactions_root(transactions: &[&Verified]) -> B256 {
    let raw: Vec<&[u8]> =
        transactions.iter().map(|verified| verified.transaction.raw.as_ref()).collect();
    ordered_root(&raw)
}

/// Root over the receipts of a block, and the bloom of all its logs.
#[must_use]
pub fn receipts_root(transactions: &[&Verified], outcomes: &[&Outcome]) -> (B256, Bloom) {
    if outcomes.is_empty() {
        return (EMPTY_ROOT, Bloom::ZERO);
    }
    let mut block_bloom = Bloom::ZERO;
    let mut cumulative = 0;
    let mut encoded = Vec::with_capacity(outcomes.len() * 400);
    let mut ends = Vec::with_capacity(outcomes.len());
    for (verified, outcomes) in transactions.chunks(CHUNK).zip(outcomes.chunks(CHUNK)) {
        let blooms = blooms_of(outcomes);
        for ((verified, outcome), bloom) in verified.iter().zip(outcomes).zip(&blooms) {
            cumulative += outcome.gas_used;
            block_bloom.accrue_bloom(bloom);
            encode_receipt(
                verified.transaction.transaction_type,
                outcome,
                cumulative,
                bloom,
                &mut encoded,
            );
            ends.push(encoded.len());
        }
    }
    let receipts: Vec<&[u8]> = std::iter::once(0)
        .chain(ends.iter().copied())
        .zip(&ends)
        .map(|(start, end)| &encoded[start..*end])
        .collect();
    (ordered_root(&receipts), block_bloom)
}

/// The blooms of some transactions' logs, their addresses and topics hashed together.
#[must_use]
pub fn blooms_of(outcomes: &[&Outcome]) -> Vec<Bloom> {
    let parts = |log: &Log| log.topics().len() + 1;
    let count = outcomes.iter().flat_map(|outcome| &outcome.logs).map(parts).sum();
    let mut inputs: Vec<&[u8]> = Vec::with_capacity(count);
    for log in outcomes.iter().flat_map(|outcome| &outcome.logs) {
        inputs.push(log.address.as_slice());
        inputs.extend(log.topics().iter().map(B256::as_slice));
    }
    let mut hashes = keccak::many(&inputs).into_iter();
    outcomes
        .iter()
        .map(|outcome| {
            let mut bloom = Bloom::ZERO;
            let count = outcome.logs.iter().map(parts).sum();
            for hash in hashes.by_ref().take(count) {
                set_bits(&mut bloom, &hash);
            }
            bloom
        })
        .collect()
}

/// Sets the three bits that a hash stands for: eleven bits each of its first three pairs of bytes.
fn set_bits(bloom: &mut Bloom, hash: &[u8; 32]) {
    for pair in hash[..6].chunks_exact(2) {
        let bit = usize::from(u16::from_be_bytes([pair[0], pair[1]]) & 0x07ff);
        bloom.0[255 - bit / 8] |= 1 << (bit % 8);
    }
}
