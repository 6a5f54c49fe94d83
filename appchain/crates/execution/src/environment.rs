// SPDX-License-Identifier: Apache-2.0
//! What a block tells its transactions, and the fee of the block after it.

use alloy_eips::eip1559::{BaseFeeParams, calc_next_block_base_fee};
use primitives::{Address, B256, BlockNumber, ChainConfig, Fork, U256, chain::BaseFeePolicy};
use revm::{
    context::{BlockEnv, CfgEnv},
    context_interface::block::BlobExcessGasAndPrice,
    primitives::hardfork::SpecId,
};

/// Everything about a block that its transactions can see, known before the first of them runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Height.
    pub number: BlockNumber,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// Wei per gas that is burned.
    pub base_fee: u64,
    /// Most gas of the block.
    pub gas_limit: u64,
    /// Who receives tips.
    pub beneficiary: Address,
    /// What PREVRANDAO answers: derived from the number, hence not random.
    pub prevrandao: B256,
}

impl Environment {
    /// revm's form of the block.
    #[must_use]
    pub fn to_revm(&self, fork: Fork) -> BlockEnv {
        BlockEnv {
            number: U256::from(self.number.0),
            beneficiary: self.beneficiary,
            timestamp: U256::from(self.timestamp),
            gas_limit: self.gas_limit,
            basefee: self.base_fee,
            difficulty: U256::ZERO,
            prevrandao: Some(self.prevrandao),
            blob_excess_gas_and_price: Some(BlobExcessGasAndPrice::new_with_spec(0, spec_of(fork))),
            slot_num: 0,
        }
    }
}

/// PREVRANDAO of block `number`.
#[must_use]
pub fn prevrandao(number: BlockNumber) -> B256 {
    primitives::keccak256(number.0.to_be_bytes())
}

/// Base fee of the block after one that used `gas_used`.
#[must_use]
pub fn next_base_fee(config: &ChainConfig, gas_used: u64, gas_limit: u64, base_fee: u64) -> u64 {
    match config.base_fee_policy {
        BaseFeePolicy::Constant => base_fee,
        BaseFeePolicy::Market => {
            calc_next_block_base_fee(gas_used, gas_limit, base_fee, BaseFeeParams::ethereum())
        }
    }
}

/// revm's name of a fork.
#[must_use]
pub const fn spec_of(fork: Fork) -> SpecId {
    match fork {
        Fork::Cancun => SpecId::CANCUN,
        Fork::Prague => SpecId::PRAGUE,
        Fork::Osaka => SpecId::OSAKA,
    }
}

/// revm's form of the chain's rules.
#[must_use]
pub fn configuration(config: &ChainConfig) -> CfgEnv {
    let mut revm = CfgEnv::new_with_spec(spec_of(config.fork));
    revm.chain_id = config.chain_id;
    revm.limit_contract_code_size = config.code_size_limit;
    let fork_cap = match config.fork {
        Fork::Cancun | Fork::Prague => u64::MAX,
        Fork::Osaka => revm::primitives::eip7825::TX_GAS_LIMIT_CAP,
    };
    revm.tx_gas_limit_cap = Some(config.transaction_gas_limit.min(fork_cap));
    revm
}
