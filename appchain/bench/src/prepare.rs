// SPDX-License-Identifier: Apache-2.0
//! Runs a lane's preparation once, on our engine in memory; the state that it leaves is the genesis
//! from which every run of either node starts.

use std::{
    sync::{Arc, mpsc},
    time::{SystemTime, UNIX_EPOCH},
};

use primitives::{B256, Genesis};
use sequencer::{Batched, Incoming, Mining, Node, Sequencer, Settings, SignatureOptions};
use serde_json::{Map, Value, json};
use state::{Bytecode, FlatState};

use crate::lanes::Signed;

/// Transactions of one block of the preparation.
const BLOCK: usize = 20_000;

/// Seconds since 1970.
pub(crate) fn system_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// Runs `setup` on a genesis at time `now` and returns a genesis of the state behind it.
///
/// # Errors
///
/// A line that names the first transaction that was refused or failed.
pub(crate) fn run(genesis: &str, now: u64, setup: &[Signed]) -> Result<String, String> {
    let mut file: Value = serde_json::from_str(genesis).map_err(|error| error.to_string())?;
    file["timestamp"] = format!("{now:#x}").into();
    if setup.is_empty() {
        return Ok(file.to_string());
    }
    let (config, parsed) = Genesis::parse(&file.to_string()).map_err(|error| error.to_string())?;
    let mut settings = Settings::new(config, parsed);
    settings.mining = Mining::Manual;
    let node = Node::start_with(settings, Box::new(Batched::new(SignatureOptions::default())))
        .map_err(|error| error.to_string())?;
    for block in setup.chunks(BLOCK) {
        submit(&node, block)?;
        node.control(Sequencer::mine).and_then(|mined| mined).map_err(|error| error.to_string())?;
        check_head(&node, block.len())?;
    }
    file["timestamp"] = format!("{:#x}", node.shared().chain.read().head().header.timestamp).into();
    file["alloc"] = allocation(&node.shared().flat.read());
    node.stop();
    Ok(file.to_string())
}

fn submit(node: &Node, block: &[Signed]) -> Result<(), String> {
    let incoming = block
        .iter()
        .map(|(sender, raw)| Incoming { raw: raw.clone(), claimed: Some(*sender) })
        .collect();
    let (sender, receiver) = mpsc::channel();
    node.submit_raw(
        incoming,
        Box::new(move |results| {
            let _ = sender.send(results);
        }),
    );
    let results = receiver.recv().map_err(|error| error.to_string())?;
    match results.into_iter().find_map(Result::err) {
        Some(refused) => Err(format!("the preparation was refused: {refused}")),
        None => Ok(()),
    }
}

fn check_head(node: &Node, expected: usize) -> Result<(), String> {
    let head = Arc::clone(node.shared().chain.read().head());
    if let Some(failed) = head.body.iter().find(|executed| !executed.outcome.is_success) {
        let hash = failed.verified.transaction.hash;
        return Err(format!("transaction {} of the preparation failed: {hash}", failed.index));
    }
    if head.body.len() == expected {
        Ok(())
    } else {
        Err(format!("{} of {expected} transactions of the preparation ran", head.body.len()))
    }
}

/// Every account, its code and its storage, as a genesis file lists them.
fn allocation(state: &FlatState) -> Value {
    let mut accounts = Map::new();
    for (address, account, storage) in state.iter() {
        let mut entry = json!({
            "balance": format!("{:#x}", account.balance),
            "nonce": format!("{:#x}", account.nonce),
        });
        if let Some(code) = state.code(&account.code_hash).map(Bytecode::original_bytes)
            && !code.is_empty()
        {
            entry["code"] = code.to_string().into();
        }
        if let Some(storage) = storage {
            let slots: Map<String, Value> = storage
                .iter()
                .map(|(slot, value)| {
                    (B256::from(*slot).to_string(), B256::from(*value).to_string().into())
                })
                .collect();
            entry["storage"] = slots.into();
        }
        accounts.insert(address.to_string().to_lowercase(), entry);
    }
    accounts.into()
}
