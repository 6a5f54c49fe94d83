// SPDX-License-Identifier: Apache-2.0
//! The calls that the chain makes by itself in each block: when, with how much gas, who else may
//! not make them, and that recovery and followers find the same.

use std::{path::Path, sync::Arc, time::Duration};

use alloy_consensus::TxEip7702;
use alloy_eips::eip7702::Authorization;
use execution::{InvalidBlock, NoBlockHashes, Options, Slice, run_block};
use primitives::{
    Address, B256, Bytes, Genesis, SYSTEM_ACCOUNT, TxKind, U256, Verified,
    heartbeat::SYSTEM_KEY_SEED, keccak256,
};
use sequencer::{
    Block, Incoming, Mining, Node, Recovery, Settings, StateWrite, SubmitError, WriteValue,
    verify::{decode_all, verify},
};
use state::{FlatState, StateTrie};
use workload::{Actor, Request};

const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 30_000_000;
const HEARTBEAT_GAS: u64 = 1_000_000;

/// Counts the calls of each selector in the slot of that number, and emits the selector.
const COUNTER: &[u8] = &[
    0x5f, 0x35, 0x60, 0xe0, 0x1c, 0x80, 0x54, 0x60, 0x01, 0x01, 0x81, 0x55, 0x5f, 0x5f, 0xa1, 0x00,
];
/// Reverts.
const REVERTING: &[u8] = &[0x5f, 0x5f, 0xfd];
/// Never ends.
const LOOPING: &[u8] = &[0x5b, 0x5f, 0x56];

fn contract() -> Address {
    Address::with_last_byte(0xbe)
}

fn system() -> Actor {
    Actor::from_key(keccak256(SYSTEM_KEY_SEED).0)
}

fn actors() -> Vec<Actor> {
    (0..4).map(Actor::new).collect()
}

fn settings(code: &[u8], mining: Mining, folder: Option<&Path>) -> Settings {
    let plain = workload::genesis(CHAIN_ID, "prague", GAS_LIMIT, &actors());
    let code = Bytes::copy_from_slice(code);
    let text = workload::genesis_with_heartbeat(&plain, contract(), &code, HEARTBEAT_GAS);
    let (config, genesis) = Genesis::parse(&text).expect("a genesis of our own");
    let mut settings = Settings::new(config, genesis);
    settings.mining = mining;
    settings.folder = folder.map(Path::to_path_buf);
    settings
}

fn start(code: &[u8]) -> Arc<Node> {
    Node::start(settings(code, Mining::Manual, None)).expect("a node")
}

fn submit(node: &Node, raw: Bytes) -> Result<B256, SubmitError> {
    let decoded = decode_all(vec![Incoming { raw, claimed: None }], &mut Vec::new());
    let verified = verify(decoded, &mut Recovery).pop().expect("one answer for one question");
    node.submit(verified)
}

fn transfer(from: &Actor, nonce: u64) -> Bytes {
    from.sign(&Request::transfer(CHAIN_ID, nonce, Address::with_last_byte(0x77), 1))
}

fn mine(node: &Node) -> Arc<Block> {
    node.control(sequencer::Sequencer::mine).expect("running").expect("mined");
    Arc::clone(node.shared().chain.read().head())
}

/// Sender and success of each transaction.
fn shape(block: &Block) -> Vec<(Address, bool)> {
    block
        .body
        .iter()
        .map(|executed| (executed.verified.sender, executed.outcome.is_success))
        .collect()
}

fn count(node: &Node, signature: &str) -> u64 {
    let selector = keccak256(signature);
    let slot = U256::from_be_slice(&selector[..4]);
    node.shared().flat.read().slot(&contract(), &slot).to()
}

#[test]
fn the_system_account_is_the_key_that_everybody_has() {
    assert_eq!(system().address, SYSTEM_ACCOUNT);
}

#[test]
fn each_block_opens_and_closes_with_a_call() {
    let node = start(COUNTER);
    let users = actors();
    submit(&node, transfer(&users[0], 0)).expect("a transfer");
    let block = mine(&node);
    let expected = [(SYSTEM_ACCOUNT, true), (users[0].address, true), (SYSTEM_ACCOUNT, true)];
    assert_eq!(shape(&block), expected);
    assert_eq!(shape(&mine(&node)), [(SYSTEM_ACCOUNT, true); 2]);
    assert_eq!((count(&node, "open_block()"), count(&node, "close_block()")), (2, 2));
}

