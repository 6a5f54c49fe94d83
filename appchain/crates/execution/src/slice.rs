// SPDX-License-Identifier: Apache-2.0
//! Runs transactions one after the other on one journal.
//!
//! A slice is a run of transactions of one block between two moments at which the state is
//! published. Within it revm's journal is the only copy of what changed; at its end the changes are
//! compared with the state underneath and handed over as one value.

use std::sync::Arc;

use alloy_eips::{eip2935::HISTORY_STORAGE_ADDRESS, eip4788::BEACON_ROOTS_ADDRESS};
use primitives::{
    Address, B256, Bytes, ChainConfig, Fork, KECCAK_EMPTY, Transaction, TxKind, Verified,
};
use revm::{
    Context, ExecuteEvm, MainBuilder, MainContext, SystemCallEvm,
    context::{
        TxEnv,
        either::Either,
        result::{EVMError, InvalidTransaction},
    },
    context_interface::transaction::AuthorizationTr,
    handler::{MainnetContext, MainnetEvm},
    state::Account as JournalAccount,
};
use state::{Account, Changes, ReadState};

use crate::{
    database::{BlockHashes, StateDatabase},
    environment::{Environment, configuration},
    heartbeat::{self, Beat},
    journal::{changes_of, end_of},
    receipt::Outcome,
    transfer::{Rules, transfer},
};

/// Switches of execution that never change a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Run plain transfers without an interpreter.
    pub native_transfers: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { native_transfers: true }
    }
}

/// Why a transaction is not in the block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It can never be valid in this state.
    #[error("{0}")]
    Invalid(InvalidTransaction),
    /// It would act for the system account, whose transactions are the chain's own.
    #[error("the system account's transactions are the chain's own")]
    SystemAccount,
    /// It may fit in the next block.
    #[error("block has {left} gas left, transaction may use {limit}")]
    BlockFull {
        /// Gas left in the block.
        left: u64,
        /// Transaction's gas limit.
        limit: u64,
    },
}

type Evm<'a, S, H> = MainnetEvm<MainnetContext<StateDatabase<'a, S, H>>>;

/// A run of transactions on one journal.
#[expect(missing_debug_implementations, reason = "revm's Evm has none for borrowed databases")]
pub struct Slice<'a, S: ReadState + ?Sized, H: BlockHashes + ?Sized> {
    config: &'a ChainConfig,
    environment: &'a Environment,
    options: Options,
    state: &'a S,
    evm: Evm<'a, S, H>,
    gas_used: u64,
}

impl<'a, S: ReadState + ?Sized, H: BlockHashes + ?Sized> Slice<'a, S, H> {
    /// Starts a slice of a block that has used `gas_used` so far.
    #[must_use]
    pub fn new(
        config: &'a ChainConfig,
        environment: &'a Environment,
        options: Options,
        state: &'a S,
        hashes: &'a H,
        gas_used: u64,
    ) -> Self {
        let mut configuration = configuration(config);
        // Senders with code occur only where a development chain impersonates a contract, and
        // `Verified` holds nothing else; a key for a contract's address cannot be found.
        configuration.disable_eip3607 = false;
        let evm = Context::mainnet()
            .with_db(StateDatabase { state, hashes })
            .with_cfg(configuration)
            .with_block(environment.to_revm(config.fork))
            .build_mainnet();
        Self { config, environment, options, state, evm, gas_used }
    }

    /// Lets senders have code, for a development chain that impersonates contracts.
    pub fn allow_senders_with_code(&mut self) {
        self.evm.ctx.cfg.disable_eip3607 = true;
    }

    /// Gas that the block has used, this slice included.
    #[must_use]
    pub const fn gas_used(&self) -> u64 {
        self.gas_used
    }

    /// Runs the system calls that open a block (EIP-4788, EIP-2935), where their contracts are in
    /// the state; call it before the block's first transaction.
    pub fn open_block(&mut self, parent_hash: impl FnOnce() -> B256) {
        let mut parent_hash = Some(parent_hash);
        for (contract, input) in opening_calls(self.config, B256::ZERO) {
            if self.has_code(&contract) {
                let hash = || parent_hash.take().map(|hash| hash()).unwrap_or_default();
                self.system_call(contract, input.unwrap_or_else(hash));
            }
        }
    }

    fn has_code(&self, address: &Address) -> bool {
        self.state.account(address).is_some_and(|account| account.code_hash != KECCAK_EMPTY)
    }

    fn system_call(&mut self, contract: Address, input: B256) {
        // EIP-4788 and EIP-2935: a system call that fails changes nothing and stops no block.
        let _ = self.evm.system_call_one(contract, Bytes::copy_from_slice(input.as_slice()));
    }

    /// The call that the chain makes by itself at this moment of the block, if it is due.
    #[must_use]
    pub fn heartbeat_due(&self, beat: Beat) -> Option<Arc<Verified>> {
        heartbeat::due(self.config, self.environment, |address| self.account(address), beat)
    }

    /// The account as the slice's last transaction left it.
    fn account(&self, address: &Address) -> Option<Account> {
        match self.evm.ctx.journaled_state.inner.state.get(address) {
            Some(account) => end_of(account),
            None => self.state.account(address),
        }
    }

