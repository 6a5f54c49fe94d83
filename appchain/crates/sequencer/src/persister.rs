// SPDX-License-Identifier: Apache-2.0
//! The thread that writes and syncs the log, and only then lets effects out: acknowledgements,
//! executed transactions, sealed blocks.

use std::{path::Path, sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, Sender};
use execution::Environment;
use primitives::BlockNumber;

use crate::{
    chain::Part,
    committer::{CommitJob, SealJob},
    log::Log,
    metrics::{add, lap},
    shared::Shared,
};

/// Called with whether the log holds what it waited for.
pub type Acknowledge = Box<dyn FnOnce(bool) + Send>;

/// What may happen once the log holds it.
pub enum Effect {
    /// Answer a door.
    Acknowledge(Acknowledge),
    /// Show executed transactions.
    Publish(Environment, Arc<Part>),
    /// Commit a block.
    Seal(SealJob),
    /// Write to a new segment from here on: after this block, with these records first.
    Rotate(BlockNumber, Vec<u8>),
    /// Pass on to the committer.
    Forward(CommitJob),
}

impl std::fmt::Debug for Effect {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Acknowledge(_) => "Acknowledge",
            Self::Publish(..) => "Publish",
            Self::Seal(_) => "Seal",
            Self::Rotate(..) => "Rotate",
            Self::Forward(_) => "Forward",
        })
    }
}

/// Records and the effects that wait for them.
#[derive(Debug, Default)]
pub struct LogBatch {
    /// Records of the log.
    pub records: Vec<u8>,
    /// Effects, in order.
    pub effects: Vec<Effect>,
}

impl LogBatch {
    fn rotates(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Rotate(..)))
    }
}

/// Most bytes in one group commit.
const GROUP_BYTES: usize = 32 << 20;

/// Writes, syncs, lets out.
#[derive(Debug)]
pub struct Persister {
    shared: Arc<Shared>,
    log: Option<Log>,
    committer: Sender<CommitJob>,
}

impl Persister {
    /// Without a log everything is let out at once.
    #[must_use]
    pub const fn new(shared: Arc<Shared>, log: Option<Log>, committer: Sender<CommitJob>) -> Self {
        Self { shared, log, committer }
    }

    /// Works until the channel closes.
    pub fn run(mut self, batches: &Receiver<LogBatch>) {
        while let Ok(first) = batches.recv() {
            let mut bytes = first.records.len();
            let mut group = vec![first];
            // What follows a new segment belongs into it.
            while bytes < GROUP_BYTES
                && !group.last().is_some_and(LogBatch::rotates)
                && let Ok(next) = batches.try_recv()
            {
                bytes += next.records.len();
                group.push(next);
            }
            let is_safe = self.write(&group);
            for effect in group.into_iter().flat_map(|batch| batch.effects) {
                self.let_out(effect, is_safe);
            }
        }
    }

    fn write(&mut self, group: &[LogBatch]) -> bool {
        if self.shared.failure.read().is_some() {
            return false;
        }
        let Some(log) = &mut self.log else { return true };
        let start = Instant::now();
        let before = log.length();
        let written = group
            .iter()
            .filter(|batch| !batch.records.is_empty())
            .try_for_each(|batch| log.append(&batch.records));
        let synced =
            written.and_then(|()| if log.length() == before { Ok(()) } else { log.sync() });
        if let Err(error) = synced {
            let path = log.path().display().to_string();
            self.shared.fail(&format!("{path} cannot be written: {error}"));
            return false;
        }
        add(&self.shared.metrics.log_bytes, log.length() - before);
        add(&self.shared.metrics.log_syncs, 1);
        lap(&self.shared.metrics.stages.log, start);
        true
    }

    fn rotate(&mut self, number: BlockNumber, records: &[u8]) {
        let Some(log) = &self.log else { return };
        let folder = log.path().parent().unwrap_or(Path::new(".")).to_path_buf();
        match Log::create(&folder, self.shared.genesis.hash, number, records) {
            Ok(log) => self.log = Some(log),
            Err(error) => {
                self.shared.fail(&format!("{} takes no new log: {error}", folder.display()));
            }
        }
    }

    fn let_out(&mut self, effect: Effect, is_safe: bool) {
        match effect {
            Effect::Acknowledge(acknowledge) => acknowledge(is_safe),
            Effect::Publish(environment, part) if is_safe => {
                let start = Instant::now();
                self.shared.chain.write().publish(&environment, part);
                lap(&self.shared.metrics.stages.publish, start);
            }
            Effect::Seal(job) if is_safe => {
                // The committer ends only after this thread.
                let _ = self.committer.send(CommitJob::Seal(job));
            }
            Effect::Forward(job) => {
                let _ = self.committer.send(job);
            }
            Effect::Rotate(number, records) if is_safe => self.rotate(number, &records),
            Effect::Publish(..) | Effect::Seal(_) | Effect::Rotate(..) => {}
        }
    }
}
