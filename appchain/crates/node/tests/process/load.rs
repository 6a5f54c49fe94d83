// SPDX-License-Identifier: Apache-2.0
//! Clients that send until the node is gone and remember what it acknowledged.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    ops::Range,
    sync::Mutex,
};

use primitives::{Address, B256, Bytes, keccak256};
use serde_json::json;
use workload::{Actor, Request};

use crate::child::{CHAIN_ID, call, pending_nonce, send};

/// Transactions of each actor in a message.
const EACH: u64 = 4;

/// What clients were told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) acknowledged: Mutex<Vec<B256>>,
    /// Hashes of blocks that were shown as committed.
    pub(crate) blocks: Mutex<BTreeMap<u64, String>>,
}

pub(crate) fn transfer(actor: &Actor, nonce: u64) -> Bytes {
    actor.sign(&Request::transfer(CHAIN_ID, nonce, Address::with_last_byte(nonce as u8), 1))
}

/// Sends messages through the bulk door until the connection breaks.
pub(crate) fn bulk(
    rpc: SocketAddr,
    door: SocketAddr,
    numbers: Range<u64>,
    told: &Told,
) -> io::Result<()> {
    let actors: Vec<Actor> = numbers.map(Actor::new).collect();
    let mut nonces =
        actors.iter().map(|actor| pending_nonce(rpc, actor)).collect::<io::Result<Vec<u64>>>()?;
    let mut stream = TcpStream::connect(door)?;
    loop {
        let mut sent = Vec::new();
        for (actor, nonce) in actors.iter().zip(&mut nonces) {
            sent.extend(
                (*nonce..*nonce + EACH).map(|nonce| (actor.address, transfer(actor, nonce))),
            );
            *nonce += EACH;
        }
        let answer = converse(&mut stream, &sent)?;
        assert_eq!(answer.refused, 0, "{}", answer.reason);
        let hashes = sent.iter().map(|(_, raw)| keccak256(raw));
        told.acknowledged.lock().expect("nobody panics with it").extend(hashes);
    }
}

/// What the bulk door answered: how many it took and refused, and the first reason.
pub(crate) struct Answer {
    pub(crate) accepted: u32,
    pub(crate) refused: u32,
    pub(crate) reason: String,
}

/// Sends one message and reads the answer.
pub(crate) fn converse(stream: &mut TcpStream, sent: &[(Address, Bytes)]) -> io::Result<Answer> {
    let mut message = Vec::new();
    for (sender, raw) in sent {
        message.extend_from_slice(sender.as_slice());
        message.extend_from_slice(&(raw.len() as u32).to_le_bytes());
        message.extend_from_slice(raw);
    }
    stream.write_all(&(message.len() as u32).to_le_bytes())?;
    stream.write_all(&message)?;
    let mut word = [0; 4];
    stream.read_exact(&mut word)?;
    let mut answer = vec![0; u32::from_le_bytes(word) as usize];
    stream.read_exact(&mut answer)?;
    let number = |at: usize| {
        u32::from_le_bytes([answer[at], answer[at + 1], answer[at + 2], answer[at + 3]])
    };
    let reason = answer.get(14..).and_then(|rest| {
        let length = usize::from(u16::from_le_bytes([answer[12], answer[13]]));
        rest.get(..length)
    });
    Ok(Answer {
        accepted: number(0),
        refused: number(4),
        reason: String::from_utf8_lossy(reason.unwrap_or_default()).into_owned(),
    })
}

/// Sends one transaction after the other by JSON-RPC and looks at the newest block.
pub(crate) fn rpc(rpc: SocketAddr, number: u64, told: &Told) -> io::Result<()> {
    let actor = Actor::new(number);
    let mut nonce = pending_nonce(rpc, &actor)?;
    loop {
        let raw = transfer(&actor, nonce);
        let answer = send(rpc, &raw)?;
        assert_eq!(answer, Ok(json!(keccak256(&raw))));
        told.acknowledged.lock().expect("nobody panics with it").push(keccak256(&raw));
        nonce += 1;
        let block = call(rpc, "eth_getBlockByNumber", &json!(["latest", false]))?.expect("a block");
        let number = block["number"].as_str().and_then(|text| text.strip_prefix("0x"));
        let number = number.and_then(|text| u64::from_str_radix(text, 16).ok()).expect("a number");
        let hash = block["hash"].as_str().expect("a hash").to_owned();
        let mut blocks = told.blocks.lock().expect("nobody panics with it");
        let first = blocks.entry(number).or_insert_with(|| hash.clone());
        assert_eq!(*first, hash, "block {number} was another before");
    }
}
