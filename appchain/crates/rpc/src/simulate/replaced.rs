// SPDX-License-Identifier: Apache-2.0
//! State overrides as changes, so that the tries can take them in.

use std::collections::BTreeMap;

use alloy_rpc_types_eth::state::AccountOverride;
use execution::overrides::After;
use primitives::{Address, B256, KECCAK_EMPTY, U256, keccak256};
use state::{AccountChange, Bytecode, Changes, ReadState, SlotChange, StateView};

use crate::errors::{Answer, error, parameters as wrong};

/// The changes that replace what `overrides` names, on top of earlier changes.
///
/// # Errors
///
/// -32602 if an account has both `state` and `stateDiff`; code that is malformed.
pub(super) fn changes_of<'a>(
    overrides: impl Iterator<Item = (&'a Address, &'a AccountOverride)>,
    state: &After<'_, StateView<'_>>,
) -> Answer<Changes> {
    let mut changes = Changes::default();
    // By address, as geth goes through them: which of two errors is told does not depend on chance.
    let sorted: BTreeMap<_, _> = overrides.collect();
    for (address, replaced) in sorted {
        if replaced.state.is_some() && replaced.state_diff.is_some() {
            let reason = format!("account {address} has both 'state' and 'stateDiff'");
            return Err(error(crate::errors::SERVER, reason));
        }
        let before = state.account(address);
        let mut after = before.unwrap_or_default();
        after.balance = replaced.balance.unwrap_or(after.balance);
        after.nonce = replaced.nonce.unwrap_or(after.nonce);
        if let Some(code) = &replaced.code {
            let parsed = Bytecode::new_raw_checked(code.clone());
            let parsed = parsed.map_err(|reason| wrong(reason.to_string()))?;
            after.code_hash = if code.is_empty() { KECCAK_EMPTY } else { keccak256(code) };
            changes.codes.push((after.code_hash, parsed));
        }
        let slots = slots_of(*address, replaced, state);
        let after = (!after.is_empty() || !slots.is_empty()).then_some(after);
        if before != after || !slots.is_empty() {
            changes.accounts.push(AccountChange { address: *address, before, after, slots });
        }
    }
    changes.codes.sort_unstable_by_key(|(hash, _)| *hash);
    changes.codes.dedup_by_key(|(hash, _)| *hash);
    Ok(changes)
}

fn slots_of(
    address: Address,
    replaced: &AccountOverride,
    state: &After<'_, StateView<'_>>,
) -> Vec<SlotChange> {
    let word = |bytes: &B256| U256::from_be_bytes(bytes.0);
    let mut wanted: BTreeMap<U256, U256> = BTreeMap::new();
    if let Some(whole) = &replaced.state {
        let later = state.changes.iter().filter_map(|changes| changes.account(&address));
        let written = later.flat_map(|change| change.slots.iter().map(|slot| slot.slot));
        wanted.extend(
            state.state.slots(&address).into_iter().chain(written).map(|slot| (slot, U256::ZERO)),
        );
        wanted.extend(whole.iter().map(|(slot, value)| (word(slot), word(value))));
    }
    if let Some(some) = &replaced.state_diff {
        wanted.extend(some.iter().map(|(slot, value)| (word(slot), word(value))));
    }
    wanted
        .into_iter()
        .map(|(slot, after)| SlotChange { slot, before: state.slot(&address, &slot), after })
        .filter(|change| change.before != change.after)
        .collect()
}
