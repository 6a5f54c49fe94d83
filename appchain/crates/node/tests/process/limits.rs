// SPDX-License-Identifier: Apache-2.0
//! What a node does at its limits: no disk, no folder of its own, a flood, nothing to do.

use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use primitives::{Address, Bytes, keccak256};
use serde_json::json;
use workload::{Actor, Request};

use crate::{
    child::{ACTORS, CHAIN_ID, Node, call, pending_nonce, send, write_genesis},
    load::{converse, transfer},
};

#[test]
fn full_disk_stops_acknowledging_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let actor = Actor::new(0);
    // No file may grow above 40 blocks of the shell's, as if the disk ended there.
    let full = ["trap '' XFSZ", "ulimit -f 40"];
    let mut node = Node::try_start(folder.path(), &["--block-time", "0.1"], &full).expect("a node");
    let mut acknowledged = 0;
    let refusal = loop {
        let answer = send(node.rpc, &transfer(&actor, acknowledged)).expect("an answer");
        match answer {
            Ok(_) => acknowledged += 1,
            Err(refusal) => break refusal,
        }
        assert!(acknowledged < 10_000, "the disk never ends");
    };
    assert!(refusal.contains("node stopped") && refusal.contains("cannot be written"), "{refusal}");
    let again = send(node.rpc, &transfer(&Actor::new(1), 0)).expect("an answer");
    assert!(again.expect_err("nothing is taken any more").contains("node stopped"));
    call(node.rpc, "eth_blockNumber", &json!([])).expect("an answer").expect("reads go on");
    // Neither a kill nor a stop makes more of it than what was acknowledged.
    node.kill();
    let node =
        Node::try_start(folder.path(), &["--block-time", "0.1"], &[]).expect("space, and a node");
    let nonce = pending_nonce(node.rpc, &actor).expect("an answer");
    assert!((acknowledged..=acknowledged + 1).contains(&nonce), "{nonce}, not {acknowledged}");
    send(node.rpc, &transfer(&actor, nonce)).expect("an answer").expect("it goes on");
}

#[test]
fn stop_on_a_full_disk_leaves_what_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let actor = Actor::new(0);
    let full = ["trap '' XFSZ", "ulimit -f 40"];
    let node = Node::try_start(folder.path(), &["--block-time", "0.1"], &full).expect("a node");
    let mut acknowledged = 0;
    while send(node.rpc, &transfer(&actor, acknowledged)).expect("an answer").is_ok() {
        acknowledged += 1;
    }
    node.stop();
    let node = Node::start(folder.path());
    let nonce = pending_nonce(node.rpc, &actor).expect("an answer");
    assert!((acknowledged..=acknowledged + 1).contains(&nonce), "{nonce}, not {acknowledged}");
}

#[test]
fn second_node_on_a_folder_says_so_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let _first = Node::start(folder.path());
    let said = Node::try_start(folder.path(), &[], &[]).err().expect("no second node");
    assert!(said.contains("another node runs on") && said.lines().count() == 1, "{said}");
}

fn resident_bytes(node: &Node) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.id())).expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a size");
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).expect("a size")
        * 1_024
}

#[test]
fn flood_is_refused_with_a_reason_and_memory_stays_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let node = Node::try_start(folder.path(), &["--block-time", "1"], &[]).expect("a node");
    let before = resident_bytes(&node);
    let mut door = TcpStream::connect(node.bulk).expect("a door");
    let (mut accepted, mut refused, mut reasons) = (0, 0, Vec::new());
    for number in 0..ACTORS - 1 {
        let actor = Actor::new(number);
        // Nonces from 1 on: the first never comes.
        let gapped = (1..=1_000).map(|nonce| (actor.address, transfer(&actor, nonce)));
        let answer = converse(&mut door, &gapped.collect::<Vec<_>>()).expect("an answer");
        accepted += answer.accepted;
        refused += answer.refused;
        reasons.push(answer.reason);
    }
    assert_eq!((accepted, refused), (50_000, 13_000));
    assert!(reasons.last().is_some_and(|reason| reason.contains("txpool is full")), "{reasons:?}");
    let poor = Actor::new(ACTORS - 1);
    let underpriced = (0..1_000).map(|nonce| {
        let mut request = Request::transfer(CHAIN_ID, nonce, Address::ZERO, 1);
        request.fee = 1;
        (poor.address, poor.sign(&request))
    });
    let answer = converse(&mut door, &underpriced.collect::<Vec<(Address, Bytes)>>());
    let answer = answer.expect("an answer");
    assert_eq!(answer.refused, 1_000);
    assert!(answer.reason.contains("less than block base fee"), "{}", answer.reason);
    let grown = resident_bytes(&node).saturating_sub(before);
    println!("64,000 useless transactions: {} MB more in memory", grown >> 20);
    assert!(grown < 200 << 20, "{grown} bytes");
    let good = transfer(&poor, 0);
    assert_eq!(send(node.rpc, &good).expect("an answer"), Ok(json!(keccak256(&good))));
}

/// Seconds that the process has worked, as Linux counts them in hundredths.
fn processor_seconds(node: &Node) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", node.id())).expect("Linux");
    let fields = text.rsplit(") ").next().expect("Linux's format");
    let ticks = fields.split(' ').skip(11).take(2).map(|text| text.parse::<u64>().expect("ticks"));
    ticks.sum::<u64>() as f64 / 100.0
}

#[test]
fn idle_chain_costs_next_to_no_processor() {
    const WATCHED: Duration = Duration::from_secs(6);
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let node = Node::try_start(folder.path(), &["--block-time", "1"], &[]).expect("a node");
    let before = processor_seconds(&node);
    thread::sleep(WATCHED);
    let share = (processor_seconds(&node) - before) / WATCHED.as_secs_f64();
    println!("idle with blocks of one second and a heartbeat: {:.2} % of a core", share * 100.0);
    assert!(share < 0.02, "{share}");
}

#[test]
fn receipts_come_before_their_block_within_200_ms() {
    let folder = tempfile::tempdir().expect("a folder");
    write_genesis(folder.path());
    let node = Node::try_start(folder.path(), &["--block-time", "5"], &[]).expect("a node");
    let actor = Actor::new(0);
    let mut waits: Vec<Duration> = (0..40)
        .map(|nonce| {
            let raw = transfer(&actor, nonce);
            let sent = Instant::now();
            send(node.rpc, &raw).expect("an answer").expect("taken");
            let parameters = json!([keccak256(&raw)]);
            while call(node.rpc, "eth_getTransactionReceipt", &parameters)
                .expect("an answer")
                .expect("a receipt or null")
                .is_null()
            {}
            sent.elapsed()
        })
        .collect();
    waits.sort_unstable();
    let (median, most) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!("receipt {median:.1?} after sending at the median, {most:.1?} at most");
    // The median: other work on the machine can hold up any single one.
    assert!(median < Duration::from_millis(200), "{median:?}");
}
