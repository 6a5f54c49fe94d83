// SPDX-License-Identifier: Apache-2.0
//! Batches to the L1, and the chain back from there.
//!
//! - [`batch`], [`frame`]: a batch as it is posted, and its parts.
//! - [`abi`]: the inbox's functions and events. [`l1`]: what is asked of an L1 node.
//! - [`plan`], [`sender`], [`poster`]: from the node's archive to the L1; [`key`] signs.
//! - [`inbox`]: from the L1 to batches.
//! - [`rebuild`]: from batches to the chain; [`invalid`] lists the rules that a batch may break.
//! - [`follow`], [`store`], [`progress`]: the follower around it.
//!
//! The rules of derivation are in docs/decisions/0013; the node's binary and `bench` import this.

pub mod abi;
pub mod batch;
pub mod follow;
pub mod frame;
pub mod inbox;
pub mod invalid;
pub mod key;
pub mod l1;
pub mod plan;
pub mod poster;
pub mod progress;
pub mod rebuild;
pub mod sender;
pub mod store;

pub use batch::Batch;
pub use follow::{FollowError, follow};
pub use invalid::Invalid;
pub use key::Key;
pub use poster::Poster;
pub use rebuild::{Chain, RebuildError, Report, rebuild};
