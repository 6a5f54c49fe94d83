// SPDX-License-Identifier: Apache-2.0
//! Blocks in RAM: committed ones, and those that are executed but not yet committed.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use execution::{Environment, Header, Outcome};
use primitives::{B256, BlockNumber, Verified, map::B256Map};
use state::Changes;

/// A run of executed transactions of one block.
#[derive(Debug)]
pub struct Part {
    /// Index of the first transaction in the block.
    pub first_index: usize,
    /// Gas of the block's transactions before this part.
    pub gas_before: u64,
    /// Logs of the block's transactions before this part.
    pub logs_before: usize,
    /// Transactions, in order.
    pub transactions: Vec<Arc<Verified>>,
    /// What each left behind.
    pub outcomes: Vec<Outcome>,
}

/// One executed transaction and where it is.
#[derive(Clone, Debug)]
pub struct Executed<'a> {
    /// The transaction.
    pub verified: &'a Arc<Verified>,
    /// What it left behind.
    pub outcome: &'a Outcome,
    /// Its index in the block.
    pub index: usize,
    /// Gas of the block up to and with it.
    pub cumulative_gas_used: u64,
    /// Index in the block of its first log.
    pub first_log_index: usize,
}

/// Parts of a block, in order.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The parts.
    pub parts: Vec<Arc<Part>>,
}

impl Body {
    /// How many transactions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.last().map_or(0, |part| part.first_index + part.transactions.len())
    }

    /// Whether there is no transaction.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every transaction, in order.
    pub fn iter(&self) -> impl Iterator<Item = Executed<'_>> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// One transaction.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Executed<'_>> {
        let at = self.parts.partition_point(|part| part.first_index <= index).checked_sub(1)?;
        self.parts[at].iter().nth(index - self.parts[at].first_index)
    }
}

impl Part {
    fn iter(&self) -> impl Iterator<Item = Executed<'_>> {
        let mut gas = self.gas_before;
        let mut logs = self.logs_before;
        self.transactions.iter().zip(&self.outcomes).enumerate().map(
            move |(offset, (verified, outcome))| {
                gas += outcome.gas_used;
                let first_log_index = logs;
                logs += outcome.logs.len();
                Executed {
                    verified,
                    outcome,
                    index: self.first_index + offset,
                    cumulative_gas_used: gas,
                    first_log_index,
                }
            },
        )
    }
}

/// A committed block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Keccak of the header.
    pub hash: B256,
    /// The header.
    pub header: Header,
    /// The transactions.
    pub body: Body,
    /// What development commands wrote before its first transaction.
    pub written: Vec<Arc<Changes>>,
}

impl Block {
    /// What its transactions saw.
    #[must_use]
    pub fn environment(&self) -> Environment {
        Environment {
            number: BlockNumber(self.header.number),
            timestamp: self.header.timestamp,
            base_fee: self.header.base_fee_per_gas.unwrap_or(0),
            gas_limit: self.header.gas_limit,
            beneficiary: self.header.beneficiary,
            prevrandao: self.header.mix_hash,
        }
    }
}

/// A block that is executed, or being executed, and has no hash yet.
#[derive(Clone, Debug)]
pub struct OpenBlock {
    /// What its transactions see.
    pub environment: Environment,
    /// Its transactions so far.
    pub body: Body,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its block.
    pub number: BlockNumber,
    /// Its index there.
    pub index: usize,
}

/// How much of the past stays in RAM.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most blocks.
    pub blocks: usize,
    /// Most transactions.
    pub transactions: usize,
}

/// Blocks in RAM and their indexes.
#[derive(Debug)]
pub struct Chain {
    blocks: VecDeque<Arc<Block>>,
    open: BTreeMap<BlockNumber, OpenBlock>,
    places: B256Map<Place>,
    numbers: B256Map<BlockNumber>,
    transactions: usize,
    limits: Limits,
}

impl Chain {
    /// A chain of one block, usually genesis.
    #[must_use]
    pub fn new(first: Arc<Block>, limits: Limits) -> Self {
        let mut chain = Self {
            blocks: VecDeque::new(),
            open: BTreeMap::new(),
            places: B256Map::default(),
            numbers: B256Map::default(),
            transactions: 0,
            limits,
        };
        chain.push(first);
        chain
    }

