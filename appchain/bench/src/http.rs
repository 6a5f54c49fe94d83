// SPDX-License-Identifier: Apache-2.0
//! A client of JSON-RPC over keep-alive connections that costs next to nothing: its requests are
//! formatted before the clock starts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::lanes::Signed;

/// Longest wait for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

/// Requests ready to be written, those of each connection in order.
#[derive(Debug)]
pub(crate) struct Requests(Vec<Vec<Vec<u8>>>);

impl Connection {
    /// Connects to a node that may still be starting.
    pub(crate) fn open(port: u16) -> Result<Self, String> {
        let start = Instant::now();
        loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(|error| error.to_string())?;
                    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
                    return Ok(Self(BufReader::with_capacity(1 << 16, stream)));
                }
                Err(error) if start.elapsed() > PATIENCE => return Err(error.to_string()),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Calls a method; `parameters` are the JSON inside the brackets.
    pub(crate) fn call(&mut self, method: &str, parameters: &str) -> Result<Value, String> {
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{parameters}]}}"#);
        let answer = self.exchange(&request(&body))?;
        let mut answer: Value =
            serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
        if answer["error"].is_null() {
            Ok(answer["result"].take())
        } else {
            Err(format!("{method}: {}", answer["error"]["message"]))
        }
    }

    fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        let text = |error: std::io::Error| error.to_string();
        self.0.get_mut().write_all(request).map_err(text)?;
        let mut length = None;
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).map_err(text)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let mut body = vec![0; length.ok_or("an answer without a length")?];
        self.0.read_exact(&mut body).map_err(text)?;
        Ok(body)
    }
}

impl Requests {
    /// Batches of `eth_sendRawTransaction`. An account's transactions share a connection, so that
    /// they arrive in order.
    pub(crate) fn new(load: &[Signed], accounts: usize, connections: usize, batch: usize) -> Self {
        let mut shares = vec![Vec::new(); connections];
        for (index, (_, raw)) in load.iter().enumerate() {
            shares[index % accounts % connections].push(raw);
        }
        let format = |share: Vec<&primitives::Bytes>| {
            share
                .chunks(batch)
                .map(|chunk| {
                    let calls: Vec<String> = chunk.iter().enumerate().map(send_call).collect();
                    request(&format!("[{}]", calls.join(",")))
                })
                .collect()
        };
        Self(shares.into_iter().map(format).collect())
    }

    /// Sends everything, each connection as fast as it is answered.
    pub(crate) fn send(&self, port: u16) -> Result<(), String> {
        let mut connections = Vec::with_capacity(self.0.len());
        for _ in &self.0 {
            connections.push(Connection::open(port)?);
        }
        thread::scope(|scope| {
            let senders: Vec<_> = self
                .0
                .iter()
                .zip(connections)
                .map(|(requests, connection)| scope.spawn(move || send_all(connection, requests)))
                .collect();
            senders
                .into_iter()
                .try_for_each(|sender| sender.join().map_err(|_| "a sender failed".to_owned())?)
        })
    }
}

fn send_call((id, raw): (usize, &&primitives::Bytes)) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"eth_sendRawTransaction","params":["{raw}"]}}"#)
}

fn send_all(mut connection: Connection, requests: &[Vec<u8>]) -> Result<(), String> {
    for request in requests {
        let answer = connection.exchange(request)?;
        if let Some(at) = find(&answer, b"\"error\"") {
            let shown = &answer[at..answer.len().min(at + 200)];
            return Err(format!("refused: {}", String::from_utf8_lossy(shown)));
        }
    }
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn request(body: &str) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
