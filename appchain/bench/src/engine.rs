// SPDX-License-Identifier: Apache-2.0
//! Our node, fed through the bulk door with everything on: signature checks, execution, roots,
//! receipts, a synced log, batches and the archive.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use execution::Options;
use primitives::{ChainConfig, Genesis};
use sequencer::{Batched, Mining, Node, Settings, SignatureOptions, chain};

use crate::lanes::{Lane, Signed};

/// Shortcuts that may be turned off, and the size of the door's messages.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Switches {
    /// Recover each signature by itself.
    #[arg(long)]
    single_signatures: bool,
    /// Run plain transfers in the interpreter.
    #[arg(long)]
    interpreted_transfers: bool,
    /// Transactions of one message at the bulk door.
    #[arg(long, default_value_t = 4_096)]
    pub(crate) message: usize,
}

/// What a run showed.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) transactions: usize,
    pub(crate) seconds: f64,
    pub(crate) blocks: u64,
    pub(crate) gas: u64,
    /// Microseconds per transaction, by stage, summed over threads.
    pub(crate) stages: Vec<(&'static str, f64)>,
    pub(crate) log_bytes: u64,
    pub(crate) batch_bytes: u64,
    /// CPU seconds of the process while the clock ran.
    pub(crate) cpu_seconds: f64,
}

/// Starts a node on a genesis, with its files in `folder`.
pub(crate) fn start(
    config: ChainConfig,
    genesis: Genesis,
    folder: &Path,
    switches: Switches,
) -> Result<Arc<Node>, String> {
    let mut settings = Settings::new(config, genesis);
    settings.mining = Mining::Interval(Duration::from_secs(1));
    settings.folder = Some(folder.to_path_buf());
    settings.is_development = false;
    settings.options = Options { native_transfers: !switches.interpreted_transfers };
    settings.checkpoint_transactions = u64::MAX;
    settings.history = chain::Limits { blocks: 10_000, transactions: 200_000 };
    let options = SignatureOptions { batch: !switches.single_signatures, vector: true };
    Node::start_with(settings, Box::new(Batched::new(options))).map_err(|error| error.to_string())
}

/// Starts a node on the lane's genesis and sends it the lane.
///
/// # Errors
///
/// A line that says what was refused or failed.
pub(crate) fn measure(lane: &Lane, switches: Switches) -> Result<Measured, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (config, genesis) = Genesis::parse(&lane.genesis).map_err(|error| error.to_string())?;
    let node = start(config, genesis, folder.path(), switches)?;
    let measured = drive(&node, folder.path(), &lane.load, switches.message)?;
    node.stop();
    Ok(measured)
}

/// Sends a load through the bulk door and waits until all of it is in committed blocks.
///
/// # Errors
///
/// As [`measure`].
pub(crate) fn drive(
    node: &Arc<Node>,
    folder: &Path,
    load: &[Signed],
    message: usize,
) -> Result<Measured, String> {
    let socket = folder.join("bulk.sock");
    sequencer::door::serve_unix(Arc::clone(node), &socket).map_err(|error| error.to_string())?;
    let stream = UnixStream::connect(&socket).map_err(|error| error.to_string())?;
    let before = node.shared().metrics.stages.list();
    let metrics = &node.shared().metrics;
    let blocks = metrics.blocks.load(Ordering::Relaxed);
    let cpu = cpu_seconds();
    let start = Instant::now();
    send(&stream, load, message)?;
    settle(node)?;
    let seconds = start.elapsed().as_secs_f64();
    let cpu_seconds = cpu_seconds() - cpu;
    let ran = metrics.executed.load(Ordering::Relaxed);
    if ran != load.len() as u64 {
        return Err(format!("{ran} transactions ran of {}", load.len()));
    }
    let failed = failed(node);
    if failed > 0 {
        return Err(format!("{failed} transactions of the kept blocks failed"));
    }
    let stages = metrics
        .stages
        .list()
        .iter()
        .zip(before)
        .map(|((name, after), (_, before))| {
            (*name, (after - before) as f64 / 1_000.0 / load.len() as f64)
        })
        .collect();
    Ok(Measured {
        transactions: load.len(),
        seconds,
        blocks: metrics.blocks.load(Ordering::Relaxed) - blocks,
        gas: metrics.gas.load(Ordering::Relaxed),
        stages,
        log_bytes: metrics.log_bytes.load(Ordering::Relaxed),
        batch_bytes: metrics.batch_bytes.load(Ordering::Relaxed),
        cpu_seconds,
    })
}

/// Waits until everything acknowledged is in a committed block.
fn settle(node: &Node) -> Result<(), String> {
    node.control(sequencer::Sequencer::mine)
        .and_then(|mined| mined)
        .map_err(|error| error.to_string())
}

fn failed(node: &Node) -> usize {
    let chain = node.shared().chain.read();
    chain
        .blocks()
        .flat_map(|block| block.body.iter())
        .filter(|executed| !executed.outcome.is_success)
        .count()
}

/// Sends messages without waiting, reads answers beside; returns when all are acknowledged.
fn send(stream: &UnixStream, transactions: &[Signed], size: usize) -> Result<(), String> {
    thread::scope(|scope| {
        let sending = scope.spawn(move || {
            let mut stream = stream;
            let mut message = Vec::new();
            for chunk in transactions.chunks(size) {
                message.clear();
                message.extend_from_slice(&[0; 4]);
                for (sender, raw) in chunk {
                    message.extend_from_slice(sender.as_slice());
                    message.extend_from_slice(&(raw.len() as u32).to_le_bytes());
                    message.extend_from_slice(raw);
                }
                let length = (message.len() - 4) as u32;
                message[..4].copy_from_slice(&length.to_le_bytes());
                stream.write_all(&message)?;
            }
            Ok::<_, std::io::Error>(())
        });
        let mut stream = stream;
        for chunk in transactions.chunks(size) {
            let mut head = [0; 12];
            stream.read_exact(&mut head).map_err(|error| error.to_string())?;
            let read = |at: usize| {
                u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
            };
            let mut reasons = vec![0; read(0) - 8];
            stream.read_exact(&mut reasons).map_err(|error| error.to_string())?;
            if read(4) != chunk.len() {
                return Err(format!(
                    "{} of {} refused, first: {}",
                    read(8),
                    chunk.len(),
                    String::from_utf8_lossy(&reasons[6..reasons.len().min(200)])
                ));
            }
        }
        sending
            .join()
            .map_err(|_| "the sending thread failed".to_owned())?
            .map_err(|error| error.to_string())
    })
}

/// CPU seconds of this process, from the kernel.
fn cpu_seconds() -> f64 {
    // Fields 14 and 15 of stat, counted after the name in brackets, in ticks of 10 ms.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}
