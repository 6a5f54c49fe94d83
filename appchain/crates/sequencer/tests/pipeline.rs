// SPDX-License-Identifier: Apache-2.0
//! Whole nodes: what they acknowledge, what a crash leaves, what a revert restores.

use std::{path::Path, sync::Arc, time::Duration};

use primitives::{Address, B256, Bytes, Genesis, U256};
use sequencer::{
    Incoming, Mining, Node, Recovery, Settings, StartError, StateWrite, SubmitError, WriteValue,
    verify::{decode_all, verify},
};
use workload::{Actor, Request, calldata};

const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 30_000_000;

/// Stores calldata's first word at slot 0.
const STORE: &[u8] = &[
    0x60, 0x06, 0x60, 0x0a, 0x5f, 0x39, 0x60, 0x06, 0x5f, 0xf3, 0x5f, 0x35, 0x5f, 0x55, 0x00, 0x00,
];

fn actors() -> Vec<Actor> {
    (0..5).map(Actor::new).collect()
}

fn settings(mining: Mining, folder: Option<&Path>) -> Settings {
    let text = workload::genesis(CHAIN_ID, "prague", GAS_LIMIT, &actors());
    let (config, genesis) = Genesis::parse(&text).expect("a genesis of our own");
    let mut settings = Settings::new(config, genesis);
    settings.mining = mining;
    settings.folder = folder.map(Path::to_path_buf);
    settings
}

fn submit(node: &Node, raw: Bytes) -> Result<B256, SubmitError> {
    let decoded = decode_all(vec![Incoming { raw, claimed: None }], &mut Vec::new());
    let verified = verify(decoded, &mut Recovery).pop().expect("one answer for one question");
    node.submit(verified)
}

fn transfer(from: &Actor, nonce: u64, to: Address) -> Bytes {
    from.sign(&Request::transfer(CHAIN_ID, nonce, to, 1 + nonce))
}

fn head(node: &Node) -> (u64, B256, B256) {
    let chain = node.shared().chain.read();
    let head = chain.head();
    (head.header.number, head.hash, head.header.state_root)
}

fn nonce(node: &Node, actor: &Actor) -> u64 {
    node.shared().flat.read().account(&actor.address).map_or(0, |account| account.nonce)
}

/// Sends transfers and contract calls until the chain has some history.
fn live(node: &Node, rounds: u64) {
    let actors = actors();
    let contract = actors[0].address.create(0);
    let create = Request::create(CHAIN_ID, 0, Bytes::from_static(STORE), 200_000);
    submit(node, actors[0].sign(&create)).expect("a creation");
    for round in 0..rounds {
        submit(node, transfer(&actors[1], round, Address::with_last_byte(round as u8)))
            .expect("a transfer");
        let input = calldata("", &[U256::from(round)]);
        let call = Request::call(CHAIN_ID, round, contract, input, 100_000);
        submit(node, actors[2].sign(&call)).expect("a call");
    }
}

#[test]
fn automine_commits_before_it_answers() {
    let node = Node::start(settings(Mining::Automine, None)).expect("a node");
    let actors = actors();
    let hash = submit(&node, transfer(&actors[0], 0, actors[1].address)).expect("a transfer");
    assert_eq!(head(&node).0, 1);
    assert!(node.shared().chain.read().place(&hash).is_some());
}

#[test]
fn refuses_with_the_reason() {
    let node = Node::start(settings(Mining::Automine, None)).expect("a node");
    let actors = actors();
    let to = actors[1].address;
    submit(&node, transfer(&actors[0], 0, to)).expect("a transfer");
    assert_eq!(
        submit(&node, transfer(&actors[0], 0, to)),
        Err(SubmitError::NonceTooLow { next: 1, nonce: 0 })
    );
    let other_chain = actors[0].sign(&Request::transfer(CHAIN_ID + 1, 1, to, 1));
    assert!(matches!(submit(&node, other_chain), Err(SubmitError::ChainId { .. })));
    let poor = Actor::new(99).sign(&Request::transfer(CHAIN_ID, 0, to, 1));
    assert!(matches!(submit(&node, poor), Err(SubmitError::InsufficientFunds { .. })));
    let greedy = actors[0].sign(&Request::call(CHAIN_ID, 1, to, Bytes::new(), GAS_LIMIT + 1));
    assert!(matches!(submit(&node, greedy), Err(SubmitError::GasLimit { .. })));
    let large = Bytes::from(vec![0_u8; 200_000]);
    let large = actors[0].sign(&Request::call(CHAIN_ID, 1, to, large, GAS_LIMIT));
    assert!(matches!(submit(&node, large), Err(SubmitError::Oversized { .. })));
    let blob = Bytes::from_static(&[3, 0xc0]);
    assert_eq!(submit(&node, blob), Err(SubmitError::Decode(primitives::DecodeError::Blob)));
    assert_eq!(head(&node).0, 1);
}

