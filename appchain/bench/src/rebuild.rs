// SPDX-License-Identifier: Apache-2.0
//! A chain that was produced, posted to an L1, and rebuilt from that L1 alone.

use std::{
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use alloy_sol_types::SolValue;
use primitives::{Address, B256, BlockNumber, Bytes, Genesis, U256};
use settlement::{
    abi::post_calldata,
    follow::{self, follow},
    frame::{Frame, split},
    inbox::Position,
    plan::Planner,
    rebuild::Options,
};
use workload::{Actor, Request};

use crate::{
    abi::BATCH_INBOX,
    engine::{self, Measured, Switches},
    http::Connection,
    lanes::{CHAIN_ID, GAS_LIMIT, Lane},
    process::{self, Binary},
};

/// Chain id of the L1.
const L1_CHAIN_ID: u64 = 31_337;
/// Bytes of a batch, and of the frames that it is posted in.
const BATCH_BYTES: usize = 1_000_000;
const FRAME_BYTES: usize = 100_000;
/// Gas limit of a frame's transaction: calldata costs at most 16 a byte.
const FRAME_GAS: u64 = 4_000_000;
const CREATION_GAS: u64 = 8_000_000;

/// What a run showed.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    pub(crate) produced: Measured,
    /// From the first question to the L1 until the last block is in the follower's folder.
    pub(crate) seconds: f64,
    pub(crate) batches: u64,
}

/// Produces the lane's chain, posts it, and follows it from the L1 into an empty folder.
///
/// # Errors
///
/// A line that says what was refused, or where the rebuilt chain differs.
pub(crate) fn measure(anvil: &Path, lane: &Lane, switches: Switches) -> Result<Rebuilt, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let folder = tempfile::tempdir().map_err(|error| text(&error))?;
    let (config, genesis) = Genesis::parse(&lane.genesis).map_err(|error| text(&error))?;
    let node = engine::start(config.clone(), genesis.clone(), folder.path(), switches)?;
    let produced = engine::drive(&node, folder.path(), &lane.load, switches.message)?;
    node.stop();
    // Only now: until it stops, a node seals a block a second, with or without transactions.
    let head = node.shared().chain.read().head().hash;
    let batcher = Actor::new(0);
    let l1_genesis = workload::genesis(L1_CHAIN_ID, "cancun", GAS_LIMIT, &[Actor::new(0)]);
    let l1 = process::start(&Binary::Anvil(anvil.to_path_buf()), &l1_genesis, L1_CHAIN_ID)?;
    let inbox = post(&batcher, l1.port(), &frames(folder.path().to_path_buf())?)?;
    let kept = tempfile::tempdir().map_err(|error| text(&error))?;
    let settings = follow::Settings {
        l1: format!("http://127.0.0.1:{}", l1.port()),
        inbox,
        l1_start: 0,
        confirmations: 0,
        config,
        genesis,
        folder: Some(kept.path().to_path_buf()),
        once: true,
        options: Options::default(),
    };
    let start = Instant::now();
    let followed = follow(&settings, &AtomicBool::new(false)).map_err(|error| text(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    same_head(head, followed.hash)?;
    Ok(Rebuilt { produced, seconds, batches: followed.report.batches })
}

fn same_head(produced: B256, rebuilt: B256) -> Result<(), String> {
    if produced == rebuilt {
        Ok(())
    } else {
        Err(format!("the chain ends in {produced}, and the rebuilt one in {rebuilt}"))
    }
}

/// The whole archive of a folder, as frames.
fn frames(folder: PathBuf) -> Result<Vec<Frame>, String> {
    let mut planner = Planner::new(folder, CHAIN_ID, BATCH_BYTES, Duration::ZERO);
    let mut position = Position { next_index: 0, next_block: BlockNumber(1) };
    let mut frames = Vec::new();
    while let Some(batch) = planner.next_batch(position).map_err(|error| error.to_string())? {
        frames.extend(split(&batch, FRAME_BYTES));
        position = Position { next_index: frames.len() as u64, next_block: batch.last.next() };
    }
    Ok(frames)
}

/// Deploys an inbox, posts the frames and returns the inbox's address.
fn post(batcher: &Actor, port: u16, frames: &[Frame]) -> Result<Address, String> {
    let mut connection = Connection::open(port)?;
    let mut send = |request: Request| {
        let raw = batcher.sign(&request);
        connection.call("eth_sendRawTransaction", &format!("\"{raw}\""))
    };
    let inbox = batcher.address.create(0);
    let arguments = (batcher.address, U256::from(1_u64), batcher.address);
    let creation: Bytes = BATCH_INBOX.creation(&arguments.abi_encode_params());
    send(Request::create(L1_CHAIN_ID, 0, creation, CREATION_GAS))?;
    for (nonce, frame) in (1..).zip(frames) {
        send(Request::call(L1_CHAIN_ID, nonce, inbox, post_calldata(frame), FRAME_GAS))?;
    }
    connection.call("evm_mine", "")?;
    process::wait_mined(&mut connection, frames.len() + 1)?;
    process::check_receipts(&mut connection)?;
    Ok(inbox)
}
