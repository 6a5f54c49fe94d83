// SPDX-License-Identifier: Apache-2.0
//! Sending: signed transactions from anybody; unsigned ones from a development chain's own accounts
//! and from those whom it impersonates.

use std::sync::Arc;

use alloy_consensus::{TxEip1559, TxEip2930, TxEip7702, TxLegacy, TypedTransaction};
use alloy_eips::BlockId;
use alloy_rpc_types_eth::TransactionRequest;
use execution::call::Call;
use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
use primitives::{Address, Bytes, Transaction, TxKind, Verified};
use sequencer::{SubmitError, verify::recover};
use serde_json::json;

use crate::{
    accounts::unsigned_from,
    call_methods::{CallRequest, estimate},
    context::{Context, Parameters},
    errors::{Answer, PARAMETERS, SERVER, error, submit},
    ingest::stopped,
    json::transaction,
};

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_async_method("eth_sendRawTransaction", |params, context, _| async move {
        let raw: Bytes = Parameters::new(&params).required()?;
        let outcome = context.ingest.take(vec![raw]).await.pop();
        outcome.unwrap_or_else(|| Err(stopped())).map_err(|refused| submit(&refused))
    })?;
    module.register_blocking_method("eth_sendTransaction", |params, context, _| -> Answer {
        let request: TransactionRequest = Parameters::new(&params).required()?;
        let verified = prepare(&context, &request)?;
        context.node.submit(Ok(Arc::new(verified))).map(|hash| json!(hash)).map_err(|e| submit(&e))
    })?;
    module.register_blocking_method(
        "eth_sendUnsignedTransaction",
        |params, context, _| -> Answer {
            let request: TransactionRequest = Parameters::new(&params).required()?;
            let sender = request.from.ok_or_else(|| error(PARAMETERS, "from is missing"))?;
            allow_impersonation(&context)?;
            let unsigned = fill(&context, &request, sender)?;
            let verified = in_the_name_of(unsigned, sender)?;
            let sent = context.node.submit(Ok(Arc::new(verified)));
            sent.map(|hash| json!(hash)).map_err(|refused| submit(&refused))
        },
    )?;
    module.register_blocking_method("eth_fillTransaction", |params, context, _| -> Answer {
        let request: TransactionRequest = Parameters::new(&params).required()?;
        let sender = request.from.unwrap_or_default();
        let unsigned = fill(&context, &request, sender)?;
        let verified = in_the_name_of(unsigned, sender)?;
        Ok(json!({
            "raw": verified.transaction.raw,
            "tx": transaction(&verified, None),
        }))
    })?;
    module.register_blocking_method("eth_signTransaction", |params, context, _| -> Answer {
        let request: TransactionRequest = Parameters::new(&params).required()?;
        let sender = sender_of(&context, &request)?;
        let account = context.accounts.find(&sender).ok_or_else(|| no_signer(&sender))?;
        let raw = account.sign(fill(&context, &request, sender)?);
        let verified = Verified { transaction: decode(raw)?, sender };
        Ok(json!({ "raw": verified.transaction.raw, "tx": transaction(&verified, None) }))
    })?;
    Ok(())
}

fn sender_of(context: &Context, request: &TransactionRequest) -> Answer<Address> {
    request
        .from
        .or_else(|| context.accounts.list.first().map(|account| account.address))
        .ok_or_else(|| error(PARAMETERS, "from is missing"))
}

/// What is answered for an account whose key the node does not have.
pub(crate) fn no_signer(sender: &Address) -> ErrorObjectOwned {
    error(SERVER, format!("no signer available for {sender}"))
}

fn prepare(context: &Context, request: &TransactionRequest) -> Answer<Verified> {
    let sender = sender_of(context, request)?;
    let account = context.accounts.find(&sender);
    let is_impersonated = context.is_development() && context.impersonates(&sender);
    if account.is_none() && !is_impersonated {
        return Err(no_signer(&sender));
    }
    let unsigned = fill(context, request, sender)?;
    match account.filter(|_| !is_impersonated) {
        Some(account) => {
            let raw = account.sign(unsigned);
            let transaction = decode(raw)?;
            let sender = recover(&transaction).map_err(|refused| submit(&refused))?;
            Ok(Verified { transaction, sender })
        }
        None => {
            allow_impersonation(context)?;
            in_the_name_of(unsigned, sender)
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

fn in_the_name_of(unsigned: TypedTransaction, sender: Address) -> Answer<Verified> {
    Ok(Verified { transaction: decode(unsigned_from(unsigned, sender))?, sender })
}

fn decode(raw: Bytes) -> Answer<Transaction> {
    Transaction::decode(raw, &mut Vec::new()).map_err(|reason| error(SERVER, reason.to_string()))
}

/// Fills in what the sender left out.
fn fill(
    context: &Context,
    request: &TransactionRequest,
    sender: Address,
) -> Answer<TypedTransaction> {
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
    let chain_id = context.shared().config.chain_id;
    if let Some(other) = request.chain_id.filter(|other| *other != chain_id) {
        return Err(submit(&SubmitError::ChainId { have: Some(other), want: chain_id }));
    }
    let filled = Filled { chain_id, nonce, gas_limit, base_fee, request, call: call.call };
    Ok(filled.typed())
}

/// A request with what its sender left out.
struct Filled<'a> {
    chain_id: u64,
    nonce: u64,
    gas_limit: u64,
    base_fee: u64,
    request: &'a TransactionRequest,
    call: Call,
}

impl Filled<'_> {
    /// The kind of transaction that the request's own fields ask for; a fee market one otherwise.
    fn typed(self) -> TypedTransaction {
        let Self { chain_id, nonce, gas_limit, base_fee, request, call } = self;
        let Call { value, input, access_list, authorizations, .. } = call;
        let to = call.to.map_or(TxKind::Create, TxKind::Call);
        if let (Some(gas_price), true) = (request.gas_price, authorizations.is_empty()) {
            return if request.access_list.is_some() {
                TxEip2930 { chain_id, nonce, gas_price, gas_limit, to, value, access_list, input }
                    .into()
            } else {
                let chain_id = Some(chain_id);
                TxLegacy { chain_id, nonce, gas_price, gas_limit, to, value, input }.into()
            };
        }
        let tip = request.max_priority_fee_per_gas;
        let max_fee_per_gas =
            request.max_fee_per_gas.unwrap_or_else(|| u128::from(base_fee) * 2 + tip.unwrap_or(0));
        let max_priority_fee_per_gas = tip.unwrap_or(0).min(max_fee_per_gas);
        match call.to {
            Some(to) if !authorizations.is_empty() => TxEip7702 {
                chain_id,
                nonce,
                gas_limit,
                max_fee_per_gas,
                max_priority_fee_per_gas,
                to,
                value,
                access_list,
                authorization_list: authorizations,
                input,
            }
            .into(),
            _ => TxEip1559 {
                chain_id,
                nonce,
                gas_limit,
                max_fee_per_gas,
                max_priority_fee_per_gas,
                to,
                value,
                access_list,
                input,
            }
            .into(),
        }
    }
}
