// SPDX-License-Identifier: Apache-2.0
//! Anvil, fed with the same transactions over JSON-RPC batches as fast as it takes them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::lanes::{CHAIN_ID, GAS_LIMIT, Lane, Signed};

/// Transactions of one JSON-RPC batch.
const BATCH: usize = 500;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stops anvil when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Transactions per second, from the first byte sent to the last one mined.
pub(crate) fn measure(path: &Path, lane: &Lane, count: usize) -> Result<f64, String> {
    let text = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(text)?;
    let genesis = folder.path().join("genesis.json");
    std::fs::write(&genesis, &lane.genesis).map_err(text)?;
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(text)?.port();
    let child = Command::new(path)
        .args(["--silent", "--order", "fifo", "--block-time", "1", "--base-fee", "0"])
        .args(["--hardfork", "cancun", "--host", "127.0.0.1"])
        .args(["--gas-limit", &GAS_LIMIT.to_string(), "--chain-id", &CHAIN_ID.to_string()])
        .args(["--port", &port.to_string(), "--init", &genesis.display().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(text)?;
    let _running = Running(child);
    let mut connection = connect(port)?;
    feed(&mut connection, &lane.setup)?;
    let mut mined = wait_mined(&mut connection, lane.setup.len(), 0)?;
    let load = &lane.load[..count.min(lane.load.len())];
    let start = Instant::now();
    feed(&mut connection, load)?;
    mined = wait_mined(&mut connection, lane.setup.len() + load.len(), mined)?;
    debug_assert!(mined >= load.len());
    Ok(load.len() as f64 / start.elapsed().as_secs_f64())
}

fn connect(port: u16) -> Result<BufReader<TcpStream>, String> {
    let start = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(|error| error.to_string())?;
                return Ok(BufReader::new(stream));
            }
            Err(error) if start.elapsed() > PATIENCE => return Err(error.to_string()),
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn feed(connection: &mut BufReader<TcpStream>, transactions: &[Signed]) -> Result<(), String> {
    for chunk in transactions.chunks(BATCH) {
        let calls: Vec<String> = chunk
            .iter()
            .enumerate()
            .map(|(id, (_, raw))| {
                format!(
                    r#"{{"jsonrpc":"2.0","id":{id},"method":"eth_sendRawTransaction","params":["{raw}"]}}"#
                )
            })
            .collect();
        let answer = post(connection, &format!("[{}]", calls.join(",")))?;
        if answer.contains("\"error\"") {
            let at = answer.find("\"error\"").unwrap_or(0);
            return Err(format!("anvil refused: {}", &answer[at..answer.len().min(at + 200)]));
        }
    }
    Ok(())
}

/// Waits until `expected` transactions are mined, counting on from what was mined before.
fn wait_mined(
    connection: &mut BufReader<TcpStream>,
    expected: usize,
    before: usize,
) -> Result<usize, String> {
    let start = Instant::now();
    let mut mined = before;
    while mined < expected {
        let head = ask(connection, "eth_blockNumber", "")?;
        let head = u64::from_str_radix(head.trim_start_matches("0x"), 16)
            .map_err(|error| error.to_string())?;
        mined = 0;
        for number in 0..=head {
            let count = ask(
                connection,
                "eth_getBlockTransactionCountByNumber",
                &format!("\"{number:#x}\""),
            )?;
            mined += usize::from_str_radix(count.trim_start_matches("0x"), 16).unwrap_or(0);
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("anvil mined {mined} of {expected}"));
        }
        if mined < expected {
            thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(mined)
}

fn ask(
    connection: &mut BufReader<TcpStream>,
    method: &str,
    parameters: &str,
) -> Result<String, String> {
    let call = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{parameters}]}}"#);
    let answer: serde_json::Value =
        serde_json::from_str(&post(connection, &call)?).map_err(|error| error.to_string())?;
    Ok(answer["result"].as_str().unwrap_or_default().to_owned())
}

fn post(connection: &mut BufReader<TcpStream>, body: &str) -> Result<String, String> {
    let text = |error: std::io::Error| error.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: anvil\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.get_mut().write_all(request.as_bytes()).map_err(text)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).map_err(text)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| "anvil's length is no number")?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).map_err(text)?;
    String::from_utf8(body).map_err(|error| error.to_string())
}
