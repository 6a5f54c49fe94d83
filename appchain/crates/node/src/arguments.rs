// SPDX-License-Identifier: Apache-2.0
//! The command line.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use primitives::{Address, Fork, Heartbeat, heartbeat::HEARTBEAT_GAS};

/// The appchain's node. Without a command it runs.
#[derive(Clone, Debug, Parser)]
#[command(name = "headwater-node", version, args_conflicts_with_subcommands = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What `run` is told.
    #[command(flatten)]
    pub run: Arguments,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Order, execute and serve a chain.
    Run(Box<Arguments>),
    /// Rebuild a chain from its batches on the L1 alone, and check every block.
    Follow(FollowArguments),
}

/// What `follow` is told.
#[derive(Clone, Debug, Args)]
pub struct FollowArguments {
    /// JSON-RPC of the L1.
    #[arg(long)]
    pub l1: String,
    /// Address of the BatchInbox on the L1.
    #[arg(long)]
    pub inbox: Address,
    /// Genesis file of the chain; a node keeps its own as genesis.json in its folder.
    #[arg(long)]
    pub genesis: PathBuf,
    /// Folder to keep the chain in; a node started on it goes on from there.
    #[arg(long)]
    pub state_dir: Option<PathBuf>,
    /// L1 block to read from; not after the inbox's first frame.
    #[arg(long, default_value_t = 0)]
    pub l1_start: u64,
    /// L1 blocks that must stand on one before it is read.
    #[arg(long, default_value_t = 12)]
    pub confirmations: u64,
    /// Stop at the L1's head instead of following it.
    #[arg(long)]
    pub once: bool,
    /// Switches.
    #[command(flatten)]
    pub shortcuts: Shortcuts,
    /// What is logged.
    #[command(flatten)]
    pub log: LogArguments,
}

/// Switches of what makes a node fast; none of them changes a result.
#[derive(Clone, Copy, Debug, Args)]
pub struct Shortcuts {
    /// Run plain transfers in the interpreter.
    #[arg(long)]
    pub no_native_transfers: bool,
    /// Recover every signature by itself.
    #[arg(long)]
    pub no_batch_signatures: bool,
    /// Check signatures without AVX-512.
    #[arg(long)]
    pub no_vector_signatures: bool,
}

/// How much is said, and in which form.
#[derive(Clone, Copy, Debug, Args)]
pub struct LogArguments {
    /// Log errors only.
    #[arg(long)]
    pub quiet: bool,
    /// Log in JSON.
    #[arg(long)]
    pub json_log: bool,
}

/// Where batches are posted.
#[derive(Clone, Debug, Args)]
pub struct PostArguments {
    /// JSON-RPC of the L1 that batches are posted to.
    #[arg(long, requires_all = ["l1_key_file", "inbox", "state_dir"])]
    pub l1: Option<String>,
    /// File with the batcher's private key, 64 hexadecimal digits.
    #[arg(long, requires = "l1")]
    pub l1_key_file: Option<PathBuf>,
    /// Address of the BatchInbox on the L1; it may be deployed later.
    #[arg(long, requires = "l1")]
    pub inbox: Option<Address>,
    /// Longest that a block waits to be posted together with others.
    #[arg(long, value_parser = parse_seconds, default_value = "10")]
    pub post_interval: f64,
    /// Seconds without a mined transaction before its fee goes up.
    #[arg(long, value_parser = parse_seconds, default_value = "60")]
    pub l1_stuck_after: f64,
}

