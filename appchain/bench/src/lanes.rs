// SPDX-License-Identifier: Apache-2.0
//! What is sent. All transactions are signed before the clock starts.

use std::thread;

use primitives::{Address, Bytes, U256};
use workload::{Actor, Request, calldata, word_of};

/// Chain id of the benchmark's chain.
pub(crate) const CHAIN_ID: u64 = 4_323_928;
/// Gas limit of its blocks: 100,000 token transfers a second must fit.
pub(crate) const GAS_LIMIT: u64 = 30_000_000_000;
/// Gas limit of a token transfer.
const TOKEN_GAS: u64 = 100_000;
/// Tokens that each account starts with.
const TOKENS: u64 = 1_000_000_000;

const TOKEN: &str = include_str!("../../../deployments/bytecode/TestToken.json");

/// Kinds of lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Plain transfers of ether.
    NativeTransfers,
    /// Transfers of our Vyper token.
    TokenTransfers,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NativeTransfers => "native_transfers",
            Self::TokenTransfers => "erc20_transfers",
        }
    }
}

/// A signed transaction with its sender.
pub(crate) type Signed = (Address, Bytes);

/// A lane ready to send.
#[derive(Debug)]
pub(crate) struct Lane {
    /// Genesis in geth's format.
    pub(crate) genesis: String,
    /// Sent before the clock starts, in order.
    pub(crate) setup: Vec<Signed>,
    /// Sent while it runs, in order.
    pub(crate) load: Vec<Signed>,
}

impl Lane {
    pub(crate) fn sign(kind: Kind, accounts: usize, transactions: usize) -> Result<Self, String> {
        let actors: Vec<Actor> = (0..accounts as u64 + 1).map(Actor::new).collect();
        let genesis = workload::genesis(CHAIN_ID, "cancun", GAS_LIMIT, &actors);
        let (deployer, actors) = actors.split_last().ok_or("a lane needs accounts")?;
        let token = deployer.address.create(0);
        let setup = match kind {
            Kind::NativeTransfers => Vec::new(),
            Kind::TokenTransfers => token_setup(deployer, token, actors)?,
        };
        let load = sign_load(kind, token, actors, transactions);
        Ok(Self { genesis, setup, load })
    }
}

fn token_setup(deployer: &Actor, token: Address, actors: &[Actor]) -> Result<Vec<Signed>, String> {
    let artefact: serde_json::Value =
        serde_json::from_str(TOKEN).map_err(|error| error.to_string())?;
    let code = artefact["bytecode"].as_str().ok_or("TestToken has no bytecode")?;
    let mut input = code.parse::<Bytes>().map_err(|error| error.to_string())?.to_vec();
    let words = [
        U256::from(128),
        U256::from(192),
        U256::from(18),
        word_of(deployer.address),
        U256::from(4),
        U256::from_be_bytes(text("Test")),
        U256::from(4),
        U256::from_be_bytes(text("TEST")),
    ];
    input.extend(words.iter().flat_map(|word| word.to_be_bytes::<32>()));
    let create = Request::create(CHAIN_ID, 0, Bytes::from(input), 5_000_000);
    let mut setup = vec![(deployer.address, deployer.sign(&create))];
    for (index, actor) in actors.iter().enumerate() {
        let input =
            calldata("mint(address,uint256)", &[word_of(actor.address), U256::from(TOKENS)]);
        let mint = Request::call(CHAIN_ID, index as u64 + 1, token, input, 200_000);
        setup.push((deployer.address, deployer.sign(&mint)));
    }
    Ok(setup)
}

fn text(short: &str) -> [u8; 32] {
    let mut word = [0; 32];
    word[..short.len()].copy_from_slice(short.as_bytes());
    word
}

/// Signs in as many threads as there are cores; each account sends in turn, to a scattered other.
fn sign_load(kind: Kind, token: Address, actors: &[Actor], count: usize) -> Vec<Signed> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..count)
            .step_by(chunk)
            .map(|start| {
                scope.spawn(move || {
                    (start..count.min(start + chunk))
                        .map(|index| sign_one(kind, token, actors, index))
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

fn sign_one(kind: Kind, token: Address, actors: &[Actor], index: usize) -> Signed {
    let sender = &actors[index % actors.len()];
    let nonce = (index / actors.len()) as u64;
    // A large odd multiplier scatters receivers without a generator of randomness.
    let receiver = actors[index.wrapping_mul(2_654_435_761) % actors.len()].address;
    let request = match kind {
        Kind::NativeTransfers => {
            Request::transfer(CHAIN_ID, nonce, receiver, 1 + index as u64 % 1_000)
        }
        Kind::TokenTransfers => {
            let value = U256::from(1 + index % 1_000);
            let input = calldata("transfer(address,uint256)", &[word_of(receiver), value]);
            Request::call(CHAIN_ID, nonce, token, input, TOKEN_GAS)
        }
    };
    (sender.address, sender.sign(&request))
}
