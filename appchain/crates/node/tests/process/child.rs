// SPDX-License-Identifier: Apache-2.0
//! A node in a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use primitives::Bytes;
use serde_json::{Value, json};
use workload::Actor;

pub(crate) const CHAIN_ID: u64 = 77;
pub(crate) const ACTORS: u64 = 64;

/// Counts the heartbeat's calls by selector.
const COUNTER: &[u8] =
    &[0x5f, 0x35, 0x60, 0xe0, 0x1c, 0x80, 0x54, 0x60, 0x01, 0x01, 0x81, 0x55, 0x00];

pub(crate) struct Node {
    process: Child,
    pub(crate) rpc: SocketAddr,
    pub(crate) bulk: SocketAddr,
    /// From the start of the process until it took calls.
    pub(crate) started_in: Duration,
}

/// Writes a genesis with a heartbeat, in which all actors have money.
pub(crate) fn write_genesis(folder: &Path) {
    let actors: Vec<Actor> = (0..ACTORS).map(Actor::new).collect();
    let plain = workload::genesis(CHAIN_ID, "prague", 1_000_000_000, &actors);
    let contract = primitives::Address::with_last_byte(0xbe);
    let code = Bytes::from_static(COUNTER);
    let text = workload::genesis_with_heartbeat(&plain, contract, &code, 100_000);
    let text = text.replace(r#""baseFeePerGas":"0x0""#, r#""baseFeePerGas":"0x3b9aca00""#);
    std::fs::write(folder.join("genesis.json"), text).expect("a file");
}

impl Node {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::try_start(folder, &[], &[]).expect("a node")
    }

    /// Starts a node on a folder, with a shell command before it, and waits until it takes calls.
    pub(crate) fn try_start(
        folder: &Path,
        arguments: &[&str],
        before: &[&str],
    ) -> Result<Self, String> {
        let start = Instant::now();
        let script = [before, &["exec \"$0\" \"$@\""]].concat().join("; ");
        let mut process = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_headwater-node")])
            .args(["--port", "0", "--bulk", "127.0.0.1:0", "--production", "--json-log"])
            .arg("--genesis")
            .arg(folder.join("genesis.json"))
            .arg("--state-dir")
            .arg(folder.join("state"))
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let (mut bulk, mut said) = (None, String::new());
        while let Some(Ok(line)) = lines.next() {
            let fields = serde_json::from_str::<Value>(&line).unwrap_or_default();
            let address = |name: &str| fields["fields"][name].as_str()?.parse().ok();
            match (fields["fields"]["message"].as_str(), bulk) {
                (Some("bulk door"), _) => bulk = address("bound"),
                (Some("listening"), Some(bulk)) => {
                    // What it says later must not fill the pipe.
                    std::thread::spawn(move || lines.for_each(drop));
                    let rpc = address("address").expect("an address");
                    return Ok(Self { process, rpc, bulk, started_in: start.elapsed() });
                }
                _ => said += &(line + "\n"),
            }
        }
        process.wait().expect("it ends");
        Err(said)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    /// SIGTERM, and waits.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(sent.success());
        self.process.wait().expect("it ends")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One JSON-RPC call; the result, or the error's message.
pub(crate) fn call(
    rpc: SocketAddr,
    method: &str,
    parameters: &Value,
) -> std::io::Result<Result<Value, String>> {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
    let body = body.to_string();
    let mut stream = TcpStream::connect(rpc)?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {rpc}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let answer: Value = serde_json::from_str(body)?;
    Ok(match answer["error"]["message"].as_str() {
        Some(message) => Err(message.to_owned()),
        None => Ok(answer["result"].clone()),
    })
}

/// The account's next nonce, waiting transactions counted.
pub(crate) fn pending_nonce(rpc: SocketAddr, actor: &Actor) -> std::io::Result<u64> {
    let nonce = call(rpc, "eth_getTransactionCount", &json!([actor.address, "pending"]))?;
    let nonce = nonce.expect("a count");
    let digits = nonce.as_str().and_then(|text| text.strip_prefix("0x")).expect("a quantity");
    Ok(u64::from_str_radix(digits, 16).expect("a quantity"))
}

/// Sends a raw transaction by JSON-RPC.
pub(crate) fn send(rpc: SocketAddr, raw: &Bytes) -> std::io::Result<Result<Value, String>> {
    call(rpc, "eth_sendRawTransaction", &json!([raw]))
}