/// What `run` is told.
#[derive(Clone, Debug, Parser)]
#[command(name = "headwater-node", version)]
pub struct Arguments {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Port of JSON-RPC, HTTP and WebSocket; 0 takes a free one.
    #[arg(long, default_value_t = 8545)]
    pub port: u16,
    /// Chain id; with a genesis file, the file's.
    #[arg(long, default_value_t = 31_337)]
    pub chain_id: u64,
    /// Genesis file in geth's format; without it, a development chain of the accounts.
    #[arg(long)]
    pub genesis: Option<PathBuf>,
    /// Timestamp of the genesis block of a development chain, in seconds; its default is now.
    #[arg(long)]
    pub timestamp: Option<u64>,
    /// Folder of log, checkpoints and blocks; without it nothing outlives the process.
    #[arg(long, visible_alias = "state")]
    pub state_dir: Option<PathBuf>,
    /// Mnemonic of the development accounts.
    #[arg(long, default_value = "test test test test test test test test test test test junk")]
    pub mnemonic: String,
    /// How many development accounts there are; 0 for none.
    #[arg(long, default_value_t = 10)]
    pub accounts: u32,
    /// Ether of each development account.
    #[arg(long, default_value_t = 10_000)]
    pub balance: u64,
    /// Seconds between blocks; without it every transaction makes a block at once.
    #[arg(long, value_parser = parse_seconds)]
    pub block_time: Option<f64>,
    /// Make blocks only when told to.
    #[arg(long, conflicts_with = "block_time")]
    pub no_mining: bool,
    /// Refuse `evm_*`, `anvil_*` and `hardhat_*`, and sign for nobody.
    #[arg(long)]
    pub production: bool,
    /// Rules: cancun, prague or osaka.
    #[arg(long, default_value = "cancun")]
    pub hardfork: Fork,
    /// Gas limit of a block.
    #[arg(long, default_value_t = 10_000_000_000)]
    pub gas_limit: u64,
    /// Most gas of a transaction; its default is the genesis file's, or 60,000,000.
    #[arg(long)]
    pub transaction_gas_limit: Option<u64>,
    /// Most gas of a call that changes nothing.
    #[arg(long, default_value_t = 50_000_000)]
    pub call_gas_limit: u64,
    /// First base fee in wei.
    #[arg(long, visible_alias = "block-base-fee-per-gas", default_value_t = 1_000_000_000)]
    pub base_fee: u64,
    /// Keep the base fee the same in every block, as a chain does that lets its users go free.
    #[arg(long)]
    pub constant_base_fee: bool,
    /// Who receives tips; with a genesis file, the file's.
    #[arg(long, default_value = "0x0000000000000000000000000000000000000000")]
    pub beneficiary: Address,
    /// Largest runtime code in bytes.
    #[arg(long)]
    pub code_size_limit: Option<usize>,
    /// Contract whose `open_block()` and `close_block()` each block calls; with a genesis file, the
    /// file's `config.headwater.heartbeat`.
    #[arg(long, conflicts_with = "genesis")]
    pub heartbeat: Option<Address>,
    /// Most gas of each of those calls.
    #[arg(long, requires = "heartbeat", default_value_t = HEARTBEAT_GAS)]
    pub heartbeat_gas: u64,
    /// Origins that a browser may call from, separated by commas; * for any.
    #[arg(long, default_value = "*")]
    pub allow_origin: String,
    /// Let no browser call.
    #[arg(long)]
    pub no_cors: bool,
    /// Seconds for which a client of JSON-RPC may let the node wait for the rest of a request, or
    /// keep an idle connection.
    #[arg(long, default_value_t = 30.0, value_parser = parse_seconds)]
    pub patience: f64,
    /// TCP address of the bulk door, such as 127.0.0.1:9545.
    #[arg(long)]
    pub bulk: Option<String>,
    /// Path of the bulk door's Unix socket.
    #[arg(long)]
    pub bulk_socket: Option<PathBuf>,
    /// TCP address of the page for Prometheus.
    #[arg(long)]
    pub metrics: Option<String>,
    /// What `web3_clientVersion` answers, for tools that look for another node's name.
    #[arg(long)]
    pub client_version: Option<String>,
    /// Transactions between two checkpoints: fewer make a restart shorter and cost more writing.
    #[arg(long, default_value_t = sequencer::settings::CHECKPOINT_TRANSACTIONS)]
    pub(crate) checkpoint_transactions: u64,
    /// Cut a damaged log where the damage begins, instead of refusing to start.
    #[arg(long)]
    pub accept_log_loss: bool,
    /// Where batches are posted.
    #[command(flatten)]
    pub post: PostArguments,
    /// Switches.
    #[command(flatten)]
    pub shortcuts: Shortcuts,
    /// What is logged.
    #[command(flatten)]
    pub log: LogArguments,
}

impl Arguments {
    /// The heartbeat of a development chain.
    pub fn heartbeat(&self) -> Option<Heartbeat> {
        self.heartbeat.map(|address| Heartbeat {
            address,
            open_gas_limit: self.heartbeat_gas,
            close_gas_limit: self.heartbeat_gas,
        })
    }
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text} is not a number of seconds"))?;
    if (0.01..=86_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("{text} is not from 0.01 to 86400 seconds"))
    }
}
