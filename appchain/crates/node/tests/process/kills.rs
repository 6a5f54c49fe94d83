// SPDX-License-Identifier: Apache-2.0
//! SIGKILL at random moments under load: what was acknowledged is there, and the chain is the one
//! that a run without interruption makes.
//!
//! `HEADWATER_KILLS` is how many (default 10), `HEADWATER_KILLS_SEED` which moments.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use execution::{
    NoBlockHashes, Options, Outcome, Slice,
    roots::{receipts_root, transactions_root},
    run_block,
};
use primitives::{B256, BlockNumber, Genesis, Verified};
use sequencer::{Block, Mining, Settings};
use state::{FlatState, StateTrie};

use crate::{
    child::{Node, write_genesis},
    load::{self, Told},
};

/// Few enough that some kills meet a checkpoint.
const CHECKPOINT: &str = "2000";
const LONGEST_MILLISECONDS: u64 = 700;

#[test]
fn kills_lose_nothing_acknowledged() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let now =
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    let kills = number("HEADWATER_KILLS").unwrap_or(10);
    let mut moment = number("HEADWATER_KILLS_SEED").unwrap_or(now);
    println!("HEADWATER_KILLS_SEED={moment}");
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let told = Told::default();
    let mut longest = Duration::ZERO;
    for _ in 0..kills {
        moment =
            moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let milliseconds = (moment >> 33) % LONGEST_MILLISECONDS;
        let node = live(folder.path(), Duration::from_millis(milliseconds), &told);
        longest = longest.max(node);
    }
    let last = start(folder.path());
    longest = longest.max(last.started_in);
    assert!(last.stop().success());
    let (blocks, transactions) = judge(folder.path(), &told);
    println!(
        "{kills} kills, {} acknowledged transactions, none lost of {transactions} in {blocks} blocks, \
         roots equal; longest start {:.2} s",
        told.acknowledged.lock().expect("nobody panicked").len(),
        longest.as_secs_f64(),
    );
}

fn start(folder: &Path) -> Node {
    let arguments = ["--block-time", "0.1", "--checkpoint-transactions", CHECKPOINT];
    Node::try_start(folder, &arguments, &[]).expect("a node after a kill")
}

/// Starts a node, loads it and kills it after a while; how long the start took.
fn live(folder: &Path, life: Duration, told: &Told) -> Duration {
    let mut node = start(folder);
    let (rpc, bulk) = (node.rpc, node.bulk);
    thread::scope(|scope| {
        let clients = [
            scope.spawn(move || load::bulk(rpc, bulk, 0..16, told)),
            scope.spawn(move || load::bulk(rpc, bulk, 16..32, told)),
            scope.spawn(move || load::rpc(rpc, 40, told)),
        ];
        thread::sleep(life);
        node.kill();
        for client in clients {
            let ended = client.join().expect("no client was told anything wrong");
            assert!(ended.is_err(), "a client ends with its connection");
        }
    });
    node.started_in
}

/// Executes the whole chain again in one go, and looks for everything that clients were told.
fn judge(folder: &Path, told: &Told) -> (u64, usize) {
    let (config, genesis) = Genesis::read(&folder.join("genesis.json")).expect("a genesis");
    let mut settings = Settings::new(config, genesis);
    settings.folder = Some(folder.join("state"));
    settings.mining = Mining::Manual;
    let node = sequencer::Node::start(settings.clone()).expect("a node");
    let head = node.shared().chain.read().head().header.number;
    let mut flat = FlatState::from_genesis(&settings.genesis);
    let mut trie = StateTrie::from_flat(&flat);
    let mut parent = settings.genesis_hash();
    let mut found = BTreeSet::new();
    let shown = told.blocks.lock().expect("nobody panicked");
    for number in 1..=head {
        let block = node.shared().block(BlockNumber(number)).expect("a committed block");
        assert_eq!(block.header.parent_hash, parent);
        execute(&settings, &block, &mut flat, &mut trie);
        parent = block.hash;
        assert!(shown.get(&number).is_none_or(|hash| *hash == block.hash.to_string()));
        found.extend(block.body.iter().map(|executed| executed.verified.transaction.hash));
    }
    assert!(shown.keys().all(|number| *number <= head), "a block that was shown is gone");
    let lost: Vec<B256> = told
        .acknowledged
        .lock()
        .expect("nobody panicked")
        .iter()
        .filter(|hash| !found.contains(*hash))
        .copied()
        .collect();
    assert!(
        lost.is_empty(),
        "{} acknowledged transactions are lost: {:?}",
        lost.len(),
        lost.first()
    );
    (head, found.len())
}

/// One block by revm alone, held against its header.
fn execute(settings: &Settings, block: &Block, flat: &mut FlatState, trie: &mut StateTrie) {
    let list: Vec<Arc<Verified>> =
        block.body.iter().map(|executed| Arc::clone(executed.verified)).collect();
    let environment = block.environment();
    let options = Options { native_transfers: false };
    let mut slice = Slice::new(&settings.config, &environment, options, flat, &NoBlockHashes, 0);
    let parent_hash = block.header.parent_hash;
    let outcomes = run_block(&mut slice, || parent_hash, &list).expect("a block of this chain");
    let changes = slice.finish();
    flat.apply(&changes);
    let number = block.header.number;
    assert_eq!(trie.apply(&changes), block.header.state_root, "state of block {number}");
    let transactions: Vec<&Verified> = list.iter().map(AsRef::as_ref).collect();
    let outcomes: Vec<&Outcome> = outcomes.iter().collect();
    let (receipts, _) = receipts_root(&transactions, &outcomes);
    assert_eq!(receipts, block.header.receipts_root, "receipts of block {number}");
    let root = transactions_root(&transactions);
    assert_eq!(root, block.header.transactions_root, "transactions of block {number}");
}
