// SPDX-License-Identifier: Apache-2.0
//! Transactions that wait: ready ones in order of arrival, early ones until their nonce is due.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use primitives::{Address, ChainConfig, Verified, map::AddressMap};
use state::Account;

use crate::error::SubmitError;

/// Limits of the waiting room.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most transactions in all.
    pub transactions: usize,
    /// Most bytes in all.
    pub bytes: usize,
    /// Most transactions of one account that wait for an earlier nonce.
    pub early: u64,
    /// Most of those of all accounts: what may never run must not keep out what can.
    pub early_transactions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { transactions: 200_000, bytes: 256 << 20, early: 1_024, early_transactions: 50_000 }
    }
}

/// A waiting transaction and its number in the log.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The transaction.
    pub verified: Arc<Verified>,
    /// Its number in the present log.
    pub id: u64,
}

#[derive(Debug, Default)]
struct Queue {
    /// The nonce after the last ready transaction.
    next: u64,
    ready: usize,
    early: BTreeMap<u64, Waiting>,
}

/// The waiting room.
#[derive(Debug)]
pub struct Pool {
    accounts: AddressMap<Queue>,
    ready: VecDeque<Waiting>,
    early: usize,
    bytes: usize,
    limits: Limits,
}

/// What a new transaction meets: the rules and its sender.
#[derive(Clone, Copy, Debug)]
pub struct Admission<'a> {
    /// The chain's rules.
    pub config: &'a ChainConfig,
    /// Base fee of the open or next block.
    pub base_fee: u64,
    /// The sender's account in the present state.
    pub account: Option<&'a Account>,
    /// Whether replacing ready transactions is worth a search: only where they wait long.
    pub replaces_ready: bool,
}

/// A tenth more, as geth asks of a replacement.
const REPLACEMENT_PERCENT: u128 = 110;

impl Pool {
    /// An empty room.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { accounts: AddressMap::default(), ready: VecDeque::new(), early: 0, bytes: 0, limits }
    }

    /// How many wait, ready or early.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ready.len() + self.early
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many could run now.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// The nonce after the account's last ready transaction, if any of its waits.
    #[must_use]
    pub fn next_nonce(&self, address: &Address) -> Option<u64> {
        self.accounts.get(address).map(|queue| queue.next)
    }

    /// Takes a transaction that is signed and decoded.
    ///
    /// # Errors
    ///
    /// See [`SubmitError`].
    pub fn add(
        &mut self,
        verified: Arc<Verified>,
        id: u64,
        admission: Admission<'_>,
    ) -> Result<(), SubmitError> {
        check(&verified, admission)?;
        if self.len() >= self.limits.transactions || self.bytes >= self.limits.bytes {
            return Err(SubmitError::PoolFull {
                waiting: self.len(),
                limit: self.limits.transactions,
            });
        }
        let nonce = verified.transaction.nonce;
        let state_nonce = admission.account.map_or(0, |account| account.nonce);
        let queue = self
            .accounts
            .entry(verified.sender)
            .or_insert_with(|| Queue { next: state_nonce, ..Queue::default() });
        if nonce < queue.next {
            let next = queue.next;
            if nonce < state_nonce || !admission.replaces_ready {
                return Err(SubmitError::NonceTooLow { next, nonce });
            }
            return self.replace_ready(verified, id);
        }
        let size = verified.transaction.raw.len();
        if nonce > queue.next {
            if nonce - queue.next > self.limits.early {
                let (next, limit) = (queue.next, self.limits.early);
                return Err(SubmitError::NonceTooHigh { next, nonce, limit });
            }
            match queue.early.get(&nonce) {
                Some(old) => {
                    check_replacement(&old.verified, &verified)?;
                    self.bytes -= old.verified.transaction.raw.len();
                }
                None if self.early >= self.limits.early_transactions => {
                    let (waiting, limit) = (self.early, self.limits.early_transactions);
                    return Err(SubmitError::PoolFull { waiting, limit });
                }
                None => self.early += 1,
            }
            queue.early.insert(nonce, Waiting { verified, id });
            self.bytes += size;
            return Ok(());
        }
        queue.next += 1;
        queue.ready += 1;
        self.ready.push_back(Waiting { verified, id });
        while let Some(due) = queue.early.remove(&queue.next) {
            queue.next += 1;
            queue.ready += 1;
            self.early -= 1;
            self.ready.push_back(due);
        }
        self.bytes += size;
        Ok(())
    }

    fn replace_ready(&mut self, verified: Arc<Verified>, id: u64) -> Result<(), SubmitError> {
        let (sender, nonce) = (verified.sender, verified.transaction.nonce);
        let old = self.ready.iter_mut().find(|waiting| {
            waiting.verified.sender == sender && waiting.verified.transaction.nonce == nonce
        });
        let Some(old) = old else {
            let next = self.next_nonce(&sender).unwrap_or(nonce);
            return Err(SubmitError::NonceTooLow { next, nonce });
        };
        check_replacement(&old.verified, &verified)?;
        self.bytes += verified.transaction.raw.len();
        self.bytes -= old.verified.transaction.raw.len();
        *old = Waiting { verified, id };
        Ok(())
    }

    /// The next transaction to run.
    pub fn pop(&mut self) -> Option<Waiting> {
        let waiting = self.ready.pop_front()?;
        self.bytes -= waiting.verified.transaction.raw.len();
        if let Some(queue) = self.accounts.get_mut(&waiting.verified.sender) {
            queue.ready = queue.ready.saturating_sub(1);
        }
        Some(waiting)
    }

    /// Puts back a transaction that did not fit in its block.
    pub fn push_front(&mut self, waiting: Waiting) {
        self.bytes += waiting.verified.transaction.raw.len();
        if let Some(queue) = self.accounts.get_mut(&waiting.verified.sender) {
            queue.ready += 1;
        }
        self.ready.push_front(waiting);
    }

    /// Forgets what is known of an account whose transaction was refused by execution: the state
    /// decides its next nonce again.
    pub fn reset(&mut self, address: &Address) {
        if let Some(queue) = self.accounts.remove(address) {
            self.early -= queue.early.len();
            let freed: usize =
                queue.early.values().map(|waiting| waiting.verified.transaction.raw.len()).sum();
            self.bytes -= freed;
        }
    }

    /// Forgets accounts of which nothing waits, once the state holds their nonces.
    pub fn settle(&mut self) {
        self.accounts.retain(|_, queue| queue.ready > 0 || !queue.early.is_empty());
    }

    /// Takes everything out, ready ones first, then early ones by sender and nonce.
    pub fn drain(&mut self) -> Vec<Waiting> {
        let mut all: Vec<Waiting> = self.ready.drain(..).collect();
        let mut early: Vec<(Address, Queue)> = self.accounts.drain().collect();
        early.sort_unstable_by_key(|(address, _)| *address);
        all.extend(early.into_iter().flat_map(|(_, queue)| queue.early.into_values()));
        self.early = 0;
        self.bytes = 0;
        all
    }

    /// Gives everything that waits a new number, ready ones first, then early ones by sender and nonce.
    pub(crate) fn renumber(&mut self, mut number: impl FnMut(&Verified) -> u64) {
        for waiting in &mut self.ready {
            waiting.id = number(&waiting.verified);
        }
        let mut queues: Vec<(&Address, &mut Queue)> =
            self.accounts.iter_mut().filter(|(_, queue)| !queue.early.is_empty()).collect();
        queues.sort_unstable_by_key(|(address, _)| **address);
        for waiting in queues.into_iter().flat_map(|(_, queue)| queue.early.values_mut()) {
            waiting.id = number(&waiting.verified);
        }
    }

    /// Everything that waits, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.ready.iter().chain(self.accounts.values().flat_map(|queue| queue.early.values()))
    }
}

