// SPDX-License-Identifier: Apache-2.0
//! The state trie: accounts by hashed address, each with the root of its storage trie.

use alloy_rlp::Encodable;
use primitives::{Address, B256, Bytes, EMPTY_ROOT, U256, keccak256, map::B256Map};
use signatures::keccak;

use crate::{
    changes::Changes,
    flat::{Account, FlatState},
    trie::{LeafValue, Trie, TrieChange},
};

impl LeafValue for U256 {
    fn encode(&self, buffer: &mut Vec<u8>) {
        Encodable::encode(self, buffer);
    }
}

/// An account as the state trie holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLeaf {
    /// Nonce, balance and code hash.
    pub account: Account,
    /// Root of its storage trie.
    pub storage_root: B256,
}

impl LeafValue for AccountLeaf {
    fn encode(&self, buffer: &mut Vec<u8>) {
        let Account { nonce, balance, code_hash } = &self.account;
        let payload_length = nonce.length() + balance.length() + 33 + 33;
        alloy_rlp::Header { list: true, payload_length }.encode(buffer);
        nonce.encode(buffer);
        Encodable::encode(balance, buffer);
        self.storage_root.encode(buffer);
        code_hash.encode(buffer);
    }
}

/// Proof of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageProof {
    /// Which slot.
    pub slot: U256,
    /// Its value; zero if there is none.
    pub value: U256,
    /// Nodes of the storage trie, root first.
    pub nodes: Vec<Bytes>,
}

/// Proof of one account and some of its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProof {
    /// The account, empty if there is none.
    pub account: Account,
    /// Root of its storage trie.
    pub storage_root: B256,
    /// Nodes of the state trie, root first.
    pub nodes: Vec<Bytes>,
    /// The slots asked for, in the order asked.
    pub storage: Vec<StorageProof>,
}

/// Merkle-Patricia tries of the whole state.
#[derive(Clone, Debug, Default)]
pub struct StateTrie {
    accounts: Trie<AccountLeaf>,
    storages: B256Map<Trie<U256>>,
}

/// Which side of a change to write.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

impl StateTrie {
    /// Builds the tries of a whole state.
    #[must_use]
    pub fn from_flat(flat: &FlatState) -> Self {
        let mut trie = Self::default();
        let mut leaves: Vec<TrieChange<AccountLeaf>> = Vec::with_capacity(flat.len());
        for (address, account, storage) in flat.iter() {
            let key = keccak256(address);
            let storage_root = storage.map_or(EMPTY_ROOT, |storage| {
                let slots = storage.iter().map(|(slot, value)| (*slot, *value));
                trie.write_slots(key, slots)
            });
            leaves.push((key, Some(AccountLeaf { account: *account, storage_root })));
        }
        leaves.sort_unstable_by_key(|(key, _)| *key);
        trie.accounts.apply(&mut leaves);
        trie
    }

    /// The state root.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.accounts.root()
    }

    /// Writes changes and returns the new state root.
    pub fn apply(&mut self, changes: &Changes) -> B256 {
        self.write(changes, Side::After)
    }

    /// Takes changes back, which must be the last applied, and returns the root of before.
    pub fn undo(&mut self, changes: &Changes) -> B256 {
        self.write(changes, Side::Before)
    }

    fn write(&mut self, changes: &Changes, side: Side) -> B256 {
        let mut leaves: Vec<TrieChange<AccountLeaf>> = Vec::with_capacity(changes.accounts.len());
        let addresses: Vec<&[u8]> =
            changes.accounts.iter().map(|change| change.address.as_slice()).collect();
        let keys = keccak::many(&addresses);
        for (change, key) in changes.accounts.iter().zip(keys) {
            let key = B256::new(key);
            let account = match side {
                Side::Before => change.before,
                Side::After => change.after,
            };
            let Some(account) = account else {
                self.storages.remove(&key);
                leaves.push((key, None));
                continue;
            };
            let storage_root = if change.slots.is_empty() {
                self.storages.get(&key).map_or(EMPTY_ROOT, Trie::root)
            } else {
                let slots = change.slots.iter().map(|slot| match side {
                    Side::Before => (slot.slot, slot.before),
                    Side::After => (slot.slot, slot.after),
                });
                self.write_slots(key, slots)
            };
            leaves.push((key, Some(AccountLeaf { account, storage_root })));
        }
        leaves.sort_unstable_by_key(|(key, _)| *key);
        self.accounts.apply(&mut leaves)
    }

    fn write_slots(&mut self, key: B256, slots: impl Iterator<Item = (U256, U256)>) -> B256 {
        let slots: Vec<([u8; 32], U256)> =
            slots.map(|(slot, value)| (slot.to_be_bytes(), value)).collect();
        let plain: Vec<&[u8]> = slots.iter().map(|(slot, _)| slot.as_slice()).collect();
        let mut values: Vec<TrieChange<U256>> = keccak::many(&plain)
            .into_iter()
            .zip(&slots)
            .map(|(key, (_, value))| (B256::new(key), (!value.is_zero()).then_some(*value)))
            .collect();
        values.sort_unstable_by_key(|(key, _)| *key);
        let trie = self.storages.entry(key).or_default();
        let root = trie.apply(&mut values);
        if trie.is_empty() {
            self.storages.remove(&key);
        }
        root
    }

    /// Proves an account and some of its slots against the present root.
    #[must_use]
    pub fn prove(&self, address: &Address, slots: &[U256]) -> AccountProof {
        let key = keccak256(address);
        let leaf = self.accounts.get(&key);
        let storage_trie = self.storages.get(&key);
        let storage = slots
            .iter()
            .map(|slot| {
                let slot_key = keccak256(slot.to_be_bytes::<32>());
                let trie = storage_trie;
                StorageProof {
                    slot: *slot,
                    value: trie.and_then(|trie| trie.get(&slot_key)).copied().unwrap_or_default(),
                    nodes: trie.map_or_else(Vec::new, |trie| trie.proof(&slot_key)),
                }
            })
            .collect();
        AccountProof {
            account: leaf.map_or_else(Account::default, |leaf| leaf.account),
            storage_root: leaf.map_or(EMPTY_ROOT, |leaf| leaf.storage_root),
            nodes: self.accounts.proof(&key),
            storage,
        }
    }
}
