// SPDX-License-Identifier: Apache-2.0
//! Sending: signed transactions from anybody; unsigned ones from a development chain's own accounts
//! and from those whom it impersonates.

use std::sync::Arc;

use alloy_eips::BlockId;
use alloy_rpc_types_eth::TransactionRequest;
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{Address, B256, Bytes, Transaction, TxKind, Verified, keccak256};
use sequencer::{Incoming, SubmitError, verify::recover};
use serde_json::{Value, json};

use crate::{
    accounts::{Unsigned, unsigned_from},
    call_methods::{CallRequest, estimate},
    context::{Context, Parameters},
    errors::{Answer, PARAMETERS, SERVER, error, submit},
    json::{quantity, transaction},
};

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("eth_sendRawTransaction", |params, context, _| -> Answer {
        let raw: Bytes = Parameters::new(&params).required()?;
        send_raw(&context, raw)
    })?;
    module.register_blocking_method("eth_sendTransaction", |params, context, _| -> Answer {
        let request: TransactionRequest = Parameters::new(&params).required()?;
        let verified = prepare(&context, request)?;
        context.node.submit(Ok(Arc::new(verified))).map(|hash| json!(hash)).map_err(|e| submit(&e))
    })?;
    module.register_blocking_method(
        "eth_sendUnsignedTransaction",
        |params, context, _| -> Answer {
            let request: TransactionRequest = Parameters::new(&params).required()?;
            let sender = request.from.ok_or_else(|| error(PARAMETERS, "from is missing"))?;
            allow_impersonation(&context)?;
            let unsigned = fill(&context, &request, sender)?;
            let verified = in_the_name_of(&unsigned, sender)?;
            let sent = context.node.submit(Ok(Arc::new(verified)));
            sent.map(|hash| json!(hash)).map_err(|refused| submit(&refused))
        },
    )?;
    module.register_blocking_method("eth_fillTransaction", |params, context, _| -> Answer {
        let request: TransactionRequest = Parameters::new(&params).required()?;
        let sender = request.from.unwrap_or_default();
        let unsigned = fill(&context, &request, sender)?;
        let verified = in_the_name_of(&unsigned, sender)?;
        Ok(json!({
            "raw": verified.transaction.raw,
            "tx": transaction(&verified, None),
        }))
    })?;
    for name in ["eth_sign", "personal_sign"] {
        module.register_method(name, move |params, context, _| -> Answer {
            let mut parameters = Parameters::new(&params);
            let (first, second): (Value, Value) = (parameters.required()?, parameters.required()?);
            let (address, message) =
                if name == "eth_sign" { (first, second) } else { (second, first) };
            let wrong = |reason: serde_json::Error| error(PARAMETERS, reason.to_string());
            let address: Address = serde_json::from_value(address).map_err(wrong)?;
            let message: Bytes = serde_json::from_value(message).map_err(wrong)?;
            sign_message(context, &address, &message)
        })?;
    }
    module.register_method("txpool_status", |_, context, _| {
        let waiting = context.shared().waiting.read().len();
        json!({ "pending": quantity(waiting as u64), "queued": "0x0" })
    })?;
    module.register_method("txpool_content", |_, context, _| {
        let waiting = context.shared().waiting.read();
        let mut pending = serde_json::Map::new();
        for verified in waiting.values() {
            let sender = pending
                .entry(verified.sender.to_string())
                .or_insert_with(|| Value::Object(serde_json::Map::new()));
            sender[verified.transaction.nonce.to_string()] = transaction(verified, None);
        }
        json!({ "pending": pending, "queued": {} })
    })?;
    Ok(())
}

fn send_raw(context: &Context, raw: Bytes) -> Answer {
    let verified = context.node.verify(vec![Incoming { raw, claimed: None }]).pop();
    let verified = verified.unwrap_or_else(|| Err(SubmitError::Signature("none".to_owned())));
    if let Ok(verified) = &verified {
        refuse_known(context, &verified.transaction)?;
    }
    context.node.submit(verified).map(|hash| json!(hash)).map_err(|refused| submit(&refused))
}

