// SPDX-License-Identifier: Apache-2.0
//! A chain without log, roots or threads: transactions one after the other on a state in RAM.

use std::sync::Arc;

use execution::{
    BlockHashes, Environment,
    call::{Call, CallError, Stage},
    environment::prevrandao,
    journal::changes_of,
    revm::{context::result::ExecutionResult, inspector::NoOpInspector},
};
use primitives::{Address, B256, BlockNumber, ChainConfig, Verified, keccak256};
use sequencer::StateWrite;
use state::Changes;

use crate::lazy_state::LazyState;

/// The chain: a head, a block that is being filled, and all changes since the beginning.
#[derive(Debug)]
pub(crate) struct Simulation {
    config: ChainConfig,
    /// The block that transactions run in.
    open: Environment,
    first_number: BlockNumber,
    state: LazyState,
    changes: Vec<Arc<Changes>>,
    snapshots: Vec<(usize, Environment)>,
}

/// Hashes as a simulation has them.
struct Hashes<'a> {
    first_number: BlockNumber,
    state: &'a LazyState,
}

impl BlockHashes for Hashes<'_> {
    /// Blocks made here have no header; their hash is that of their number.
    fn block_hash(&self, number: u64) -> B256 {
        if number < self.first_number.0 {
            self.state.earlier_hash(number)
        } else {
            keccak256(number.to_be_bytes())
        }
    }
}

impl Simulation {
    /// A chain whose first block is `open`, on top of a state.
    pub(crate) fn new(config: ChainConfig, open: Environment, state: LazyState) -> Self {
        let first_number = open.number;
        Self { config, open, first_number, state, changes: Vec::new(), snapshots: Vec::new() }
    }

    pub(crate) const fn environment(&self) -> &Environment {
        &self.open
    }

    pub(crate) const fn state(&self) -> &LazyState {
        &self.state
    }

    pub(crate) const fn config(&self) -> &ChainConfig {
        &self.config
    }

    /// Runs a call and forgets what it did.
    pub(crate) fn call(&self, call: &Call) -> Result<ExecutionResult, CallError> {
        self.on_stage(|stage| stage.call(call)).map(|ran| ran.result)
    }

    /// Runs a transaction of a sender without a key; without a gas price it pays no fee.
    pub(crate) fn send(&mut self, call: &Call) -> Result<ExecutionResult, CallError> {
        let ran = self.on_stage(|stage| stage.call(call))?;
        self.keep(Arc::new(changes_of(ran.state, &self.state)));
        Ok(ran.result)
    }

    /// Runs a signed transaction, with its nonce, fees and gas limit held to.
    pub(crate) fn send_signed(&mut self, signed: &Verified) -> Result<ExecutionResult, CallError> {
        let (ran, _) = self.on_stage(|stage| stage.inspect_transaction(signed, NoOpInspector))?;
        self.keep(Arc::new(changes_of(ran.state, &self.state)));
        Ok(ran.result)
    }

    fn on_stage<R>(&self, run: impl FnOnce(&Stage<'_, LazyState, Hashes<'_>>) -> R) -> R {
        let hashes = Hashes { first_number: self.first_number, state: &self.state };
        run(&Stage {
            config: &self.config,
            environment: &self.open,
            state: &self.state,
            hashes: &hashes,
        })
    }

    pub(crate) fn write(&mut self, write: &StateWrite) {
        self.keep(write.changes(&self.state));
    }

    /// Keeps changes, unless they come from reads that failed.
    fn keep(&mut self, changes: Arc<Changes>) {
        if self.state.has_failed() {
            return;
        }
        self.state.apply(&changes);
        self.changes.push(changes);
    }

    /// Ends the open block and opens the next one, `seconds` later.
    pub(crate) fn mine(&mut self, seconds: u64) {
        self.open.number = self.open.number.next();
        self.open.timestamp = self.open.timestamp.saturating_add(seconds);
        self.open.prevrandao = prevrandao(self.open.number);
    }

    pub(crate) const fn set_time(&mut self, timestamp: u64) {
        self.open.timestamp = timestamp;
    }

    pub(crate) const fn set_beneficiary(&mut self, beneficiary: Address) {
        self.open.beneficiary = beneficiary;
    }

    /// Remembers this moment; its number counts from 0.
    pub(crate) fn snapshot(&mut self) -> usize {
        self.snapshots.push((self.changes.len(), self.open.clone()));
        self.snapshots.len() - 1
    }

    /// Goes back to a remembered moment and forgets the later ones; false if there is none such.
    pub(crate) fn revert(&mut self, snapshot: usize) -> bool {
        let Some((kept, open)) = self.snapshots.get(snapshot).cloned() else { return false };
        self.snapshots.truncate(snapshot);
        for changes in self.changes.drain(kept..).rev() {
            self.state.undo(&changes);
        }
        self.open = open;
        true
    }
}
