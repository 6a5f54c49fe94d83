// SPDX-License-Identifier: Apache-2.0
//! Batches back to a chain, in the pipeline's own execution.
//!
//! - `prepare`: bytes to transactions whose senders are checked, thousands at a time.
//! - `execute`: runs them, block by block, and holds each block to the rules of derivation.
//! - `commit`: roots and hashes, held against what the batch claims.
//!
//! Each stage is a thread; the executor takes block hashes from the claims and never waits for the
//! committer, because a claim that is wrong ends the rebuild at its block. A batch that breaks a
//! rule is undone and dropped. What comes out depends on the batches alone.

mod commit;
mod execute;
mod prepare;
mod rules;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::bounded;
use execution::{Header, Options as ExecutionOptions};
use primitives::{B256, BlockNumber, ChainConfig, Genesis};
use sequencer::{Block, SignatureOptions};
use state::{FlatState, StateTrie};

use crate::{batch::Batch, invalid::Invalid};
use commit::Committer;
use execute::Executor;
pub use rules::Rules;

/// Messages between two stages.
const WAITING: usize = 16;
/// Hashes that BLOCKHASH reaches, and the newest.
const HASHES_KEPT: usize = 257;

/// A chain after some block.
#[derive(Debug)]
pub struct Chain {
    /// What blocks are held to.
    pub rules: Rules,
    /// Header of its newest block.
    pub header: Header,
    /// Hashes up to and with the newest block's, oldest first, at most 257.
    pub hashes: Vec<B256>,
    /// The state after it.
    pub flat: FlatState,
    /// The tries of that state.
    pub trie: StateTrie,
}

impl Chain {
    /// A chain of its genesis block.
    #[must_use]
    pub fn genesis(config: ChainConfig, genesis: &Genesis) -> Self {
        let flat = FlatState::from_genesis(genesis);
        let trie = StateTrie::from_flat(&flat);
        let header = execution::header::genesis_header(&config, genesis, trie.root());
        let hashes = vec![header.hash_slow()];
        let rules = Rules { config, beneficiary: genesis.beneficiary };
        Self { rules, header, hashes, flat, trie }
    }

    /// A chain as a checkpoint has it.
    #[must_use]
    pub fn at(rules: Rules, header: Header, hashes: Vec<B256>, flat: FlatState) -> Self {
        let trie = StateTrie::from_flat(&flat);
        Self { rules, header, hashes, flat, trie }
    }

    /// Number of its newest block.
    #[must_use]
    pub const fn number(&self) -> BlockNumber {
        BlockNumber(self.header.number)
    }
}

/// Switches that never change a result.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Shortcuts of execution.
    pub execution: ExecutionOptions,
    /// Shortcuts of signature checks.
    pub signatures: SignatureOptions,
}

/// Who is told what becomes of batches; called in their order.
pub trait Sink {
    /// The blocks of a batch that was taken, each confirmed.
    ///
    /// # Errors
    ///
    /// Whatever keeps the blocks from being kept; it ends the rebuild.
    fn taken(&mut self, batch: &Head, blocks: &[Arc<Block>]) -> std::io::Result<()>;

    /// A batch broke a rule and has no effect.
    fn dropped(&mut self, index: u64, reason: &Invalid);
}

/// What the inbox and the batch's own head say of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Index of its first frame.
    pub index: u64,
    /// First block.
    pub first: BlockNumber,
    /// Last block.
    pub last: BlockNumber,
    /// State root claimed after the last block.
    pub state_root: B256,
    /// Hash claimed of the block before the first.
    pub parent: B256,
    /// Hash claimed of each block.
    pub hashes: Vec<B256>,
}

/// Counts of a rebuild.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Batches that became blocks.
    pub batches: u64,
    /// Batches that broke a rule.
    pub dropped: u64,
    /// Blocks.
    pub blocks: u64,
    /// Transactions.
    pub transactions: u64,
    /// Time from the first batch asked for to the last block confirmed.
    pub elapsed: Duration,
}

/// Why a rebuild ends before its batches do.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A block does not come out as claimed.
    #[error("block {number} differs: its {what} is {found}, and batch {batch} claims {claimed}")]
    Differs {
        /// Which block: every one before it is as claimed.
        number: BlockNumber,
        /// Index of the batch's first frame.
        batch: u64,
        /// Which value differs.
        what: &'static str,
        /// What execution gives.
        found: B256,
        /// What was claimed.
        claimed: B256,
    },
    /// The blocks could not be kept.
    #[error("rebuilt blocks cannot be kept: {0}")]
    Sink(#[from] std::io::Error),
}

/// Runs batches on a chain until there are no more, and returns the chain after them.
///
/// Two threads prepare and execute; the calling one commits.
///
/// # Errors
///
/// See [`RebuildError`].
pub fn rebuild(
    chain: Chain,
    options: Options,
    batches: impl Iterator<Item = Batch> + Send,
    sink: &mut dyn Sink,
) -> Result<(Chain, Report), RebuildError> {
    let start = Instant::now();
    let Chain { rules, header, hashes, flat, trie } = chain;
    let (prepared, to_execute) = bounded(WAITING);
    let (executed, to_commit) = bounded(WAITING);
    let chain_id = rules.config.chain_id;
    let executor = Executor::new(&rules, options.execution, flat, &header, hashes);
    let mut committer = Committer::new(&rules, trie, header, sink);
    let (committed, (flat, hashes)) = thread::scope(|scope| {
        scope.spawn(move || prepare::run(chain_id, options.signatures, batches, &prepared));
        let execution = scope.spawn(move || executor.run(&to_execute, &executed));
        // Ended by an error, it lets go of its channel, and the stages before end too.
        let committed = committer.run(to_commit);
        let execution = execution.join().expect("the executor returns its errors");
        (committed, execution)
    });
    committed?;
    let Committer { trie, header, mut report, .. } = committer;
    report.elapsed = start.elapsed();
    Ok((Chain { rules, header, hashes, flat, trie }, report))
}

impl Report {
    /// Adds another's counts and time.
    pub fn add(&mut self, other: &Self) {
        self.batches += other.batches;
        self.dropped += other.dropped;
        self.blocks += other.blocks;
        self.transactions += other.transactions;
        self.elapsed += other.elapsed;
    }

    /// Transactions a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.transactions as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}
