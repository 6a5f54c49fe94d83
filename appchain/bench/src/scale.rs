// SPDX-License-Identifier: Apache-2.0
//! Memory of a node, and what a transfer costs, by the number of accounts.

use primitives::{Address, ChainConfig, Genesis, U256, keccak256};
use workload::{Actor, Request};

use crate::{
    engine::{self, Measured, Switches},
    lanes::{CHAIN_ID, GAS_LIMIT},
    prepare,
};

/// Accounts that send; the others receive.
const SENDERS: usize = 10_000;

/// What a chain of many accounts showed.
#[derive(Debug)]
pub(crate) struct Scaled {
    pub(crate) accounts: usize,
    /// Memory of the started node.
    pub(crate) resident_bytes: u64,
    pub(crate) run: Measured,
}

/// Starts a node on `accounts` accounts and sends transfers to receivers scattered over all of them.
///
/// # Errors
///
/// As [`engine::drive`].
pub(crate) fn measure(
    accounts: usize,
    transactions: usize,
    switches: Switches,
) -> Result<Scaled, String> {
    let actors: Vec<Actor> = (0..accounts.min(SENDERS) as u64).map(Actor::new).collect();
    let receiver = |number: usize| {
        if number < actors.len() { actors[number].address } else { stranger(number) }
    };
    let load: Vec<_> = (0..transactions)
        .map(|index| {
            let (turn, sender) = (index / actors.len(), &actors[index % actors.len()]);
            let to = receiver(index.wrapping_mul(2_654_435_761) % accounts);
            let request = Request::transfer(CHAIN_ID, turn as u64, to, 1);
            (sender.address, sender.sign(&request))
        })
        .collect();
    let (config, genesis) = genesis((0..accounts).map(receiver))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let before = resident_bytes();
    let node = engine::start(config, genesis, folder.path(), switches)?;
    let resident_bytes = resident_bytes().saturating_sub(before);
    let run = engine::drive(&node, folder.path(), &load, switches.message)?;
    node.stop();
    Ok(Scaled { accounts, resident_bytes, run })
}

fn stranger(number: usize) -> Address {
    let seed = keccak256([b"headwater stranger".as_slice(), &number.to_be_bytes()].concat());
    Address::from_slice(&seed[12..])
}

fn genesis(accounts: impl Iterator<Item = Address>) -> Result<(ChainConfig, Genesis), String> {
    let text = workload::genesis(CHAIN_ID, "cancun", GAS_LIMIT, &[]);
    let (config, mut genesis) = Genesis::parse(&text).map_err(|error| error.to_string())?;
    genesis.timestamp = prepare::system_seconds();
    let ether = U256::from(1_000_000_000_000_000_000_000_000_u128);
    for address in accounts {
        genesis.accounts.entry(address).or_default().balance = ether;
    }
    Ok((config, genesis))
}

/// Memory of this process, from the kernel.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes << 10)
}
