// SPDX-License-Identifier: Apache-2.0
//! Plain transfers without an interpreter.
//!
//! A transaction takes this path only if revm would do nothing but move value and charge 21,000
//! gas. Anything in doubt, every refusal included, is left to revm. The two are held equal by a
//! differential test, and [`crate::Options::native_transfers`] switches this path off.

use primitives::{Address, ChainConfig, KECCAK_EMPTY, TxKind, U256, Verified, map::Entry};
use revm::{
    primitives::AddressSet,
    state::{Account as JournalAccount, EvmState, TransactionId},
};
use state::ReadState;

use crate::{database::info_of, environment::Environment, receipt::Outcome};

/// Intrinsic gas of a transaction without data.
pub const TRANSFER_GAS: u64 = 21_000;

/// Everything of a slice that a transfer needs besides the journal.
#[derive(Debug)]
pub(crate) struct Rules<'a, S: ?Sized> {
    pub(crate) config: &'a ChainConfig,
    pub(crate) environment: &'a Environment,
    pub(crate) precompiles: &'a AddressSet,
    pub(crate) state: &'a S,
    pub(crate) gas_cap: u64,
}

/// Runs a plain transfer on the journal's accounts; `None` leaves the transaction to revm, with
/// nothing changed.
pub(crate) fn transfer<S: ReadState + ?Sized>(
    rules: &Rules<'_, S>,
    journal: &mut EvmState,
    transaction_id: TransactionId,
    verified: &Verified,
) -> Option<Outcome> {
    let Verified { transaction, sender } = verified;
    let TxKind::Call(receiver) = transaction.to else { return None };
    let environment = rules.environment;
    let is_plain = transaction.input.is_empty()
        && transaction.access_list.is_none()
        && transaction.authorizations.is_none()
        && !rules.precompiles.contains(&receiver)
        && transaction.chain_id.is_none_or(|id| id == rules.config.chain_id)
        && (TRANSFER_GAS..=environment.gas_limit.min(rules.gas_cap))
            .contains(&transaction.gas_limit)
        && transaction.max_priority_fee_per_gas <= transaction.max_fee_per_gas
        && transaction.nonce != u64::MAX;
    if !is_plain {
        return None;
    }
    let price = transaction.effective_gas_price(environment.base_fee)?;
    let tip = price - u128::from(environment.base_fee);
    let most = transaction.cost()?;
    let fee = U256::from(price) * U256::from(TRANSFER_GAS);

    let payer = load(journal, rules.state, *sender, transaction_id);
    if !is_simple(payer) || payer.info.nonce != transaction.nonce || payer.info.balance < most {
        return None;
    }
    let payee = load(journal, rules.state, receiver, transaction_id);
    let beneficiary = environment.beneficiary;
    if !is_simple(payee) || payee.info.balance.checked_add(transaction.value).is_none() {
        return None;
    }
    let reward = U256::from(tip) * U256::from(TRANSFER_GAS);
    let rewarded = load(journal, rules.state, beneficiary, transaction_id);
    // Twice the headroom, since receiver and beneficiary may be one account.
    if rewarded.is_selfdestructed()
        || rewarded.info.balance.checked_add(reward)?.checked_add(transaction.value).is_none()
    {
        return None;
    }
    rewarded.info.balance += reward;
    rewarded.mark_touch();

    let payer = load(journal, rules.state, *sender, transaction_id);
    payer.info.balance -= fee + transaction.value;
    payer.info.nonce += 1;
    payer.mark_touch();
    let payee = load(journal, rules.state, receiver, transaction_id);
    payee.info.balance += transaction.value;
    payee.mark_touch();
    Some(Outcome { is_success: true, gas_used: TRANSFER_GAS, logs: Vec::new(), created: None })
}

/// Neither code nor a self-destruction that revm has yet to settle.
fn is_simple(account: &JournalAccount) -> bool {
    account.info.code_hash == KECCAK_EMPTY && !account.is_selfdestructed()
}

/// The journal's account, loaded from the state if it is new to the slice.
fn load<'a, S: ReadState + ?Sized>(
    journal: &'a mut EvmState,
    state: &S,
    address: Address,
    transaction_id: TransactionId,
) -> &'a mut JournalAccount {
    match journal.entry(address) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            let account = match state.account(&address) {
                Some(account) => {
                    let mut loaded = JournalAccount::from(info_of(&account));
                    loaded.transaction_id = transaction_id;
                    loaded
                }
                None => JournalAccount::new_not_existing(transaction_id),
            };
            entry.insert(account)
        }
    }
}
