// SPDX-License-Identifier: Apache-2.0
//! Order, log, execute, commit: the pipeline behind every door of the node.
//!
//! - [`settings`]: what a node is told at its start.
//! - [`node`]: starts the threads; the handle that doors and RPC hold.
//! - [`shared`]: what the threads share, and in which order locks are taken.
//! - [`sequencer`]: the thread that admits, orders and executes; sole writer of the flat state.
//! - [`assembly`]: the open block of that thread.
//! - [`control`]: what a development chain may tell that thread.
//! - [`persister`]: the thread that writes and syncs the log, then lets effects out.
//! - [`committer`]: the thread that computes roots and hashes and archives blocks.
//! - [`checkpointer`]: the thread that writes the whole state now and then.
//! - [`recovery`]: from the files of a folder back to a running state.
//! - [`pool`], [`chain`]: waiting transactions; blocks in RAM.
//! - [`log`], [`checkpoint`], [`archive`], [`places`]: the kinds of file; [`archive_reader`]: the archive
//!   as somebody else reads it while it grows.
//! - [`dev`], [`clock`]: writes and time of a development chain.
//! - [`verify`]: who signed. [`door`]: the bulk door. [`metrics`]: counters for Prometheus.
//!
//! `rpc`, the node's binary and `bench` import it.

pub mod archive;
pub mod archive_reader;
mod assembly;
pub mod chain;
pub mod checkpoint;
mod checkpointer;
pub mod clock;
pub mod committer;
pub mod control;
pub mod dev;
pub mod door;
pub mod error;
pub mod log;
pub mod metrics;
pub mod node;
pub mod persister;
pub mod places;
pub mod pool;
pub mod recovery;
pub mod sequencer;
pub mod settings;
pub mod shared;
pub mod verify;

pub use chain::{Block, Body, Chain, Executed, OpenBlock, Place};
pub use dev::{StateWrite, WriteValue};
pub use error::{StartError, SubmitError};
pub use execution::Options as ExecutionOptions;
pub use node::Node;
pub use sequencer::Sequencer;
pub use settings::{Mining, Settings};
pub use shared::{Archived, Shared};
pub use signatures::Options as SignatureOptions;
pub use verify::{Batched, Incoming, Recovery, SenderCheck};
