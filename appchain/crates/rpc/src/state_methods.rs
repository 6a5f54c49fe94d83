// SPDX-License-Identifier: Apache-2.0
//! Balances, nonces, code, slots and proofs.

use alloy_eips::BlockId;
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{Address, B256, BlockNumber, Bytes, U256};
use serde_json::json;

use crate::{
    context::{Context, Parameters},
    errors::{Answer, parameters as wrong, submit},
    heavy::register_heavy,
    json::quantity,
    past::with_state_at,
};

/// Most slots of one proof.
const PROOF_SLOTS: usize = 1_024;

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_method("eth_accounts", |_, context, _| {
        let list = context.accounts.list.iter();
        json!(list.map(|account| account.address).collect::<Vec<_>>())
    })?;
    module.register_method("eth_getBalance", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let address: Address = parameters.required()?;
        context.with_state(parameters.block()?, |state, _| {
            json!(state.account(&address).unwrap_or_default().balance)
        })
    })?;
    module.register_blocking_method("eth_getTransactionCount", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let address: Address = parameters.required()?;
        let id = parameters.block()?;
        if id == BlockId::pending() {
            return context
                .node
                .control(move |sequencer| sequencer.pending_nonce(&address))
                .map(quantity)
                .map_err(|refused| submit(&refused));
        }
        context
            .with_state(id, |state, _| quantity(state.account(&address).unwrap_or_default().nonce))
    })?;
    module.register_method("eth_getCode", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let address: Address = parameters.required()?;
        context.with_state(parameters.block()?, |state, _| {
            let code = state.account(&address).and_then(|account| state.code(&account.code_hash));
            json!(code.map_or_else(Bytes::new, state::Bytecode::original_bytes))
        })
    })?;
    module.register_method("eth_getStorageAt", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let address: Address = parameters.required()?;
        let slot: U256 = parameters.required()?;
        context.with_state(parameters.block()?, |state, _| {
            json!(B256::from(state.slot(&address, &slot)))
        })
    })?;
    register_heavy(module, "eth_getProof", |context, parameters| {
        let address: Address = parameters.required()?;
        let slots: Vec<U256> = parameters.required()?;
        let id = parameters.block()?;
        if slots.len() > PROOF_SLOTS {
            return Err(wrong(format!("{} slots, limit {PROOF_SLOTS}", slots.len())));
        }
        proof(context, address, &slots, id)
    })?;
    Ok(())
}

fn proof(context: &Context, address: Address, slots: &[U256], id: BlockId) -> Answer {
    let number = BlockNumber(context.block_of_state(id)?.header.number);
    // A proof is against a root that a block has, so the open block's transactions are left out.
    let proof = with_state_at(context, number, false, |_, trie| trie.prove(&address, slots))?;
    let storage: Vec<_> = proof
        .storage
        .iter()
        .map(|one| json!({ "key": one.slot, "value": one.value, "proof": one.nodes }))
        .collect();
    Ok(json!({
        "address": address,
        "balance": proof.account.balance,
        "nonce": quantity(proof.account.nonce),
        "codeHash": proof.account.code_hash,
        "storageHash": proof.storage_root,
        "accountProof": proof.nodes,
        "storageProof": storage,
    }))
}
