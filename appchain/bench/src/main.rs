// SPDX-License-Identifier: Apache-2.0
//! Measures the appchain beside anvil: `cargo run --release -p bench`.
//!
//! - [`lanes`]: what is sent: transfers, token transfers.
//! - [`engine`]: our node, fed through the bulk door, with everything on.
//! - [`anvil`]: anvil, fed with the same transactions as fast as it takes them.
//! - [`report`]: the table and `bench/results.json`.

mod anvil;
mod engine;
mod lanes;
mod report;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the appchain beside anvil.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Accounts that send.
    #[arg(long, default_value_t = 10_000)]
    accounts: usize,
    /// Transactions of each lane.
    #[arg(long, default_value_t = 400_000)]
    transactions: usize,
    /// Transactions that anvil gets of each lane.
    #[arg(long, default_value_t = 15_000)]
    anvil_transactions: usize,
    /// Lanes to run; all if none is named.
    #[arg(long)]
    lane: Vec<String>,
    /// Path of anvil; without it anvil's columns stay empty.
    #[arg(long)]
    anvil: Option<PathBuf>,
    /// Recover each signature by itself.
    #[arg(long)]
    single_signatures: bool,
    /// Run plain transfers in the interpreter.
    #[arg(long)]
    interpreted_transfers: bool,
    /// Transactions of one message at the bulk door.
    #[arg(long, default_value_t = 4_096)]
    message: usize,
    /// Where to write the results.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results.json"))]
    output: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut measured = Vec::new();
    for kind in [lanes::Kind::NativeTransfers, lanes::Kind::TokenTransfers] {
        if !arguments.lane.is_empty() && !arguments.lane.iter().any(|name| name == kind.name()) {
            continue;
        }
        eprintln!("{}: signing", kind.name());
        let lane = lanes::Lane::sign(kind, arguments.accounts, arguments.transactions)?;
        eprintln!("{}: running", kind.name());
        let ours = engine::measure(&lane, arguments)?;
        let theirs = match &arguments.anvil {
            Some(path) => Some(anvil::measure(path, &lane, arguments.anvil_transactions)?),
            None => None,
        };
        measured.push((kind, ours, theirs));
    }
    report::print(&measured);
    report::write(&arguments.output, &measured)
}
