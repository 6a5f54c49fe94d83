// SPDX-License-Identifier: Apache-2.0
//! Calls as transactions without signatures, so that simulated blocks have hashes and roots.

use alloy_consensus::{SignableTransaction, TxEip1559, TxEip7702};
use alloy_eips::eip2718::Encodable2718;
use alloy_rlp::{Encodable, Header};
use primitives::{Bytes, Signature, Transaction, TransactionType, TxKind, U256, keccak256};

use crate::call_methods::CallRequest;

/// A call with everything filled in.
#[derive(Debug)]
pub(super) struct Filled<'a> {
    /// The call as it was asked for.
    pub(super) request: &'a CallRequest,
    /// Whether it names a gas price, which makes it a legacy transaction.
    pub(super) is_legacy: bool,
    /// Chain id.
    pub(super) chain_id: u64,
    /// Sender's nonce.
    pub(super) nonce: u64,
    /// Most gas.
    pub(super) gas_limit: u64,
}

impl Filled<'_> {
    /// The transaction; its signature is zero.
    pub(super) fn transaction(&self) -> Transaction {
        let call = &self.request.call;
        let fee = call.gas_price.unwrap_or(0);
        let raw = if self.is_legacy {
            self.legacy(fee)
        } else if let (Some(to), false) = (call.to, call.authorizations.is_empty()) {
            encode(TxEip7702 {
                chain_id: self.chain_id,
                nonce: self.nonce,
                gas_limit: self.gas_limit,
                max_fee_per_gas: fee,
                max_priority_fee_per_gas: call.priority_fee.unwrap_or(0),
                to,
                value: call.value,
                access_list: call.access_list.clone(),
                authorization_list: call.authorizations.clone(),
                input: call.input.clone(),
            })
        } else {
            encode(TxEip1559 {
                chain_id: self.chain_id,
                nonce: self.nonce,
                gas_limit: self.gas_limit,
                max_fee_per_gas: fee,
                max_priority_fee_per_gas: call.priority_fee.unwrap_or(0),
                to: call.to.map_or(TxKind::Create, TxKind::Call),
                value: call.value,
                access_list: call.access_list.clone(),
                input: call.input.clone(),
            })
        };
        self.described(raw, fee)
    }

    /// geth's form of an unsigned legacy transaction: v, r and s are zero.
    fn legacy(&self, fee: u128) -> Bytes {
        let call = &self.request.call;
        let mut fields = Vec::with_capacity(128 + call.input.len());
        self.nonce.encode(&mut fields);
        fee.encode(&mut fields);
        self.gas_limit.encode(&mut fields);
        call.to.map_or(TxKind::Create, TxKind::Call).encode(&mut fields);
        call.value.encode(&mut fields);
        call.input.encode(&mut fields);
        fields.extend([0x80; 3]);
        let mut raw = Vec::with_capacity(fields.len() + 4);
        Header { list: true, payload_length: fields.len() }.encode(&mut raw);
        raw.extend(fields);
        raw.into()
    }

    fn described(&self, raw: Bytes, fee: u128) -> Transaction {
        let call = &self.request.call;
        let is_set_code = !call.authorizations.is_empty() && call.to.is_some();
        Transaction {
            hash: keccak256(&raw),
            signing_hash: primitives::B256::ZERO,
            transaction_type: match (self.is_legacy, is_set_code) {
                (true, _) => TransactionType::Legacy,
                (false, true) => TransactionType::Eip7702,
                (false, false) => TransactionType::Eip1559,
            },
            chain_id: (!self.is_legacy).then_some(self.chain_id),
            nonce: self.nonce,
            gas_limit: self.gas_limit,
            max_fee_per_gas: fee,
            max_priority_fee_per_gas: if self.is_legacy {
                fee
            } else {
                call.priority_fee.unwrap_or(0)
            },
            to: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            input: call.input.clone(),
            access_list: (!self.is_legacy && !call.access_list.is_empty())
                .then(|| Box::new(call.access_list.clone())),
            authorizations: is_set_code.then(|| Box::new(call.authorizations.clone())),
            signature: Signature { r: U256::ZERO, s: U256::ZERO, odd_y: false },
            raw,
        }
    }
}

fn encode<T: SignableTransaction<alloy_primitives::Signature>>(transaction: T) -> Bytes
where
    alloy_consensus::Signed<T>: Encodable2718,
{
    let signature = alloy_primitives::Signature::new(U256::ZERO, U256::ZERO, false);
    transaction.into_signed(signature).encoded_2718().into()
}
