// SPDX-License-Identifier: Apache-2.0
//! Which rules a chain follows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Heartbeat;

/// Height of a block; genesis is usually 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct BlockNumber(pub u64);

impl BlockNumber {
    /// The block after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The block before this one, if there is one.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

impl fmt::Display for BlockNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Ethereum hard fork whose rules apply from genesis on; a chain of ours never changes it midway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// Transient storage, EIP-6780; no set-code transactions.
    Cancun,
    /// Set-code transactions (EIP-7702), calldata floor (EIP-7623), history contract.
    Prague,
    /// A cap of 2^24 gas on each transaction (EIP-7825), CLZ.
    Osaka,
}

impl std::str::FromStr for Fork {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name.to_ascii_lowercase().as_str() {
            "cancun" => Ok(Self::Cancun),
            "prague" => Ok(Self::Prague),
            "osaka" => Ok(Self::Osaka),
            other => Err(format!("no fork {other}: one of cancun, prague, osaka")),
        }
    }
}

/// How the base fee moves from block to block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BaseFeePolicy {
    /// EIP-1559 with an elasticity of 2 and a denominator of 8.
    Market,
    /// The same in every block; a chain that subsidises its users sets it to 0.
    Constant,
}

/// What must be equal on every node of a chain, apart from genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainConfig {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Rules in force.
    pub fork: Fork,
    /// Gas limit of every block.
    pub gas_limit: u64,
    /// How the base fee moves.
    pub base_fee_policy: BaseFeePolicy,
    /// Most gas of one transaction: one transaction must not fill a block of 10^10 gas.
    pub transaction_gas_limit: u64,
    /// Largest runtime code; EIP-170's unless a development chain lifts it.
    pub code_size_limit: Option<usize>,
    /// The calls that the chain makes by itself, if it makes any.
    pub heartbeat: Option<Heartbeat>,
}

impl ChainConfig {
    /// Most gas of a user's transaction in a block of `block_gas_limit`.
    #[must_use]
    pub fn user_gas_limit(&self, block_gas_limit: u64) -> u64 {
        let reserved = self.heartbeat.map_or(0, |heartbeat| heartbeat.gas());
        block_gas_limit.saturating_sub(reserved).min(self.transaction_gas_limit)
    }
}

/// [`ChainConfig::transaction_gas_limit`] unless a chain sets its own.
pub const TRANSACTION_GAS_LIMIT: u64 = 60_000_000;

/// Most bytes of one raw transaction that the doors take, as geth: 128 KiB.
pub const MAX_TRANSACTION_BYTES: usize = 128 * 1024;
