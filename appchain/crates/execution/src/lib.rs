// SPDX-License-Identifier: Apache-2.0
//! revm over the state: transactions, slices of a block, headers, receipts, calls.
//!
//! - [`environment`]: what a block tells its transactions; fees of the next block.
//! - [`database`]: revm's view of our state.
//! - [`slice`]: runs transactions one after the other on one journal.
//! - [`heartbeat`]: the calls that the chain makes by itself; [`block`]: a follower's whole block.
//! - [`transfer`]: plain transfers without an interpreter, equal to revm by test, with a switch.
//! - [`journal`]: what revm's journal changed, as [`state::Changes`].
//! - [`receipt`], [`roots`] and [`ordered`]: consensus encodings, their roots, the trie over a list.
//! - [`header`]: the block header.
//! - [`call`]: calls, estimates and traces that change nothing.
//! - [`overrides`]: a state with some values replaced, for calls.
//!
//! Execution is a function of its arguments: no clock, no randomness, no file, no order of a map.
//! `sequencer`, `derivation`, `rpc` and `binding` import it.

pub mod block;
pub mod call;
pub mod database;
pub mod environment;
pub mod header;
pub mod heartbeat;
pub mod journal;
pub mod ordered;
pub mod overrides;
pub mod receipt;
pub mod roots;
pub mod slice;
#[cfg(test)]
mod tests;
pub mod transfer;

pub use alloy_consensus::Header;
pub use block::{InvalidBlock, run_block};
pub use database::{BlockHashes, NoBlockHashes};
pub use environment::Environment;
pub use heartbeat::Beat;
pub use receipt::Outcome;
pub use revm;
pub use slice::{Options, Rejection, Slice};
