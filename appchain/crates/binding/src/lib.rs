// SPDX-License-Identifier: Apache-2.0
//! The engine for Python, as the module `headwater_engine._native`.
//!
//! - [`node`]: a whole node within the process, spoken to in JSON-RPC without a socket.
//! - [`chain`]: a chain to simulate on, in RAM alone or forked from a running one.
//! - [`simulation`]: what is behind it. [`lazy_state`]: its state.
//!
//! `appchain/python/headwater_engine` wraps it in typed Python; nothing else imports it, and no
//! other crate knows PyO3.

mod chain;
mod lazy_state;
mod node;
mod simulation;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Refused", module.py().get_type::<chain::Refused>())?;
    module.add_class::<chain::Chain>()?;
    module.add_class::<node::Node>()
}
