// SPDX-License-Identifier: Apache-2.0
//! The method's own error codes, with geth's words.

use execution::{
    call::CallError,
    revm::context::result::{EVMError, HaltReason, InvalidTransaction as Invalid, OutOfGasError},
};
use jsonrpsee::types::ErrorObjectOwned;
use primitives::Address;

use crate::errors::{PARAMETERS, error};

const NONCE_TOO_LOW: i32 = -38_010;
const NONCE_TOO_HIGH: i32 = -38_011;
const FEE_TOO_LOW: i32 = -38_012;
const INTRINSIC_GAS: i32 = -38_013;
const INSUFFICIENT_FUNDS: i32 = -38_014;
const BLOCK_GAS_LIMIT: i32 = -38_015;
const BLOCK_NUMBER: i32 = -38_020;
const BLOCK_TIMESTAMP: i32 = -38_021;
const INIT_CODE_SIZE: i32 = -38_025;
const CLIENT_LIMIT: i32 = -38_026;
const INTERNAL: i32 = -32_603;
/// A call that ended in an exception of the virtual machine.
pub(super) const EXCEPTION: i32 = -32_015;

/// More than the node simulates at once.
pub(super) fn limit(message: impl Into<String>) -> ErrorObjectOwned {
    error(CLIENT_LIMIT, message)
}

/// A block whose number is not above the one before.
pub(super) fn number(number: u64, previous: u64) -> ErrorObjectOwned {
    error(BLOCK_NUMBER, format!("block numbers must be in order: {number} <= {previous}"))
}

/// A block whose timestamp is not above the one before.
pub(super) fn timestamp(timestamp: u64, previous: u64) -> ErrorObjectOwned {
    error(BLOCK_TIMESTAMP, format!("block timestamps must be in order: {timestamp} <= {previous}"))
}

/// A call that asks for more gas than its block has left.
pub(super) fn block_gas(remaining: u64, required: u64) -> ErrorObjectOwned {
    error(
        BLOCK_GAS_LIMIT,
        format!("block gas limit reached: remaining: {remaining}, required: {required}"),
    )
}

/// A call that no block could hold; `fees` ends the sentence of one that pays too little.
pub(super) fn invalid(
    refused: &CallError,
    sender: Address,
    gas: u64,
    fees: &str,
) -> ErrorObjectOwned {
    let EVMError::Transaction(reason) = refused else {
        return error(INTERNAL, refused.to_string());
    };
    let (code, message) = match reason {
        Invalid::NonceTooLow { tx, state } => {
            (NONCE_TOO_LOW, format!("nonce too low: address {sender}, tx: {tx} state: {state}"))
        }
        Invalid::NonceTooHigh { tx, state } => {
            (NONCE_TOO_HIGH, format!("nonce too high: address {sender}, tx: {tx} state: {state}"))
        }
        Invalid::GasPriceLessThanBasefee => (
            FEE_TOO_LOW,
            format!("max fee per gas less than block base fee: address {sender}{fees}"),
        ),
        Invalid::CallGasCostMoreThanGasLimit { initial_gas, gas_limit } => {
            (INTRINSIC_GAS, format!("intrinsic gas too low: have {gas_limit}, want {initial_gas}"))
        }
        Invalid::GasFloorMoreThanGasLimit { gas_floor, gas_limit } => (
            INTRINSIC_GAS,
            format!("insufficient gas for floor data gas cost: have {gas_limit}, want {gas_floor}"),
        ),
        Invalid::LackOfFundForMaxFee { fee, balance } => (
            INSUFFICIENT_FUNDS,
            format!(
                "insufficient funds for gas * price + value: address {sender} have {balance} want \
                 {fee}"
            ),
        ),
        Invalid::CallerGasLimitMoreThanBlock => {
            (BLOCK_GAS_LIMIT, "block gas limit reached".to_owned())
        }
        Invalid::CreateInitCodeSizeLimit => {
            (INIT_CODE_SIZE, "max initcode size exceeded".to_owned())
        }
        Invalid::PriorityFeeGreaterThanMaxFee => (
            PARAMETERS,
            format!("max priority fee per gas higher than max fee per gas: address {sender}"),
        ),
        other => (INTERNAL, other.to_string()),
    };
    error(code, format!("err: {message} (supplied gas {gas})"))
}

/// An exception of the virtual machine, in geth's words.
pub(super) fn exception(reason: &HaltReason) -> String {
    match reason {
        HaltReason::OutOfGas(OutOfGasError::InvalidOperand) => "gas uint64 overflow".to_owned(),
        HaltReason::OutOfGas(_) => "out of gas".to_owned(),
        HaltReason::OpcodeNotFound | HaltReason::InvalidFEOpcode => {
            "invalid opcode: INVALID".to_owned()
        }
        HaltReason::InvalidJump => "invalid jump destination".to_owned(),
        HaltReason::StateChangeDuringStaticCall | HaltReason::CallNotAllowedInsideStatic => {
            "write protection".to_owned()
        }
        HaltReason::CreateCollision => "contract address collision".to_owned(),
        HaltReason::CreateContractSizeLimit => "max code size exceeded".to_owned(),
        HaltReason::CreateContractStartingWithEF => {
            "invalid code: must not begin with 0xef".to_owned()
        }
        HaltReason::OutOfOffset => "return data out of bounds".to_owned(),
        HaltReason::CallTooDeep => "max call depth exceeded".to_owned(),
        HaltReason::NonceOverflow => "nonce uint64 overflow".to_owned(),
        other => format!("{other:?}"),
    }
}