    /// The newest committed block.
    #[must_use]
    pub fn head(&self) -> &Arc<Block> {
        self.blocks.back().expect("a chain starts with a block and never loses its last")
    }

    /// The oldest block in RAM.
    #[must_use]
    pub fn first_number(&self) -> BlockNumber {
        BlockNumber(self.blocks.front().map_or(0, |block| block.header.number))
    }

    /// A committed block by number.
    #[must_use]
    pub fn block(&self, number: BlockNumber) -> Option<&Arc<Block>> {
        let offset = number.0.checked_sub(self.first_number().0)?;
        self.blocks.get(usize::try_from(offset).ok()?)
    }

    /// A committed block by hash.
    #[must_use]
    pub fn block_by_hash(&self, hash: &B256) -> Option<&Arc<Block>> {
        self.block(*self.numbers.get(hash)?)
    }

    /// Committed blocks in order, oldest first.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = &Arc<Block>> + ExactSizeIterator {
        self.blocks.iter()
    }

    /// Blocks executed but not committed, in order.
    pub fn open_blocks(&self) -> impl DoubleEndedIterator<Item = &OpenBlock> {
        self.open.values()
    }

    /// An executed but uncommitted block.
    #[must_use]
    pub fn open_block(&self, number: BlockNumber) -> Option<&OpenBlock> {
        self.open.get(&number)
    }

    /// Where a transaction is.
    #[must_use]
    pub fn place(&self, hash: &B256) -> Option<Place> {
        self.places.get(hash).copied()
    }

    /// How many transactions the chain holds in RAM.
    #[must_use]
    pub const fn transactions(&self) -> usize {
        self.transactions
    }

    /// Publishes a part of an open block.
    pub(crate) fn publish(&mut self, environment: &Environment, part: Arc<Part>) {
        let number = environment.number;
        for (offset, verified) in part.transactions.iter().enumerate() {
            let place = Place { number, index: part.first_index + offset };
            self.places.insert(verified.transaction.hash, place);
        }
        self.open
            .entry(number)
            .or_insert_with(|| OpenBlock {
                environment: environment.clone(),
                body: Body::default(),
            })
            .body
            .parts
            .push(part);
    }

    /// Adds a committed block; its transactions are indexed unless they were published before.
    pub(crate) fn commit(&mut self, block: Arc<Block>) {
        if self.open.remove(&BlockNumber(block.header.number)).is_none() {
            self.index(&block);
        }
        self.push(block);
        while self.blocks.len() > 1
            && (self.blocks.len() > self.limits.blocks
                || self.transactions > self.limits.transactions)
        {
            if let Some(oldest) = self.blocks.pop_front() {
                self.forget(&oldest);
            }
        }
    }

    fn index(&mut self, block: &Block) {
        for executed in block.body.iter() {
            let place = Place { number: BlockNumber(block.header.number), index: executed.index };
            self.places.insert(executed.verified.transaction.hash, place);
        }
    }

    /// Forgets blocks that are executed but not committed.
    pub(crate) fn clear_open(&mut self) {
        for open in std::mem::take(&mut self.open).into_values() {
            for executed in open.body.iter() {
                self.places.remove(&executed.verified.transaction.hash);
            }
        }
    }

    /// Takes back the newest committed block, unless it is the last one.
    pub(crate) fn pop(&mut self) -> Option<Arc<Block>> {
        if self.blocks.len() == 1 {
            return None;
        }
        let block = self.blocks.pop_back()?;
        self.forget(&block);
        Some(block)
    }

    fn push(&mut self, block: Arc<Block>) {
        self.numbers.insert(block.hash, BlockNumber(block.header.number));
        self.transactions += block.body.len();
        self.blocks.push_back(block);
    }

    fn forget(&mut self, block: &Block) {
        self.numbers.remove(&block.hash);
        self.transactions -= block.body.len();
        for executed in block.body.iter() {
            self.places.remove(&executed.verified.transaction.hash);
        }
    }
}
