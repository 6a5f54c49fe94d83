// SPDX-License-Identifier: Apache-2.0
//! What development commands write to the state, as values that can be logged and replayed.

use std::sync::Arc;

use primitives::{Address, Bytes, KECCAK_EMPTY, U256, keccak256};
use serde::{Deserialize, Serialize};
use state::{AccountChange, Bytecode, Changes, ReadState, SlotChange};

/// One write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateWrite {
    /// Whose account.
    pub address: Address,
    /// What is written.
    pub value: WriteValue,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteValue {
    /// A balance in wei.
    Balance(U256),
    /// A nonce.
    Nonce(u64),
    /// Runtime code.
    Code(Bytes),
    /// One slot.
    Slot(U256, U256),
}

impl StateWrite {
    /// The write as a change of `state`.
    #[must_use]
    pub fn changes<S: ReadState>(&self, state: &S) -> Arc<Changes> {
        let before = state.account(&self.address);
        let mut after = before.unwrap_or_default();
        let mut slots = Vec::new();
        let mut codes = Vec::new();
        match &self.value {
            WriteValue::Balance(balance) => after.balance = *balance,
            WriteValue::Nonce(nonce) => after.nonce = *nonce,
            WriteValue::Code(code) if code.is_empty() => after.code_hash = KECCAK_EMPTY,
            WriteValue::Code(code) => {
                after.code_hash = keccak256(code);
                codes.push((after.code_hash, Bytecode::new_raw(code.clone())));
            }
            WriteValue::Slot(slot, value) => slots.push(SlotChange {
                slot: *slot,
                before: state.slot(&self.address, slot),
                after: *value,
            }),
        }
        let after = (!after.is_empty() || !slots.is_empty()).then_some(after);
        let account = AccountChange { address: self.address, before, after, slots };
        Arc::new(Changes { accounts: vec![account], codes })
    }
}

/// The writes that make changes which development commands made before.
pub(crate) fn writes_of(changes: &Changes) -> Vec<StateWrite> {
    let mut writes = Vec::new();
    for change in &changes.accounts {
        let mut push = |value| writes.push(StateWrite { address: change.address, value });
        let before = change.before.unwrap_or_default();
        let after = change.after.unwrap_or_default();
        if before.balance != after.balance {
            push(WriteValue::Balance(after.balance));
        }
        if before.nonce != after.nonce {
            push(WriteValue::Nonce(after.nonce));
        }
        if before.code_hash != after.code_hash {
            let code = changes.codes.iter().find(|(hash, _)| *hash == after.code_hash);
            push(WriteValue::Code(code.map_or_else(Bytes::new, |(_, code)| {
                Bytes::copy_from_slice(code.original_byte_slice())
            })));
        }
        for slot in &change.slots {
            push(WriteValue::Slot(slot.slot, slot.after));
        }
    }
    writes
}
