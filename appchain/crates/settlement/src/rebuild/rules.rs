// SPDX-License-Identifier: Apache-2.0
//! What a block must be before a transaction of it runs.

use execution::{
    Environment, Header,
    environment::{next_base_fee, prevrandao},
};
use primitives::{Address, BlockNumber, ChainConfig};

use crate::invalid::Invalid;

/// What blocks of a chain are held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The chain's rules.
    pub config: ChainConfig,
    /// Who receives tips: genesis says it.
    pub beneficiary: Address,
}

/// What a block's rules need of the block before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent {
    pub(super) number: BlockNumber,
    pub(super) timestamp: u64,
    pub(super) next_base_fee: u64,
}

impl Parent {
    pub(super) fn of(rules: &Rules, header: &Header) -> Self {
        let base_fee = header.base_fee_per_gas.unwrap_or(0);
        let next_base_fee =
            next_base_fee(&rules.config, header.gas_used, header.gas_limit, base_fee);
        Self { number: BlockNumber(header.number), timestamp: header.timestamp, next_base_fee }
    }

    pub(super) fn after(rules: &Rules, environment: &Environment, gas_used: u64) -> Self {
        let next_base_fee =
            next_base_fee(&rules.config, gas_used, environment.gas_limit, environment.base_fee);
        Self { number: environment.number, timestamp: environment.timestamp, next_base_fee }
    }
}

impl Rules {
    /// Checks a block's environment. Blocks may share a second, as a development chain's do; time
    /// never goes back.
    pub(super) fn check(&self, parent: &Parent, block: &Environment) -> Result<(), Invalid> {
        let number = block.number;
        let due = parent.number.next();
        if number != due {
            return Err(Invalid::Number { found: number, expected: due });
        }
        if block.timestamp < parent.timestamp {
            let (found, parent) = (block.timestamp, parent.timestamp);
            return Err(Invalid::Timestamp { number, found, parent });
        }
        if block.base_fee != parent.next_base_fee {
            let (found, expected) = (block.base_fee, parent.next_base_fee);
            return Err(Invalid::BaseFee { number, found, expected });
        }
        if block.gas_limit != self.config.gas_limit {
            let (found, expected) = (block.gas_limit, self.config.gas_limit);
            return Err(Invalid::GasLimit { number, found, expected });
        }
        if block.beneficiary != self.beneficiary {
            let (found, expected) = (block.beneficiary, self.beneficiary);
            return Err(Invalid::Beneficiary { number, found, expected });
        }
        if block.prevrandao != prevrandao(number) {
            return Err(Invalid::Prevrandao(number));
        }
        Ok(())
    }
}