fn check(verified: &Verified, admission: Admission<'_>) -> Result<(), SubmitError> {
    let transaction = &verified.transaction;
    let config = admission.config;
    if transaction.chain_id.is_some_and(|id| id != config.chain_id) {
        return Err(SubmitError::ChainId { have: transaction.chain_id, want: config.chain_id });
    }
    if execution::heartbeat::is_forged(config, verified) {
        return Err(SubmitError::SystemAccount);
    }
    let limit = config.user_gas_limit(config.gas_limit);
    if transaction.gas_limit > limit {
        return Err(SubmitError::GasLimit { gas: transaction.gas_limit, limit });
    }
    if transaction.max_fee_per_gas < u128::from(admission.base_fee) {
        return Err(SubmitError::FeeTooLow {
            fee: transaction.max_fee_per_gas,
            base_fee: admission.base_fee,
        });
    }
    let balance = admission.account.map(|account| account.balance).unwrap_or_default();
    match transaction.cost() {
        Some(cost) if cost <= balance => Ok(()),
        cost => Err(SubmitError::InsufficientFunds {
            balance,
            cost: cost.unwrap_or(primitives::U256::MAX),
        }),
    }
}

fn check_replacement(old: &Verified, new: &Verified) -> Result<(), SubmitError> {
    if old.transaction.hash == new.transaction.hash {
        return Err(SubmitError::AlreadyKnown(new.transaction.hash));
    }
    let is_higher = |old: u128, new: u128| {
        new.saturating_mul(100) >= old.saturating_mul(REPLACEMENT_PERCENT) && new > old
    };
    let (old, new) = (&old.transaction, &new.transaction);
    if is_higher(old.max_fee_per_gas, new.max_fee_per_gas)
        && (is_higher(old.max_priority_fee_per_gas, new.max_priority_fee_per_gas)
            || old.max_priority_fee_per_gas == 0)
    {
        Ok(())
    } else {
        Err(SubmitError::ReplacementUnderpriced)
    }
}
