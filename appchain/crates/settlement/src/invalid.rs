// SPDX-License-Identifier: Apache-2.0
//! Why a batch has no effect. It is dropped whole; the chain goes on from the block before it.

use primitives::{Address, B256, BlockNumber};

/// A rule of derivation that a batch breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Another batch began before it was whole.
    #[error("it was never completed")]
    Abandoned,
    /// A part out of its turn.
    #[error("part {found} came where part {expected} was due")]
    Part {
        /// Its number.
        found: u64,
        /// The number due.
        expected: u64,
    },
    /// More than a follower holds.
    #[error("{parts} parts, one of {bytes} bytes, are too large")]
    TooLarge {
        /// Announced parts.
        parts: u64,
        /// Bytes of the part.
        bytes: usize,
    },
    /// The bytes are no batch.
    #[error("it does not decode: {0}")]
    Decode(#[from] derivation::DecodeError),
    /// Another chain's.
    #[error("its chain id is {found}, not {expected}")]
    ChainId {
        /// The batch's.
        found: u64,
        /// This chain's.
        expected: u64,
    },
    /// Its blocks are there already.
    #[error("it begins at block {found}, and block {next} is next: it comes a second time")]
    Repeated {
        /// Its first block.
        found: BlockNumber,
        /// The block due.
        next: BlockNumber,
    },
    /// Blocks before it are missing.
    #[error("it begins at block {found}, and block {next} is next: a batch before it is missing")]
    Gap {
        /// Its first block.
        found: BlockNumber,
        /// The block due.
        next: BlockNumber,
    },
    /// Not as many blocks as announced.
    #[error("it holds {found} blocks and {hashes} hashes where {announced} were announced")]
    Count {
        /// Its blocks.
        found: u64,
        /// Its hashes.
        hashes: u64,
        /// What the inbox says.
        announced: u64,
    },
    /// It continues another chain.
    #[error("the block before it is {found}, not {expected}")]
    Parent {
        /// The batch's.
        found: B256,
        /// This chain's.
        expected: B256,
    },
    /// Block numbers that do not count up.
    #[error("block {found} stands where block {expected} belongs")]
    Number {
        /// Its number.
        found: BlockNumber,
        /// The number due.
        expected: BlockNumber,
    },
    /// Time goes back.
    #[error("block {number} is of time {found}, the block before it of {parent}")]
    Timestamp {
        /// Which block.
        number: BlockNumber,
        /// Its time.
        found: u64,
        /// The time before.
        parent: u64,
    },
    /// Not the fee that the block before gives.
    #[error("block {number} has a base fee of {found}, not {expected}")]
    BaseFee {
        /// Which block.
        number: BlockNumber,
        /// Its fee.
        found: u64,
        /// The fee due.
        expected: u64,
    },
    /// Not the chain's limit.
    #[error("block {number} has a gas limit of {found}, not {expected}")]
    GasLimit {
        /// Which block.
        number: BlockNumber,
        /// Its limit.
        found: u64,
        /// The chain's.
        expected: u64,
    },
    /// Tips for somebody else.
    #[error("block {number} pays {found}, not {expected}")]
    Beneficiary {
        /// Which block.
        number: BlockNumber,
        /// Whom it pays.
        found: Address,
        /// Whom the chain pays.
        expected: Address,
    },
    /// Not the value that follows from the number.
    #[error("block {0} has another PREVRANDAO than its number gives")]
    Prevrandao(BlockNumber),
    /// A call that the chain makes by itself is absent, or something else stands in its place.
    #[error("transaction {index} of block {number} is not the {call} that is due there")]
    Heartbeat {
        /// Which block.
        number: BlockNumber,
        /// The place there.
        index: u64,
        /// The call due.
        call: &'static str,
    },
    /// A transaction that is none, or that its sender did not sign.
    #[error("transaction {index} of block {number}: {reason}")]
    Signature {
        /// Which block.
        number: BlockNumber,
        /// Its place there.
        index: u64,
        /// What is wrong.
        reason: String,
    },
    /// A transaction that execution refuses.
    #[error("transaction {index} of block {number} cannot run: {reason}")]
    Transaction {
        /// Which block.
        number: BlockNumber,
        /// Its place there.
        index: u64,
        /// What is wrong.
        reason: String,
    },
}