    /// Runs one transaction of a user.
    ///
    /// # Errors
    ///
    /// See [`Rejection`]; the journal is as before the call.
    pub fn run(&mut self, verified: &Verified) -> Result<Outcome, Rejection> {
        if heartbeat::is_forged(self.config, verified) {
            return Err(Rejection::SystemAccount);
        }
        let Some(heartbeat) = &self.config.heartbeat else { return self.run_included(verified) };
        let most = self.environment.gas_limit;
        let left = most.saturating_sub(self.gas_used + heartbeat.close_gas_limit);
        let limit = verified.transaction.gas_limit;
        if limit <= left {
            self.run_included(verified)
        } else if limit <= most.saturating_sub(heartbeat.gas()) {
            Err(Rejection::BlockFull { left, limit })
        } else {
            Err(Rejection::Invalid(InvalidTransaction::CallerGasLimitMoreThanBlock))
        }
    }

    /// Runs one transaction that is in the block, be it a user's or the chain's own.
    ///
    /// # Errors
    ///
    /// See [`Rejection`]; the journal is as before the call.
    pub fn run_included(&mut self, verified: &Verified) -> Result<Outcome, Rejection> {
        let left = self.environment.gas_limit - self.gas_used;
        let limit = verified.transaction.gas_limit;
        if limit > left && limit <= self.environment.gas_limit {
            return Err(Rejection::BlockFull { left, limit });
        }
        if self.options.native_transfers
            && let Some(outcome) = self.transfer(verified)
        {
            self.gas_used += outcome.gas_used;
            return Ok(outcome);
        }
        self.forget_empty_authorities(&verified.transaction);
        match self.evm.transact_one(environment_of(&verified.transaction, verified.sender)) {
            Ok(result) => {
                let outcome = Outcome::from(result);
                self.gas_used += outcome.gas_used;
                Ok(outcome)
            }
            Err(EVMError::Transaction(reason)) => Err(Rejection::Invalid(reason)),
            Err(EVMError::Database(never)) => match never {},
            Err(other) => {
                Err(Rejection::Invalid(InvalidTransaction::Str(other.to_string().into())))
            }
        }
    }

    /// EIP-7702 refunds gas for an authority that exists, and revm holds for existing what an earlier
    /// transaction of the journal touched. An account that is still empty does not exist (EIP-161).
    fn forget_empty_authorities(&mut self, transaction: &Transaction) {
        let journal = &mut self.evm.ctx.journaled_state.inner.state;
        let authorizations = transaction.authorizations.as_deref();
        for authority in authorizations.into_iter().flatten().filter_map(AuthorizationTr::authority)
        {
            let is_empty = journal.get(&authority).is_some_and(JournalAccount::is_empty);
            if is_empty && self.state.account(&authority).is_none() {
                journal.remove(&authority);
            }
        }
    }

    fn transfer(&mut self, verified: &Verified) -> Option<Outcome> {
        let rules = Rules {
            config: self.config,
            environment: self.environment,
            precompiles: self.evm.precompiles.warm_addresses(),
            state: self.state,
            gas_cap: self.evm.ctx.cfg.tx_gas_limit_cap.unwrap_or(u64::MAX),
        };
        let journal = &mut self.evm.ctx.journaled_state.inner;
        let outcome = transfer(&rules, &mut journal.state, journal.transaction_id, verified)?;
        journal.commit_tx();
        Some(outcome)
    }

    /// Ends the slice: what it changed, compared with the state underneath.
    #[must_use]
    pub fn finish(mut self) -> Arc<Changes> {
        Arc::new(changes_of(self.evm.finalize(), self.state))
    }
}

/// The system calls that open a block: the contract and what it is told; nothing stands for the
/// hash of the block before.
pub fn opening_calls(
    config: &ChainConfig,
    beacon_root: B256,
) -> impl Iterator<Item = (Address, Option<B256>)> {
    let beacon_roots = (BEACON_ROOTS_ADDRESS, Some(beacon_root));
    let has_history = config.fork >= Fork::Prague;
    [beacon_roots].into_iter().chain(has_history.then_some((HISTORY_STORAGE_ADDRESS, None)))
}

/// revm's form of a transaction.
#[must_use]
pub fn environment_of(transaction: &Transaction, sender: Address) -> TxEnv {
    TxEnv {
        tx_type: transaction.transaction_type as u8,
        caller: sender,
        gas_limit: transaction.gas_limit,
        gas_price: transaction.max_fee_per_gas,
        kind: match transaction.to {
            TxKind::Call(to) => TxKind::Call(to),
            TxKind::Create => TxKind::Create,
        },
        value: transaction.value,
        data: transaction.input.clone(),
        nonce: transaction.nonce,
        chain_id: transaction.chain_id,
        access_list: transaction.access_list.as_deref().cloned().unwrap_or_default(),
        gas_priority_fee: (transaction.transaction_type as u8 >= 2)
            .then_some(transaction.max_priority_fee_per_gas),
        blob_hashes: Vec::new(),
        max_fee_per_blob_gas: 0,
        authorization_list: transaction
            .authorizations
            .as_deref()
            .map(|list| list.iter().cloned().map(Either::Left).collect())
            .unwrap_or_default(),
    }
}
