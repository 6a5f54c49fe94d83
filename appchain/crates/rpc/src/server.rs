// SPDX-License-Identifier: Apache-2.0
//! Puts methods, layers and listener together; origins, sizes, batches.

use std::{net::SocketAddr, time::Duration};

use jsonrpsee::{
    RpcModule,
    core::{middleware::RpcServiceBuilder, traits::IdProvider},
    server::{
        BatchRequestConfig, PingConfig, RandomIntegerIdProvider, Server, ServerConfig,
        ServerHandle, stop_channel,
    },
    types::SubscriptionId,
};
use tokio::net::TcpListener;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use crate::{
    call_methods, chain_methods,
    context::Context,
    dev_methods,
    listener::{CONNECTIONS, REQUEST_BYTES, accept},
    log_methods, pool_methods, send_methods, sign_methods, simulate, state_methods, subscriptions,
    together::TogetherLayer,
    trace_methods,
};

/// Most bytes of an answer.
const RESPONSE_BYTES: u32 = 160 << 20;
/// Most calls of a batch.
const BATCH_CALLS: u32 = 10_000;
/// Subscriptions of one connection.
const SUBSCRIPTIONS: u32 = 256;
/// A WebSocket client that answers no ping for this long is let go.
const PONG_TIME: Duration = Duration::from_secs(60);

/// Names subscriptions as geth does, by hex numbers that nobody can guess: clients refuse others.
#[derive(Clone, Copy, Debug)]
struct HexIds;

impl IdProvider for HexIds {
    fn next_id(&self) -> SubscriptionId<'static> {
        match RandomIntegerIdProvider.next_id() {
            SubscriptionId::Num(id) => SubscriptionId::Str(format!("{id:#x}").into()),
            other => other,
        }
    }
}

/// Where to listen and whom to serve.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Origins that a browser may call from, separated by commas; `*` means any, empty means none.
    pub allow_origin: String,
    /// A client that lets the server wait for longer, with headers, a body or between two requests,
    /// is let go.
    pub patience: Duration,
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
    sign_methods::register(&mut module)?;
    pool_methods::register(&mut module)?;
    call_methods::register(&mut module)?;
    simulate::register(&mut module)?;
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
        .max_connections(CONNECTIONS as u32)
        .max_subscriptions_per_connection(SUBSCRIPTIONS)
        .set_batch_request_config(BatchRequestConfig::Limit(BATCH_CALLS))
        .set_id_provider(HexIds)
        .enable_ws_ping(PingConfig::new().inactive_limit(PONG_TIME))
        .build();
    let together =
        TogetherLayer { ingest: context.ingest.clone(), response_bytes: RESPONSE_BYTES as usize };
    let builder = Server::builder()
        .set_config(config)
        .set_http_middleware(tower::ServiceBuilder::new().layer(cors(&settings.allow_origin)?))
        .set_rpc_middleware(RpcServiceBuilder::new().layer(together))
        .to_service_builder();
    let methods = methods(context)?;
    let listen = |source| ServeError::Listen { address: settings.address, source };
    let listener = TcpListener::bind(settings.address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let (stop, handle) = stop_channel();
    let connect = {
        let stop = stop.clone();
        move || builder.clone().build(methods.clone(), stop.clone())
    };
    tokio::spawn(accept(listener, connect, settings.patience, stop));
    Ok((address, handle))
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
