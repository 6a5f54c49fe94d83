// SPDX-License-Identifier: Apache-2.0
//! Which blocks a simulation has: as asked for, numbers and timestamps filled in, and gaps between
//! numbers filled with empty blocks.

use alloy_rpc_types_eth::{
    TransactionRequest,
    simulate::{MAX_SIMULATE_BLOCKS, SimBlock},
    state::StateOverride,
};
use execution::Header;
use primitives::{Address, B256, U256};

use super::refusals;
use crate::errors::Answer;

/// Seconds between two blocks that name no time.
const SECONDS: u64 = 12;

/// A block to run.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its number.
    pub(super) number: u64,
    /// Its timestamp.
    pub(super) timestamp: u64,
    /// Its gas limit.
    pub(super) gas_limit: u64,
    /// Who receives tips.
    pub(super) beneficiary: Address,
    /// What PREVRANDAO answers.
    pub(super) prevrandao: B256,
    /// Its base fee, if it is named.
    pub(super) base_fee: Option<u64>,
    /// What BLOBBASEFEE answers, if it is named.
    pub(super) blob_base_fee: Option<u128>,
    /// The parent's beacon block root.
    pub(super) beacon_root: B256,
    /// What it replaces in the state before its first call.
    pub(super) overrides: StateOverride,
    /// Its calls.
    pub(super) calls: Vec<TransactionRequest>,
}

/// Lays blocks out on top of `base`.
///
/// # Errors
///
/// -38020 and -38021 for numbers and timestamps that do not rise, -38026 for too many blocks.
pub(super) fn lay_out(blocks: Vec<SimBlock>, base: &Header) -> Answer<Vec<Plan>> {
    let mut plans: Vec<Plan> = Vec::with_capacity(blocks.len());
    let mut last = Inherited {
        number: base.number,
        timestamp: base.timestamp,
        gas_limit: base.gas_limit,
        beneficiary: base.beneficiary,
    };
    for block in blocks {
        let wanted = block.block_overrides.as_ref().and_then(|overrides| overrides.number);
        let number = wanted.unwrap_or_else(|| U256::from(last.number) + U256::ONE);
        if number <= U256::from(last.number) {
            return Err(refusals::number(number.saturating_to(), last.number));
        }
        let Ok(number) = u64::try_from(number) else {
            return Err(refusals::limit("too many blocks"));
        };
        if number - base.number > MAX_SIMULATE_BLOCKS {
            return Err(refusals::limit("too many blocks"));
        }
        while last.number + 1 < number {
            plans.push(last.plan(SimBlock::default(), last.number + 1)?);
        }
        plans.push(last.plan(block, number)?);
    }
    Ok(plans)
}

/// What a block takes from the one before where it names nothing.
struct Inherited {
    number: u64,
    timestamp: u64,
    gas_limit: u64,
    beneficiary: Address,
}

impl Inherited {
    fn plan(&mut self, block: SimBlock, number: u64) -> Answer<Plan> {
        let overrides = block.block_overrides.unwrap_or_default();
        let timestamp = overrides.time.unwrap_or_else(|| self.timestamp.saturating_add(SECONDS));
        if timestamp <= self.timestamp {
            return Err(refusals::timestamp(timestamp, self.timestamp));
        }
        self.number = number;
        self.timestamp = timestamp;
        self.gas_limit = overrides.gas_limit.unwrap_or(self.gas_limit);
        self.beneficiary = overrides.coinbase.unwrap_or(self.beneficiary);
        Ok(Plan {
            number,
            timestamp,
            gas_limit: self.gas_limit,
            beneficiary: self.beneficiary,
            prevrandao: overrides.random.unwrap_or_default(),
            base_fee: overrides.base_fee.map(|fee| fee.saturating_to()),
            blob_base_fee: overrides.blob_base_fee.map(|fee| fee.saturating_to()),
            beacon_root: overrides.beacon_root.unwrap_or_default(),
            overrides: block.state_overrides.unwrap_or_default(),
            calls: block.calls,
        })
    }
}
