// SPDX-License-Identifier: Apache-2.0
//! Two calls that the chain makes by itself in each block, and the account that they come from.

use serde::{Deserialize, Serialize};

use crate::{Address, ChainConfig, Fork, Genesis, U256, address};

/// The key of the system account is the Keccak of these words: everybody has it, so that everybody
/// can tell what the chain signs, and it is worth nothing, because the rules take no other
/// transaction of the account than the two of a block.
pub const SYSTEM_KEY_SEED: &[u8] = b"headwater system account";

/// Address of that key.
pub const SYSTEM_ACCOUNT: Address = address!("550a78273cf272a1869FCF35026B7aD1AF5d9Ab3");

/// Wei that genesis gives the system account, 2^200: above the fees of 2^72 calls of the most gas at
/// the highest base fee. Nobody can move it, and the base fee burns what it pays.
pub const SYSTEM_BALANCE: U256 = U256::from_limbs([0, 0, 0, 1 << 8]);

/// Bound of each call's gas unless a chain sets its own.
pub const HEARTBEAT_GAS: u64 = 10_000_000;

/// A call of an empty function costs 21,160 gas where calldata has a floor price (EIP-7623).
const LEAST_GAS: u64 = 30_000;

/// EIP-7825's cap on one transaction.
const OSAKA_TRANSACTION_GAS: u64 = 1 << 24;

/// Which contract hears of each block's begin and end, and with how much gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Heartbeat {
    /// The contract; until it has code no call is made.
    pub address: Address,
    /// Gas limit of `open_block()`.
    #[serde(default = "heartbeat_gas")]
    pub open_gas_limit: u64,
    /// Gas limit of `close_block()`.
    #[serde(default = "heartbeat_gas")]
    pub close_gas_limit: u64,
}

const fn heartbeat_gas() -> u64 {
    HEARTBEAT_GAS
}

/// Why a heartbeat cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeartbeatError {
    /// A bound that no call could keep, or that no transaction may have.
    #[error("heartbeat gas limit {gas} is not from {least} to {most}")]
    GasLimit {
        /// The bound.
        gas: u64,
        /// Least.
        least: u64,
        /// Most gas of a transaction.
        most: u64,
    },
    /// Together above half of a block: users would find no room.
    #[error("heartbeat gas limits sum to {sum}, above half of a block's {block}")]
    Block {
        /// Both bounds.
        sum: u64,
        /// Gas limit of a block.
        block: u64,
    },
    /// Genesis does not pay for it.
    #[error(
        "genesis gives the system account {SYSTEM_ACCOUNT} {balance} wei; \
         a chain with a heartbeat gives it {SYSTEM_BALANCE}, nonce 0 and no code"
    )]
    Account {
        /// Its balance in genesis.
        balance: U256,
    },
}

impl Heartbeat {
    /// Gas of a block that no other transaction may have.
    #[must_use]
    pub const fn gas(&self) -> u64 {
        self.open_gas_limit.saturating_add(self.close_gas_limit)
    }

    /// Checks the bounds against a chain's rules, and that its genesis funds the system account.
    ///
    /// # Errors
    ///
    /// See [`HeartbeatError`].
    pub fn check(&self, config: &ChainConfig, genesis: &Genesis) -> Result<(), HeartbeatError> {
        let cap = if config.fork >= Fork::Osaka { OSAKA_TRANSACTION_GAS } else { u64::MAX };
        let most = config.transaction_gas_limit.min(cap);
        for gas in [self.open_gas_limit, self.close_gas_limit] {
            if !(LEAST_GAS..=most).contains(&gas) {
                return Err(HeartbeatError::GasLimit { gas, least: LEAST_GAS, most });
            }
        }
        if self.gas() > config.gas_limit / 2 {
            return Err(HeartbeatError::Block { sum: self.gas(), block: config.gas_limit });
        }
        let account = genesis.accounts.get(&SYSTEM_ACCOUNT).cloned().unwrap_or_default();
        if account.balance != SYSTEM_BALANCE || account.nonce != 0 || !account.code.is_empty() {
            return Err(HeartbeatError::Account { balance: account.balance });
        }
        Ok(())
    }
}
