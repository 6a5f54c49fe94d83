// SPDX-License-Identifier: Apache-2.0
//! A node in a process of its own, fed over JSON-RPC: anvil, or ours.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    http::{Connection, PATIENCE, Requests},
    lanes::{CHAIN_ID, GAS_LIMIT, Lane},
};

/// Which node, and its binary.
#[derive(Clone, Debug)]
pub(crate) enum Binary {
    Anvil(PathBuf),
    Headwater(PathBuf),
}

/// How a load goes out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feed {
    pub(crate) transactions: usize,
    pub(crate) accounts: usize,
    pub(crate) connections: usize,
    pub(crate) batch: usize,
}

/// A node that is killed when dropped.
pub(crate) struct Running {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Running {
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds from the first byte sent to the last transaction in a block.
///
/// # Errors
///
/// A line that says what the node refused, or which transactions failed.
pub(crate) fn measure(binary: &Binary, lane: &Lane, feed: Feed) -> Result<f64, String> {
    let load = &lane.load[..feed.transactions.min(lane.load.len())];
    let requests = Requests::new(load, feed.accounts, feed.connections, feed.batch);
    let running = start(binary, &lane.genesis, CHAIN_ID)?;
    let mut connection = Connection::open(running.port)?;
    connection.call("eth_chainId", "")?;
    let start = Instant::now();
    requests.send(running.port)?;
    // What still waits goes into a block at once, not when the second is over.
    connection.call("evm_mine", "")?;
    wait_mined(&mut connection, load.len())?;
    let seconds = start.elapsed().as_secs_f64();
    check_receipts(&mut connection)?;
    Ok(seconds)
}

/// Starts a node on a genesis.
pub(crate) fn start(binary: &Binary, genesis: &str, chain_id: u64) -> Result<Running, String> {
    let text = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(text)?;
    let file = folder.path().join("genesis.json");
    std::fs::write(&file, genesis).map_err(text)?;
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(text)?.port();
    let mut command = match binary {
        Binary::Anvil(path) => anvil(path, &file, chain_id),
        Binary::Headwater(path) => headwater(path, &file, folder.path()),
    };
    let child = command
        .args(["--host", "127.0.0.1", "--block-time", "1", "--port", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{binary:?} does not start: {error}"))?;
    Ok(Running { child, port, _folder: folder })
}

fn anvil(path: &Path, genesis: &Path, chain_id: u64) -> Command {
    let mut command = Command::new(path);
    command
        .args(["--silent", "--order", "fifo", "--base-fee", "0", "--hardfork", "cancun"])
        .args(["--gas-limit", &GAS_LIMIT.to_string(), "--chain-id", &chain_id.to_string()])
        .arg("--init")
        .arg(genesis);
    command
}

fn headwater(path: &Path, genesis: &Path, folder: &Path) -> Command {
    let mut command = Command::new(path);
    command
        .arg("--quiet")
        .arg("--state-dir")
        .arg(folder.join("state"))
        .arg("--genesis")
        .arg(genesis);
    command
}

/// Waits until so many transactions are in blocks.
pub(crate) fn wait_mined(connection: &mut Connection, expected: usize) -> Result<(), String> {
    let start = Instant::now();
    let (mut mined, mut next) = (0, 1);
    loop {
        let head = quantity(&connection.call("eth_blockNumber", "")?);
        while next <= head {
            let block = format!("\"{next:#x}\"");
            let count = connection.call("eth_getBlockTransactionCountByNumber", &block)?;
            mined += quantity(&count) as usize;
            next += 1;
        }
        if mined >= expected {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("{mined} of {expected} transactions were mined"));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Holds the last block with transactions to success, so that no lane measures reverts.
pub(crate) fn check_receipts(connection: &mut Connection) -> Result<(), String> {
    let mut number = quantity(&connection.call("eth_blockNumber", "")?);
    while number > 0 {
        let receipts = connection.call("eth_getBlockReceipts", &format!("\"{number:#x}\""))?;
        let receipts = receipts.as_array().ok_or("no receipts")?;
        if receipts.is_empty() {
            number -= 1;
            continue;
        }
        let failed = receipts.iter().filter(|receipt| receipt["status"] != "0x1").count();
        return if failed == 0 {
            Ok(())
        } else {
            Err(format!("{failed} of {} transactions of block {number} failed", receipts.len()))
        };
    }
    Err("no block has transactions".to_owned())
}

fn quantity(value: &Value) -> u64 {
    let digits = value.as_str().unwrap_or_default().trim_start_matches("0x");
    u64::from_str_radix(digits, 16).unwrap_or(0)
}
