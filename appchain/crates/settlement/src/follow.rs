// SPDX-License-Identifier: Apache-2.0
//! Rebuilds a chain from the L1 alone, and goes on as the L1 grows.
//!
//! Only L1 blocks under `confirmations` others are read. If one that was read is no longer the
//! L1's, everything is forgotten and rebuilt: that is rare, quick, and cannot be half done.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use primitives::{Address, B256, BlockNumber, ChainConfig, Genesis};
use sequencer::{Block, StartError};

use crate::{
    inbox::{self, Batches, Cursor},
    invalid::Invalid,
    l1::{L1, L1Error},
    progress::Progress,
    rebuild::{Chain, Head, Options, RebuildError, Report, Sink, rebuild},
    store::{Kept, L1Place, Store},
};

/// Between two looks at the L1.
const POLL: Duration = Duration::from_secs(1);
/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a follower is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The L1's JSON-RPC.
    pub l1: String,
    /// Where the inbox stands on the L1.
    pub inbox: Address,
    /// L1 block to read from: not after the inbox's first frame.
    pub l1_start: u64,
    /// L1 blocks that must stand on one before it is read.
    pub confirmations: u64,
    /// The chain's rules.
    pub config: ChainConfig,
    /// Its block 0.
    pub genesis: Genesis,
    /// Where the chain is kept; without it, it is only checked.
    pub folder: Option<PathBuf>,
    /// Stop at the L1's head instead of following it.
    pub once: bool,
    /// Shortcuts.
    pub options: Options,
}

/// Why a follower stops.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The L1 cannot be read.
    #[error(transparent)]
    L1(#[from] L1Error),
    /// The folder cannot be used.
    #[error(transparent)]
    Store(#[from] StartError),
    /// The folder cannot be written.
    #[error("the follower's folder cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// A block is not as claimed.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// The inbox has blocks that its batches do not give.
    #[error(
        "rebuilt up to block {rebuilt} of {posted}: {dropped} batches broke a rule, first batch {index}: {reason}"
    )]
    Incomplete {
        /// The last block rebuilt.
        rebuilt: BlockNumber,
        /// The last block posted.
        posted: BlockNumber,
        /// Batches that were dropped.
        dropped: u64,
        /// The first of them.
        index: u64,
        /// Why.
        reason: Invalid,
    },
}

/// What a follower found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The last block rebuilt.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: B256,
    /// Counts since the start.
    pub report: Report,
}

/// Follows until the L1's head is reached, or until `stop` is set.
///
/// # Errors
///
/// See [`FollowError`]. An L1 that is away ends it only with `once`.
pub fn follow(settings: &Settings, stop: &AtomicBool) -> Result<Followed, FollowError> {
    let l1 = L1::new(&settings.l1)?;
    let mut follower = Follower::new(settings, &l1, stop)?;
    let mut pause = POLL;
    loop {
        match follower.catch_up() {
            Ok(()) => pause = POLL,
            Err(FollowError::L1(error)) if !settings.once => {
                tracing::warn!(%error, "the L1 is away");
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(error),
        }
        if settings.once || stop.load(Ordering::Relaxed) {
            return follower.finish();
        }
        wait(pause, stop);
    }
}

fn wait(pause: Duration, stop: &AtomicBool) {
    let step = Duration::from_millis(100);
    for _ in 0..pause.as_millis() / step.as_millis() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        thread::sleep(step);
    }
}

struct Follower<'a> {
    settings: &'a Settings,
    l1: &'a L1,
    stop: &'a AtomicBool,
    chain: Option<Chain>,
    place: L1Place,
    keeper: Keeper,
    /// Last block of the last batch that was read whole.
    posted: BlockNumber,
    report: Report,
}

impl<'a> Follower<'a> {
    fn new(settings: &'a Settings, l1: &'a L1, stop: &'a AtomicBool) -> Result<Self, FollowError> {
        let chain = Chain::genesis(settings.config.clone(), &settings.genesis);
        let mut place = L1Place { cursor: Cursor::at_start(settings.l1_start), anchor: None };
        let chain_id = settings.config.chain_id;
        let mut keeper = Keeper { chain_id, store: None, progress: Progress::new(), first: None };
        let mut start = chain;
        if let Some(folder) = &settings.folder {
            let genesis = start.header.hash_slow();
            let (store, kept) = Store::open(folder, genesis, &start.rules)?;
            keeper.store = Some(store);
            if let Some(kept) = kept {
                Kept { chain: start, place } = kept;
                tracing::info!(block = start.header.number, "going on from the last checkpoint");
            }
        }
        Ok(Self {
            settings,
            l1,
            stop,
            posted: start.number(),
            chain: Some(start),
            place,
            keeper,
            report: Report::default(),
        })
    }

