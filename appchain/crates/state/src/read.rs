// SPDX-License-Identifier: Apache-2.0
//! What execution asks of a state, be it the present one, an earlier one or an altered one.

use primitives::{Address, B256, U256};
use revm_bytecode::Bytecode;

use crate::{
    flat::{Account, FlatState},
    history::StateView,
};

/// A state that can be read.
pub trait ReadState {
    /// The account at `address`.
    fn account(&self, address: &Address) -> Option<Account>;
    /// The value of a slot; zero if there is none.
    fn slot(&self, address: &Address, slot: &U256) -> U256;
    /// Code by hash.
    fn code(&self, hash: &B256) -> Option<Bytecode>;
}

impl ReadState for FlatState {
    fn account(&self, address: &Address) -> Option<Account> {
        Self::account(self, address).copied()
    }

    fn slot(&self, address: &Address, slot: &U256) -> U256 {
        Self::slot(self, address, slot)
    }

    fn code(&self, hash: &B256) -> Option<Bytecode> {
        Self::code(self, hash).cloned()
    }
}

impl ReadState for StateView<'_> {
    fn account(&self, address: &Address) -> Option<Account> {
        Self::account(self, address)
    }

    fn slot(&self, address: &Address, slot: &U256) -> U256 {
        Self::slot(self, address, slot)
    }

    fn code(&self, hash: &B256) -> Option<Bytecode> {
        Self::code(self, hash).cloned()
    }
}
