// SPDX-License-Identifier: Apache-2.0
//! What the threads share.
//!
//! Locks are taken in this order and no other: `history`, `flat`, `chain`, `trie`. The executor
//! holds `flat` for reading while it runs a slice and may then wait for the hash of an uncommitted
//! block, so the committer publishes a hash before it takes any lock that the executor holds.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossbeam_channel::{Receiver, Sender, bounded};
use execution::{BlockHashes, Environment, Header};
use parking_lot::{Condvar, Mutex, RwLock};
use primitives::{B256, BlockNumber, ChainConfig, Verified, map::B256Map};
use state::{FlatState, History, StateTrie};

use crate::{
    archive::Archive,
    chain::{Block, Chain},
    metrics::Metrics,
    places::Places,
};

/// BLOCKHASH reaches this far back.
const HASHES_KEPT: usize = 257;

/// State, chain and counters.
#[derive(Debug)]
pub struct Shared {
    /// The chain's rules.
    pub config: ChainConfig,
    /// Changes of recent blocks.
    pub history: RwLock<History>,
    /// The present state, executed but uncommitted transactions included.
    pub flat: RwLock<FlatState>,
    /// Blocks.
    pub chain: RwLock<Chain>,
    /// Tries of the committed state.
    pub trie: Mutex<StateTrie>,
    /// Hashes of recent blocks.
    pub hashes: Hashes,
    /// Transactions that were taken but cannot run yet.
    pub waiting: RwLock<B256Map<Arc<Verified>>>,
    /// Environment of the open or the next block.
    pub next: RwLock<Environment>,
    /// Counters.
    pub metrics: Metrics,
    /// Block 0.
    pub genesis: Arc<Block>,
    /// Committed blocks on disk, where there is a folder.
    pub archive: Option<Archived>,
    /// Whether a checkpoint is being written.
    pub(crate) is_checkpointing: AtomicBool,
    /// Why the node stopped working, if it did.
    pub failure: RwLock<Option<String>>,
    listeners: Mutex<Vec<Sender<Arc<Block>>>>,
    dropped: Mutex<VecDeque<(B256, String)>>,
}

/// Committed blocks on disk, and where their transactions are.
#[derive(Debug)]
pub struct Archived {
    /// The blocks.
    pub blocks: Arc<Archive>,
    /// The transactions up to the last checkpoint.
    pub places: Places,
}

/// Most blocks a listener may lag behind before it is let go.
const LISTENER_LAG: usize = 1_024;
/// Refusals by execution that can be asked for.
const DROPPED_KEPT: usize = 10_000;

impl Shared {
    /// Shares a state at a block.
    #[must_use]
    pub fn new(
        config: ChainConfig,
        flat: FlatState,
        chain: Chain,
        hashes: Hashes,
        next: Environment,
        genesis: Arc<Block>,
        archive: Option<Archived>,
    ) -> Self {
        let trie = StateTrie::from_flat(&flat);
        Self {
            config,
            history: RwLock::new(History::default()),
            flat: RwLock::new(flat),
            chain: RwLock::new(chain),
            trie: Mutex::new(trie),
            hashes,
            waiting: RwLock::new(B256Map::default()),
            next: RwLock::new(next),
            metrics: Metrics::default(),
            genesis,
            archive,
            is_checkpointing: AtomicBool::new(false),
            failure: RwLock::new(None),
            listeners: Mutex::new(Vec::new()),
            dropped: Mutex::new(VecDeque::new()),
        }
    }

    /// A committed block by number, from RAM or from the archive.
    #[must_use]
    pub fn block(&self, number: BlockNumber) -> Option<Arc<Block>> {
        if let Some(block) = self.chain.read().block(number) {
            return Some(Arc::clone(block));
        }
        if number.0 == self.genesis.header.number {
            return Some(Arc::clone(&self.genesis));
        }
        self.archive.as_ref()?.blocks.block(number).map(Arc::new)
    }

    /// A committed block by hash, from RAM or from the archive.
    #[must_use]
    pub fn block_by_hash(&self, hash: &B256) -> Option<Arc<Block>> {
        if let Some(block) = self.chain.read().block_by_hash(hash) {
            return Some(Arc::clone(block));
        }
        if *hash == self.genesis.hash {
            return Some(Arc::clone(&self.genesis));
        }
        self.block(self.archive.as_ref()?.blocks.entry_by_hash(hash)?.number)
    }

    /// Hash and header of a committed block, without its transactions: what a search through many
    /// blocks looks at first.
    #[must_use]
    pub fn header(&self, number: BlockNumber) -> Option<(B256, Header)> {
        if let Some(block) = self.chain.read().block(number) {
            return Some((block.hash, block.header.clone()));
        }
        if number.0 == self.genesis.header.number {
            return Some((self.genesis.hash, self.genesis.header.clone()));
        }
        let blocks = &self.archive.as_ref()?.blocks;
        let entry = blocks.entry(number)?;
        Some((entry.hash, blocks.read_header(&entry).ok()?))
    }

