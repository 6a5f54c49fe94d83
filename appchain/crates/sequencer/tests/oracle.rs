// SPDX-License-Identifier: Apache-2.0
//! Blocks of random transactions against an independent implementation: geth's `evm t8n`, or the
//! Python execution specification's `ethereum-spec-evm t8n`, which takes the same arguments.
//!
//! `HEADWATER_T8N` is the command, such as `evm t8n`; without it the test says so and passes.
//! `HEADWATER_T8N_BLOCKS` is how many blocks (default 20), `HEADWATER_T8N_SEED` where to begin.

use std::{path::Path, process::Command};

use primitives::{Address, Bytes, Genesis, U256};
use sequencer::{
    Incoming, Mining, Node, Recovery, Settings,
    verify::{decode_all, verify},
};
use serde_json::{Value, json};
use workload::{Actor, Request};

const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 30_000_000;

/// A small generator, so that a seed names a block for good.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Runtime code of random instructions that mostly do something to the state.
fn code(dice: &mut Dice) -> Vec<u8> {
    let mut code = Vec::new();
    for _ in 0..dice.roll(12) {
        match dice.roll(10) {
            // SSTORE of a small value (often zero) at a small slot.
            0..4 => code.extend([0x60, dice.roll(3) as u8, 0x60, dice.roll(4) as u8, 0x55]),
            // SLOAD, then a log of one topic.
            4 => code.extend([0x60, dice.roll(4) as u8, 0x54, 0x5f, 0x5f, 0xa1]),
            // TSTORE and TLOAD into a slot.
            5 => code.extend([0x60, 7, 0x5f, 0x5d, 0x5f, 0x5c, 0x60, 3, 0x55]),
            // A call with a little value to one of the first accounts.
            6 => code.extend([
                0x5f,
                0x5f,
                0x5f,
                0x5f,
                0x60,
                dice.roll(2) as u8,
                0x60,
                dice.roll(9) as u8,
                0x61,
                0x27,
                0x10,
                0xf1,
                0x50,
            ]),
            // CREATE of nothing with a little value.
            7 => code.extend([0x5f, 0x5f, 0x60, dice.roll(2) as u8, 0xf0, 0x50]),
            // CALLDATALOAD into a slot.
            8 => code.extend([0x5f, 0x35, 0x60, 5, 0x55]),
            // PREVRANDAO, TIMESTAMP, BASEFEE and the caller's balance into slots.
            _ => code.extend([0x44, 0x42, 0x01, 0x48, 0x01, 0x33, 0x31, 0x01, 0x60, 6, 0x55]),
        }
    }
    match dice.roll(6) {
        0 => code.extend([0x5f, 0x5f, 0xfd]),
        1 => code.push(0xfe),
        2 => code.extend([0x33, 0xff]),
        _ => code.push(0x00),
    }
    code
}

fn genesis(dice: &mut Dice, fork: &str, actors: &[Actor]) -> (Value, Vec<Address>) {
    let mut file: Value =
        serde_json::from_str(&workload::genesis(CHAIN_ID, fork, GAS_LIMIT, actors))
            .expect("a genesis of our own");
    let contracts: Vec<Address> =
        (1..6).map(|index| Address::with_last_byte(0xc0 + index)).collect();
    for contract in &contracts {
        file["alloc"][contract.to_string().to_lowercase()] = json!({
            "balance": "0x64",
            "nonce": "0x1",
            "code": Bytes::from(code(dice)),
            "storage": {
                format!("{:#066x}", dice.roll(4)): format!("{:#066x}", 1 + dice.roll(3)),
            },
        });
    }
    (file, contracts)
}

fn transaction(
    dice: &mut Dice,
    actors: &[Actor],
    contracts: &[Address],
    nonces: &mut [u64],
) -> Bytes {
    let sender = dice.roll(actors.len() as u64) as usize;
    let nonce = nonces[sender];
    nonces[sender] += 1;
    let mut request = match dice.roll(10) {
        0..3 => {
            Request::transfer(CHAIN_ID, nonce, actors[dice.roll(5) as usize].address, dice.roll(9))
        }
        3 => Request::transfer(
            CHAIN_ID,
            nonce,
            Address::with_last_byte(dice.roll(12) as u8),
            dice.roll(3),
        ),
        4 => {
            let runtime = code(dice);
            let mut init = vec![
                0x60,
                runtime.len() as u8,
                0x60,
                0x0a,
                0x5f,
                0x39,
                0x60,
                runtime.len() as u8,
                0x5f,
                0xf3,
            ];
            init.extend(&runtime);
            Request::create(CHAIN_ID, nonce, Bytes::from(init), 300_000)
        }
        5 => Request::create(CHAIN_ID, nonce, Bytes::from(code(dice)), 300_000),
        _ => {
            let to = contracts[dice.roll(contracts.len() as u64) as usize];
            let input = Bytes::from(U256::from(dice.roll(3)).to_be_bytes_vec());
            Request::call(CHAIN_ID, nonce, to, input, 21_600 + dice.roll(200_000))
        }
    };
    request.priority_fee = u128::from(dice.roll(5));
    request.gas_limit = request.gas_limit.max(if dice.roll(4) == 0 { 60_000 } else { 21_000 });
    actors[sender].sign(&request)
}

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
    for seed in first..first + number("HEADWATER_T8N_BLOCKS", 20) {
        for fork in ["cancun", "prague"] {
            compare(&tool, fork, seed);
        }
    }
}

