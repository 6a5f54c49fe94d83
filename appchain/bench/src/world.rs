// SPDX-License-Identifier: Apache-2.0
//! Our contracts as the lanes need them: deployed, priced, seeded, with a position for each account.

use alloy_sol_types::{SolCall, SolStruct, SolValue, eip712_domain};
use primitives::{Address, Bytes, U256};
use workload::{Actor, Request};

use crate::{
    abi::{
        self, ACCOUNTS, Artefact, Hop, KINKED_RATE, LENDING_POOL, PAIR_FACTORY, PRICE_ORACLE,
        PUBLISHER_FEED, Publication, RISK_TERMS, ROUTER, Report, TEST_TOKEN, VOLATILE_PAIR,
    },
    lanes::{CHAIN_ID, Signed},
};

const USD: u128 = 1_000_000;
const BTC: u128 = 100_000_000;
const ETH: u128 = 1_000_000_000_000_000_000;
const WAD: u128 = ETH;
/// More of each token than any lane spends.
const PURSE: u128 = 1 << 100;
/// Caps that no lane reaches.
const CAP: u128 = 1 << 104;
/// A price stays good for the longest time that the oracle allows: no run outlasts it.
const MAX_AGE_SECONDS: u64 = 604_800;
/// Of the pair.
const FEE_BPS: u64 = 30;
/// Dollars on each side of the pair.
const LIQUIDITY_USD: u128 = 2_000_000;
/// A gas limit that every call of the lanes stays below.
pub(crate) const CALL_GAS: u64 = 800_000;
const CREATION_GAS: u64 = 14_000_000;

/// Where the contracts are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) usd: Address,
    pub(crate) eth: Address,
    pub(crate) usd_pool: Address,
    pub(crate) router: Address,
    pub(crate) pair: Address,
}

/// The deployer's transactions, in order.
struct Script<'a> {
    deployer: &'a Actor,
    nonce: u64,
    signed: Vec<Signed>,
}

impl<'a> Script<'a> {
    const fn new(deployer: &'a Actor) -> Self {
        Self { deployer, nonce: 0, signed: Vec::new() }
    }

    fn send(&mut self, request: &Request) {
        self.signed.push((self.deployer.address, self.deployer.sign(request)));
        self.nonce += 1;
    }

    fn create(&mut self, input: Bytes) -> Address {
        let address = self.deployer.address.create(self.nonce);
        self.send(&Request::create(CHAIN_ID, self.nonce, input, CREATION_GAS));
        address
    }

    fn deploy(&mut self, artefact: &Artefact, arguments: &[u8]) -> Address {
        self.create(artefact.creation(arguments))
    }

    fn call(&mut self, to: Address, call: &impl SolCall) {
        self.call_with_gas(to, call, CALL_GAS);
    }

    fn call_with_gas(&mut self, to: Address, call: &impl SolCall, gas_limit: u64) {
        let input = Bytes::from(call.abi_encode());
        self.send(&Request::call(CHAIN_ID, self.nonce, to, input, gas_limit));
    }

    fn token(&mut self, symbol: &str, decimals: u8) -> Address {
        let arguments = (
            format!("Test {symbol}"),
            symbol.to_owned(),
            U256::from(decimals),
            self.deployer.address,
        );
        self.deploy(&TEST_TOKEN, &arguments.abi_encode_params())
    }

    fn mint(&mut self, token: Address, receiver: Address, assets: u128) {
        self.call(token, &abi::mintCall { receiver, assets: U256::from(assets) });
    }

    fn approve(&mut self, token: Address, spender: Address) {
        self.call(token, &abi::approveCall { spender, assets: U256::MAX });
    }
}

/// One token, of which each account holds a purse.
pub(crate) fn token(deployer: &Actor, actors: &[Actor]) -> (Address, Vec<Signed>) {
    let mut script = Script::new(deployer);
    let token = script.token("TEST", 18);
    for actor in actors {
        script.mint(token, actor.address, PURSE);
    }
    (token, script.signed)
}

