// SPDX-License-Identifier: Apache-2.0
//! Codes and messages as geth and anvil give them, because wallets match on both.

use execution::{
    call::CallError,
    revm::context::result::{EVMError, ExecutionResult},
};
use jsonrpsee::types::ErrorObjectOwned;
use primitives::Bytes;
use sequencer::SubmitError;

/// The server's own trouble, and every refusal of a transaction.
pub const SERVER: i32 = -32_000;
/// A block, transaction or filter that is not here.
pub const NOT_FOUND: i32 = -32_001;
/// More than the node gives at once.
pub const LIMIT: i32 = -32_005;
/// Parameters of the wrong shape.
pub const PARAMETERS: i32 = -32_602;
/// A method that does not exist here.
pub const METHOD: i32 = -32_601;
/// The node's own fault.
pub const INTERNAL: i32 = -32_603;
/// Execution reverted; the data is what the contract returned.
pub const REVERTED: i32 = 3;

/// Result of a method.
pub type Answer<T = serde_json::Value> = Result<T, ErrorObjectOwned>;

/// An error without data.
pub fn error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, None::<()>)
}

/// Parameters of the wrong shape.
pub fn parameters(message: impl Into<String>) -> ErrorObjectOwned {
    error(PARAMETERS, message)
}

/// A refused transaction or command.
#[must_use]
pub fn submit(refused: &SubmitError) -> ErrorObjectOwned {
    let code = match refused {
        SubmitError::NotDevelopment(_) => METHOD,
        SubmitError::PoolFull { .. } => LIMIT,
        SubmitError::Timestamp { .. } => PARAMETERS,
        _ => SERVER,
    };
    error(code, refused.to_string())
}

/// A call that could not be run at all.
#[must_use]
pub fn call(refused: &CallError) -> ErrorObjectOwned {
    match refused {
        EVMError::Transaction(reason) => error(SERVER, reason.to_string()),
        other => error(SERVER, other.to_string()),
    }
}

/// What a run that failed answers; `None` if it succeeded.
#[must_use]
pub fn failure(result: &ExecutionResult) -> Option<ErrorObjectOwned> {
    match result {
        ExecutionResult::Success { .. } => None,
        ExecutionResult::Revert { output, .. } => Some(reverted(output)),
        ExecutionResult::Halt { reason, .. } => {
            Some(error(SERVER, format!("EVM error {reason:?}")))
        }
    }
}

fn reverted(output: &Bytes) -> ErrorObjectOwned {
    let message = match reason_of(output) {
        Some(reason) => format!("execution reverted: {reason}"),
        None => "execution reverted".to_owned(),
    };
    ErrorObjectOwned::owned(REVERTED, message, Some(output.to_string()))
}

/// The text of `Error(string)` or the number of `Panic(uint256)`.
fn reason_of(output: &[u8]) -> Option<String> {
    let (selector, rest) = output.split_at_checked(4)?;
    match selector {
        [0x08, 0xc3, 0x79, 0xa0] => {
            let length = usize::try_from(u64::from_be_bytes(rest.get(56..64)?.try_into().ok()?));
            let text = rest.get(64..64_usize.checked_add(length.ok()?)?)?;
            Some(String::from_utf8_lossy(text).into_owned())
        }
        [0x4e, 0x48, 0x7b, 0x71] => {
            let code = rest.get(31)?;
            Some(format!("panic: code {code:#04x}"))
        }
        _ => None,
    }
}
