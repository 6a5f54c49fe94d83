// SPDX-License-Identifier: Apache-2.0
//! JSON-RPC over HTTP and WebSocket, in the words that wallets and tools know.
//!
//! - [`server`]: puts methods, layers and listener together; origins, sizes, batches.
//! - [`listener`]: connections: how many, how slow, how large.
//! - [`ingest`], [`together`]: where signed transactions enter, many calls at a time.
//! - [`context`]: what every method works on; which state and block a tag means.
//! - [`heavy`]: methods that compute, a few at a time. [`past`]: the tries of an earlier block.
//! - [`errors`]: codes and messages as geth and anvil give them.
//! - [`json`]: blocks, transactions, receipts and logs as JSON.
//! - [`chain_methods`], [`state_methods`], [`send_methods`], [`sign_methods`], [`call_methods`],
//!   [`log_methods`], [`pool_methods`]: the `eth`, `net`, `web3` and `txpool` namespaces by subject.
//! - [`simulate`]: the method `eth_simulateV1`.
//! - [`subscriptions`]: the method `eth_subscribe`.
//! - [`trace_methods`]: `debug_trace*` and `trace_*`, by revm-inspectors. [`again`]: a committed block
//!   again. [`budget`]: a bound on what a trace may hold.
//! - [`dev_methods`], [`deal`]: `evm_*`, `anvil_*` and `hardhat_*`, only on a development chain.
//! - [`accounts`]: keys of a development chain.
//!
//! Only the node's binary and tests import it.

pub mod accounts;
pub mod again;
pub mod budget;
pub mod call_methods;
pub mod chain_methods;
pub mod context;
pub mod deal;
pub mod dev_methods;
pub mod errors;
pub mod heavy;
pub mod ingest;
pub mod json;
pub mod listener;
pub mod log_methods;
pub mod past;
pub mod pool_methods;
pub mod send_methods;
pub mod server;
pub mod sign_methods;
pub mod simulate;
pub mod state_methods;
pub mod subscriptions;
pub mod together;
pub mod trace_methods;

pub use accounts::Accounts;
pub use context::Context;
pub use server::{ServerSettings, serve};
