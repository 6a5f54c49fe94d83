// SPDX-License-Identifier: Apache-2.0
//! A node within the Python process: JSON-RPC without a socket.

use std::sync::Arc;

use clap::Parser;
use headwater_node::{Arguments, setup};
use pyo3::{
    exceptions::{PyRuntimeError, PyValueError},
    prelude::*,
};
use tokio::runtime::Runtime;

/// A node and its JSON-RPC methods.
#[pyclass(frozen, module = "headwater_engine._native")]
#[derive(Debug)]
pub(crate) struct Node {
    node: Arc<sequencer::Node>,
    methods: jsonrpsee::RpcModule<rpc::Context>,
    runtime: Runtime,
}

/// Answers in flight of a subscription; nobody subscribes without a socket.
const SUBSCRIPTION_BUFFER: usize = 1;

#[pymethods]
impl Node {
    /// Starts a node by the arguments of `headwater-node`.
    ///
    /// # Errors
    ///
    /// `ValueError` for arguments that the program would refuse, `RuntimeError` if it would not
    /// start.
    #[new]
    fn new(py: Python<'_>, arguments: Vec<String>) -> PyResult<Self> {
        let given = std::iter::once("headwater-node".to_owned()).chain(arguments);
        let arguments = Arguments::try_parse_from(given)
            .map_err(|refused| PyValueError::new_err(refused.to_string().trim_end().to_owned()))?;
        py.detach(|| Self::start(&arguments)).map_err(PyRuntimeError::new_err)
    }

    /// Answers one JSON-RPC request with the whole response; the GIL is released meanwhile.
    ///
    /// # Errors
    ///
    /// `ValueError` if the request is no JSON-RPC. A method's own error is in the response.
    fn request(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        let answer = py.detach(|| {
            let work = self.methods.raw_json_request(request, SUBSCRIPTION_BUFFER);
            self.runtime.block_on(work).map(|(response, _)| response.get().to_owned())
        });
        answer.map_err(|wrong| PyValueError::new_err(wrong.to_string()))
    }

    /// Stops the node's threads; what it is asked afterwards it refuses.
    ///
    /// # Errors
    ///
    /// None.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.node.stop());
    }
}

impl Node {
    fn start(arguments: &Arguments) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| text(&error))?;
        let (node, context) = setup::start(arguments)?;
        // Subscriptions start tasks of the runtime while they register.
        let methods = {
            let _inside = runtime.enter();
            rpc::server::methods(context).map_err(|error| text(&error))?
        };
        Ok(Self { node, methods, runtime })
    }
}
