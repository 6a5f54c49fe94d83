// SPDX-License-Identifier: Apache-2.0
//! The node as a process: killed, starved of disk, flooded, left alone.
//!
//! - [`child`]: starts one and speaks to it.
//! - [`load`]: clients that remember what was acknowledged.
//! - [`kills`]: SIGKILL at random moments. [`limits`]: what a node does at its limits.

mod child;
mod kills;
mod limits;
mod load;
