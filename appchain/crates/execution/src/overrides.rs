// SPDX-License-Identifier: Apache-2.0
//! A state with some values replaced, as `eth_call` lets its caller ask for.

use primitives::{
    Address, B256, U256, keccak256,
    map::{AddressMap, B256Map, HashMap},
};
use state::{Account, Bytecode, Changes, ReadState};

/// What replaces an account's values.
#[derive(Clone, Debug, Default)]
pub struct AccountOverride {
    /// Its balance.
    pub balance: Option<U256>,
    /// Its nonce.
    pub nonce: Option<u64>,
    /// Its code.
    pub code: Option<Bytecode>,
    /// Its whole storage; slots not named read as zero.
    pub storage: Option<HashMap<U256, U256>>,
    /// Single slots.
    pub slots: HashMap<U256, U256>,
}

/// A state seen through overrides.
#[derive(Debug)]
pub struct Overridden<'a, S> {
    state: &'a S,
    accounts: AddressMap<AccountOverride>,
    codes: B256Map<Bytecode>,
}

impl<'a, S: ReadState> Overridden<'a, S> {
    /// Lays `accounts` over `state`.
    #[must_use]
    pub fn new(state: &'a S, accounts: AddressMap<AccountOverride>) -> Self {
        let codes = accounts
            .values()
            .filter_map(|account| account.code.clone())
            .map(|code| (keccak256(code.original_byte_slice()), code))
            .collect();
        Self { state, accounts, codes }
    }
}

impl<S: ReadState> ReadState for Overridden<'_, S> {
    fn account(&self, address: &Address) -> Option<Account> {
        let account = self.state.account(address);
        let Some(replaced) = self.accounts.get(address) else { return account };
        let mut account = account.unwrap_or_default();
        if let Some(balance) = replaced.balance {
            account.balance = balance;
        }
        if let Some(nonce) = replaced.nonce {
            account.nonce = nonce;
        }
        if let Some(code) = &replaced.code {
            account.code_hash = keccak256(code.original_byte_slice());
        }
        Some(account)
    }

    fn slot(&self, address: &Address, slot: &U256) -> U256 {
        let Some(replaced) = self.accounts.get(address) else {
            return self.state.slot(address, slot);
        };
        if let Some(value) = replaced.slots.get(slot) {
            return *value;
        }
        match &replaced.storage {
            Some(storage) => storage.get(slot).copied().unwrap_or_default(),
            None => self.state.slot(address, slot),
        }
    }

    fn code(&self, hash: &B256) -> Option<Bytecode> {
        self.codes.get(hash).cloned().or_else(|| self.state.code(hash))
    }
}

/// A state after some changes.
#[derive(Debug)]
pub struct After<'a, S: ?Sized> {
    /// The state before.
    pub state: &'a S,
    /// Changes, newest first.
    pub changes: Vec<&'a Changes>,
}

impl<S: ReadState + ?Sized> ReadState for After<'_, S> {
    fn account(&self, address: &Address) -> Option<Account> {
        match self.changes.iter().find_map(|changes| changes.account(address)) {
            Some(change) => change.after,
            None => self.state.account(address),
        }
    }

    fn slot(&self, address: &Address, slot: &U256) -> U256 {
        for change in self.changes.iter().filter_map(|changes| changes.account(address)) {
            if change.after.is_none() {
                return U256::ZERO;
            }
            if let Some(slot) = change.slot(slot) {
                return slot.after;
            }
        }
        self.state.slot(address, slot)
    }

    fn code(&self, hash: &B256) -> Option<Bytecode> {
        let new = self
            .changes
            .iter()
            .find_map(|changes| changes.codes.iter().find(|(other, _)| other == hash));
        new.map(|(_, code)| code.clone()).or_else(|| self.state.code(hash))
    }
}
