// SPDX-License-Identifier: Apache-2.0
//! Runs the lanes of the benchmark and prints one line of JSON a run; `python -m bench` calls it,
//! takes medians and makes the table.
//!
//! - [`lanes`]: what is sent. [`world`]: our contracts, deployed. [`abi`]: how they are called.
//! - [`prepare`]: from the transactions of a preparation to a genesis.
//! - [`engine`]: our node in this process, fed through the bulk door, with everything on.
//! - [`process`], [`http`]: anvil, or our node, in a process of its own, fed over JSON-RPC.
//! - [`rebuild`]: the token lane's chain, from an L1 alone.
//! - [`scale`]: memory, and the cost of a block, by the number of accounts.
//! - [`counts`]: each stage alone, for a tool that counts instructions.

mod abi;
mod counts;
mod engine;
mod http;
mod lanes;
mod prepare;
mod process;
mod rebuild;
mod report;
mod scale;
mod world;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    engine::Switches,
    lanes::{Kind, Lane},
    process::{Binary, Feed},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs the lanes of the benchmark; one line of JSON a run.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Our node through the bulk door and anvil over JSON-RPC, in turn.
    Bulk {
        /// What the accounts do.
        kind: Kind,
        #[command(flatten)]
        load: Load,
        #[command(flatten)]
        switches: Switches,
    },
    /// Both nodes over HTTP, transfers of ether by `eth_sendRawTransaction`, in turn.
    Http {
        #[command(flatten)]
        load: Load,
        /// Binary of our node.
        #[arg(long)]
        node: PathBuf,
        /// Calls of one JSON-RPC batch.
        #[arg(long, default_value_t = 100)]
        batch: usize,
        /// Keep-alive connections, each with one batch under way.
        #[arg(long, default_value_t = 4)]
        connections: usize,
    },
    /// The token lane's chain, produced, posted to anvil as the L1, and rebuilt from there.
    Rebuild {
        #[command(flatten)]
        load: Load,
        #[command(flatten)]
        switches: Switches,
    },
    /// Memory and the cost of a block on a chain of so many accounts.
    Scale {
        /// Accounts of the genesis.
        #[arg(long)]
        accounts: usize,
        /// Transfers of ether to measure.
        #[arg(long, default_value_t = 50_000)]
        transactions: usize,
        #[command(flatten)]
        switches: Switches,
    },
    /// One stage on the blocks of the token lane, without threads or a clock.
    Count {
        /// The stage.
        stage: counts::Stage,
    },
}

#[derive(Clone, Debug, clap::Args)]
struct Load {
    /// Accounts that send.
    #[arg(long, default_value_t = 10_000)]
    accounts: usize,
    /// Transactions that our node gets in a run.
    #[arg(long, default_value_t = 400_000)]
    transactions: usize,
    /// Transactions that anvil gets in a run.
    #[arg(long, default_value_t = 15_000)]
    anvil_transactions: usize,
    /// Runs of each node, which take turns.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Binary of anvil; without it our node runs alone.
    #[arg(long)]
    anvil: Option<PathBuf>,
}

/// Calls of one batch to anvil where the lane asks for no size, and connections: what anvil is
/// fastest with.
const ANVIL_BATCH: usize = 500;
const ANVIL_CONNECTIONS: usize = 1;

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<(), String> {
    match command {
        Command::Bulk { kind, load, switches } => bulk(*kind, load, *switches),
        Command::Http { load, node, batch, connections } => http(load, node, *batch, *connections),
        Command::Rebuild { load, switches } => rebuild(load, *switches),
        Command::Scale { accounts, transactions, switches } => {
            report::scale(&scale::measure(*accounts, *transactions, *switches)?);
            Ok(())
        }
        Command::Count { stage } => counts::run(*stage),
    }
}

fn bulk(kind: Kind, load: &Load, switches: Switches) -> Result<(), String> {
    let lane = Lane::sign(kind, load.accounts, load.transactions)?;
    for _ in 0..load.rounds {
        report::bulk(&engine::measure(&lane, switches)?);
        let feed = load.feed(load.anvil_transactions, ANVIL_CONNECTIONS, ANVIL_BATCH);
        anvil(load, &lane, feed)?;
    }
    Ok(())
}

fn http(
    load: &Load,
    node: &std::path::Path,
    batch: usize,
    connections: usize,
) -> Result<(), String> {
    let lane = Lane::sign(Kind::NativeTransfers, load.accounts, load.transactions)?;
    let ours = Binary::Headwater(node.to_path_buf());
    for _ in 0..load.rounds {
        let feed = load.feed(load.transactions, connections, batch);
        report::process("headwater", feed.transactions, process::measure(&ours, &lane, feed)?);
        anvil(load, &lane, load.feed(load.anvil_transactions, connections, batch))?;
    }
    Ok(())
}

fn rebuild(load: &Load, switches: Switches) -> Result<(), String> {
    let anvil = load.anvil.as_ref().ok_or("a rebuild needs anvil as its L1")?;
    let lane = Lane::sign(Kind::Erc20Transfers, load.accounts, load.transactions)?;
    for _ in 0..load.rounds {
        report::rebuilt(&rebuild::measure(anvil, &lane, switches)?);
    }
    Ok(())
}

fn anvil(load: &Load, lane: &Lane, feed: Feed) -> Result<(), String> {
    if let Some(path) = &load.anvil {
        let seconds = process::measure(&Binary::Anvil(path.clone()), lane, feed)?;
        report::process("anvil", feed.transactions, seconds);
    }
    Ok(())
}

impl Load {
    fn feed(&self, transactions: usize, connections: usize, batch: usize) -> Feed {
        let transactions = transactions.min(self.transactions);
        Feed { transactions, accounts: self.accounts, connections, batch }
    }
}