#[test]
fn early_nonces_wait_for_their_turn() {
    let node = Node::start(settings(Mining::Automine, None)).expect("a node");
    let actors = actors();
    let to = actors[1].address;
    let early = submit(&node, transfer(&actors[0], 2, to)).expect("it waits");
    submit(&node, transfer(&actors[0], 1, to)).expect("it waits");
    assert!(node.shared().waiting.read().contains_key(&early));
    assert_eq!(nonce(&node, &actors[0]), 0);
    submit(&node, transfer(&actors[0], 0, to)).expect("it runs, and the others after it");
    node.control(sequencer::Sequencer::mine).expect("running").expect("mined");
    assert_eq!(nonce(&node, &actors[0]), 3);
    assert!(node.shared().waiting.read().is_empty());
}

#[test]
fn restart_gives_the_same_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = {
        let node = Node::start(settings(Mining::Automine, Some(folder.path()))).expect("a node");
        live(&node, 10);
        node.stop();
        head(&node)
    };
    let node = Node::start(settings(Mining::Automine, Some(folder.path()))).expect("a restart");
    assert_eq!(head(&node), before);
    assert_eq!(node.shared().trie.lock().root(), before.2);
    let chain = node.shared().chain.read();
    assert_eq!(chain.blocks().len() as u64, before.0 + 1);
}

#[test]
fn second_node_on_a_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Node::start(settings(Mining::Automine, Some(folder.path()))).expect("a node");
    let second = Node::start(settings(Mining::Automine, Some(folder.path())));
    assert!(matches!(second, Err(StartError::Locked(_))));
    drop(first);
}

/// Copies a folder as a kill at this moment would leave it: again, if files came or went meanwhile.
fn copy(from: &Path, to: &Path) {
    let names = || {
        let entries =
            std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry"));
        entries.map(|entry| entry.file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    loop {
        let before = names();
        let copied = before.iter().map(|name| std::fs::copy(from.join(name), to.join(name)));
        let is_whole = copied.filter(Result::is_err).count() == 0;
        if is_whole && names() == before {
            return;
        }
        for name in &before {
            let _ = std::fs::remove_file(to.join(name));
        }
    }
}

fn crash_test(mining: Mining) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut start = settings(mining, Some(folder.path()));
    start.checkpoint_transactions = 13;
    let node = Node::start(start.clone()).expect("a node");
    let actors = actors();
    for round in 0..40_u64 {
        for actor in &actors {
            submit(&node, transfer(actor, round, Address::with_last_byte(round as u8)))
                .expect("a transfer");
        }
        if round % 7 == 0 {
            let killed = tempfile::tempdir().expect("a folder");
            // What is committed before the copy; the node goes on meanwhile.
            let committed: Vec<_> = node.shared().chain.read().blocks().cloned().collect();
            copy(folder.path(), killed.path());
            let mut settings = start.clone();
            settings.folder = Some(killed.path().to_path_buf());
            settings.mining = Mining::Manual;
            let revived = Node::start(settings).expect("a node after a kill");
            revived.control(sequencer::Sequencer::mine).expect("running").expect("mined");
            for actor in &actors {
                assert_eq!(nonce(&revived, actor), round + 1, "an acknowledged one is lost");
            }
            let chain = revived.shared().chain.read();
            for block in committed {
                let number = primitives::BlockNumber(block.header.number);
                let again = chain.block(number).expect("a block that was committed");
                assert_eq!(again.hash, block.hash);
            }
        }
    }
}

#[test]
fn kill_loses_nothing_acknowledged_when_mining_at_once() {
    crash_test(Mining::Automine);
}

#[test]
fn kill_loses_nothing_acknowledged_when_mining_by_time() {
    crash_test(Mining::Interval(Duration::from_millis(15)));
}

#[test]
fn damaged_log_is_refused_and_a_torn_one_is_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let killed = tempfile::tempdir().expect("a folder");
    {
        let node = Node::start(settings(Mining::Automine, Some(folder.path()))).expect("a node");
        live(&node, 3);
        copy(folder.path(), killed.path());
    }
    let log = killed.path().join("log-000000000000.bin");
    let whole = std::fs::read(&log).expect("a log");

    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&log, &damaged).expect("a write");
    let refused = Node::start(settings(Mining::Automine, Some(killed.path())));
    assert!(matches!(refused, Err(StartError::Damaged { .. })));

    std::fs::write(&log, &whole[..whole.len() - 3]).expect("a write");
    Node::start(settings(Mining::Automine, Some(killed.path()))).expect("a torn tail is cut");
}