/// The same transaction again is told apart from a nonce that another one used.
fn refuse_known(context: &Context, transaction: &Transaction) -> Answer<()> {
    let hash = transaction.hash;
    let is_known = context.shared().chain.read().place(&hash).is_some()
        || context.shared().waiting.read().contains_key(&hash);
    if is_known { Err(submit(&SubmitError::AlreadyKnown(hash))) } else { Ok(()) }
}

fn prepare(context: &Context, request: TransactionRequest) -> Answer<Verified> {
    let sender = request
        .from
        .or_else(|| context.accounts.list.first().map(|account| account.address))
        .ok_or_else(|| error(PARAMETERS, "from is missing"))?;
    let account = context.accounts.find(&sender);
    let is_impersonated = context.is_development() && context.impersonates(&sender);
    if account.is_none() && !is_impersonated {
        return Err(error(SERVER, format!("no signer available for {sender}")));
    }
    let unsigned = fill(context, &request, sender)?;
    match account.filter(|_| !is_impersonated) {
        Some(account) => {
            let raw = account.sign(&unsigned);
            let transaction = decode(raw)?;
            let sender = recover(&transaction).map_err(|refused| submit(&refused))?;
            Ok(Verified { transaction, sender })
        }
        None => {
            allow_impersonation(context)?;
            in_the_name_of(&unsigned, sender)
        }
    }
}

fn allow_impersonation(context: &Context) -> Answer<()> {
    if !context.is_development() {
        return Err(submit(&SubmitError::NotDevelopment("sending without a signature")));
    }
    context
        .node
        .control(sequencer::Sequencer::allow_impersonation)
        .map_err(|refused| submit(&refused))
}

fn in_the_name_of(unsigned: &Unsigned, sender: Address) -> Answer<Verified> {
    Ok(Verified { transaction: decode(unsigned_from(unsigned, sender))?, sender })
}

fn decode(raw: Bytes) -> Answer<Transaction> {
    Transaction::decode(raw, &mut Vec::new()).map_err(|reason| error(SERVER, reason.to_string()))
}

/// Fills in what the sender left out.
fn fill(context: &Context, request: &TransactionRequest, sender: Address) -> Answer<Unsigned> {
    let nonce = match request.nonce {
        Some(nonce) => nonce,
        None => context
            .node
            .control(move |sequencer| sequencer.pending_nonce(&sender))
            .map_err(|refused| submit(&refused))?,
    };
    let base_fee = context.shared().next.read().base_fee;
    let call = CallRequest::from_request(request)?;
    let gas_limit = match request.gas {
        Some(gas) => gas,
        None => {
            let block = BlockId::pending();
            let mut call = call.clone();
            call.call.from = sender;
            estimate(context, &call, block)?
        }
    };
    let fee = request.max_fee_per_gas.or(request.gas_price).unwrap_or_else(|| {
        u128::from(base_fee) * 2 + request.max_priority_fee_per_gas.unwrap_or(0)
    });
    let priority_fee = request.max_priority_fee_per_gas.or(request.gas_price).unwrap_or(0).min(fee);
    Ok(Unsigned {
        chain_id: context.shared().config.chain_id,
        nonce,
        priority_fee,
        fee,
        gas_limit,
        to: match request.to {
            Some(TxKind::Call(to)) => Some(to),
            Some(TxKind::Create) | None => None,
        },
        value: request.value.unwrap_or_default(),
        input: call.call.input,
    })
}

fn sign_message(context: &Context, address: &Address, message: &[u8]) -> Answer {
    let account = context
        .accounts
        .find(address)
        .ok_or_else(|| error(SERVER, format!("no signer available for {address}")))?;
    let prefix = format!("\x19Ethereum Signed Message:\n{}", message.len());
    let hash: B256 = keccak256([prefix.as_bytes(), message].concat());
    let (odd_y, r, s) = account.sign_hash(hash);
    let mut signature = r.to_be_bytes::<32>().to_vec();
    signature.extend_from_slice(&s.to_be_bytes::<32>());
    signature.push(27 + u8::from(odd_y));
    Ok(json!(Bytes::from(signature)))
}