#[test]
fn no_failure_of_the_contract_stops_a_block() {
    for (code, gas) in [(REVERTING, None), (LOOPING, Some(HEARTBEAT_GAS))] {
        let node = start(code);
        let users = actors();
        submit(&node, transfer(&users[0], 0)).expect("a transfer");
        let block = mine(&node);
        let expected = [(SYSTEM_ACCOUNT, false), (users[0].address, true), (SYSTEM_ACCOUNT, false)];
        assert_eq!(shape(&block), expected);
        for executed in block.body.iter().filter(|one| one.verified.sender == SYSTEM_ACCOUNT) {
            assert!(executed.outcome.gas_used <= HEARTBEAT_GAS);
            assert!(gas.is_none_or(|gas| executed.outcome.gas_used == gas));
        }
    }
}

#[test]
fn users_gas_leaves_room_for_the_last_call() {
    let node = start(LOOPING);
    let users = actors();
    let to = users[1].address;
    let most = GAS_LIMIT - 2 * HEARTBEAT_GAS;
    let call = |nonce, gas| users[0].sign(&Request::call(CHAIN_ID, nonce, to, Bytes::new(), gas));
    let refused = submit(&node, call(0, most + 1));
    assert_eq!(refused, Err(SubmitError::GasLimit { gas: most + 1, limit: most }));
    submit(&node, call(0, most)).expect("it just fits");
    submit(&node, call(1, most)).expect("it waits for a block");
    assert_eq!(mine(&node).body.len(), 3);
    assert_eq!(mine(&node).body.len(), 3);
}

#[test]
fn nobody_else_acts_for_the_system_account() {
    let node = start(COUNTER);
    let users = actors();
    assert_eq!(submit(&node, transfer(&system(), 0)), Err(SubmitError::SystemAccount));
    let delegation = |signer: &Actor| {
        let authorization =
            Authorization { chain_id: U256::from(CHAIN_ID), address: contract(), nonce: 0 };
        users[0].sign_typed(TxEip7702 {
            chain_id: CHAIN_ID,
            gas_limit: 100_000,
            to: users[1].address,
            authorization_list: vec![signer.authorize(authorization)],
            ..Default::default()
        })
    };
    assert_eq!(submit(&node, delegation(&system())), Err(SubmitError::SystemAccount));
    submit(&node, delegation(&users[2])).expect("others delegate as they like");
    let node = Node::start(Settings {
        config: primitives::ChainConfig { heartbeat: None, ..node.settings().config.clone() },
        ..node.settings().clone()
    });
    submit(&node.expect("a node"), transfer(&system(), 0)).expect("no rule without a heartbeat");
}

#[test]
fn calls_wait_for_the_contracts_code() {
    let node = start(&[]);
    assert!(mine(&node).body.is_empty());
    let code = WriteValue::Code(Bytes::from_static(COUNTER));
    let write = StateWrite { address: contract(), value: code };
    node.control(move |sequencer| sequencer.write(&write)).expect("running");
    assert_eq!(mine(&node).body.len(), 2);
}

#[test]
fn a_contract_deployed_in_a_block_hears_of_its_end() {
    let users = actors();
    let mut settings = settings(&[], Mining::Manual, None);
    let deployed = users[0].address.create(0);
    settings.config.heartbeat.as_mut().expect("a heartbeat").address = deployed;
    let node = Node::start(settings).expect("a node");
    // Returns the sixteen bytes that follow.
    let mut init = vec![0x60, 0x10, 0x60, 0x0a, 0x5f, 0x39, 0x60, 0x10, 0x5f, 0xf3];
    init.extend_from_slice(COUNTER);
    let request = Request::create(CHAIN_ID, 0, Bytes::from(init), 300_000);
    submit(&node, users[0].sign(&request)).expect("a creation");
    assert_eq!(shape(&mine(&node)), [(users[0].address, true), (SYSTEM_ACCOUNT, true)]);
    assert_eq!(shape(&mine(&node)), [(SYSTEM_ACCOUNT, true); 2]);
}