#[test]
fn revert_restores_state_and_root() {
    let node = Node::start(settings(Mining::Automine, None)).expect("a node");
    live(&node, 4);
    let lucky = Address::with_last_byte(0xee);
    let give = |balance: u64| StateWrite {
        address: lucky,
        value: WriteValue::Balance(U256::from(balance)),
    };
    let first = give(5);
    node.control(move |sequencer| sequencer.write(&first)).expect("running");
    let before = head(&node);
    let snapshot = node.control(sequencer::Sequencer::snapshot).expect("running");
    let second = give(9);
    node.control(move |sequencer| sequencer.write(&second)).expect("running");
    let actors = actors();
    for round in 0..3 {
        submit(&node, transfer(&actors[3], round, lucky)).expect("a transfer");
    }
    assert_ne!(head(&node), before);
    node.control(move |sequencer| sequencer.revert(snapshot)).expect("running").expect("reverted");
    assert_eq!(head(&node), before);
    assert_eq!(node.shared().trie.lock().root(), before.2);
    let balance = node.shared().flat.read().account(&lucky).map(|account| account.balance);
    assert_eq!(balance, Some(U256::from(5)));
    let again = node.control(move |sequencer| sequencer.revert(snapshot)).expect("running");
    assert_eq!(again, Err(SubmitError::NoSnapshot(snapshot)));
    submit(&node, transfer(&actors[3], 0, lucky)).expect("life goes on");
}

#[test]
fn preconfirmed_transactions_show_before_their_block_ends() {
    let node =
        Node::start(settings(Mining::Interval(Duration::from_secs(600)), None)).expect("a node");
    let actors = actors();
    let hash = submit(&node, transfer(&actors[0], 0, actors[1].address)).expect("a transfer");
    for _ in 0..200 {
        if node.shared().chain.read().place(&hash).is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(node.shared().chain.read().place(&hash).is_some());
    assert_eq!(head(&node).0, 0);
    assert_eq!(nonce(&node, &actors[0]), 1);
}

#[test]
fn what_a_full_block_leaves_over_runs_in_the_next_without_being_asked() {
    let interval = Mining::Interval(Duration::from_millis(50));
    let node = Node::start(settings(interval, None)).expect("a node");
    let actors = actors();
    for nonce in 0..3 {
        // Two of them never fit in one block, so the last waits through two.
        let gas_limit = GAS_LIMIT / 3 * 2;
        let request = Request::call(CHAIN_ID, nonce, actors[1].address, Bytes::new(), gas_limit);
        submit(&node, actors[0].sign(&request)).expect("a transfer");
    }
    for _ in 0..400 {
        if nonce(&node, &actors[0]) == 3 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(nonce(&node, &actors[0]), 3);
}

#[test]
fn bulk_door_answers_each_message() {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };
    let node = Node::start(settings(Mining::Automine, None)).expect("a node");
    let address = sequencer::door::serve_tcp(Arc::clone(&node), "127.0.0.1:0").expect("a door");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let actors = actors();
    let mut message = Vec::new();
    for (claimed, signer) in [(0, 0), (1, 2)] {
        let raw = transfer(&actors[signer], 0, actors[4].address);
        message.extend_from_slice(actors[claimed].address.as_slice());
        message.extend_from_slice(&(raw.len() as u32).to_le_bytes());
        message.extend_from_slice(&raw);
    }
    stream.write_all(&(message.len() as u32).to_le_bytes()).expect("a write");
    stream.write_all(&message).expect("a write");
    let mut head = [0; 12];
    stream.read_exact(&mut head).expect("an answer");
    assert_eq!(head[4..8], 1_u32.to_le_bytes());
    assert_eq!(head[8..12], 1_u32.to_le_bytes());
    assert_eq!(nonce(&node, &actors[0]), 1);
}

#[test]
fn blocks_that_ram_forgot_come_from_the_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut start = settings(Mining::Automine, Some(folder.path()));
    start.checkpoint_transactions = 7;
    start.history = sequencer::chain::Limits { blocks: 3, transactions: 1_000 };
    let node = Node::start(start.clone()).expect("a node");
    let actors = actors();
    let hashes: Vec<B256> = (0..40)
        .map(|round| submit(&node, transfer(&actors[0], round, actors[1].address)).expect("taken"))
        .collect();
    let look = |node: &Node| {
        let shared = node.shared();
        for (at, hash) in hashes.iter().enumerate() {
            let number = primitives::BlockNumber(at as u64 + 1);
            let block = shared.block(number).expect("a committed block");
            assert_eq!(
                block.body.get(0).expect("its transaction").verified.transaction.hash,
                *hash
            );
            assert_eq!(shared.header(number), Some((block.hash, block.header.clone())));
            assert_eq!(shared.block_by_hash(&block.hash).map(|found| found.hash), Some(block.hash));
        }
        assert!(shared.block(primitives::BlockNumber(0)).is_some());
        assert!(shared.block(primitives::BlockNumber(41)).is_none());
        assert!(shared.transaction(&B256::ZERO).is_none());
    };
    look(&node);
    node.stop();
    drop(node);
    let node = Node::start(start).expect("a restart");
    look(&node);
    // A stop writes a checkpoint, so each transaction is in RAM or in a run.
    for (at, hash) in hashes.iter().enumerate() {
        let (block, index) = node.shared().transaction(hash).expect("a committed transaction");
        assert_eq!((block.header.number, index), (at as u64 + 1, 0));
    }
}