fn compare(tool: &str, fork: &str, seed: u64) {
    let mut dice = Dice(seed);
    let actors: Vec<Actor> = (0..5).map(Actor::new).collect();
    let (file, contracts) = genesis(&mut dice, fork, &actors);
    let (config, genesis) = Genesis::parse(&file.to_string()).expect("a genesis of our own");
    let mut settings = Settings::new(config, genesis);
    settings.mining = Mining::Manual;
    let node = Node::start(settings).expect("a node");
    let mut nonces = vec![0; actors.len()];
    for _ in 0..1 + dice.roll(40) {
        let raw = transaction(&mut dice, &actors, &contracts, &mut nonces);
        let incoming = vec![Incoming { raw, claimed: None }];
        let verified = verify(decode_all(incoming, &mut Vec::new()), &mut Recovery);
        for one in verified {
            // A refused one leaves a gap, and the sender's later ones wait in vain.
            let _ = node.submit(one);
        }
    }
    node.control(|sequencer| sequencer.mine()).expect("running").expect("mined");
    let chain = node.shared().chain.read();
    let block = chain.head();
    let expected = run_tool(tool, fork, &file, block);
    let context = format!("fork {fork}, seed {seed}");
    let rejected = expected["result"]["rejected"].as_array().map_or(0, Vec::len);
    assert_eq!(rejected, 0, "{context}: {}", expected["result"]["rejected"]);
    let header = &block.header;
    assert_eq!(json!(header.receipts_root), expected["result"]["receiptsRoot"], "{context}");
    assert_eq!(json!(header.transactions_root), expected["result"]["txRoot"], "{context}");
    assert_eq!(json!(header.logs_bloom), expected["result"]["logsBloom"], "{context}");
    assert_eq!(json!(header.state_root), expected["result"]["stateRoot"], "{context}");
}

/// Runs the same transactions in the other implementation.
fn run_tool(tool: &str, fork: &str, genesis: &Value, block: &sequencer::Block) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, value: &Value| {
        std::fs::write(folder.path().join(name), value.to_string()).expect("a file");
    };
    let header = &block.header;
    write("alloc.json", &genesis["alloc"]);
    write(
        "env.json",
        &json!({
            "currentCoinbase": header.beneficiary,
            "currentGasLimit": format!("{:#x}", header.gas_limit),
            "currentNumber": format!("{:#x}", header.number),
            "currentTimestamp": format!("{:#x}", header.timestamp),
            "currentRandom": header.mix_hash,
            "currentDifficulty": "0x0",
            "currentBaseFee": format!("{:#x}", header.base_fee_per_gas.unwrap_or(0)),
            "currentExcessBlobGas": "0x0",
            "parentBeaconBlockRoot": header.parent_beacon_block_root,
            "withdrawals": [],
            "blockHashes": { "0": header.parent_hash },
            "parentHash": header.parent_hash,
            "parentUncleHash": header.ommers_hash,
            "ommers": [],
        }),
    );
    write("txs.rlp", &json!(body(block)));
    let mut words = tool.split_whitespace();
    let program = words.next().expect("a command");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let fork = if fork == "cancun" { "Cancun" } else { "Prague" };
    let status = Command::new(program)
        .args(words)
        .args(["--input.alloc", &path("alloc.json"), "--input.env", &path("env.json")])
        .args(["--input.txs", &path("txs.rlp"), "--state.fork", fork, "--state.reward", "0"])
        .args(["--state.chainid", &CHAIN_ID.to_string()])
        .args(["--output.basedir", &folder.path().display().to_string()])
        .args(["--output.result", "result.json", "--output.alloc", "post.json"])
        .status()
        .expect("the tool runs");
    assert!(status.success(), "the tool failed");
    read(&folder.path().join("result.json"))
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a result");
    json!({ "result": serde_json::from_str::<Value>(&text).expect("JSON") })
}

/// The block's transactions as an RLP list: legacy ones as lists, typed ones as strings.
fn body(block: &sequencer::Block) -> Bytes {
    use alloy_rlp::{Encodable, Header};
    let mut payload = Vec::new();
    for executed in block.body.iter() {
        let raw = &executed.verified.transaction.raw;
        if raw[0] >= 0xc0 {
            payload.extend_from_slice(raw);
        } else {
            raw.encode(&mut payload);
        }
    }
    let mut list = Vec::new();
    Header { list: true, payload_length: payload.len() }.encode(&mut list);
    list.extend(payload);
    Bytes::from(list)
}
