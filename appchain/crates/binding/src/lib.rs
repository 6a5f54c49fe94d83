// SPDX-License-Identifier: Apache-2.0
//! The engine for Python, as the module `headwater_engine._native`.
//!
//! - [`node`]: a whole node within the process, spoken to in JSON-RPC without a socket.
//!
//! `appchain/python/headwater_engine` wraps it in typed Python; nothing else imports it, and no
//! other crate knows PyO3.

mod node;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<node::Node>()
}
