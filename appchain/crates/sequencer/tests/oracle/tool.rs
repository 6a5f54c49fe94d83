// SPDX-License-Identifier: Apache-2.0
//! The other implementation, as a command that takes geth's `t8n` arguments.

use std::process::Command;

use primitives::Bytes;
use sequencer::Block;
use serde_json::{Value, json};

use crate::blocks::CHAIN_ID;

/// Runs a block's transactions on a genesis; the tool's result, and the accounts after.
pub(crate) fn run(command: &str, fork: &str, genesis: &Value, block: &Block) -> (Value, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let write = |name: &str, value: &Value| {
        std::fs::write(folder.path().join(name), value.to_string()).expect("a file");
    };
    write("alloc.json", &genesis["alloc"]);
    write("env.json", &environment(block));
    write("txs.rlp", &json!(body(block)));
    let mut words = command.split_whitespace();
    let status = Command::new(words.next().expect("a command"))
        .args(words)
        .args(["--input.alloc", &path("alloc.json"), "--input.env", &path("env.json")])
        .args(["--input.txs", &path("txs.rlp"), "--state.fork", fork, "--state.reward", "0"])
        .args(["--state.chainid", &CHAIN_ID.to_string()])
        .args(["--output.basedir", &folder.path().display().to_string()])
        .args(["--output.result", "result.json", "--output.alloc", "post.json"])
        .status()
        .expect("the tool runs");
    assert!(status.success(), "the tool failed");
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).expect("a result");
        serde_json::from_str(&text).expect("JSON")
    };
    (read("result.json"), read("post.json"))
}

fn environment(block: &Block) -> Value {
    let header = &block.header;
    json!({
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
    })
}

/// The block's transactions as an RLP list: legacy ones as lists, typed ones as strings.
fn body(block: &Block) -> Bytes {
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
