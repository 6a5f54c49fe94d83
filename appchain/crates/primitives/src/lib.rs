// SPDX-License-Identifier: Apache-2.0
//! Names and values that every crate of the appchain shares.
//!
//! - [`chain`]: which rules a chain follows. Every crate may read it.
//! - [`genesis`]: geth's genesis file, checked. The node and the tests read it.
//! - [`heartbeat`]: the calls that the chain makes by itself, and the account they come from.
//! - [`transaction`]: one signed transaction as a view of its own bytes. Everything past the door
//!   works on this view and never decodes twice.
//!
//! This crate depends on no other crate of ours.

pub mod chain;
pub mod genesis;
pub mod heartbeat;
pub mod transaction;

pub use alloy_primitives::{
    self, Address, B256, Bloom, Bytes, Log, TxKind, U256, address, b256, keccak256, map,
};
pub use chain::{BlockNumber, ChainConfig, Fork};
pub use genesis::{Genesis, GenesisAccount, GenesisError};
pub use heartbeat::{Heartbeat, HeartbeatError, SYSTEM_ACCOUNT};
pub use transaction::{DecodeError, Signature, Transaction, TransactionType, Verified};

/// Keccak of nothing: the code hash of an account without code.
pub const KECCAK_EMPTY: B256 =
    b256!("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

/// Root of an empty Merkle-Patricia trie.
pub const EMPTY_ROOT: B256 =
    b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
