// SPDX-License-Identifier: Apache-2.0
//! JSON-RPC over HTTP and WebSocket, in the words that wallets and tools know.
//!
//! - [`server`]: listens; origins, sizes, batches.
//! - [`context`]: what every method works on; which state and block a tag means.
//! - [`errors`]: codes and messages as geth and anvil give them.
//! - [`json`]: blocks, transactions, receipts and logs as JSON.
//! - [`chain_methods`], [`state_methods`], [`send_methods`], [`call_methods`], [`log_methods`]: the
//!   `eth`, `net` and `web3` namespaces by subject.
//! - [`subscriptions`]: `eth_subscribe`.
//! - [`trace_methods`]: `debug_trace*`, by revm-inspectors.
//! - [`dev_methods`]: `evm_*`, `anvil_*` and `hardhat_*`, only on a development chain.
//! - [`accounts`]: keys of a development chain.
//!
//! Only the node's binary and tests import it.

pub mod accounts;
pub mod call_methods;
pub mod chain_methods;
pub mod context;
pub mod dev_methods;
pub mod errors;
pub mod json;
pub mod log_methods;
pub mod send_methods;
pub mod server;
pub mod state_methods;
pub mod subscriptions;
pub mod trace_methods;

pub use accounts::Accounts;
pub use context::Context;
pub use server::{ServerSettings, serve};
