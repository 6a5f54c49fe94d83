// SPDX-License-Identifier: Apache-2.0
//! Blocks of random transactions against an independent implementation: the Python execution
//! specification's `ethereum-spec-evm t8n`, or geth's `evm t8n`, which takes the same arguments.
//!
//! - [`blocks`]: what a seed stands for: a genesis and transactions of every kind.
//! - [`tool`]: the other implementation.
//!
//! `HEADWATER_T8N` is the command, such as `evm t8n`; without it the test says so and passes.
//! `HEADWATER_T8N_BLOCKS` is how many blocks (default 24), `HEADWATER_T8N_SEED` where to begin.

mod blocks;
mod tool;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use primitives::{Address, Genesis, U256};
use sequencer::{
    Block, Incoming, Mining, Node, Recovery, Settings,
    verify::{decode_all, verify},
};
use serde_json::{Value, json};
use state::FlatState;

use blocks::Blocks;

#[test]
fn blocks_equal_an_independent_implementation() {
    let Ok(tool) = std::env::var("HEADWATER_T8N") else {
        eprintln!("HEADWATER_T8N is not set: no independent implementation to compare with");
        return;
    };
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let first = number("HEADWATER_T8N_SEED", 1);
    let count = number("HEADWATER_T8N_BLOCKS", 24);
    let next = AtomicU64::new(first);
    let seen = Mutex::new(Seen::default());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    let block = compare(&tool, seed);
                    seen.lock().expect("no panic while it is held").count(&block);
                }
            });
        }
    });
    let seen = seen.into_inner().expect("no panic while it was held");
    println!("{count} blocks equal, {seen:?}");
    for kind in ["Legacy", "Eip2930", "Eip1559", "Eip7702"] {
        assert!(count < 6 || seen.kinds.contains_key(kind), "no transaction of type {kind} ran");
    }
}

/// What the blocks held, so that a generator whose transactions are all refused fails the test.
#[derive(Debug, Default)]
struct Seen {
    kinds: BTreeMap<String, usize>,
    failed: usize,
    created: usize,
    logs: usize,
}

impl Seen {
    fn count(&mut self, block: &Block) {
        for executed in block.body.iter() {
            let kind = format!("{:?}", executed.verified.transaction.transaction_type);
            *self.kinds.entry(kind).or_default() += 1;
            self.failed += usize::from(!executed.outcome.is_success);
            self.created += usize::from(executed.outcome.created.is_some());
            self.logs += executed.outcome.logs.len();
        }
    }
}

/// Receipts that are not as the tool has them, to find out why a root differs.
fn receipts(block: &Block, expected: &Value) -> String {
    let mut found = String::new();
    for (index, executed) in block.body.iter().enumerate() {
        let receipt = &expected["receipts"][index];
        let gas = json!(format!("{:#x}", executed.cumulative_gas_used));
        let status = json!(format!("{:#x}", u8::from(executed.outcome.is_success)));
        if gas != receipt["cumulativeGasUsed"] || status != receipt["status"] {
            let transaction = &executed.verified.transaction;
            found += &format!("\n{index}: {:?} {transaction:?}, not {receipt}", executed.outcome);
            break;
        }
    }
    found
}

/// Accounts that are not as the tool has them, to find out why a root differs.
fn differences(flat: &FlatState, expected: &Value) -> String {
    let number =
        |value: &Value| value.as_str().and_then(|text| text.parse().ok()).unwrap_or(U256::ZERO);
    let mut found = String::new();
    for (address, account) in expected.as_object().into_iter().flatten() {
        let key: Address = address.parse().expect("an address");
        let ours = flat.account(&key).copied().unwrap_or_default();
        let slots = account["storage"].as_object().into_iter().flatten();
        let is_same = ours.balance == number(&account["balance"])
            && U256::from(ours.nonce) == number(&account["nonce"])
            && slots.clone().all(|(slot, value)| {
                flat.slot(&key, &slot.parse().expect("a slot")) == number(value)
            });
        if !is_same {
            let slots: Vec<_> = slots.collect();
            found += &format!(
                "\n{address}: {ours:?}, not {} {} {slots:?}",
                account["nonce"], account["balance"]
            );
        }
    }
    for (address, ours, storage) in flat.iter() {
        if expected.get(address.to_string().to_lowercase()).is_none() {
            found += &format!("\n{address} should not be: {ours:?} {storage:?}");
        }
    }
    found
}

fn compare(command: &str, seed: u64) -> Arc<Block> {
    let mut blocks = Blocks::new(seed);
    let file = blocks.genesis();
    let (config, genesis) = Genesis::parse(&file.to_string()).expect("a genesis of our own");
    let mut settings = Settings::new(config, genesis);
    settings.mining = Mining::Manual;
    let node = Node::start(settings).expect("a node");
    for raw in blocks.transactions() {
        let incoming = vec![Incoming { raw, claimed: None }];
        for one in verify(decode_all(incoming, &mut Vec::new()), &mut Recovery) {
            // A refused one leaves a gap, and the sender's later ones wait in vain.
            let _ = node.submit(one);
        }
    }
    node.control(sequencer::Sequencer::mine).expect("running").expect("mined");
    let block = Arc::clone(node.shared().chain.read().head());
    let (expected, accounts) = tool::run(command, blocks.fork(), &file, &block);
    let context = format!("seed {seed}, {}", blocks.fork());
    let rejected = expected["rejected"].as_array().map_or(0, Vec::len);
    assert_eq!(rejected, 0, "{context}: {}", expected["rejected"]);
    let header = &block.header;
    let found = json!(header.receipts_root);
    assert_eq!(found, expected["receiptsRoot"], "{context}: {}", receipts(&block, &expected));
    assert_eq!(json!(header.transactions_root), expected["txRoot"], "{context}");
    assert_eq!(json!(header.logs_bloom), expected["logsBloom"], "{context}");
    let found = json!(header.state_root);
    let flat = node.shared().flat.read();
    assert_eq!(found, expected["stateRoot"], "{context}: {}", differences(&flat, &accounts));
    block
}
