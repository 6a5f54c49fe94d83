// SPDX-License-Identifier: Apache-2.0
//! Measures what durability costs: the longest wait of a client while checkpoints are written, and
//! how long a restart takes after a kill that leaves the most to replay.
//!
//! `cargo run --release -p sequencer --example durability -- ACCOUNTS TRANSACTIONS`

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use primitives::{Address, Genesis, GenesisAccount, U256, Verified};
use sequencer::{
    Incoming, Mining, Node, Recovery, Settings,
    verify::{decode_all, verify},
};
use workload::{Actor, Request};

const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 10_000_000_000;
const SENDERS: u64 = 1_000;
const MESSAGE: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let number = |at: usize, default: usize| {
        std::env::args().nth(at).map_or(Ok(default), |text| text.parse())
    };
    let (accounts, transactions) = (number(1, 1_000_000)?, number(2, 1_000_000)?);
    let folder = tempfile::tempdir()?;
    let settings = settings(accounts, folder.path())?;
    let node = Node::start(settings.clone())?;
    println!("{accounts} accounts, {transactions} transactions of {SENDERS} senders");
    load(&node, accounts, transactions)?;
    restart(&node, settings)?;
    Ok(())
}

fn settings(accounts: usize, folder: &std::path::Path) -> Result<Settings, Box<dyn Error>> {
    let senders: Vec<Actor> = (0..SENDERS).map(Actor::new).collect();
    let (config, mut genesis) =
        Genesis::parse(&workload::genesis(CHAIN_ID, "prague", GAS_LIMIT, &senders))?;
    for index in 0..accounts as u64 {
        let account = GenesisAccount { balance: U256::ONE, ..GenesisAccount::default() };
        genesis.accounts.insert(receiver(index), account);
    }
    let mut settings = Settings::new(config, genesis);
    settings.mining = Mining::Interval(Duration::from_secs(1));
    settings.folder = Some(folder.join("chain"));
    Ok(settings)
}

fn receiver(index: u64) -> Address {
    Address::from_slice(&primitives::keccak256(index.to_be_bytes())[12..])
}

/// Sends message after message, each when the last one is acknowledged.
fn load(node: &Arc<Node>, accounts: usize, transactions: usize) -> Result<(), Box<dyn Error>> {
    let senders: Vec<Actor> = (0..SENDERS).map(Actor::new).collect();
    let mut waits = Vec::new();
    let start = Instant::now();
    for first in (0..transactions).step_by(MESSAGE) {
        let message = (first..first + MESSAGE).map(|index| {
            let sender = &senders[index % senders.len()];
            let to = receiver((index.wrapping_mul(2_654_435_761) % accounts.max(1)) as u64);
            let nonce = (index / senders.len()) as u64;
            let raw = sender.sign(&Request::transfer(CHAIN_ID, nonce, to, 1));
            Incoming { raw, claimed: Some(sender.address) }
        });
        let message = trusted(message.collect(), &senders);
        let sent = Instant::now();
        let (reply, answer) = std::sync::mpsc::channel();
        node.submit_results(message, Box::new(move |results| drop(reply.send(results))));
        for result in answer.recv()? {
            result?;
        }
        waits.push(sent.elapsed());
    }
    let taken = start.elapsed();
    waits.sort_unstable();
    println!(
        "{:.0} tx/s with the generator; a client waited {:.1} ms at the median, {:.1} ms at the 99th \
         percentile, {:.1} ms at most",
        transactions as f64 / taken.as_secs_f64(),
        milliseconds(waits[waits.len() / 2]),
        milliseconds(waits[waits.len() * 99 / 100]),
        milliseconds(waits[waits.len() - 1]),
    );
    Ok(())
}

/// Senders as the generator knows them: signatures are not what is measured here.
fn trusted(
    incoming: Vec<Incoming>,
    senders: &[Actor],
) -> Vec<Result<Arc<Verified>, sequencer::SubmitError>> {
    struct Trust<'a>(&'a [Actor]);
    impl sequencer::SenderCheck for Trust<'_> {
        fn senders(
            &mut self,
            transactions: &[(primitives::Transaction, Option<Address>)],
        ) -> Vec<Result<Address, sequencer::SubmitError>> {
            transactions
                .iter()
                .map(|(_, claimed)| Ok(claimed.unwrap_or(self.0[0].address)))
                .collect()
        }
    }
    verify(decode_all(incoming, &mut Vec::new()), &mut Trust(senders))
}

/// Restarts on a copy of the folder, as a kill at this moment leaves it.
fn restart(node: &Arc<Node>, mut settings: Settings) -> Result<(), Box<dyn Error>> {
    let copy = tempfile::tempdir()?;
    // Files come and go while a checkpoint is written, which no copy can follow.
    while node.shared().is_checkpointing() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut bytes = 0;
    for entry in std::fs::read_dir(settings.folder.as_ref().ok_or("no folder")?)? {
        let entry = entry?;
        bytes += std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
    }
    let before = node.shared().chain.read().head().header.number;
    node.stop();
    settings.folder = Some(copy.path().to_path_buf());
    let (start, processor) = (Instant::now(), processor_seconds()?);
    let revived = Node::start_with(settings, Box::new(Recovery))?;
    let (taken, processor) = (start.elapsed(), processor_seconds()? - processor);
    let after = revived.shared().chain.read().head().header.number;
    println!(
        "restart after a kill: {:.2} s ({processor:.2} s of processor) from {:.0} MB, block {after} of {before}",
        taken.as_secs_f64(),
        bytes as f64 / 1e6,
    );
    Ok(())
}

/// Seconds that this process has worked, as Linux counts them in hundredths.
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit(") ").next().ok_or("an unknown format")?;
    let ticks: u64 =
        fields.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
    Ok(ticks as f64 / 100.0)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
