// SPDX-License-Identifier: Apache-2.0
//! Signing of messages and typed data by a development chain's own accounts.

use alloy_dyn_abi::TypedData;
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{Address, B256, Bytes, keccak256};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    context::{Context, Parameters},
    errors::{Answer, parameters as wrong},
    send_methods::no_signer,
};

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    // The two differ in the order of their parameters.
    module.register_method("eth_sign", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let address: Address = parameters.required()?;
        let message: Bytes = parameters.required()?;
        sign(context, &address, message_hash(&message))
    })?;
    module.register_method("personal_sign", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let message: Bytes = parameters.required()?;
        let address: Address = parameters.required()?;
        sign(context, &address, message_hash(&message))
    })?;
    for name in ["eth_signTypedData", "eth_signTypedData_v3", "eth_signTypedData_v4"] {
        module.register_method(name, |params, context, _| -> Answer {
            let mut parameters = Parameters::new(&params);
            let address: Address = parameters.required()?;
            let typed = read_typed(parameters.required()?)?;
            let hash = typed.eip712_signing_hash().map_err(|reason| wrong(reason.to_string()))?;
            sign(context, &address, hash)
        })?;
    }
    Ok(())
}

/// Typed data as an object, or as the text of one, which wallets send.
fn read_typed(value: Value) -> Answer<TypedData> {
    match value {
        Value::String(text) => read(serde_json::from_str(&text)),
        value => read(serde_json::from_value(value)),
    }
}

fn read<T: DeserializeOwned>(result: serde_json::Result<T>) -> Answer<T> {
    result.map_err(|reason| wrong(format!("invalid typed data: {reason}")))
}

/// EIP-191's hash of a message.
fn message_hash(message: &[u8]) -> B256 {
    let prefix = format!("\x19Ethereum Signed Message:\n{}", message.len());
    keccak256([prefix.as_bytes(), message].concat())
}

fn sign(context: &Context, address: &Address, hash: B256) -> Answer {
    let account = context.accounts.find(address).ok_or_else(|| no_signer(address))?;
    let (odd_y, r, s) = account.sign_hash(hash);
    let mut signature = r.to_be_bytes::<32>().to_vec();
    signature.extend_from_slice(&s.to_be_bytes::<32>());
    signature.push(27 + u8::from(odd_y));
    Ok(json!(Bytes::from(signature)))
}
