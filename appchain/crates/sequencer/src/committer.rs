// SPDX-License-Identifier: Apache-2.0
//! The thread that computes roots and hashes and archives blocks.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, Sender};
use derivation::BlockInput;
use execution::{
    Environment, Outcome,
    header::{Sealing, header},
    roots::{receipts_root, transactions_root},
};
use primitives::Verified;
use state::Changes;

use crate::{
    archive::Archive,
    chain::{Block, Body},
    metrics::{add, lap},
    shared::Shared,
};

/// Something to do once a block is committed.
pub type After = Box<dyn FnOnce() + Send>;

/// A block whose transactions have all run.
pub struct SealJob {
    /// What they saw.
    pub environment: Environment,
    /// The transactions.
    pub body: Body,
    /// What development commands wrote before the first of them.
    pub written: Vec<Arc<Changes>>,
    /// What changed in all, part by part.
    pub changes: Vec<Arc<Changes>>,
    /// Gas they used.
    pub gas_used: u64,
    /// Whom to tell.
    pub after: Vec<After>,
}

impl std::fmt::Debug for SealJob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SealJob").field("environment", &self.environment).finish()
    }
}

/// What the committer is asked.
#[derive(Debug)]
pub enum CommitJob {
    /// Commit a block.
    Seal(SealJob),
    /// Answer once everything before is committed, with the archive on disk.
    Sync(Sender<std::io::Result<()>>),
}

/// How long states stay readable.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Most blocks.
    pub states: usize,
    /// Most changed accounts and slots.
    pub weight: usize,
}

/// Commits blocks, one after the other.
#[derive(Debug)]
pub struct Committer {
    shared: Arc<Shared>,
    archive: Option<Archive>,
    retention: Retention,
    always_batch: bool,
}

impl Committer {
    /// A committer that goes on after the chain's head.
    #[must_use]
    pub fn new(
        shared: Arc<Shared>,
        archive: Option<Archive>,
        retention: Retention,
        always_batch: bool,
    ) -> Self {
        Self { shared, archive, retention, always_batch }
    }

    /// Works until the channel closes.
    pub fn run(mut self, jobs: &Receiver<CommitJob>) {
        for job in jobs {
            match job {
                CommitJob::Seal(job) => {
                    if let Err(error) = self.commit(job) {
                        self.shared.fail(&format!("the archive cannot be written: {error}"));
                    }
                }
                CommitJob::Sync(reply) => {
                    let result = self.archive.as_ref().map_or(Ok(()), Archive::sync);
                    let _ = reply.send(result);
                }
            }
        }
    }

    /// Commits one block and returns it.
    ///
    /// # Errors
    ///
    /// The archive's.
    pub fn commit(&mut self, job: SealJob) -> std::io::Result<Arc<Block>> {
        let SealJob { environment, body, written, changes, gas_used, after } = job;
        let shared = Arc::clone(&self.shared);
        let stages = &shared.metrics.stages;
        let start = Instant::now();
        let transactions: Vec<&Verified> =
            body.iter().map(|executed| executed.verified.as_ref()).collect();
        let outcomes: Vec<&Outcome> = body.iter().map(|executed| executed.outcome).collect();
        let transactions_root = transactions_root(&transactions);
        let (receipts_root, logs_bloom) = receipts_root(&transactions, &outcomes);
        let start = lap(&stages.roots, start);
        let merged = Changes::merge(&changes);
        drop(changes);
        // Read anew each time: a revert may have replaced the head.
        let parent_hash = shared.chain.read().head().hash;
        let state_root = shared.trie.lock().apply(&merged);
        let start = lap(&stages.state_root, start);
        let sealing = Sealing {
            parent_hash,
            state_root,
            transactions_root,
            receipts_root,
            logs_bloom,
            gas_used,
        };
        let header = header(&shared.config, &environment, &sealing);
        let hash = header.hash_slow();
        shared.hashes.push(environment.number, hash);
        let number = environment.number;
        let block = Arc::new(Block { hash, header, body, written });
        self.store(&block, environment, start)?;
        let mut history = shared.history.write();
        history.seal(number, merged);
        history.prune(self.retention.states, self.retention.weight);
        drop(history);
        add(&shared.metrics.blocks, 1);
        add(&shared.metrics.gas, gas_used);
        shared.chain.write().commit(Arc::clone(&block));
        shared.announce(&block);
        for then in after {
            then();
        }
        Ok(block)
    }

    fn store(
        &mut self,
        block: &Block,
        environment: Environment,
        start: Instant,
    ) -> std::io::Result<()> {
        if self.archive.is_none() && !self.always_batch {
            return Ok(());
        }
        let metrics = &self.shared.metrics;
        let transactions =
            block.body.iter().map(|executed| Arc::clone(executed.verified)).collect();
        let input = BlockInput { environment, transactions };
        let batch = derivation::encode(self.shared.config.chain_id, &[input]);
        add(&metrics.batch_bytes, batch.len() as u64);
        let start = lap(&metrics.stages.batch, start);
        if let Some(archive) = &mut self.archive {
            archive.append(block, &batch)?;
            lap(&metrics.stages.archive, start);
        }
        Ok(())
    }
}
