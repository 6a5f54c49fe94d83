// SPDX-License-Identifier: Apache-2.0
//! geth's genesis file, checked: a file that asks for rules we lack is refused, never bent.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Address, B256, Bytes, Heartbeat, HeartbeatError, U256,
    chain::{BaseFeePolicy, ChainConfig, Fork, TRANSACTION_GAS_LIMIT},
};

/// Why a genesis file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// The file could not be read.
    #[error("genesis file {path} could not be read: {source}")]
    Unreadable {
        /// Its path.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Not JSON, or not of geth's shape.
    #[error("genesis is not in geth's format: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The base fee is above 64 bits.
    #[error("genesis base fee {0} is above 2^64 - 1")]
    BaseFeeTooLarge(u128),
    /// Forks below Cancun are not implemented.
    #[error("genesis activates no fork from cancun on; cancunTime, pragueTime or osakaTime is 0")]
    ForkTooOld,
    /// A fork comes later than genesis.
    #[error("genesis schedules {fork} at time {time}; forks apply from genesis on")]
    ForkInFuture {
        /// Fork's name.
        fork: &'static str,
        /// When the file activates it.
        time: u64,
    },
    /// The heartbeat that it asks for cannot be.
    #[error("genesis: {0}")]
    Heartbeat(#[from] HeartbeatError),
}

/// Where geth's `config` has what geth does not know of.
const OWN: &str = "headwater";

/// What `config.headwater` of a genesis file may say.
#[derive(Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct OwnRules {
    heartbeat: Option<Heartbeat>,
    base_fee_policy: BaseFeePolicy,
    transaction_gas_limit: u64,
    code_size_limit: Option<usize>,
}

impl Default for OwnRules {
    fn default() -> Self {
        Self {
            heartbeat: None,
            base_fee_policy: BaseFeePolicy::Market,
            transaction_gas_limit: TRANSACTION_GAS_LIMIT,
            code_size_limit: None,
        }
    }
}

/// One account at genesis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenesisAccount {
    /// Its nonce.
    pub nonce: u64,
    /// Its balance in wei.
    pub balance: U256,
    /// Its runtime code; empty for a plain account.
    pub code: Bytes,
    /// Its storage, zero values left out.
    pub storage: BTreeMap<U256, U256>,
}

/// State and header of block 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// Accounts by address, in order.
    pub accounts: BTreeMap<Address, GenesisAccount>,
    /// Number of the genesis block.
    pub number: u64,
    /// Header timestamp in seconds.
    pub timestamp: u64,
    /// Header gas limit.
    pub gas_limit: u64,
    /// Header base fee in wei.
    pub base_fee: u64,
    /// Header extra data.
    pub extra_data: Bytes,
    /// Header beneficiary; blocks pay their tips here.
    pub beneficiary: Address,
    /// Header mix hash.
    pub mix_hash: B256,
    /// Header nonce.
    pub nonce: u64,
    /// Header difficulty.
    pub difficulty: U256,
    /// Header parent hash.
    pub parent_hash: B256,
}

/// EIP-1559's first base fee.
const INITIAL_BASE_FEE: u64 = 1_000_000_000;

