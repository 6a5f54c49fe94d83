// SPDX-License-Identifier: Apache-2.0
//! The block header, as geth's for the chain's fork.

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, Header};
use alloy_eips::eip7685::EMPTY_REQUESTS_HASH;
use primitives::{B256, Bloom, Bytes, ChainConfig, EMPTY_ROOT, Fork, Genesis, U256};

use crate::environment::Environment;

/// What execution and commitment found out about a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// Hash of the block before.
    pub parent_hash: B256,
    /// Root of the state after.
    pub state_root: B256,
    /// Root of the transactions.
    pub transactions_root: B256,
    /// Root of the receipts.
    pub receipts_root: B256,
    /// Bloom of the logs.
    pub logs_bloom: Bloom,
    /// Gas of all transactions.
    pub gas_used: u64,
}

/// Puts a header together.
#[must_use]
pub fn header(config: &ChainConfig, environment: &Environment, sealing: &Sealing) -> Header {
    Header {
        parent_hash: sealing.parent_hash,
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: environment.beneficiary,
        state_root: sealing.state_root,
        transactions_root: sealing.transactions_root,
        receipts_root: sealing.receipts_root,
        logs_bloom: sealing.logs_bloom,
        difficulty: U256::ZERO,
        number: environment.number.0,
        gas_limit: environment.gas_limit,
        gas_used: sealing.gas_used,
        timestamp: environment.timestamp,
        extra_data: Bytes::new(),
        mix_hash: environment.prevrandao,
        base_fee_per_gas: Some(environment.base_fee),
        ..fork_fields(config.fork)
    }
}

/// The header of block 0.
#[must_use]
pub fn genesis_header(config: &ChainConfig, genesis: &Genesis, state_root: B256) -> Header {
    Header {
        parent_hash: genesis.parent_hash,
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: genesis.beneficiary,
        state_root,
        transactions_root: EMPTY_ROOT,
        receipts_root: EMPTY_ROOT,
        difficulty: genesis.difficulty,
        number: genesis.number,
        gas_limit: genesis.gas_limit,
        timestamp: genesis.timestamp,
        extra_data: genesis.extra_data.clone(),
        mix_hash: genesis.mix_hash,
        nonce: genesis.nonce.into(),
        base_fee_per_gas: Some(genesis.base_fee),
        ..fork_fields(config.fork)
    }
}

/// Fields that forks since Shanghai added and that are constant here: no withdrawals, no blobs, no
/// beacon chain, no requests.
fn fork_fields(fork: Fork) -> Header {
    Header {
        withdrawals_root: Some(EMPTY_ROOT),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        requests_hash: (fork >= Fork::Prague).then_some(EMPTY_REQUESTS_HASH),
        ..Header::default()
    }
}
