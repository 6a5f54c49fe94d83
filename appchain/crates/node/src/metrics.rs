// SPDX-License-Identifier: Apache-2.0
//! A page for Prometheus, on a port of its own: it answers any request with the counters.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::Duration,
};

use sequencer::Node;
use settlement::poster::Status;

/// A client that does not finish its request within this is let go.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves until the process ends.
///
/// # Errors
///
/// The system's, such as a port that is taken.
pub fn serve(
    node: Arc<Node>,
    posting: Option<Arc<Status>>,
    address: &str,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address)?;
    let bound = listener.local_addr()?;
    thread::Builder::new().name("metrics".to_owned()).spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.read(&mut [0; 1_024]);
            let mut body = node.shared().metrics.render();
            let head = node.shared().chain.read().head().header.number;
            body.push_str(&format!("# TYPE headwater_head gauge\nheadwater_head {head}\n"));
            if let Some(posting) = &posting {
                body.push_str(&posting.render(head));
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    })?;
    Ok(bound)
}
