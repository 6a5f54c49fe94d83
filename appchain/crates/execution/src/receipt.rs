// SPDX-License-Identifier: Apache-2.0
//! What a transaction left behind, and its consensus encoding.

use alloy_rlp::{Encodable, Header};
use primitives::{Address, Bloom, Log, TransactionType};
use revm::context::result::{ExecutionResult, Output};

/// What one included transaction left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it ended without revert or halt.
    pub is_success: bool,
    /// Gas it paid for.
    pub gas_used: u64,
    /// Events, in order.
    pub logs: Vec<Log>,
    /// The contract it created.
    pub created: Option<Address>,
}

impl From<ExecutionResult> for Outcome {
    fn from(result: ExecutionResult) -> Self {
        let gas_used = result.tx_gas_used();
        match result {
            ExecutionResult::Success { logs, output, .. } => Self {
                is_success: true,
                gas_used,
                logs,
                created: match output {
                    Output::Create(_, address) => address,
                    Output::Call(_) => None,
                },
            },
            ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => {
                Self { is_success: false, gas_used, logs: Vec::new(), created: None }
            }
        }
    }
}

/// The bloom of a transaction's logs.
#[must_use]
pub fn bloom_of(logs: &[Log]) -> Bloom {
    let mut bloom = Bloom::ZERO;
    for log in logs {
        bloom.accrue_log(log);
    }
    bloom
}

/// Appends the EIP-2718 encoding of a receipt.
pub fn encode_receipt(
    transaction_type: TransactionType,
    outcome: &Outcome,
    cumulative_gas_used: u64,
    bloom: &Bloom,
    buffer: &mut Vec<u8>,
) {
    if transaction_type != TransactionType::Legacy {
        buffer.push(transaction_type as u8);
    }
    let payload_length = outcome.is_success.length()
        + cumulative_gas_used.length()
        + bloom.length()
        + outcome.logs.length();
    Header { list: true, payload_length }.encode(buffer);
    outcome.is_success.encode(buffer);
    cumulative_gas_used.encode(buffer);
    bloom.encode(buffer);
    outcome.logs.encode(buffer);
}