/// Two credit pools, an oracle with a signed feed, a pair behind the router; each account has lent
/// dollars, pledged bitcoin and borrowed dollars. Returns also how many transactions each sent.
pub(crate) fn market(deployer: &Actor, actors: &[Actor], now: u64) -> (World, Vec<Signed>, u64) {
    let mut script = Script::new(deployer);
    let owner = deployer.address;
    let (usd, eth, btc) =
        (script.token("tUSD", 6), script.token("tETH", 18), script.token("tBTC", 8));
    let prices = [(usd, WAD), (eth, 3_000 * WAD), (btc, 60_000 * WAD)];
    let oracle = priced(&mut script, &prices, now);
    let terms = script.deploy(&RISK_TERMS, &[]);
    let accounts = script.deploy(&ACCOUNTS, &(owner, terms).abi_encode_params());
    let usd_pool = credit_pool(&mut script, [terms, accounts, oracle], ("pUSD", usd, 1_000 * USD));
    let btc_pool = credit_pool(&mut script, [terms, accounts, oracle], ("pBTC", btc, BTC));
    let pledge = abi::set_collateralCall {
        pool: usd_pool,
        collateral_pool: btc_pool,
        borrow_threshold_bps: U256::from(7_500_u64),
        liquidation_threshold_bps: U256::from(8_000_u64),
    };
    script.call(terms, &pledge);
    let (pair, router) = exchange(&mut script, usd, eth);
    for actor in actors {
        for token in [usd, eth, btc] {
            script.mint(token, actor.address, PURSE);
        }
    }
    let mut signed = script.signed;
    let mut sent = 0;
    for actor in actors {
        let position =
            open_position(actor, &[usd, eth, btc], &[usd_pool, btc_pool], accounts, router);
        sent = position.len() as u64;
        signed.extend(position);
    }
    (World { usd, eth, usd_pool, router, pair }, signed, sent)
}

/// A pool of a rate of its own, seeded and listed.
fn credit_pool(
    script: &mut Script<'_>,
    [terms, accounts, oracle]: [Address; 3],
    (symbol, asset, seed): (&str, Address, u128),
) -> Address {
    let owner = script.deployer.address;
    let percent = WAD / 100;
    let curve = [0, 4 * percent, 60 * percent, 90 * percent].map(U256::from);
    let rate = script.deploy(&KINKED_RATE, &curve.abi_encode());
    let name = format!("Pool {symbol}");
    let arguments = (asset, name, symbol.to_owned(), accounts, oracle, rate, owner, owner);
    let pool = script.deploy(&LENDING_POOL, &arguments.abi_encode_params());
    let cap = U256::from(CAP);
    script.call(terms, &abi::set_capsCall { pool, supply_cap: cap, borrow_cap: cap });
    let reserve_factor_bps = U256::from(1_000_u64);
    script.call(terms, &abi::set_reserve_factorCall { pool, reserve_factor_bps });
    script.mint(asset, owner, PURSE);
    script.approve(asset, pool);
    script.call(pool, &abi::depositCall { assets: U256::from(seed), receiver: owner });
    script.call(accounts, &abi::list_poolCall { pool });
    pool
}

/// The feed, its first publication, and the oracle over it.
fn priced(script: &mut Script<'_>, prices: &[(Address, u128)], now: u64) -> Address {
    let owner = script.deployer.address;
    let signers = (vec![owner], U256::from(1_u64), owner);
    let feed = script.deploy(&PUBLISHER_FEED, &signers.abi_encode_params());
    let oracle = script.deploy(&PRICE_ORACLE, &owner.abi_encode());
    let reports: Vec<Report> = prices
        .iter()
        .map(|(asset, price)| Report {
            asset: *asset,
            price_usd_wad: U256::from(*price),
            observed_at: U256::from(now),
        })
        .collect();
    let domain = eip712_domain! {
        name: "Headwater PublisherFeed",
        version: "1",
        chain_id: CHAIN_ID,
        verifying_contract: feed,
    };
    let publication = Publication { reports: reports.clone() };
    let signature = script.deployer.sign_digest(publication.eip712_signing_hash(&domain));
    script.call(feed, &abi::publishCall { reports, signatures: vec![signature] });
    for (asset, price) in prices {
        script.call(
            oracle,
            &abi::set_feedsCall {
                asset: *asset,
                feeds: vec![feed],
                max_age_seconds: U256::from(MAX_AGE_SECONDS),
                max_change_bps: U256::from(10_000_u64),
                expected_price_usd_wad: U256::from(*price),
            },
        );
    }
    oracle
}

