// SPDX-License-Identifier: Apache-2.0
//! Why a transaction is refused or a node does not start.

use primitives::{Address, B256, BlockNumber, U256};

/// Why a transaction was not taken. Wallets match on geth's words, so they come first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Not a transaction of ours.
    #[error("{0}")]
    Decode(#[from] primitives::DecodeError),
    /// Above 128 KiB.
    #[error("oversized data: transaction size {size}, limit {limit}")]
    Oversized {
        /// Its bytes.
        size: usize,
        /// Most bytes.
        limit: usize,
    },
    /// No key made this signature, or not the claimed one's.
    #[error("invalid sender: {0}")]
    Signature(String),
    /// Signed for another chain.
    #[error("invalid chain id for signer: have {have:?} want {want}")]
    ChainId {
        /// The transaction's.
        have: Option<u64>,
        /// This chain's.
        want: u64,
    },
    /// Used already.
    #[error("nonce too low: next nonce {next}, tx nonce {nonce}")]
    NonceTooLow {
        /// The account's next nonce.
        next: u64,
        /// The transaction's.
        nonce: u64,
    },
    /// Too far ahead.
    #[error("nonce too high: next nonce {next}, tx nonce {nonce}, {limit} may wait")]
    NonceTooHigh {
        /// The account's next nonce.
        next: u64,
        /// The transaction's.
        nonce: u64,
        /// How many transactions of one account may wait.
        limit: u64,
    },
    /// The very same transaction is here.
    #[error("already known")]
    AlreadyKnown(B256),
    /// Another one with this nonce waits and pays as much.
    #[error("replacement transaction underpriced")]
    ReplacementUnderpriced,
    /// Below the base fee of the next block.
    #[error("max fee per gas less than block base fee: maxFeePerGas: {fee}, baseFee: {base_fee}")]
    FeeTooLow {
        /// Most it pays.
        fee: u128,
        /// What it would have to pay.
        base_fee: u64,
    },
    /// The sender cannot pay for it.
    #[error("insufficient funds for gas * price + value: balance {balance}, tx cost {cost}")]
    InsufficientFunds {
        /// Sender's balance.
        balance: U256,
        /// Most that it takes.
        cost: U256,
    },
    /// More gas than a block or a transaction may use.
    #[error("exceeds block gas limit: tx gas {gas}, limit {limit}")]
    GasLimit {
        /// The transaction's.
        gas: u64,
        /// Most that is allowed.
        limit: u64,
    },
    /// The waiting room is full; try again later.
    #[error("txpool is full: {waiting} transactions wait, limit {limit}")]
    PoolFull {
        /// Waiting now.
        waiting: usize,
        /// Most that may wait.
        limit: usize,
    },
    /// It would act for the system account.
    #[error("invalid sender: the system account's transactions are the chain's own")]
    SystemAccount,
    /// Execution refused it.
    #[error("{0}")]
    Rejected(String),
    /// The log could not be written; nothing was acknowledged.
    #[error("node stopped: {0}")]
    Stopped(String),
    /// A command of a development chain on a chain that is not one.
    #[error("{0} is a command of development mode")]
    NotDevelopment(&'static str),
    /// No snapshot of this id.
    #[error("no snapshot {0}")]
    NoSnapshot(u64),
    /// A timestamp that would take time back.
    #[error("timestamp {given} is too early after the last block's, {last}")]
    Timestamp {
        /// Asked for.
        given: u64,
        /// Of the last block.
        last: u64,
    },
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// On what.
        path: String,
        /// Its reason.
        source: std::io::Error,
    },
    /// Another node runs on this folder.
    #[error("another node runs on {0}; stop it, or give this one its own folder")]
    Locked(String),
    /// A file is not ours, or of another chain.
    #[error("{path} is not of this chain: {reason}; give the node its own folder")]
    Foreign {
        /// Which file.
        path: String,
        /// How it differs.
        reason: String,
    },
    /// A file is damaged.
    #[error(
        "{path} is damaged at byte {offset}: {reason}. Restore it from a copy, or start with \
         --accept-log-loss to give up what follows"
    )]
    Damaged {
        /// Which file.
        path: String,
        /// Where.
        offset: u64,
        /// How.
        reason: String,
    },
    /// Replaying the log gave another block than before.
    #[error("block {number} came out as {found} where the archive has {expected}")]
    Diverged {
        /// Which block.
        number: BlockNumber,
        /// Hash of the replay.
        found: B256,
        /// Hash in the archive.
        expected: B256,
    },
    /// A transaction in the log is not valid on replay.
    #[error("transaction of {sender} in the log is refused on replay: {reason}")]
    Replay {
        /// Its sender.
        sender: Address,
        /// The reason.
        reason: String,
    },
}

impl StartError {
    /// A failure of the system at a path.
    #[must_use]
    pub fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }
}
