// SPDX-License-Identifier: Apache-2.0
//! What revm's journal changed over a slice, as [`Changes`].
//!
//! The journal re-bases "original" values at every transaction, so what changed over a slice is
//! found by comparing with the state underneath.

use primitives::{KECCAK_EMPTY, U256};
use revm::state::{Account as JournalAccount, EvmState};
use state::{Account, AccountChange, Changes, ReadState, SlotChange};

/// Compares the journal's accounts with the state underneath.
#[must_use]
pub fn changes_of<S: ReadState + ?Sized>(journal: EvmState, state: &S) -> Changes {
    let mut changes = Changes::default();
    changes.accounts.reserve(journal.len());
    for (address, account) in journal {
        if !account.is_touched() {
            continue;
        }
        let before = state.account(&address);
        let after = end_of(&account);
        let mut slots = Vec::new();
        if after.is_some() {
            for (slot, value) in &account.storage {
                let old = if before.is_some() { state.slot(&address, slot) } else { U256::ZERO };
                if old != value.present_value {
                    slots.push(SlotChange { slot: *slot, before: old, after: value.present_value });
                }
            }
            slots.sort_unstable_by_key(|change| change.slot);
        }
        if before == after && slots.is_empty() {
            continue;
        }
        if let (Some(after), Some(code)) = (after, &account.info.code)
            && after.code_hash != KECCAK_EMPTY
            && before.is_none_or(|before| before.code_hash != after.code_hash)
        {
            changes.codes.push((after.code_hash, code.clone()));
        }
        changes.accounts.push(AccountChange { address, before, after, slots });
    }
    changes.accounts.sort_unstable_by_key(|change| change.address);
    changes.codes.sort_unstable_by_key(|(hash, _)| *hash);
    changes.codes.dedup_by_key(|(hash, _)| *hash);
    changes
}

/// The account as the slice leaves it; EIP-161 removes an empty one.
///
/// From Cancun on (EIP-6780) only an account made in the same transaction is destroyed, so nothing
/// that was in the state before the slice has storage to wipe.
pub(crate) fn end_of(account: &JournalAccount) -> Option<Account> {
    if account.is_selfdestructed_locally() || account.is_empty() {
        return None;
    }
    Some(Account {
        nonce: account.info.nonce,
        balance: account.info.balance,
        code_hash: account.info.code_hash,
    })
}