/// A pair of dollars and ether with liquidity at the oracle's price, and the router.
fn exchange(script: &mut Script<'_>, usd: Address, eth: Address) -> (Address, Address) {
    let owner = script.deployer.address;
    let blueprint = script.create(VOLATILE_PAIR.blueprint());
    let factory = script.deploy(&PAIR_FACTORY, &(blueprint, owner, owner).abi_encode_params());
    let router = script.deploy(&ROUTER, &factory.abi_encode());
    let create = abi::create_pairCall { token_a: usd, token_b: eth, fee_bps: U256::from(FEE_BPS) };
    script.call_with_gas(factory, &create, CREATION_GAS);
    // A contract's first creation has nonce 1.
    let pair = factory.create(1);
    script.mint(eth, owner, PURSE);
    for token in [usd, eth] {
        script.approve(token, pair);
    }
    let mut sides = [(usd, LIQUIDITY_USD * USD), (eth, LIQUIDITY_USD / 3_000 * ETH)];
    sides.sort_unstable_by_key(|(token, _)| *token);
    script.call(
        pair,
        &abi::add_liquidityCall {
            assets0_max: U256::from(sides[0].1),
            assets1_max: U256::from(sides[1].1),
            min_liquidity: U256::from(1_u64),
            receiver: owner,
        },
    );
    (pair, router)
}

fn open_position(
    actor: &Actor,
    [usd, eth, btc]: &[Address; 3],
    [usd_pool, btc_pool]: &[Address; 2],
    accounts: Address,
    router: Address,
) -> Vec<Signed> {
    let mut script = Script::new(actor);
    for (token, spender) in [(usd, *usd_pool), (usd, router), (eth, router), (btc, *btc_pool)] {
        script.approve(*token, spender);
    }
    let receiver = actor.address;
    script.call(*usd_pool, &abi::depositCall { assets: U256::from(20_000 * USD), receiver });
    script.call(*btc_pool, &abi::depositCall { assets: U256::from(BTC), receiver });
    script.call(accounts, &abi::pledgeCall { account: receiver, pool: *btc_pool });
    script.call(*usd_pool, &abi::borrowCall { assets: U256::from(5_000 * USD), receiver });
    script.signed
}

/// Steps after which an account of the mix begins again.
const STEPS: usize = 6;

impl World {
    /// An account's next call: deposit, buy ether, borrow, sell ether, repay, withdraw; each account
    /// starts at a step of its own, so that every block holds all of them.
    pub(crate) fn mixed_call(
        &self,
        account: Address,
        index: usize,
        turn: usize,
    ) -> (Address, Bytes) {
        let step = (index + turn) % STEPS;
        let dollars = |whole: u128| U256::from(whole * USD);
        let input = match step {
            0 => abi::depositCall { assets: dollars(1_000), receiver: account }.abi_encode(),
            1 => return (self.router, self.swap(self.usd, 90 * USD, account)),
            2 => abi::borrowCall { assets: dollars(500), receiver: account }.abi_encode(),
            3 => return (self.router, self.swap(self.eth, 3 * ETH / 100, account)),
            4 => abi::repayCall { assets: dollars(500), account }.abi_encode(),
            _ => abi::withdrawCall { assets: dollars(1_000), receiver: account, owner: account }
                .abi_encode(),
        };
        (self.usd_pool, Bytes::from(input))
    }

    fn swap(&self, token_in: Address, assets_in: u128, receiver: Address) -> Bytes {
        let call = abi::swap_exact_inCall {
            hops: vec![Hop { pair: self.pair, token_in }],
            assets_in: U256::from(assets_in),
            min_assets_out: U256::from(1_u64),
            receiver,
            deadline: U256::MAX,
        };
        Bytes::from(call.abi_encode())
    }
}
