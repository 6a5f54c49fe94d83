// SPDX-License-Identifier: Apache-2.0
//! The entry points of our contracts that a lane calls, and their bytecode as it is committed.

use alloy_sol_types::sol;
use primitives::Bytes;

sol! {
    /// One price, as PublisherFeed wants it.
    #[derive(Debug)]
    struct Report { address asset; uint256 price_usd_wad; uint256 observed_at; }
    /// What a publisher signs.
    #[derive(Debug)]
    struct Publication { Report[] reports; }
    /// One leg of a route.
    #[derive(Debug)]
    struct Hop { address pair; address token_in; }

    function mint(address receiver, uint256 assets);
    function approve(address spender, uint256 assets);
    function transfer(address receiver, uint256 assets);

    function publish(Report[] reports, bytes[] signatures);
    function set_feeds(
        address asset, address[] feeds, uint256 max_age_seconds, uint256 max_change_bps,
        uint256 expected_price_usd_wad
    );

    function set_caps(address pool, uint256 supply_cap, uint256 borrow_cap);
    function set_reserve_factor(address pool, uint256 reserve_factor_bps);
    function set_collateral(
        address pool, address collateral_pool, uint256 borrow_threshold_bps, uint256 liquidation_threshold_bps
    );
    function list_pool(address pool);
    function pledge(address account, address pool);
    function deposit(uint256 assets, address receiver);
    function withdraw(uint256 assets, address receiver, address owner);
    function borrow(uint256 assets, address receiver);
    function repay(uint256 assets, address account);

    function create_pair(address token_a, address token_b, uint256 fee_bps);
    function add_liquidity(
        uint256 assets0_max, uint256 assets1_max, uint256 min_liquidity, address receiver
    );
    function swap_exact_in(
        Hop[] hops, uint256 assets_in, uint256 min_assets_out, address receiver, uint256 deadline
    );
}

/// A contract's creation code, from `deployments/bytecode`.
pub(crate) struct Artefact(&'static str);

macro_rules! artefact {
    ($name:literal) => {
        Artefact(include_str!(concat!("../../../deployments/bytecode/", $name, ".json")))
    };
}

pub(crate) const TEST_TOKEN: Artefact = artefact!("TestToken");
pub(crate) const PUBLISHER_FEED: Artefact = artefact!("PublisherFeed");
pub(crate) const PRICE_ORACLE: Artefact = artefact!("PriceOracle");
pub(crate) const ACCOUNTS: Artefact = artefact!("Accounts");
pub(crate) const RISK_TERMS: Artefact = artefact!("RiskTerms");
pub(crate) const KINKED_RATE: Artefact = artefact!("KinkedRate");
pub(crate) const LENDING_POOL: Artefact = artefact!("LendingPool");
pub(crate) const VOLATILE_PAIR: Artefact = artefact!("VolatilePair");
pub(crate) const PAIR_FACTORY: Artefact = artefact!("PairFactory");
pub(crate) const BATCH_INBOX: Artefact = artefact!("BatchInbox");
pub(crate) const ROUTER: Artefact = artefact!("Router");

impl Artefact {
    /// The creation code with encoded constructor arguments behind it.
    pub(crate) fn creation(&self, arguments: &[u8]) -> Bytes {
        let artefact: serde_json::Value =
            serde_json::from_str(self.0).expect("deployments/bytecode holds JSON");
        let code = artefact["bytecode"].as_str().expect("an artefact has its bytecode");
        let mut input = code.parse::<Bytes>().expect("bytecode is hexadecimal").to_vec();
        input.extend_from_slice(arguments);
        Bytes::from(input)
    }

    /// Creation code that leaves an ERC-5202 blueprint of the contract behind.
    pub(crate) fn blueprint(&self) -> Bytes {
        let mut stored = vec![0xfe, 0x71, 0x00];
        stored.extend_from_slice(&self.creation(&[]));
        let length = u16::try_from(stored.len()).expect("a blueprint is below the code limit");
        let mut input = vec![0x61];
        input.extend_from_slice(&length.to_be_bytes());
        // Copies what follows it to memory and returns it as the code.
        input.extend_from_slice(&[0x3d, 0x81, 0x60, 0x0a, 0x3d, 0x39, 0xf3]);
        input.extend_from_slice(&stored);
        Bytes::from(input)
    }
}
