// SPDX-License-Identifier: Apache-2.0
//! The bulk door takes any bytes: nothing in a message panics, costs more than its length, or keeps
//! the good transactions beside it out.

use std::{
    io::ErrorKind,
    sync::{Arc, mpsc},
};

use primitives::{Address, Genesis};
use proptest::prelude::*;
use sequencer::{Incoming, Node, Settings, SubmitError, door::parse_message};
use workload::{Actor, Request};

const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 30_000_000;
/// Sender and length before each transaction.
const HEAD: usize = 24;

fn message(parts: &[(Address, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (sender, raw) in parts {
        bytes.extend_from_slice(sender.as_slice());
        bytes.extend_from_slice(&(raw.len() as u32).to_le_bytes());
        bytes.extend_from_slice(raw);
    }
    bytes
}

fn parts_of(incoming: &[Incoming]) -> Vec<(Address, Vec<u8>)> {
    let claimed = |one: &Incoming| one.claimed.expect("a message names its senders");
    incoming.iter().map(|one| (claimed(one), one.raw.to_vec())).collect()
}

fn start() -> Arc<Node> {
    let text = workload::genesis(CHAIN_ID, "prague", GAS_LIMIT, &[Actor::new(0)]);
    let (config, genesis) = Genesis::parse(&text).expect("a genesis of our own");
    Node::start(Settings::new(config, genesis)).expect("a node")
}

fn answers(node: &Node, incoming: Vec<Incoming>) -> Vec<Result<primitives::B256, SubmitError>> {
    let (sender, receiver) = mpsc::channel();
    node.submit_raw(
        incoming,
        Box::new(move |results| {
            let _ = sender.send(results);
        }),
    );
    receiver.recv().expect("an answer to each message")
}

fn part() -> impl Strategy<Value = (Address, Vec<u8>)> {
    (any::<[u8; 20]>().prop_map(Address::from), prop::collection::vec(any::<u8>(), 0..200))
}

proptest! {
    #[test]
    fn takes_apart_what_was_put_together(parts in prop::collection::vec(part(), 0..20)) {
        let incoming = parse_message(&message(&parts)).expect("a message of our own");
        prop_assert_eq!(parts_of(&incoming), parts);
    }

    #[test]
    fn takes_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        match parse_message(&bytes) {
            // Nothing was skipped or read twice.
            Ok(incoming) => prop_assert_eq!(message(&parts_of(&incoming)), bytes),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidData),
        }
    }

    #[test]
    fn takes_a_message_cut_short(
        parts in prop::collection::vec(part(), 1..10),
        place in any::<prop::sample::Index>(),
    ) {
        let whole = message(&parts);
        let cut = place.index(whole.len());
        match parse_message(&whole[..cut]) {
            Ok(incoming) => prop_assert_eq!(message(&parts_of(&incoming)), &whole[..cut]),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidData),
        }
    }
}

#[test]
fn holds_no_more_entries_than_the_message_has_room_for() {
    let empty = vec![0; HEAD * 1_000];
    assert_eq!(parse_message(&empty).expect("empty transactions").len(), 1_000);
    // A length far beyond the message allocates nothing.
    let mut boast = vec![0; HEAD];
    boast[20..].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(parse_message(&boast).expect_err("a boast").kind(), ErrorKind::InvalidData);
}

/// One node for all cases: what one leaves must not harm the next.
#[test]
fn a_good_transaction_passes_between_any_bytes() {
    let node = start();
    let actor = Actor::new(0);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for nonce in 0..64 {
        let garbage = prop::collection::vec(part(), 1..8);
        let tree = garbage.new_tree(&mut runner).expect("a strategy without filters");
        let mut parts = proptest::strategy::ValueTree::current(&tree);
        let place = nonce as usize % (parts.len() + 1);
        let good = actor.sign(&Request::transfer(CHAIN_ID, nonce, Address::ZERO, 1));
        parts.insert(place, (actor.address, good.to_vec()));
        let incoming = parse_message(&message(&parts)).expect("a message of our own");

        let results = answers(&node, incoming);

        assert_eq!(results.len(), parts.len());
        for (index, result) in results.iter().enumerate() {
            assert_eq!(result.is_ok(), index == place, "{index} of {}: {result:?}", parts.len());
        }
    }
}

#[test]
fn a_false_claim_is_refused_and_says_who_signed() {
    let node = start();
    let actor = Actor::new(0);
    let raw = actor.sign(&Request::transfer(CHAIN_ID, 0, Address::ZERO, 1));
    let claimed = Address::repeat_byte(7);
    let lie = message(&[(claimed, raw.to_vec())]);

    let results = answers(&node, parse_message(&lie).expect("a message of our own"));

    let reason = format!("claimed {claimed}, signed by {}", actor.address);
    assert_eq!(results, [Err(SubmitError::Signature(reason))]);
}
