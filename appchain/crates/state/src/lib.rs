// SPDX-License-Identifier: Apache-2.0
//! State in RAM, the changes made to it, and its Merkle-Patricia root.
//!
//! - [`flat`]: every account and slot by plain key; the executor's thread is its only writer.
//! - [`changes`]: what a slice or a block did, with the values before, so that it can be undone.
//! - [`history`]: the state as of an earlier block, read through the changes since.
//! - [`read`]: what execution asks of any of these.
//! - [`trie`]: a Merkle-Patricia trie in RAM that rehashes dirty paths only.
//! - [`commitment`]: the state trie over accounts and their storage; the committer's thread owns it.
//!
//! Nothing here knows of transactions, clocks or files. `execution`, `sequencer` and `rpc` import
//! it; it imports `primitives` and revm's bytecode type.

pub mod changes;
pub mod commitment;
pub mod flat;
pub mod history;
pub mod read;
pub mod trie;

pub use changes::{AccountChange, Changes, SlotChange};
pub use commitment::{AccountProof, StateTrie, StorageProof};
pub use flat::{Account, FlatState};
pub use history::{History, StateView};
pub use read::ReadState;
pub use revm_bytecode::Bytecode;
