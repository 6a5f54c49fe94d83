// SPDX-License-Identifier: Apache-2.0
//! The state as of an earlier block: the present one, read through the changes made since.

use std::{collections::VecDeque, sync::Arc};

use primitives::{Address, B256, BlockNumber, U256};
use revm_bytecode::Bytecode;

use crate::{
    changes::Changes,
    flat::{Account, FlatState},
};

/// Changes of recent blocks, oldest first, and of slices not yet in a committed block.
#[derive(Debug, Default)]
pub struct History {
    blocks: VecDeque<(BlockNumber, Arc<Changes>)>,
    pending: VecDeque<(BlockNumber, Arc<Changes>)>,
    weight: usize,
}

impl History {
    /// Records a slice of the open block `number`, already applied to the flat state.
    pub fn push_pending(&mut self, number: BlockNumber, changes: Arc<Changes>) {
        self.pending.push_back((number, changes));
    }

    /// Replaces the slices of block `number` by their sum.
    pub fn seal(&mut self, number: BlockNumber, changes: Arc<Changes>) {
        while self.pending.front().is_some_and(|(at, _)| *at <= number) {
            self.pending.pop_front();
        }
        self.weight += changes.weight();
        self.blocks.push_back((number, changes));
    }

    /// Forgets the oldest blocks beyond either bound, but keeps the newest.
    pub fn prune(&mut self, max_blocks: usize, max_weight: usize) {
        while self.blocks.len() > 1 && (self.blocks.len() > max_blocks || self.weight > max_weight)
        {
            if let Some((_, changes)) = self.blocks.pop_front() {
                self.weight -= changes.weight();
            }
        }
    }

    /// Takes back and returns the newest committed block's changes.
    pub fn pop_block(&mut self) -> Option<(BlockNumber, Arc<Changes>)> {
        let (number, changes) = self.blocks.pop_back()?;
        self.weight -= changes.weight();
        Some((number, changes))
    }

    /// Takes back and returns the newest slice that is in no committed block.
    pub fn pop_pending(&mut self) -> Option<Arc<Changes>> {
        self.pending.pop_back().map(|(_, changes)| changes)
    }

    /// The newest committed block.
    #[must_use]
    pub fn head(&self) -> Option<BlockNumber> {
        self.blocks.back().map(|(number, _)| *number)
    }

    /// The newest block that the flat state holds something of, committed or not.
    #[must_use]
    pub fn newest(&self) -> Option<BlockNumber> {
        self.pending.back().map_or_else(|| self.head(), |(number, _)| Some(*number))
    }

    /// Changes of the committed blocks after `number`, oldest first, if they are all here; `head` is
    /// the newest committed block.
    #[must_use]
    pub fn since(&self, number: BlockNumber, head: BlockNumber) -> Option<Vec<&Arc<Changes>>> {
        let needed = usize::try_from(head.0.checked_sub(number.0)?).ok()?;
        let skipped = self.blocks.len().checked_sub(needed)?;
        Some(self.blocks.iter().skip(skipped).map(|(_, changes)| changes).collect())
    }

    /// Changes that are in no committed block, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Arc<Changes>> {
        self.pending.iter().map(|(_, changes)| changes)
    }

    /// The state after block `number`, if the changes since are all here; `head` is the newest
    /// committed block.
    #[must_use]
    pub fn view<'a>(
        &'a self,
        flat: &'a FlatState,
        number: BlockNumber,
        head: BlockNumber,
    ) -> Option<StateView<'a>> {
        if number > head {
            return None;
        }
        let needed = usize::try_from(head.0 - number.0).ok()?;
        let skipped = self.blocks.len().checked_sub(needed)?;
        let later = self
            .blocks
            .iter()
            .skip(skipped)
            .chain(&self.pending)
            .map(|(_, changes)| changes.as_ref())
            .collect();
        Some(StateView { flat, later })
    }
}

/// A read-only state: the flat one with later changes taken back on the fly.
#[derive(Clone, Debug)]
pub struct StateView<'a> {
    flat: &'a FlatState,
    /// Changes to look through, oldest first.
    later: Vec<&'a Changes>,
}

impl<'a> StateView<'a> {
    /// The state of this moment, slices of the open block included.
    #[must_use]
    pub const fn present(flat: &'a FlatState) -> Self {
        Self { flat, later: Vec::new() }
    }

    /// The account at `address`.
    #[must_use]
    pub fn account(&self, address: &Address) -> Option<Account> {
        for changes in &self.later {
            if let Some(change) = changes.account(address) {
                return change.before;
            }
        }
        self.flat.account(address).copied()
    }

    /// The value of a slot; zero if there is none.
    #[must_use]
    pub fn slot(&self, address: &Address, slot: &U256) -> U256 {
        for changes in &self.later {
            let Some(change) = changes.account(address) else { continue };
            if change.before.is_none() {
                return U256::ZERO;
            }
            if let Some(change) = change.slot(slot) {
                return change.before;
            }
        }
        self.flat.slot(address, slot)
    }

    /// Slots of an account that may hold something, in no order.
    #[must_use]
    pub fn slots(&self, address: &Address) -> Vec<U256> {
        let present =
            self.flat.storage(address).into_iter().flat_map(|slots| slots.keys().copied());
        let changed = self.later.iter().filter_map(|changes| changes.account(address));
        present
            .chain(changed.flat_map(|change| change.slots.iter().map(|slot| slot.slot)))
            .collect()
    }

    /// Code by hash.
    #[must_use]
    pub fn code(&self, hash: &B256) -> Option<&'a Bytecode> {
        self.flat.code(hash)
    }
}
