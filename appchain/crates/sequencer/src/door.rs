// SPDX-License-Identifier: Apache-2.0
//! The bulk door: many raw transactions with their claimed senders in one binary message, over TCP
//! or a Unix socket.
//!
//! A message is `length u32 | transactions`, a transaction `sender 20 bytes | length u32 | raw`; all
//! integers little-endian. The answer to each message, in order, is `length u32 | accepted u32 |
//! refused u32`, then `index u32 | length u16 | reason` for each refused one. A client may send on
//! without waiting for answers; when the node is behind, it stops reading, and so stops the client.

use std::{
    io::{self, BufReader, BufWriter, Read, Write},
    net::TcpListener,
    os::unix::net::UnixListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, bounded};
use primitives::{Address, B256, Bytes};

use crate::{error::SubmitError, node::Node, verify::Incoming};

/// Most bytes of a message.
pub const MESSAGE_BYTES: usize = 16 << 20;
/// Bytes of a transaction's head.
const HEAD: usize = 24;
/// Connections served at once.
const CONNECTIONS: usize = 64;
/// Answers that may wait for a client that does not read.
const ANSWERS_WAITING: usize = 32;
/// A client that is silent within a message this long is let go.
const PATIENCE: Duration = Duration::from_secs(30);

type Answer = Receiver<Vec<Result<B256, SubmitError>>>;

/// Serves a TCP address until the process ends.
///
/// # Errors
///
/// The system's, if the address cannot be listened on.
pub fn serve_tcp(node: Arc<Node>, address: &str) -> io::Result<std::net::SocketAddr> {
    let listener = TcpListener::bind(address)?;
    let bound = listener.local_addr()?;
    let served = Arc::new(AtomicUsize::new(0));
    thread::Builder::new().name("bulk-door".to_owned()).spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_nodelay(true);
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let Ok(writer) = stream.try_clone() else { continue };
            admit(&node, &served, stream, writer);
        }
    })?;
    Ok(bound)
}

/// Serves a Unix socket until the process ends.
///
/// # Errors
///
/// The system's, if the path cannot be listened on.
pub fn serve_unix(node: Arc<Node>, path: &Path) -> io::Result<()> {
    // A socket that an earlier process left behind; the folder's lock keeps a living one safe.
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path)?;
    let served = Arc::new(AtomicUsize::new(0));
    thread::Builder::new().name("bulk-door".to_owned()).spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let Ok(writer) = stream.try_clone() else { continue };
            admit(&node, &served, stream, writer);
        }
    })?;
    Ok(())
}

fn admit(
    node: &Arc<Node>,
    served: &Arc<AtomicUsize>,
    reader: impl Read + Send + 'static,
    writer: impl Write + Send + 'static,
) {
    if served.fetch_add(1, Ordering::AcqRel) >= CONNECTIONS {
        served.fetch_sub(1, Ordering::AcqRel);
        return;
    }
    let (node, served) = (Arc::clone(node), Arc::clone(served));
    let _ = thread::Builder::new().name("bulk".to_owned()).spawn(move || {
        if let Err(error) = converse(&node, reader, writer) {
            tracing::debug!(%error, "a bulk connection ended");
        }
        served.fetch_sub(1, Ordering::AcqRel);
    });
}

fn converse(
    node: &Arc<Node>,
    reader: impl Read,
    writer: impl Write + Send + 'static,
) -> io::Result<()> {
    let (answers, answer_queue) = bounded::<Answer>(ANSWERS_WAITING);
    let answering = thread::Builder::new()
        .name("bulk-answers".to_owned())
        .spawn(move || answer(writer, &answer_queue))?;
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let result = loop {
        let incoming = match read_message(&mut reader) {
            Ok(Some(incoming)) => incoming,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let (sender, receiver) = bounded(1);
        node.submit_raw(
            incoming,
            Box::new(move |results| {
                let _ = sender.send(results);
            }),
        );
        if answers.send(receiver).is_err() {
            break Ok(());
        }
    };
    drop(answers);
    let _ = answering.join();
    result
}

fn answer(writer: impl Write, answers: &Receiver<Answer>) {
    let mut writer = BufWriter::new(writer);
    for receiver in answers {
        let Ok(results) = receiver.recv() else { return };
        if writer.write_all(&encode_answer(&results)).and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
}

fn encode_answer(results: &[Result<B256, SubmitError>]) -> Vec<u8> {
    let mut bytes = vec![0; 12];
    let mut refused = 0_u32;
    for (index, result) in results.iter().enumerate() {
        let Err(error) = result else { continue };
        refused += 1;
        let mut reason = error.to_string();
        reason.truncate(reason.floor_char_boundary(1_000));
        bytes.extend_from_slice(&(index as u32).to_le_bytes());
        bytes.extend_from_slice(&(reason.len() as u16).to_le_bytes());
        bytes.extend_from_slice(reason.as_bytes());
    }
    let length = (bytes.len() - 4) as u32;
    let accepted = results.len() as u32 - refused;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes[4..8].copy_from_slice(&accepted.to_le_bytes());
    bytes[8..12].copy_from_slice(&refused.to_le_bytes());
    bytes
}

/// Reads a message; `None` when the client is done.
fn read_message(reader: &mut impl Read) -> io::Result<Option<Vec<Incoming>>> {
    let mut head = [0; 4];
    match reader.read(&mut head[..1])? {
        0 => return Ok(None),
        _ => reader.read_exact(&mut head[1..])?,
    }
    let length = u32::from_le_bytes(head) as usize;
    if length > MESSAGE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("message of {length} bytes, limit {MESSAGE_BYTES}"),
        ));
    }
    let mut message = vec![0; length];
    reader.read_exact(&mut message)?;
    parse_message(&message).map(Some)
}

/// Takes a message apart.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] if a length runs past the end.
pub fn parse_message(message: &[u8]) -> io::Result<Vec<Incoming>> {
    let short = || io::Error::new(io::ErrorKind::InvalidData, "a transaction runs past the end");
    let mut incoming = Vec::with_capacity(message.len() / 128);
    let mut rest = message;
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(HEAD).ok_or_else(short)?;
        let length = u32::from_le_bytes([head[20], head[21], head[22], head[23]]) as usize;
        let (raw, tail) = tail.split_at_checked(length).ok_or_else(short)?;
        incoming.push(Incoming {
            // Copied, so that one waiting transaction does not hold its whole message in memory.
            raw: Bytes::copy_from_slice(raw),
            claimed: Some(Address::from_slice(&head[..20])),
        });
        rest = tail;
    }
    Ok(incoming)
}
