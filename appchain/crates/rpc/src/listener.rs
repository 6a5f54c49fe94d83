// SPDX-License-Identifier: Apache-2.0
//! Connections: how many, how slow, how large. A client that trickles its headers or its body is
//! let go; the others do not notice.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jsonrpsee::{
    core::BoxError,
    server::{HttpBody, HttpRequest, StopHandle, http::response, ws::is_upgrade_request},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tower::Service;

/// Most bytes of a request.
pub const REQUEST_BYTES: u32 = 16 << 20;
/// Connections at once.
pub const CONNECTIONS: usize = 1_000;
/// A body up to here is read whatever else is being read.
const SMALL_BODY_BYTES: u64 = 64 << 10;
/// Bytes of larger bodies in memory at once.
const LARGE_BODIES_BYTES: u32 = 256 << 20;
/// Wait after a refusal of the system, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Told to one connection too many.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\n\
    content-length: 21\r\nconnection: close\r\n\r\ntoo many connections\n";

/// What connections are held to.
#[derive(Clone, Debug)]
struct Limits {
    /// Longest wait for a request's headers, which is also the longest silence between two
    /// requests of a connection, and for its body.
    patience: Duration,
    /// Bytes of large bodies that may still come.
    large_bodies: Arc<Semaphore>,
}

/// Accepts connections until told to stop; `connect` makes the service of each, and a client that
/// lets it wait for longer than `patience` is let go.
pub async fn accept<S>(
    listener: TcpListener,
    connect: impl Fn() -> S,
    patience: Duration,
    stop: StopHandle,
) where
    S: Service<HttpRequest<HttpBody>, Response = Response<HttpBody>, Error = BoxError>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let large_bodies = Arc::new(Semaphore::new(LARGE_BODIES_BYTES as usize));
    let limits = Limits { patience, large_bodies };
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.clone().shutdown() => return,
        };
        let Ok((mut socket, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else {
            tokio::spawn(async move { timeout(patience, socket.write_all(BUSY)).await });
            continue;
        };
        let converse = converse(socket, connect(), limits.clone(), stop.clone());
        tokio::spawn(async move {
            let _permit = permit;
            converse.await;
        });
    }
}

async fn converse<S>(socket: TcpStream, service: S, limits: Limits, stop: StopHandle)
where
    S: Service<HttpRequest<HttpBody>, Response = Response<HttpBody>, Error = BoxError>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let _ = socket.set_nodelay(true);
    let patience = limits.patience;
    let answer = service_fn(move |request| {
        let (mut service, limits) = (service.clone(), limits.clone());
        async move {
            let request = match whole(request, &limits).await {
                Ok(request) => request,
                Err(refused) => return Ok(refused),
            };
            let answered = service.call(request).await;
            Ok::<_, Infallible>(answered.unwrap_or_else(|_| response::internal_error()))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(socket), answer)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.shutdown() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(reason) = ended {
        tracing::debug!(%reason, "a connection ended");
    }
}

/// A request with its whole body in memory.
///
/// # Errors
///
/// The response that refuses it: 413 for a large body, 408 for a slow one, 503 while many large
/// ones are being read.
async fn whole(
    request: hyper::Request<Incoming>,
    limits: &Limits,
) -> Result<HttpRequest<HttpBody>, Response<HttpBody>> {
    if is_upgrade_request(&request) {
        return Ok(request.map(HttpBody::new));
    }
    let (head, body) = request.into_parts();
    let most = hyper::body::Body::size_hint(&body).upper().unwrap_or(u64::from(REQUEST_BYTES));
    if most > u64::from(REQUEST_BYTES) {
        return Err(response::too_large(REQUEST_BYTES));
    }
    let _permit = if most > SMALL_BODY_BYTES {
        let bytes = u32::try_from(most).unwrap_or(REQUEST_BYTES);
        let permit = Arc::clone(&limits.large_bodies).try_acquire_many_owned(bytes);
        Some(permit.map_err(|_| refuse(StatusCode::SERVICE_UNAVAILABLE, "too many bodies\n"))?)
    } else {
        None
    };
    let read = timeout(limits.patience, Limited::new(body, REQUEST_BYTES as usize).collect()).await;
    match read {
        Ok(Ok(body)) => Ok(HttpRequest::from_parts(head, HttpBody::from(body.to_bytes().to_vec()))),
        Ok(Err(reason)) if reason.is::<LengthLimitError>() => {
            Err(response::too_large(REQUEST_BYTES))
        }
        Ok(Err(_)) => Err(response::malformed()),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "the body took too long\n")),
    }
}

fn refuse(status: StatusCode, reason: &'static str) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(reason));
    *response.status_mut() = status;
    response
}
