// SPDX-License-Identifier: Apache-2.0
//! Listens; origins, sizes, batches.

use std::net::SocketAddr;

use jsonrpsee::{
    RpcModule,
    server::{BatchRequestConfig, Server, ServerConfig, ServerHandle},
};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use crate::{
    call_methods, chain_methods, context::Context, dev_methods, log_methods, send_methods,
    state_methods, subscriptions, trace_methods,
};

/// Most bytes of a request.
const REQUEST_BYTES: u32 = 16 << 20;
/// Most bytes of an answer.
const RESPONSE_BYTES: u32 = 160 << 20;
/// Most calls of a batch.
const BATCH_CALLS: u32 = 10_000;
/// Connections served at once.
const CONNECTIONS: u32 = 1_000;

/// Where to listen and whom to serve.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Origins that a browser may call from, separated by commas; `*` means any, empty means none.
    pub allow_origin: String,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// Address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// An origin is not one.
    #[error("{0} is not an origin")]
    Origin(String),
    /// Two methods of one name.
    #[error("method registered twice: {0}")]
    Method(#[from] jsonrpsee::core::RegisterMethodError),
}

/// Every method of a context.
///
/// # Errors
///
/// [`ServeError::Method`].
pub fn methods(context: Context) -> Result<RpcModule<Context>, ServeError> {
    let is_development = context.is_development();
    let blocks = context.shared().listen();
    let mut module = RpcModule::new(context);
    chain_methods::register(&mut module)?;
    state_methods::register(&mut module)?;
    send_methods::register(&mut module)?;
    call_methods::register(&mut module)?;
    log_methods::register(&mut module)?;
    subscriptions::register(&mut module, blocks)?;
    trace_methods::register(&mut module)?;
    if is_development {
        dev_methods::register(&mut module)?;
    }
    Ok(module)
}

/// Starts to serve HTTP and WebSocket on one port; returns the address and a handle that stops it.
///
/// # Errors
///
/// See [`ServeError`].
pub async fn serve(
    settings: ServerSettings,
    context: Context,
) -> Result<(SocketAddr, ServerHandle), ServeError> {
    let config = ServerConfig::builder()
        .max_request_body_size(REQUEST_BYTES)
        .max_response_body_size(RESPONSE_BYTES)
        .max_connections(CONNECTIONS)
        .set_batch_request_config(BatchRequestConfig::Limit(BATCH_CALLS))
        .set_tcp_no_delay(true)
        .build();
    let middleware = tower::ServiceBuilder::new().layer(cors(&settings.allow_origin)?);
    let listen = |source| ServeError::Listen { address: settings.address, source };
    let server = Server::builder()
        .set_config(config)
        .set_http_middleware(middleware)
        .build(settings.address)
        .await
        .map_err(listen)?;
    let address = server.local_addr().map_err(listen)?;
    Ok((address, server.start(methods(context)?)))
}

fn cors(origins: &str) -> Result<CorsLayer, ServeError> {
    let layer = CorsLayer::new().allow_methods(Any).allow_headers(Any);
    if origins == "*" {
        return Ok(layer.allow_origin(Any));
    }
    let list = origins
        .split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
        .map(|origin| origin.parse().map_err(|_| ServeError::Origin(origin.to_owned())))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(layer.allow_origin(AllowOrigin::list(list)))
}