    /// Rebuilds what is new on the L1.
    fn catch_up(&mut self) -> Result<(), FollowError> {
        if self.is_reorganised()? {
            self.start_again()?;
        }
        let head = self.l1.block_number()?;
        let Some(until) = head.checked_sub(self.settings.confirmations) else { return Ok(()) };
        if until < self.place.cursor.l1_block {
            return Ok(());
        }
        let hash = self.hash_of(until)?;
        let posted = inbox::position(self.l1, self.settings.inbox)?.next_block;
        self.keeper.progress.expect(posted.previous().unwrap_or_default());
        let cursor = self.place.cursor.clone();
        let mut batches = Batches::new(self.l1, self.settings.inbox, cursor, until);
        let Some(chain) = self.chain.take() else { return Ok(()) };
        let before = chain.number();
        let stop = self.stop;
        // Asked before a batch is taken: one that was taken counts as read.
        let wanted =
            std::iter::from_fn(|| if stop.load(Ordering::Relaxed) { None } else { batches.next() });
        let (chain, report) = rebuild(chain, self.settings.options, wanted, &mut self.keeper)?;
        let is_new = chain.number() > before;
        let chain = self.chain.insert(chain);
        self.report.add(&report);
        let finished = batches.finish();
        for (index, reason) in finished.dropped {
            self.report.dropped += 1;
            self.keeper.dropped(index, &reason);
        }
        let is_whole = finished.failure.is_none() && !stop.load(Ordering::Relaxed);
        let anchor = if is_whole { Some((until, hash)) } else { self.place.anchor };
        self.place = L1Place { cursor: finished.cursor, anchor };
        self.posted = finished.posted.unwrap_or(self.posted);
        if is_new && let Some(store) = &self.keeper.store {
            store.save(chain, &self.place)?;
        }
        if let Some(failure) = finished.failure {
            return Err(failure.into());
        }
        Ok(())
    }

    fn hash_of(&self, number: u64) -> Result<B256, L1Error> {
        let block = self.l1.block(number)?;
        block
            .map(|block| block.hash)
            .ok_or_else(|| self.l1.answer_error(format!("block {number} is not known")))
    }

    /// Whether the last L1 block that was read is another now. One that is not there may come: L1
    /// nodes behind one address are not equally fast.
    fn is_reorganised(&self) -> Result<bool, L1Error> {
        let Some((number, hash)) = self.place.anchor else { return Ok(false) };
        Ok(self.l1.block(number)?.is_some_and(|block| block.hash != hash))
    }

    fn start_again(&mut self) -> Result<(), FollowError> {
        tracing::warn!(
            confirmations = self.settings.confirmations,
            "the L1 was reorganised below its confirmations: the chain is rebuilt from genesis"
        );
        if let Some(store) = &self.keeper.store {
            store.clear()?;
        }
        self.chain = Some(Chain::genesis(self.settings.config.clone(), &self.settings.genesis));
        let cursor = Cursor::at_start(self.settings.l1_start);
        self.place = L1Place { cursor, anchor: None };
        self.keeper.first = None;
        self.posted = BlockNumber(self.settings.genesis.number);
        self.report = Report::default();
        Ok(())
    }

    fn finish(self) -> Result<Followed, FollowError> {
        self.keeper.progress.finish();
        let Some(chain) = self.chain else {
            return Err(self.l1.answer_error("nothing was rebuilt".to_owned()).into());
        };
        let (number, posted) = (chain.number(), self.posted);
        if number < posted
            && self.settings.once
            && let Some((index, reason)) = self.keeper.first
        {
            let dropped = self.report.dropped;
            return Err(FollowError::Incomplete {
                rebuilt: number,
                posted,
                dropped,
                index,
                reason,
            });
        }
        Ok(Followed { number, hash: chain.header.hash_slow(), report: self.report })
    }
}

/// Keeps blocks and shows how far it is.
struct Keeper {
    chain_id: u64,
    store: Option<Store>,
    progress: Progress,
    first: Option<(u64, Invalid)>,
}

impl Sink for Keeper {
    fn taken(&mut self, head: &Head, blocks: &[Arc<Block>]) -> std::io::Result<()> {
        if let Some(store) = &self.store {
            for block in blocks {
                store.append(self.chain_id, block)?;
            }
        }
        let transactions = blocks.iter().map(|block| block.body.len() as u64).sum();
        self.progress.add(head.last, transactions);
        Ok(())
    }

    fn dropped(&mut self, index: u64, reason: &Invalid) {
        self.progress.say(&format!("batch {index} is dropped: {reason}"));
        self.first.get_or_insert_with(|| (index, reason.clone()));
    }
}
