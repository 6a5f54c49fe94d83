// SPDX-License-Identifier: Apache-2.0
//! What may be told to the sequencing thread between two slices: checkpoints always, the rest on a
//! development chain only; `rpc` guards the door.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use execution::environment::next_base_fee;
use primitives::{Address, B256, BlockNumber, U256, Verified};
use state::Changes;

use crate::{
    checkpoint,
    clock::Clock,
    committer::CommitJob,
    dev::StateWrite,
    error::SubmitError,
    log,
    persister::Effect,
    sequencer::{Parent, Sequencer},
    settings::Mining,
};

/// A moment to come back to.
#[derive(Debug)]
struct Snapshot {
    parent: Parent,
    loose: Vec<Arc<Changes>>,
}

/// Moments to come back to, by id.
#[derive(Debug, Default)]
pub struct Snapshots {
    taken: BTreeMap<u64, Snapshot>,
    next_id: u64,
}

impl Sequencer {
    /// Remembers this moment; returns its id.
    pub fn snapshot(&mut self) -> u64 {
        if self.open.is_some() {
            self.seal(Vec::new());
        }
        let id = self.snapshots.next_id;
        self.snapshots.next_id += 1;
        let snapshot = Snapshot { parent: self.parent.clone(), loose: self.loose.clone() };
        self.snapshots.taken.insert(id, snapshot);
        id
    }

    /// Goes back to a moment, which is then forgotten with all later ones. The clock goes back to
    /// the timestamp of the last block then, and runs on from there; what waits is dropped.
    ///
    /// # Errors
    ///
    /// [`SubmitError::NoSnapshot`]; [`SubmitError::Stopped`] if the past is not kept that long.
    pub fn revert(&mut self, id: u64) -> Result<(), SubmitError> {
        let snapshot = self.snapshots.taken.remove(&id).ok_or(SubmitError::NoSnapshot(id))?;
        self.snapshots.taken.retain(|other, _| *other < id);
        self.return_to(snapshot)
    }

    /// Goes back to right after a block, as [`Self::revert`] does; later snapshots are forgotten.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Stopped`] if the past is not kept that long.
    pub fn roll_back(&mut self, number: BlockNumber) -> Result<(), SubmitError> {
        self.settle().map_err(|error| SubmitError::Stopped(error.to_string()))?;
        let block = self.shared.block(number);
        let block =
            block.ok_or_else(|| SubmitError::Stopped(format!("block {number} is not kept")))?;
        self.snapshots.taken.retain(|_, snapshot| snapshot.parent.number <= number);
        let parent = parent_of(&self.settings.config, &block.header);
        self.return_to(Snapshot { parent, loose: Vec::new() })
    }

