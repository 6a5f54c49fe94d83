// SPDX-License-Identifier: Apache-2.0
//! Roots of a block's transactions and receipts.

use alloy_trie::root::ordered_trie_root_with_encoder;
use primitives::{B256, Bloom, EMPTY_ROOT, Verified};

use crate::receipt::{Outcome, bloom_of, encode_receipt};

/// Root over the raw transactions of a block.
#[must_use]
pub fn transactions_root(transactions: &[&Verified]) -> B256 {
    if transactions.is_empty() {
        return EMPTY_ROOT;
    }
    ordered_trie_root_with_encoder(transactions, |verified, buffer| {
        buffer.extend_from_slice(&verified.transaction.raw);
    })
}

/// Root over the receipts of a block, and the bloom of all its logs.
#[must_use]
pub fn receipts_root(transactions: &[&Verified], outcomes: &[&Outcome]) -> (B256, Bloom) {
    if outcomes.is_empty() {
        return (EMPTY_ROOT, Bloom::ZERO);
    }
    let mut block_bloom = Bloom::ZERO;
    let mut cumulative = 0;
    let mut encoded = Vec::with_capacity(outcomes.len() * 320);
    let mut ends = Vec::with_capacity(outcomes.len());
    for (verified, outcome) in transactions.iter().zip(outcomes) {
        cumulative += outcome.gas_used;
        let bloom = bloom_of(&outcome.logs);
        block_bloom.accrue_bloom(&bloom);
        encode_receipt(
            verified.transaction.transaction_type,
            outcome,
            cumulative,
            &bloom,
            &mut encoded,
        );
        ends.push(encoded.len());
    }
    let receipts: Vec<&[u8]> = std::iter::once(0)
        .chain(ends.iter().copied())
        .zip(&ends)
        .map(|(start, end)| &encoded[start..*end])
        .collect();
    let root = ordered_trie_root_with_encoder(&receipts, |receipt, buffer| {
        buffer.extend_from_slice(receipt);
    });
    (root, block_bloom)
}
