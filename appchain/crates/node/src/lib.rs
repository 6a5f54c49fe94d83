// SPDX-License-Identifier: Apache-2.0
//! The appchain's node: from a command line to a running chain.
//!
//! - [`arguments`]: the command line, in the words of the development nodes that it can stand in for.
//! - [`setup`]: from the command line to settings, genesis and a started node.
//! - [`metrics`]: a page for Prometheus.
//! - [`settling`]: batches to the L1, and the chain back from there.
//!
//! The program beside it serves the node over HTTP; `binding` runs it within a Python process.

pub mod arguments;
pub mod metrics;
pub mod settling;
pub mod setup;

pub use arguments::Arguments;