#[test]
fn without_money_the_account_makes_no_call() {
    let node = start(COUNTER);
    node.control(|sequencer| sequencer.set_next_base_fee(1_000)).expect("running");
    let write = StateWrite { address: SYSTEM_ACCOUNT, value: WriteValue::Balance(U256::ONE) };
    node.control(move |sequencer| sequencer.write(&write)).expect("running");
    assert!(mine(&node).body.is_empty());
}

/// Some blocks of calls and transfers; the last one stays open.
fn live(node: &Node) {
    let users = actors();
    for round in 0..12 {
        for user in &users {
            submit(node, transfer(user, round)).expect("a transfer");
        }
        if round % 3 == 2 && round < 11 {
            mine(node);
        }
    }
}

#[test]
fn recovery_makes_the_same_calls() {
    let folder = tempfile::tempdir().expect("a folder");
    let killed = tempfile::tempdir().expect("a folder");
    let long = Mining::Interval(Duration::from_secs(600));
    let node = Node::start(settings(COUNTER, long, Some(folder.path()))).expect("a node");
    live(&node);
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), killed.path().join(entry.file_name())).expect("a copy");
    }
    let revived = Node::start(settings(COUNTER, long, Some(killed.path()))).expect("a restart");
    assert_eq!(mine(&revived).hash, mine(&node).hash);
    assert_eq!(count(&revived, "open_block()"), count(&revived, "close_block()"));
}

/// What a follower makes of a block's transactions.
fn follow(
    settings: &Settings,
    flat: &FlatState,
    block: &Block,
    transactions: &[Arc<Verified>],
) -> Result<FlatState, InvalidBlock> {
    let environment = block.environment();
    let mut slice =
        Slice::new(&settings.config, &environment, Options::default(), flat, &NoBlockHashes, 0);
    let outcomes = run_block(&mut slice, || block.header.parent_hash, transactions)?;
    for (outcome, executed) in outcomes.iter().zip(block.body.iter()) {
        assert_eq!(outcome, executed.outcome);
    }
    let mut after = flat.clone();
    after.apply(&slice.finish());
    Ok(after)
}

#[test]
fn followers_make_the_same_calls_and_refuse_any_other() {
    let node = start(COUNTER);
    live(&node);
    mine(&node);
    let settings = node.settings();
    let mut flat = FlatState::from_genesis(&settings.genesis);
    let chain = node.shared().chain.read();
    for block in chain.blocks().skip(1) {
        let list: Vec<Arc<Verified>> =
            block.body.iter().map(|executed| Arc::clone(executed.verified)).collect();
        let refuses = |list: &[Arc<Verified>]| follow(settings, &flat, block, list).is_err();
        assert!(refuses(&list[1..]), "no first call");
        assert!(refuses(&list[..list.len() - 1]), "no last call");
        assert!(refuses(&[]), "neither");
        assert!(refuses(&[&list[1..2], &list[..1], &list[2..]].concat()), "a user before it");
        assert!(refuses(&[&list[..1], &list[..]].concat()), "twice");
        assert!(refuses(&[&list[..], &list[list.len() - 1..]].concat()), "a call after the last");
        let mut other = list.clone();
        other[0] = forged(&list[0]);
        assert!(refuses(&other), "another transaction of the account");
        flat = follow(settings, &flat, block, &list).expect("a block of this chain");
        assert_eq!(StateTrie::from_flat(&flat).root(), block.header.state_root);
    }
}

/// The first call with more gas, well signed.
fn forged(call: &Verified) -> Arc<Verified> {
    let TxKind::Call(to) = call.transaction.to else { panic!("it is a call") };
    let mut request = Request::call(
        CHAIN_ID,
        call.transaction.nonce,
        to,
        call.transaction.input.clone(),
        2 << 20,
    );
    request.fee = call.transaction.max_fee_per_gas;
    let incoming = vec![Incoming { raw: system().sign(&request), claimed: None }];
    let verified = verify(decode_all(incoming, &mut Vec::new()), &mut Recovery).pop();
    verified.expect("one answer").expect("a good signature")
}