    /// The committed block that holds a transaction, from RAM or from the archive, and its index there.
    #[must_use]
    pub fn transaction(&self, hash: &B256) -> Option<(Arc<Block>, usize)> {
        let recent = {
            let chain = self.chain.read();
            chain
                .place(hash)
                .and_then(|place| Some((Arc::clone(chain.block(place.number)?), place.index)))
        };
        recent.or_else(|| {
            let places = self.archive.as_ref()?.places.candidates(hash).ok()?;
            places.into_iter().find_map(|place| {
                let block = self.block(place.number)?;
                let is_it = block.body.get(place.index)?.verified.transaction.hash == *hash;
                is_it.then_some((block, place.index))
            })
        })
    }

    /// Whether a checkpoint is being written.
    #[must_use]
    pub fn is_checkpointing(&self) -> bool {
        self.is_checkpointing.load(Ordering::Acquire)
    }

    /// A stream of committed blocks from now on.
    pub fn listen(&self) -> Receiver<Arc<Block>> {
        let (sender, receiver) = bounded(LISTENER_LAG);
        self.listeners.lock().push(sender);
        receiver
    }

    /// Tells listeners of a block; one that lags too far behind is let go.
    pub(crate) fn announce(&self, block: &Arc<Block>) {
        self.listeners.lock().retain(|listener| listener.try_send(Arc::clone(block)).is_ok());
    }

    /// Remembers why execution refused a transaction.
    pub(crate) fn remember_dropped(&self, hash: B256, reason: String) {
        let mut dropped = self.dropped.lock();
        if dropped.len() == DROPPED_KEPT {
            dropped.pop_front();
        }
        dropped.push_back((hash, reason));
    }

    /// Why execution refused a transaction, if it did lately.
    #[must_use]
    pub fn dropped(&self, hash: &B256) -> Option<String> {
        let dropped = self.dropped.lock();
        dropped.iter().rev().find(|(other, _)| other == hash).map(|(_, reason)| reason.clone())
    }

    /// Stops taking anything.
    pub(crate) fn fail(&self, reason: &str) {
        tracing::error!(reason, "the node stops");
        let mut failure = self.failure.write();
        if failure.is_none() {
            *failure = Some(reason.to_owned());
        }
        self.hashes.close();
    }
}

/// Hashes of recent blocks, and a way to wait for the next.
#[derive(Debug)]
pub struct Hashes {
    recent: Mutex<(BlockNumber, VecDeque<B256>)>,
    changed: Condvar,
    is_closed: AtomicBool,
}

impl Hashes {
    /// Hashes up to and with block `head`, oldest first.
    #[must_use]
    pub fn new(head: BlockNumber, hashes: impl IntoIterator<Item = B256>) -> Self {
        Self {
            recent: Mutex::new((head, hashes.into_iter().collect())),
            changed: Condvar::new(),
            is_closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn push(&self, number: BlockNumber, hash: B256) {
        let mut recent = self.recent.lock();
        recent.0 = number;
        recent.1.push_back(hash);
        if recent.1.len() > HASHES_KEPT {
            recent.1.pop_front();
        }
        drop(recent);
        self.changed.notify_all();
    }

    /// Lets go whoever waits: no block will be committed any more.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        let _held = self.recent.lock();
        self.changed.notify_all();
    }

    pub(crate) fn pop(&self) {
        let mut recent = self.recent.lock();
        recent.1.pop_back();
        recent.0 = BlockNumber(recent.0.0.saturating_sub(1));
    }

    /// All hashes, oldest first.
    #[must_use]
    pub fn list(&self) -> Vec<B256> {
        self.recent.lock().1.iter().copied().collect()
    }

    /// Hash of a block if it is committed and recent.
    #[must_use]
    pub fn get(&self, number: BlockNumber) -> Option<B256> {
        look_up(&self.recent.lock(), number)
    }

    /// Hash of a block that is executed already: waits for its commit.
    #[must_use]
    pub fn wait(&self, number: BlockNumber) -> B256 {
        let mut recent = self.recent.lock();
        while recent.0 < number && !self.is_closed.load(Ordering::Acquire) {
            self.changed.wait(&mut recent);
        }
        look_up(&recent, number).unwrap_or_default()
    }
}

fn look_up(recent: &(BlockNumber, VecDeque<B256>), number: BlockNumber) -> Option<B256> {
    let back = usize::try_from(recent.0.0.checked_sub(number.0)?).ok()?;
    recent.1.get(recent.1.len().checked_sub(back + 1)?).copied()
}

/// For execution: waits.
impl BlockHashes for Hashes {
    fn block_hash(&self, number: u64) -> B256 {
        self.wait(BlockNumber(number))
    }
}

/// For calls: a block that is not committed reads as zero.
#[derive(Clone, Copy, Debug)]
pub struct CommittedHashes<'a>(pub &'a Hashes);

impl BlockHashes for CommittedHashes<'_> {
    fn block_hash(&self, number: u64) -> B256 {
        self.0.get(BlockNumber(number)).unwrap_or_default()
    }
}
