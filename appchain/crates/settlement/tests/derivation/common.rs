// SPDX-License-Identifier: Apache-2.0
//! A chain with a folder, of transfers, contracts, logs, failures and empty blocks.

use std::{sync::Arc, time::Duration};

use primitives::{Address, BlockNumber, Bytes, ChainConfig, Genesis};
use sequencer::{Block, Incoming, Mining, Node, Settings};
use settlement::{
    Batch, Invalid, RebuildError, Report,
    batch::seal,
    inbox::Position,
    plan::Planner,
    rebuild::{Chain, Head, Options, Sink, rebuild},
};
use workload::{Actor, Request};

pub(crate) const CHAIN_ID: u64 = 77;
pub(crate) const GAS_LIMIT: u64 = 1_000_000_000;
const ACTORS: u64 = 40;

/// Stores the hash of the block before and the time, then logs; fails for calls with data.
const RUNTIME: [u8; 20] = [
    0x36, 0x60, 0x12, 0x57, 0x43, 0x60, 0x01, 0x90, 0x03, 0x40, 0x42, 0x55, 0x5f, 0x5f, 0x5f, 0xa1,
    0x00, 0x00, 0x5b, 0xfe,
];

pub(crate) fn actors() -> Vec<Actor> {
    (0..ACTORS).map(Actor::new).collect()
}

/// Counts the calls of each selector in the slot of that number, and emits the selector.
const COUNTER: [u8; 16] = [
    0x5f, 0x35, 0x60, 0xe0, 0x1c, 0x80, 0x54, 0x60, 0x01, 0x01, 0x81, 0x55, 0x5f, 0x5f, 0xa1, 0x00,
];

/// Whether the chain makes calls by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Quiet,
    Beating,
}

pub(crate) fn genesis(kind: Kind) -> (ChainConfig, Genesis) {
    let mut text = workload::genesis(CHAIN_ID, "prague", GAS_LIMIT, &actors());
    if kind == Kind::Beating {
        let code = Bytes::copy_from_slice(&COUNTER);
        let contract = Address::with_last_byte(0xbe);
        text = workload::genesis_with_heartbeat(&text, contract, &code, 1_000_000);
    }
    Genesis::parse(&text).expect("a genesis of our own")
}

/// A chain that was made, with its node still running.
pub(crate) struct Made {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) node: Arc<Node>,
    nonces: Vec<u64>,
}

impl Made {
    pub(crate) fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, genesis) = genesis(kind);
        let mut settings = Settings::new(config, genesis);
        settings.mining = Mining::Manual;
        settings.is_development = false;
        settings.folder = Some(folder.path().to_path_buf());
        let node = Node::start(settings).expect("the node starts");
        let mut made = Self { folder, node, nonces: vec![0; ACTORS as usize] };
        let mut init = vec![0x60, RUNTIME.len() as u8, 0x60, 0x0b, 0x5f, 0x39, 0x60];
        init.extend([RUNTIME.len() as u8, 0x5f, 0xf3, 0x00]);
        init.extend(RUNTIME);
        let create = Request::create(CHAIN_ID, 0, Bytes::from(init), 200_000);
        made.nonces[0] = 1;
        made.block(vec![actors()[0].sign(&create)]);
        made
    }

    fn contract() -> Address {
        actors()[0].address.create(0)
    }

    /// Makes blocks of so many transactions each.
    pub(crate) fn blocks(&mut self, sizes: &[usize]) {
        let actors = actors();
        for (place, size) in sizes.iter().enumerate() {
            let transactions = (0..*size)
                .map(|index| {
                    let sender = (index + place) % actors.len();
                    let nonce = self.nonces[sender];
                    self.nonces[sender] += 1;
                    actors[sender].sign(&request(&actors, index, nonce))
                })
                .collect();
            self.block(transactions);
        }
    }

    fn block(&mut self, transactions: Vec<Bytes>) {
        let incoming =
            transactions.into_iter().map(|raw| Incoming { raw, claimed: None }).collect();
        let (sender, receiver) = crossbeam_channel::bounded(1);
        self.node.submit_raw(
            incoming,
            Box::new(move |results| {
                let _ = sender.send(results);
            }),
        );
        self.node
            .control(sequencer::Sequencer::mine)
            .expect("the node runs")
            .expect("the block is committed");
        let results = receiver.recv_timeout(Duration::from_secs(20)).expect("an answer");
        for result in results {
            result.expect("the transaction is taken");
        }
    }

    pub(crate) fn committed(&self) -> Vec<Arc<Block>> {
        self.node.shared().chain.read().blocks().skip(1).cloned().collect()
    }

    /// The whole chain as batches, each as soon as it reaches `target_bytes`.
    pub(crate) fn batches(&self, target_bytes: usize) -> Vec<Batch> {
        let folder = self.folder.path().to_path_buf();
        let mut planner = Planner::new(folder, CHAIN_ID, target_bytes, Duration::ZERO);
        let mut position = Position { next_index: 0, next_block: BlockNumber(1) };
        let mut batches = Vec::new();
        while let Some(batch) = planner.next_batch(position).expect("the archive reads") {
            position.next_index += 1;
            position.next_block = batch.last.next();
            batches.push(batch);
        }
        batches
    }
}

