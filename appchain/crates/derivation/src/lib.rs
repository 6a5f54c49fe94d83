// SPDX-License-Identifier: Apache-2.0
//! Batches: what followers need of a run of blocks, as few bytes as we can, and back.
//!
//! - [`bytes`]: integers of variable length and bounded reads.
//! - [`encode`]: blocks to a batch, column by column.
//! - [`decode`]: a batch to blocks; every length is checked against what is there.
//!
//! A batch is `version | varint columns | zstd(columns) | signatures`. Signatures do not compress,
//! so they stay outside. `sequencer` writes batches, followers and the archive read them.

pub mod bytes;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use execution::Environment;
use primitives::Verified;

pub use decode::{Claim, DecodeError, Opened, Unpacked, decode};
pub use encode::encode;

/// What determines a block: its environment and its transactions in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockInput {
    /// What the transactions see.
    pub environment: Environment,
    /// Transactions with the senders that the sequencer found.
    pub transactions: Vec<Arc<Verified>>,
}

/// First byte of a batch.
pub(crate) const VERSION: u8 = 0;

/// Bits of a transaction's byte in the first column.
pub(crate) mod flags {
    /// EIP-2718 type: 0, 1, 2 or 4.
    pub(crate) const TYPE_MASK: u8 = 0x07;
    /// It creates a contract.
    pub(crate) const CREATE: u8 = 0x08;
    /// Parity of the signature.
    pub(crate) const ODD_Y: u8 = 0x10;
    /// A legacy transaction without EIP-155.
    pub(crate) const UNPROTECTED: u8 = 0x20;
    /// An access list follows in its column.
    pub(crate) const ACCESS_LIST: u8 = 0x40;
    /// Its chain id is not the batch's and follows in its column.
    pub(crate) const OTHER_CHAIN: u8 = 0x80;
}
