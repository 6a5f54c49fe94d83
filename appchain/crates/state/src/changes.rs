// SPDX-License-Identifier: Apache-2.0
//! What a slice of transactions or a block did to the state, with the values before.

use std::sync::Arc;

use primitives::{Address, B256, U256, map::AddressMap};
use revm_bytecode::Bytecode;

use crate::flat::Account;

/// One slot's change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotChange {
    /// Which slot.
    pub slot: U256,
    /// Its value before; zero if it had none.
    pub before: U256,
    /// Its value after.
    pub after: U256,
}

/// One account's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// Whose.
    pub address: Address,
    /// The account before; `None` if there was none.
    pub before: Option<Account>,
    /// The account after; `None` if there is none.
    pub after: Option<Account>,
    /// Its slots that changed, sorted.
    pub slots: Vec<SlotChange>,
}

/// Changes of a slice or a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Changed accounts, sorted by address, each once.
    pub accounts: Vec<AccountChange>,
    /// Code that came new, sorted by hash.
    pub codes: Vec<(B256, Bytecode)>,
}

impl Changes {
    /// The change of one account.
    #[must_use]
    pub fn account(&self, address: &Address) -> Option<&AccountChange> {
        let at = self.accounts.binary_search_by(|change| change.address.cmp(address)).ok()?;
        Some(&self.accounts[at])
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.codes.is_empty()
    }

    /// How many accounts and slots changed: what a bound on memory counts.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.accounts.iter().map(|change| 1 + change.slots.len()).sum::<usize>() + self.codes.len()
    }

    /// Joins changes made one after the other, oldest first.
    #[must_use]
    pub fn merge(parts: &[Arc<Self>]) -> Arc<Self> {
        match parts {
            [] => Arc::new(Self::default()),
            [one] => Arc::clone(one),
            [first, rest @ ..] => {
                let mut merged: AddressMap<AccountChange> =
                    first.accounts.iter().map(|change| (change.address, change.clone())).collect();
                let mut codes = first.codes.clone();
                for part in rest {
                    codes.extend(part.codes.iter().cloned());
                    for change in &part.accounts {
                        merged
                            .entry(change.address)
                            .and_modify(|earlier| earlier.then(change))
                            .or_insert_with(|| change.clone());
                    }
                }
                let mut accounts: Vec<AccountChange> = merged.into_values().collect();
                accounts.sort_unstable_by_key(|change| change.address);
                codes.sort_by_key(|(hash, _)| *hash);
                codes.dedup_by_key(|(hash, _)| *hash);
                Arc::new(Self { accounts, codes })
            }
        }
    }
}

impl AccountChange {
    /// The slot's change.
    #[must_use]
    pub fn slot(&self, slot: &U256) -> Option<&SlotChange> {
        let at = self.slots.binary_search_by(|change| change.slot.cmp(slot)).ok()?;
        Some(&self.slots[at])
    }

    /// Extends this change by a later one of the same account.
    fn then(&mut self, later: &Self) {
        self.after = later.after;
        if later.slots.is_empty() {
            return;
        }
        let earlier = std::mem::take(&mut self.slots);
        self.slots.reserve(earlier.len() + later.slots.len());
        let mut left = earlier.into_iter().peekable();
        let mut right = later.slots.iter().copied().peekable();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match a.slot.cmp(&b.slot) {
                std::cmp::Ordering::Less => self.slots.extend(left.next()),
                std::cmp::Ordering::Greater => self.slots.extend(right.next()),
                std::cmp::Ordering::Equal => {
                    self.slots.push(SlotChange { after: b.after, ..*a });
                    left.next();
                    right.next();
                }
            }
        }
        self.slots.extend(left);
        self.slots.extend(right);
    }
}