#[test]
fn going_back_behind_a_checkpoint_outlives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut start = settings(Mining::Automine, Some(folder.path()));
    start.checkpoint_transactions = 5;
    let node = Node::start(start.clone()).expect("a node");
    let actors = actors();
    let send = |from: usize, nonce: u64| {
        submit(&node, transfer(&actors[from], nonce, actors[4].address)).expect("a transfer");
    };
    (0..3).for_each(|nonce| send(0, nonce));
    let before = head(&node);
    let snapshot = node.control(sequencer::Sequencer::snapshot).expect("running");
    (0..20).for_each(|nonce| send(1, nonce));
    node.control(move |sequencer| sequencer.revert(snapshot)).expect("running").expect("reverted");
    assert_eq!(head(&node), before);
    send(2, 0);
    let after = head(&node);
    let killed = tempfile::tempdir().expect("a folder");
    copy(folder.path(), killed.path());
    start.folder = Some(killed.path().to_path_buf());
    let revived = Node::start(start).expect("a restart");
    assert_eq!(head(&revived), after);
    assert_eq!(nonce(&revived, &actors[1]), 0);
}

/// Where the frames of a log begin.
fn frames(log: &[u8]) -> Vec<usize> {
    let mut starts = vec![48];
    while let Some(head) = starts.last().and_then(|at| log.get(*at..*at + 4)) {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        starts.extend(starts.last().map(|at| at + 12 + length));
    }
    starts
}

#[test]
fn each_damaged_byte_of_the_last_frames_is_found_and_each_cut_is_a_torn_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let killed = tempfile::tempdir().expect("a folder");
    let actor = &actors()[0];
    let node = Node::start(settings(Mining::Automine, Some(folder.path()))).expect("a node");
    for round in 0..6 {
        submit(&node, transfer(actor, round, Address::with_last_byte(1))).expect("a transfer");
    }
    copy(folder.path(), killed.path());
    let name = "log-000000000000.bin";
    let whole = std::fs::read(killed.path().join(name)).expect("a log");
    let frames = frames(&whole);
    assert_eq!(frames.last(), Some(&whole.len()));
    // In a folder of its own each time: a node that stops writes a checkpoint.
    let restart = |bytes: &[u8]| {
        let folder = tempfile::tempdir().expect("a folder");
        copy(killed.path(), folder.path());
        std::fs::write(folder.path().join(name), bytes).expect("a write");
        let node = Node::start(settings(Mining::Automine, Some(folder.path())))?;
        Ok(nonce(&node, actor))
    };
    let tail = frames[frames.len() - 3];
    for at in tail..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        let refused: Result<_, StartError> = restart(&damaged);
        assert!(matches!(refused, Err(StartError::Damaged { .. })), "byte {at}: {refused:?}");
    }
    let last = frames[frames.len() - 2];
    for end in (last..whole.len()).step_by(3) {
        let nonce = restart(&whole[..end]).expect("a torn frame is cut off");
        assert!(nonce >= 5, "cut at {end}");
    }
    let mut zeros = whole[..last].to_vec();
    zeros.resize(whole.len(), 0);
    restart(&zeros).expect("zeros are a torn frame");
}
