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
use primitives::{BlockNumber, Verified};
use state::Changes;

use crate::{
    chain::{Block, Body},
    checkpointer::Due,
    metrics::{add, lap},
    places::{Placed, places_of},
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
    /// Have a checkpoint written at the last block: of the whole state where it is given, otherwise of
    /// the last checkpoint and what changed since.
    Checkpoint(Option<Vec<u8>>, Option<Sender<std::io::Result<()>>>),
    /// Forget what was committed above a block, which a development chain went back to.
    Rewind(BlockNumber),
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
    retention: Retention,
    always_batch: bool,
    since: Since,
    checkpoints: Option<Sender<Due>>,
}

/// What blocks left behind since the last checkpoint.
#[derive(Debug, Default)]
struct Since {
    first: Option<BlockNumber>,
    changes: Vec<Arc<Changes>>,
    places: Vec<Placed>,
}

impl Committer {
    /// A committer that goes on after the chain's head.
    #[must_use]
    pub fn new(shared: Arc<Shared>, retention: Retention, always_batch: bool) -> Self {
        Self { shared, retention, always_batch, since: Since::default(), checkpoints: None }
    }

    pub(crate) fn connect(&mut self, checkpoints: Sender<Due>) {
        self.checkpoints = Some(checkpoints);
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
                    let archive = self.shared.archive.as_ref();
                    let _ = reply.send(archive.map_or(Ok(()), |archive| archive.blocks.sync()));
                }
                CommitJob::Checkpoint(whole, done) => self.have_checkpoint(whole, done),
                CommitJob::Rewind(number) => {
                    if let Err(error) = self.rewind(number) {
                        self.shared.fail(&format!("the archive cannot be cut: {error}"));
                    }
                }
            }
        }
    }

    fn have_checkpoint(
        &mut self,
        whole: Option<Vec<u8>>,
        done: Option<Sender<std::io::Result<()>>>,
    ) {
        let header = self.shared.chain.read().head().header.clone();
        let Since { first, changes, places } = std::mem::take(&mut self.since);
        let hashes = self.shared.hashes.list();
        let first = first.unwrap_or_else(|| BlockNumber(header.number).next());
        let due = Due { header, hashes, changes, places, first, whole, done };
        if let Some(checkpoints) = &self.checkpoints {
            // The thread behind it ends only after this one.
            let _ = checkpoints.send(due);
        }
    }

    fn rewind(&mut self, number: BlockNumber) -> std::io::Result<()> {
        self.since = Since::default();
        let Some(archive) = &self.shared.archive else { return Ok(()) };
        archive.places.truncate(number)?;
        archive.blocks.truncate(number)
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
        if shared.archive.is_some() {
            self.since.first.get_or_insert(number);
            self.since.changes.push(Arc::clone(&merged));
            self.since.places.extend(places_of(&block));
        }
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
        if self.shared.archive.is_none() && !self.always_batch {
            return Ok(());
        }
        let metrics = &self.shared.metrics;
        let transactions =
            block.body.iter().map(|executed| Arc::clone(executed.verified)).collect();
        let input = BlockInput { environment, transactions };
        let batch = derivation::encode(self.shared.config.chain_id, &[input]);
        add(&metrics.batch_bytes, batch.len() as u64);
        let start = lap(&metrics.stages.batch, start);
        if let Some(archive) = &self.shared.archive {
            archive.blocks.append(block, &batch)?;
            lap(&metrics.stages.archive, start);
        }
        Ok(())
    }
}
