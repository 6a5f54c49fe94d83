// SPDX-License-Identifier: Apache-2.0
//! What is sent. All transactions are signed before any clock starts.

use std::thread;

use alloy_sol_types::SolCall;
use clap::ValueEnum;
use primitives::{Address, Bytes, U256};
use workload::{Actor, Request};

use crate::{
    abi, prepare,
    world::{self, CALL_GAS, World},
};

/// Chain id of the benchmark's chain.
pub(crate) const CHAIN_ID: u64 = 4_323_928;
/// Gas limit of its blocks: 100,000 token transfers a second must fit.
pub(crate) const GAS_LIMIT: u64 = 30_000_000_000;
/// Gas limit of a token transfer.
const TOKEN_GAS: u64 = 100_000;

/// What the accounts of a lane do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Plain transfers of ether.
    NativeTransfers,
    /// Transfers of our Vyper token.
    Erc20Transfers,
    /// Deposit, borrow, repay, withdraw in a credit pool, and swaps through the router.
    Mix,
}

/// A signed transaction with its sender.
pub(crate) type Signed = (Address, Bytes);

/// A lane ready to send.
#[derive(Debug)]
pub(crate) struct Lane {
    /// Genesis in geth's format: the state from which both nodes start.
    pub(crate) genesis: String,
    /// In order; the accounts take turns.
    pub(crate) load: Vec<Signed>,
}

/// What each account does in its turn.
enum Play {
    Native,
    Token(Address),
    Mix(World),
}

impl Lane {
    /// Signs a lane of so many accounts and transactions.
    ///
    /// # Errors
    ///
    /// A line that says which transaction of the preparation failed.
    pub(crate) fn sign(kind: Kind, accounts: usize, transactions: usize) -> Result<Self, String> {
        let everybody: Vec<Actor> = (0..accounts as u64 + 1).map(Actor::new).collect();
        let (deployer, actors) = everybody.split_last().ok_or("a lane needs accounts")?;
        let now = prepare::system_seconds();
        let (play, setup, sent) = match kind {
            Kind::NativeTransfers => (Play::Native, Vec::new(), 0),
            Kind::Erc20Transfers => {
                let (token, setup) = world::token(deployer, actors);
                (Play::Token(token), setup, 0)
            }
            Kind::Mix => {
                let (world, setup, sent) = world::market(deployer, actors, now);
                (Play::Mix(world), setup, sent)
            }
        };
        let genesis = workload::genesis(CHAIN_ID, "cancun", GAS_LIMIT, &everybody);
        let genesis = prepare::run(&genesis, now, &setup)?;
        Ok(Self { genesis, load: sign_load(&play, sent, actors, transactions) })
    }
}

/// Signs in as many threads as there are cores.
fn sign_load(play: &Play, first_nonce: u64, actors: &[Actor], count: usize) -> Vec<Signed> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..count)
            .step_by(chunk)
            .map(|start| {
                scope.spawn(move || {
                    (start..count.min(start + chunk))
                        .map(|index| sign_one(play, first_nonce, actors, index))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("signing does not panic"))
            .collect()
    })
}

fn sign_one(play: &Play, first_nonce: u64, actors: &[Actor], index: usize) -> Signed {
    let (turn, account) = (index / actors.len(), index % actors.len());
    let sender = &actors[account];
    let nonce = first_nonce + turn as u64;
    // A large odd multiplier scatters receivers without a generator of randomness.
    let receiver = actors[index.wrapping_mul(2_654_435_761) % actors.len()].address;
    let request = match play {
        Play::Native => Request::transfer(CHAIN_ID, nonce, receiver, 1 + index as u64 % 1_000),
        Play::Token(token) => {
            let assets = U256::from(1 + index % 1_000);
            let input = abi::transferCall { receiver, assets }.abi_encode();
            Request::call(CHAIN_ID, nonce, *token, Bytes::from(input), TOKEN_GAS)
        }
        Play::Mix(world) => {
            let (to, input) = world.mixed_call(sender.address, account, turn);
            Request::call(CHAIN_ID, nonce, to, input, CALL_GAS)
        }
    };
    (sender.address, sender.sign(&request))
}