    fn return_to(&mut self, snapshot: Snapshot) -> Result<(), SubmitError> {
        self.settle().map_err(|error| SubmitError::Stopped(error.to_string()))?;
        self.pool.drain();
        self.shared.waiting.write().clear();
        self.open = None;
        self.loose.clear();
        self.undo_to(snapshot.parent.number)?;
        self.clock = Clock::for_development();
        self.clock.set(snapshot.parent.timestamp);
        self.parent = snapshot.parent;
        for changes in snapshot.loose {
            self.apply_loose(changes);
        }
        *self.shared.next.write() = self.next_environment();
        if self.settings.folder.is_none() {
            return Ok(());
        }
        // Its end removes older segments of the log, and this one would be older.
        while self.shared.is_checkpointing() {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.push_effect(Effect::Forward(CommitJob::Rewind(self.parent.number)));
        let whole = self.serialised_state();
        self.checkpoint_now(Some(whole)).map_err(|error| SubmitError::Stopped(error.to_string()))
    }

    fn undo_to(&mut self, number: BlockNumber) -> Result<(), SubmitError> {
        let shared = Arc::clone(&self.shared);
        let mut history = shared.history.write();
        let mut flat = shared.flat.write();
        let mut chain = shared.chain.write();
        let mut trie = shared.trie.lock();
        while let Some(changes) = history.pop_pending() {
            flat.undo(&changes);
        }
        chain.clear_open();
        while BlockNumber(chain.head().header.number) > number {
            let Some((_, changes)) = history.pop_block() else {
                return Err(SubmitError::Stopped(
                    "the changes since the snapshot are no longer kept".to_owned(),
                ));
            };
            flat.undo(&changes);
            trie.undo(&changes);
            chain.pop();
            shared.hashes.pop();
        }
        Ok(())
    }

    /// Writes to the state between two blocks.
    pub fn write(&mut self, write: &StateWrite) {
        if self.settings.folder.is_some() {
            log::put_written(write, self.records());
        }
        self.apply_write(write);
    }

    pub(crate) fn apply_write(&mut self, write: &StateWrite) {
        let changes = write.changes(&*self.shared.flat.read());
        self.apply_loose(changes);
        self.pool.settle();
    }

    fn apply_loose(&mut self, changes: Arc<Changes>) {
        let number = self.parent.number.next();
        let mut history = self.shared.history.write();
        let mut flat = self.shared.flat.write();
        flat.apply(&changes);
        history.push_pending(number, Arc::clone(&changes));
        match &mut self.open {
            Some(open) => open.changes.push(changes),
            None => self.loose.push(changes),
        }
    }

    /// Ends a block now, with what is ready, and waits until it is committed.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Stopped`].
    pub fn mine(&mut self) -> Result<(), SubmitError> {
        loop {
            if self.pool.ready() == 0 || self.run_ready() || self.pool.ready() == 0 {
                break;
            }
        }
        self.seal(Vec::new());
        self.settle().map_err(|error| SubmitError::Stopped(error.to_string()))
    }

    /// Changes when blocks end.
    pub fn set_mining(&mut self, mining: Mining) {
        self.settings.mining = mining;
        self.reset_deadline();
        if mining == Mining::Automine && (self.open.is_some() || self.pool.ready() > 0) {
            // What waits would wait for a transaction that may never come.
            let _ = self.mine();
        }
    }

    /// When blocks end.
    #[must_use]
    pub const fn mining(&self) -> Mining {
        self.settings.mining
    }

    /// Timestamp of the last block.
    #[must_use]
    pub const fn last_timestamp(&self) -> u64 {
        self.parent.timestamp
    }

    /// The clock.
    pub const fn clock(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// Sets the next block's timestamp.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Timestamp`] if it is not after the last block's.
    pub fn set_next_timestamp(&mut self, timestamp: u64) -> Result<(), SubmitError> {
        let last = self.parent.timestamp;
        if timestamp < self.clock.least_after(last) {
            return Err(SubmitError::Timestamp { given: timestamp, last });
        }
        self.clock.set_next(timestamp);
        *self.shared.next.write() = self.next_environment();
        Ok(())
    }

    /// Sets the next block's base fee.
    pub fn set_next_base_fee(&mut self, base_fee: u64) {
        self.next_base_fee_override = Some(base_fee);
        self.parent.next_base_fee = base_fee;
        *self.shared.next.write() = self.next_environment();
    }

    /// Sets who receives tips from the next block on.
    pub fn set_beneficiary(&mut self, beneficiary: Address) {
        self.beneficiary = beneficiary;
        *self.shared.next.write() = self.next_environment();
    }

    /// Sets the next block's PREVRANDAO.
    pub fn set_prevrandao(&mut self, value: B256) {
        self.next_prevrandao = Some(value);
    }

    /// Sets the gas limit from the next block on.
    pub fn set_gas_limit(&mut self, gas_limit: u64) {
        self.parent.gas_limit = gas_limit;
        self.settings.config.gas_limit = gas_limit;
    }

    /// Publishes what the next block will be, after the clock was changed.
    pub fn refresh(&mut self) {
        if self.open.is_none() {
            *self.shared.next.write() = self.next_environment();
        }
    }

    /// Lets contracts send transactions from here on.
    pub fn allow_impersonation(&mut self) {
        self.has_impersonated = true;
    }

    /// The account's next nonce, waiting transactions counted.
    #[must_use]
    pub fn pending_nonce(&self, address: &Address) -> u64 {
        self.pool.next_nonce(address).unwrap_or_else(|| {
            self.shared.flat.read().account(address).map_or(0, |account| account.nonce)
        })
    }

    /// An account's balance in the present state.
    #[must_use]
    pub fn balance(&self, address: &Address) -> U256 {
        self.shared.flat.read().account(address).map_or(U256::ZERO, |account| account.balance)
    }

    /// Drops what waits and matches; returns how many that were.
    pub fn drop_waiting(&mut self, matches: impl Fn(&Verified) -> bool) -> usize {
        let (dropped, kept): (Vec<_>, Vec<_>) =
            self.pool.drain().into_iter().partition(|waiting| matches(&waiting.verified));
        let ids: Vec<u64> = dropped.iter().map(|waiting| waiting.id).collect();
        if self.settings.folder.is_some() && !ids.is_empty() {
            log::put_dropped(&ids, self.records());
        }
        let shared = Arc::clone(&self.shared);
        let mut waiting = shared.waiting.write();
        for one in &dropped {
            waiting.remove(&one.verified.transaction.hash);
        }
        drop(waiting);
        self.readmit(kept);
        dropped.len()
    }

    /// Starts a new log segment and has a checkpoint written, unless one is being written.
    pub(crate) fn checkpoint_if_due(&mut self) {
        if self.settings.folder.is_none()
            || self.open.is_some()
            || self.since_checkpoint < self.settings.checkpoint_transactions
            || self.shared.is_checkpointing.swap(true, Ordering::AcqRel)
        {
            return;
        }
        self.rotate();
        self.push_effect(Effect::Forward(CommitJob::Checkpoint(None, None)));
        self.flush();
    }

    /// Writes the state at the last block to disk and waits for it. Does nothing without a folder or
    /// while a block is open.
    pub(crate) fn checkpoint_now(&mut self, whole: Option<Vec<u8>>) -> std::io::Result<()> {
        if self.settings.folder.is_none() || self.open.is_some() {
            return Ok(());
        }
        self.settle()?;
        self.rotate();
        let (reply, done) = crossbeam_channel::bounded(1);
        self.push_effect(Effect::Forward(CommitJob::Checkpoint(whole, Some(reply))));
        self.flush();
        done.recv().unwrap_or(Ok(()))
    }

    /// The whole state at the last block, as a checkpoint holds it.
    fn serialised_state(&self) -> Vec<u8> {
        let mut flat = self.shared.flat.write();
        let chain = self.shared.chain.read();
        // Loose writes belong to the next block; the log holds them.
        for changes in self.loose.iter().rev() {
            flat.undo(changes);
        }
        let hashes = self.shared.hashes.list();
        let genesis = self.shared.genesis.hash;
        let bytes = checkpoint::serialise(genesis, &chain.head().header, &hashes, &flat);
        for changes in &self.loose {
            flat.apply(changes);
        }
        bytes
    }

    /// Starts a new log segment after the last block, with all that waits and all that was written
    /// since.
    fn rotate(&mut self) {
        self.flush();
        let mut records = Vec::new();
        self.next_id = 0;
        let next_id = &mut self.next_id;
        self.pool.renumber(|verified| {
            log::put_taken(verified, &mut records);
            *next_id += 1;
            *next_id - 1
        });
        for write in self.loose.iter().flat_map(|changes| crate::dev::writes_of(changes)) {
            log::put_written(&write, &mut records);
        }
        self.since_checkpoint = 0;
        self.push_effect(Effect::Rotate(self.parent.number, records));
        self.flush();
    }

    /// Puts transactions in the waiting room again; one that fits no more is dropped.
    pub(crate) fn readmit(&mut self, waiting: Vec<crate::pool::Waiting>) {
        let shared = Arc::clone(&self.shared);
        let flat = shared.flat.read();
        for one in waiting {
            let admission = crate::pool::Admission {
                config: &self.settings.config,
                base_fee: 0,
                account: flat.account(&one.verified.sender),
                replaces_ready: false,
            };
            let hash = one.verified.transaction.hash;
            if let Err(error) = self.pool.add(Arc::clone(&one.verified), one.id, admission) {
                self.shared.remember_dropped(hash, error.to_string());
            }
        }
    }
}

/// What the block after `header` needs of it.
pub(crate) fn parent_of(config: &primitives::ChainConfig, header: &execution::Header) -> Parent {
    Parent {
        number: BlockNumber(header.number),
        timestamp: header.timestamp,
        next_base_fee: next_base_fee(
            config,
            header.gas_used,
            header.gas_limit,
            header.base_fee_per_gas.unwrap_or(0),
        ),
        gas_limit: config.gas_limit,
    }
}