fn request(actors: &[Actor], index: usize, nonce: u64) -> Request {
    let receiver = actors[(index * 7 + 3) % actors.len()].address;
    match index % 5 {
        0 => Request::call(CHAIN_ID, nonce, Made::contract(), Bytes::new(), 200_000),
        1 => Request::call(CHAIN_ID, nonce, Made::contract(), Bytes::from(vec![1]), 60_000),
        2 => Request::transfer(CHAIN_ID, nonce, Address::with_last_byte(index as u8), 5),
        _ => Request::transfer(CHAIN_ID, nonce, receiver, index as u64),
    }
}

/// A batch of blocks, as an honest batcher makes it, open to be bent.
pub(crate) fn batch_of(index: u64, blocks: &[Arc<Block>]) -> (Batch, Vec<derivation::BlockInput>) {
    let inputs: Vec<derivation::BlockInput> = blocks
        .iter()
        .map(|block| derivation::BlockInput {
            environment: block.environment(),
            transactions: block.body.iter().map(|executed| executed.verified.clone()).collect(),
        })
        .collect();
    (sealed(index, blocks, &inputs), inputs)
}

/// A batch that claims `blocks` and holds `inputs`.
pub(crate) fn sealed(
    index: u64,
    blocks: &[Arc<Block>],
    inputs: &[derivation::BlockInput],
) -> Batch {
    let hashes: Vec<_> = blocks.iter().map(|block| block.hash).collect();
    let (first, last) = (blocks.first().expect("a block"), blocks.last().expect("a block"));
    Batch {
        index,
        first: BlockNumber(first.header.number),
        last: BlockNumber(last.header.number),
        state_root: last.header.state_root,
        bytes: seal(first.header.parent_hash, &hashes, &derivation::encode(CHAIN_ID, inputs)),
    }
}

/// Remembers what it is told.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) blocks: Vec<Arc<Block>>,
    pub(crate) dropped: Vec<(u64, Invalid)>,
}

impl Sink for Memory {
    fn taken(&mut self, _: &Head, blocks: &[Arc<Block>]) -> std::io::Result<()> {
        self.blocks.extend_from_slice(blocks);
        Ok(())
    }

    fn dropped(&mut self, index: u64, reason: &Invalid) {
        self.dropped.push((index, reason.clone()));
    }
}

/// Rebuilds batches from genesis.
pub(crate) fn rebuilt(
    kind: Kind,
    batches: Vec<Batch>,
) -> (Memory, Result<(Chain, Report), RebuildError>) {
    let (config, genesis) = genesis(kind);
    let mut memory = Memory::default();
    let chain = Chain::genesis(config, &genesis);
    let result = rebuild(chain, Options::default(), batches.into_iter(), &mut memory);
    (memory, result)
}

/// Two chains are the same, header by header and outcome by outcome.
pub(crate) fn assert_same(found: &[Arc<Block>], expected: &[Arc<Block>]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.header, expected.header);
        let outcomes = |block: &Block| -> Vec<_> {
            block.body.iter().map(|one| (one.outcome.clone(), one.verified.sender)).collect()
        };
        assert_eq!(outcomes(found), outcomes(expected));
    }
}
