// SPDX-License-Identifier: Apache-2.0
//! `anvil_dealERC20` and `anvil_setERC20Allowance`: finds the slot that a token's getter reads, by
//! trying each slot that it touches, and writes it.

use alloy_eips::BlockId;
use alloy_rpc_types_eth::TransactionRequest;
use primitives::{Address, Bytes, TxKind, U256, keccak256};
use sequencer::{StateWrite, WriteValue};
use serde_json::Value;

use crate::{
    call_methods::{CallRequest, run, touched_slots},
    context::{Context, Parameters},
    dev_methods::control,
    errors::{Answer, SERVER, error},
};

/// Most slots that are tried.
const SLOTS: usize = 64;
/// What a getter must answer once its slot holds it: no token starts with this much of anything.
const MARK: U256 = U256::from_limbs([0x6865_6164_7761_7465, 0x722d_6d61_726b, 0, 0]);

/// Gives an account tokens: `account, token, balance`.
pub(crate) fn deal(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let account: Address = parameters.required()?;
    let token: Address = parameters.required()?;
    let balance: U256 = parameters.required()?;
    write(context, token, getter("balanceOf(address)", &[account]), balance)
}

/// Lets an account spend another's tokens: `owner, spender, token, allowance`.
pub(crate) fn set_allowance(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let owner: Address = parameters.required()?;
    let spender: Address = parameters.required()?;
    let token: Address = parameters.required()?;
    let allowance: U256 = parameters.required()?;
    write(context, token, getter("allowance(address,address)", &[owner, spender]), allowance)
}

fn getter(signature: &str, arguments: &[Address]) -> Bytes {
    let mut calldata = keccak256(signature)[..4].to_vec();
    for argument in arguments {
        calldata.extend_from_slice(argument.into_word().as_slice());
    }
    calldata.into()
}

fn write(context: &Context, token: Address, getter: Bytes, value: U256) -> Answer {
    let request = TransactionRequest {
        to: Some(TxKind::Call(token)),
        input: getter.into(),
        ..TransactionRequest::default()
    };
    let call = CallRequest::from_request(&request)?;
    let touched = touched_slots(context, &call, BlockId::latest())?;
    for (address, slot) in touched.into_iter().take(SLOTS) {
        if !answers_mark(context, &call, address, slot)? {
            continue;
        }
        let write = StateWrite { address, value: WriteValue::Slot(slot, value) };
        control(context, move |sequencer| sequencer.write(&write))?;
        return Ok(Value::Null);
    }
    Err(error(SERVER, format!("no slot of {token} holds what its getter answers")))
}

fn answers_mark(
    context: &Context,
    call: &CallRequest,
    address: Address,
    slot: U256,
) -> Answer<bool> {
    let mut call = call.clone();
    call.overrides.entry(address).or_default().slots.insert(slot, MARK);
    let result = run(context, &call, BlockId::latest())?;
    let mark = MARK.to_be_bytes::<32>();
    Ok(result.is_success() && result.output().is_some_and(|output| output[..] == mark))
}
