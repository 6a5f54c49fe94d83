// SPDX-License-Identifier: Apache-2.0
//! Every account and slot by plain key, as the executor reads them.

use primitives::{
    Address, B256, Genesis, KECCAK_EMPTY, U256, keccak256,
    map::{AddressMap, B256Map, HashMap},
};
use revm_bytecode::Bytecode;

use crate::changes::Changes;

/// An account without its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Transactions sent, or contracts created.
    pub nonce: u64,
    /// Wei.
    pub balance: U256,
    /// Keccak of its code.
    pub code_hash: B256,
}

impl Default for Account {
    fn default() -> Self {
        Self { nonce: 0, balance: U256::ZERO, code_hash: KECCAK_EMPTY }
    }
}

impl Account {
    /// EIP-161: neither nonce, balance nor code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nonce == 0 && self.balance.is_zero() && self.code_hash == KECCAK_EMPTY
    }
}

/// Slots of one account; zero values are left out.
pub type Storage = HashMap<U256, U256>;

#[derive(Clone, Debug, Default)]
struct Entry {
    account: Account,
    storage: Option<Box<Storage>>,
}

/// The whole state at one moment.
#[derive(Clone, Debug, Default)]
pub struct FlatState {
    accounts: AddressMap<Entry>,
    /// Code by hash, analysed; code is shared and never removed.
    codes: B256Map<Bytecode>,
}

impl FlatState {
    /// The state that a genesis file describes.
    #[must_use]
    pub fn from_genesis(genesis: &Genesis) -> Self {
        let mut state = Self::default();
        for (address, account) in &genesis.accounts {
            let code_hash = if account.code.is_empty() {
                KECCAK_EMPTY
            } else {
                let hash = keccak256(&account.code);
                state.insert_code(hash, Bytecode::new_raw(account.code.clone()));
                hash
            };
            let plain = Account { nonce: account.nonce, balance: account.balance, code_hash };
            let storage = account.storage.iter().map(|(slot, value)| (*slot, *value));
            state.insert(*address, plain, storage);
        }
        state
    }

    /// The account at `address`.
    #[must_use]
    pub fn account(&self, address: &Address) -> Option<&Account> {
        self.accounts.get(address).map(|entry| &entry.account)
    }

    /// The value of a slot; zero if there is none.
    #[must_use]
    pub fn slot(&self, address: &Address, slot: &U256) -> U256 {
        self.storage(address).and_then(|storage| storage.get(slot)).copied().unwrap_or_default()
    }

    /// The slots of an account, in no order.
    #[must_use]
    pub fn storage(&self, address: &Address) -> Option<&Storage> {
        self.accounts.get(address)?.storage.as_deref()
    }

    /// Code by hash.
    #[must_use]
    pub fn code(&self, hash: &B256) -> Option<&Bytecode> {
        self.codes.get(hash)
    }

    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether there is no account.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Every account with its storage, in no order: sort before anything depends on it.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Account, Option<&Storage>)> {
        self.accounts
            .iter()
            .map(|(address, entry)| (address, &entry.account, entry.storage.as_deref()))
    }

    /// Every code by hash, in no order.
    pub fn codes(&self) -> impl Iterator<Item = (&B256, &Bytecode)> {
        self.codes.iter()
    }

    /// Adds a whole account, as genesis and checkpoints do.
    pub fn insert(
        &mut self,
        address: Address,
        account: Account,
        storage: impl Iterator<Item = (U256, U256)>,
    ) {
        let storage: Storage = storage.filter(|(_, value)| !value.is_zero()).collect();
        let storage = (!storage.is_empty()).then(|| Box::new(storage));
        self.accounts.insert(address, Entry { account, storage });
    }

    /// Adds code.
    pub fn insert_code(&mut self, hash: B256, code: Bytecode) {
        self.codes.entry(hash).or_insert(code);
    }

    /// Makes room for this many accounts more.
    pub fn reserve(&mut self, accounts: usize) {
        self.accounts.reserve(accounts);
    }

    /// Applies changes.
    pub fn apply(&mut self, changes: &Changes) {
        for (hash, code) in &changes.codes {
            self.insert_code(*hash, code.clone());
        }
        for change in &changes.accounts {
            let slots = change.slots.iter().map(|slot| (slot.slot, slot.after));
            self.set(change.address, change.after, slots);
        }
    }

    /// Takes changes back; they must be the last ones applied.
    pub fn undo(&mut self, changes: &Changes) {
        for change in changes.accounts.iter().rev() {
            let slots = change.slots.iter().map(|slot| (slot.slot, slot.before));
            self.set(change.address, change.before, slots);
        }
    }

    fn set(
        &mut self,
        address: Address,
        account: Option<Account>,
        slots: impl ExactSizeIterator<Item = (U256, U256)>,
    ) {
        let Some(account) = account else {
            self.accounts.remove(&address);
            return;
        };
        let entry = self.accounts.entry(address).or_default();
        entry.account = account;
        if slots.len() == 0 {
            return;
        }
        let storage = entry.storage.get_or_insert_default();
        for (slot, value) in slots {
            if value.is_zero() {
                storage.remove(&slot);
            } else {
                storage.insert(slot, value);
            }
        }
        if storage.is_empty() {
            entry.storage = None;
        }
    }
}