impl Genesis {
    /// Reads geth's genesis file at `path`.
    ///
    /// # Errors
    ///
    /// See [`GenesisError`].
    pub fn read(path: &Path) -> Result<(ChainConfig, Self), GenesisError> {
        let text = std::fs::read_to_string(path).map_err(|source| GenesisError::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Parses geth's genesis format.
    ///
    /// # Errors
    ///
    /// See [`GenesisError`].
    pub fn parse(text: &str) -> Result<(ChainConfig, Self), GenesisError> {
        let file: alloy_genesis::Genesis = serde_json::from_str(text)?;
        let own: OwnRules = match file.config.extra_fields.get(OWN) {
            Some(value) => serde_json::from_value(value.clone())?,
            None => OwnRules::default(),
        };
        let config = ChainConfig {
            chain_id: file.config.chain_id,
            fork: fork_of(&file)?,
            gas_limit: file.gas_limit,
            base_fee_policy: own.base_fee_policy,
            transaction_gas_limit: own.transaction_gas_limit,
            code_size_limit: own.code_size_limit,
            heartbeat: own.heartbeat,
        };
        let base_fee = match file.base_fee_per_gas {
            None => INITIAL_BASE_FEE,
            Some(fee) => u64::try_from(fee).map_err(|_| GenesisError::BaseFeeTooLarge(fee))?,
        };
        let accounts =
            file.alloc.into_iter().map(|(address, account)| (address, convert(account))).collect();
        let genesis = Self {
            accounts,
            number: file.number.unwrap_or(0),
            timestamp: file.timestamp,
            gas_limit: file.gas_limit,
            base_fee,
            extra_data: file.extra_data,
            beneficiary: file.coinbase,
            mix_hash: file.mix_hash,
            nonce: file.nonce,
            difficulty: file.difficulty,
            parent_hash: file.parent_hash.unwrap_or_default(),
        };
        if let Some(heartbeat) = &config.heartbeat {
            heartbeat.check(&config, &genesis)?;
        }
        Ok((config, genesis))
    }
}

impl Genesis {
    /// The chain's genesis file: what [`Self::parse`] reads this genesis and `config` from.
    #[must_use]
    pub fn to_json(&self, config: &ChainConfig) -> String {
        let own = OwnRules {
            heartbeat: config.heartbeat,
            base_fee_policy: config.base_fee_policy,
            transaction_gas_limit: config.transaction_gas_limit,
            code_size_limit: config.code_size_limit,
        };
        let mut rules = json!({
            "chainId": config.chain_id, "terminalTotalDifficulty": 0,
            "terminalTotalDifficultyPassed": true, "shanghaiTime": 0, "cancunTime": 0, OWN: own,
        });
        for block in [
            "homestead",
            "eip150",
            "eip155",
            "eip158",
            "byzantium",
            "constantinople",
            "petersburg",
            "istanbul",
            "berlin",
            "london",
            "mergeNetsplit",
        ] {
            rules[format!("{block}Block")] = 0.into();
        }
        for (time, fork) in [("pragueTime", Fork::Prague), ("osakaTime", Fork::Osaka)] {
            if config.fork >= fork {
                rules[time] = 0.into();
            }
        }
        let alloc: serde_json::Map<String, Value> = self
            .accounts
            .iter()
            .map(|(address, account)| (format!("{address:?}").to_lowercase(), account.to_json()))
            .collect();
        json!({
            "config": rules,
            "number": U256::from(self.number),
            "timestamp": U256::from(self.timestamp),
            "gasLimit": U256::from(self.gas_limit),
            "baseFeePerGas": U256::from(self.base_fee),
            "extraData": self.extra_data,
            "coinbase": self.beneficiary,
            "mixHash": self.mix_hash,
            "nonce": U256::from(self.nonce),
            "difficulty": self.difficulty,
            "parentHash": self.parent_hash,
            "alloc": alloc,
        })
        .to_string()
    }
}

impl GenesisAccount {
    fn to_json(&self) -> Value {
        let storage: serde_json::Map<String, Value> = self
            .storage
            .iter()
            .map(|(slot, value)| (B256::from(*slot).to_string(), json!(B256::from(*value))))
            .collect();
        json!({
            "nonce": U256::from(self.nonce),
            "balance": self.balance,
            "code": self.code,
            "storage": storage,
        })
    }
}

fn convert(account: alloy_genesis::GenesisAccount) -> GenesisAccount {
    GenesisAccount {
        nonce: account.nonce.unwrap_or(0),
        balance: account.balance,
        code: account.code.unwrap_or_default(),
        storage: account
            .storage
            .unwrap_or_default()
            .into_iter()
            .map(|(slot, value)| (U256::from_be_bytes(slot.0), U256::from_be_bytes(value.0)))
            .filter(|(_, value)| !value.is_zero())
            .collect(),
    }
}

fn fork_of(file: &alloy_genesis::Genesis) -> Result<Fork, GenesisError> {
    let scheduled = [
        ("cancun", file.config.cancun_time, Fork::Cancun),
        ("prague", file.config.prague_time, Fork::Prague),
        ("osaka", file.config.osaka_time, Fork::Osaka),
    ];
    let mut active = None;
    for (name, time, fork) in scheduled {
        match time {
            Some(time) if time <= file.timestamp => active = Some(fork),
            Some(time) => return Err(GenesisError::ForkInFuture { fork: name, time }),
            None => {}
        }
    }
    active.ok_or(GenesisError::ForkTooOld)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address;

    #[test]
    fn reads_what_it_writes() {
        let account = GenesisAccount {
            nonce: 3,
            balance: U256::MAX,
            code: Bytes::from_static(&[0x60, 0]),
            storage: [(U256::from(7), U256::from(8))].into(),
        };
        let genesis = Genesis {
            accounts: [
                (address!("4e59b44847b379578588920cA78FbF26c0B4956C"), account),
                (Address::ZERO, GenesisAccount::default()),
            ]
            .into(),
            number: 0,
            timestamp: 1_700_000_000,
            gas_limit: 10_000_000_000,
            base_fee: 7,
            extra_data: Bytes::from_static(b"hw"),
            beneficiary: Address::repeat_byte(2),
            mix_hash: B256::repeat_byte(4),
            nonce: 5,
            difficulty: U256::from(6),
            parent_hash: B256::repeat_byte(9),
        };
        for fork in [Fork::Cancun, Fork::Prague, Fork::Osaka] {
            let config = ChainConfig {
                chain_id: 4_323_928,
                fork,
                gas_limit: genesis.gas_limit,
                base_fee_policy: BaseFeePolicy::Constant,
                transaction_gas_limit: 123,
                code_size_limit: Some(456),
                heartbeat: None,
            };
            let read = Genesis::parse(&genesis.to_json(&config)).expect("its own file");
            assert_eq!(read, (config, genesis.clone()));
        }
    }
}
