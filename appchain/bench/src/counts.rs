// SPDX-License-Identifier: Apache-2.0
//! Each stage of the pipeline alone, on one block of the token lane: no threads, no clock, the same
//! bytes each time. Callgrind counts the instructions of [`counted`] and of nothing else.
//!
//! Callgrind shows a processor without AVX-512, so the portable paths are what is counted.

use std::{hint::black_box, sync::Arc};

use clap::ValueEnum;
use derivation::BlockInput;
use execution::{
    Environment, NoBlockHashes, Options, Outcome, Slice,
    environment::prevrandao,
    roots::{receipts_root, transactions_root},
};
use primitives::{BlockNumber, ChainConfig, Genesis, Verified};
use sequencer::{Batched, Incoming, SignatureOptions, log, verify};
use state::{Changes, FlatState, StateTrie};

use crate::lanes::{Kind, Lane};

/// Accounts, each of which sends twice: once to warm up, once to be counted.
const ACCOUNTS: usize = 512;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// RLP and both hashes.
    Decode,
    /// Signatures of known keys, in a batch.
    Signature,
    /// Token transfers in the interpreter.
    Execution,
    /// The mix of lending and swaps in the interpreter.
    ExecutionMix,
    /// State root, transactions root, receipts root.
    Commit,
    /// Records of the log.
    Log,
    /// The batch's columns, compressed.
    Batch,
}

/// Prepares a block, then runs one stage on it.
///
/// # Errors
///
/// A line that says what was refused.
pub(crate) fn run(stage: Stage) -> Result<(), String> {
    let kind = if stage == Stage::ExecutionMix { Kind::Mix } else { Kind::Erc20Transfers };
    let lane = Lane::sign(kind, ACCOUNTS, 2 * ACCOUNTS)?;
    let (config, genesis) = Genesis::parse(&lane.genesis).map_err(|error| error.to_string())?;
    let environment = environment(&config, &genesis);
    let mut flat = FlatState::from_genesis(&genesis);
    let mut trie = StateTrie::from_flat(&flat);
    let mut check = Batched::new(SignatureOptions::default());
    let mut blocks = lane.load.chunks(ACCOUNTS);
    // The first block teaches the check its keys and fills the caches.
    let first = verified(blocks.next().unwrap_or_default(), &mut check)?;
    let (_, changes) = execute(&config, &environment, &flat, &first)?;
    flat.apply(&changes);
    trie.apply(&changes);
    let second = blocks.next().unwrap_or_default();
    let incoming: Vec<Incoming> = second
        .iter()
        .map(|(sender, raw)| Incoming { raw: raw.clone(), claimed: Some(*sender) })
        .collect();
    if stage == Stage::Decode {
        let decoded = counted(|| verify::decode_all(incoming, &mut Vec::new()));
        return expect(decoded.iter().flatten().count());
    }
    if stage == Stage::Signature {
        let decoded = verify::decode_all(incoming, &mut Vec::new());
        let senders = counted(|| verify::verify(decoded, &mut check));
        return expect(senders.iter().flatten().count());
    }
    let block = verified(second, &mut check)?;
    if matches!(stage, Stage::Execution | Stage::ExecutionMix) {
        let (outcomes, _) = counted(|| execute(&config, &environment, &flat, &block))?;
        return expect(outcomes.len());
    }
    let (outcomes, changes) = execute(&config, &environment, &flat, &block)?;
    match stage {
        Stage::Commit => {
            let transactions: Vec<&Verified> = block.iter().map(AsRef::as_ref).collect();
            let outcomes: Vec<&Outcome> = outcomes.iter().collect();
            black_box(counted(|| {
                let receipts = receipts_root(&transactions, &outcomes);
                (trie.apply(&changes), transactions_root(&transactions), receipts)
            }));
        }
        Stage::Log => {
            let mut records = Vec::with_capacity(1 << 20);
            counted(|| block.iter().for_each(|verified| log::put_taken(verified, &mut records)));
            black_box(records);
        }
        _ => {
            let input = [BlockInput { environment, transactions: block }];
            black_box(counted(|| derivation::encode(config.chain_id, &input)));
        }
    }
    Ok(())
}

/// The one function whose instructions are counted, with all that it calls.
#[inline(never)]
fn counted<R>(stage: impl FnOnce() -> R) -> R {
    black_box(black_box(stage)())
}

fn expect(count: usize) -> Result<(), String> {
    if count == ACCOUNTS {
        Ok(())
    } else {
        Err(format!("{count} of {ACCOUNTS} transactions came through"))
    }
}

fn environment(config: &ChainConfig, genesis: &Genesis) -> Environment {
    let number = BlockNumber(1);
    Environment {
        number,
        timestamp: genesis.timestamp + 1,
        base_fee: 0,
        gas_limit: config.gas_limit,
        beneficiary: genesis.beneficiary,
        prevrandao: prevrandao(number),
    }
}

fn verified(
    signed: &[crate::lanes::Signed],
    check: &mut Batched,
) -> Result<Vec<Arc<Verified>>, String> {
    let incoming = signed
        .iter()
        .map(|(sender, raw)| Incoming { raw: raw.clone(), claimed: Some(*sender) })
        .collect();
    verify::verify(verify::decode_all(incoming, &mut Vec::new()), check)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

fn execute(
    config: &ChainConfig,
    environment: &Environment,
    flat: &FlatState,
    block: &[Arc<Verified>],
) -> Result<(Vec<Outcome>, Arc<Changes>), String> {
    let mut slice = Slice::new(config, environment, Options::default(), flat, &NoBlockHashes, 0);
    let mut outcomes = Vec::with_capacity(block.len());
    for verified in block {
        let outcome = slice.run(verified).map_err(|error| error.to_string())?;
        if !outcome.is_success {
            return Err(format!("transaction {} failed", verified.transaction.hash));
        }
        outcomes.push(outcome);
    }
    Ok((outcomes, slice.finish()))
}
