// SPDX-License-Identifier: Apache-2.0
//! Batches give the chain that they were made of, and nothing else gives one: the rules of
//! derivation, each broken once.

use std::sync::{Arc, OnceLock};

use primitives::{Address, B256, BlockNumber, Verified};
use sequencer::Block;
use settlement::{Batch, Invalid, RebuildError};

use crate::common::{self, Kind, Made, assert_same, batch_of, rebuilt, sealed};

/// Blocks 1 to 13, some empty; made once.
fn chain() -> &'static (Made, Vec<Arc<Block>>) {
    static CHAIN: OnceLock<(Made, Vec<Arc<Block>>)> = OnceLock::new();
    CHAIN.get_or_init(|| {
        let mut made = Made::new(Kind::Quiet);
        made.blocks(&[30, 0, 1, 400, 0, 0, 900, 7, 64, 3, 200, 12]);
        let blocks = made.committed();
        (made, blocks)
    })
}

/// The chain as three batches: blocks 1 to 4, 5 to 9, 10 to 13.
fn three() -> Vec<Batch> {
    let blocks = &chain().1;
    [0..4, 4..9, 9..13]
        .into_iter()
        .enumerate()
        .map(|(index, range)| batch_of(index as u64, &blocks[range]).0)
        .collect()
}

/// A bad second batch is dropped for `reason`, and the right one after it is taken.
fn assert_dropped(bad: Batch, reason: &Invalid) {
    let mut batches = three();
    batches.insert(1, Batch { index: 100, ..bad });
    let (memory, result) = rebuilt(Kind::Quiet, batches);
    let (last, report) = result.expect("the right batches are taken");
    assert_eq!(memory.dropped, [(100, reason.clone())]);
    assert_eq!((report.batches, report.dropped), (3, 1));
    assert_same(&memory.blocks, &chain().1);
    assert_eq!(last.header, chain().1[12].header);
}

#[test]
fn gives_every_block_again_whatever_the_size_of_batches() {
    let (made, blocks) = chain();
    for target in [1, 2_000, 20_000, 10_000_000] {
        let batches = made.batches(target);
        let (memory, result) = rebuilt(Kind::Quiet, batches.clone());
        let (last, report) = result.expect("its own batches are right");
        assert_same(&memory.blocks, blocks);
        assert_eq!(memory.dropped, []);
        assert_eq!(report.batches, batches.len() as u64);
        assert_eq!(report.blocks, 13);
        assert_eq!(report.transactions, 1_618);
        let flat = made.node.shared().flat.read();
        assert_eq!(last.flat.len(), flat.len());
        assert_eq!(last.trie.root(), blocks[12].header.state_root);
    }
}

#[test]
fn goes_on_from_where_it_ended() {
    let mut batches = three();
    let rest = batches.split_off(1);
    let (_, result) = rebuilt(Kind::Quiet, batches);
    let (chain_then, _) = result.expect("the first batch is right");
    let mut memory = common::Memory::default();
    let options = settlement::rebuild::Options::default();
    let (last, _) = settlement::rebuild(chain_then, options, rest.into_iter(), &mut memory)
        .expect("the others follow");
    assert_same(&memory.blocks, &chain().1[4..]);
    assert_eq!(last.header, chain().1[12].header);
}

#[test]
fn drops_a_batch_that_comes_again() {
    let (found, next) = (BlockNumber(1), BlockNumber(5));
    assert_dropped(three().remove(0), &Invalid::Repeated { found, next });
}

#[test]
fn drops_batches_that_come_before_their_turn() {
    let mut batches = three();
    batches.swap(1, 2);
    let (memory, result) = rebuilt(Kind::Quiet, batches);
    let (last, report) = result.expect("the rest is right");
    let gap = Invalid::Gap { found: BlockNumber(10), next: BlockNumber(5) };
    assert_eq!(memory.dropped, [(2, gap)]);
    assert_eq!((report.batches, last.header.number), (2, 9));
    assert_same(&memory.blocks, &chain().1[..9]);
}

#[test]
fn stands_still_where_a_batch_is_missing() {
    let mut batches = three();
    batches.remove(1);
    let (memory, result) = rebuilt(Kind::Quiet, batches);
    let (last, _) = result.expect("the first is right");
    let gap = Invalid::Gap { found: BlockNumber(10), next: BlockNumber(5) };
    assert_eq!(memory.dropped, [(2, gap)]);
    assert_eq!(last.header, chain().1[3].header);
}

#[test]
fn drops_garbage() {
    let bad = Batch { bytes: vec![7; 300], ..three().remove(1) };
    assert_dropped(bad, &Invalid::Decode(derivation::DecodeError::Version(7)));
}

#[test]
fn drops_a_batch_cut_short() {
    let mut bad = three().remove(1);
    bad.bytes.truncate(bad.bytes.len() - 32);
    assert_dropped(bad, &Invalid::Decode(derivation::DecodeError::Short { needed: 32, left: 0 }));
}

#[test]
fn drops_a_batch_of_another_chain() {
    let (_, inputs) = batch_of(1, &chain().1[4..9]);
    let mut bad = sealed(1, &chain().1[4..9], &inputs);
    let hashes: Vec<B256> = chain().1[4..9].iter().map(|block| block.hash).collect();
    let parent = chain().1[3].hash;
    bad.bytes = settlement::batch::seal(parent, &hashes, &derivation::encode(78, &inputs));
    assert_dropped(bad, &Invalid::ChainId { found: 78, expected: 77 });
}

#[test]
fn drops_a_batch_that_announces_other_blocks() {
    let bad = Batch { last: BlockNumber(8), ..three().remove(1) };
    assert_dropped(bad, &Invalid::Count { found: 5, hashes: 5, announced: 4 });
    let bad = Batch { first: BlockNumber(9), last: BlockNumber(5), ..three().remove(1) };
    assert_dropped(bad, &Invalid::Count { found: 5, hashes: 5, announced: 0 });
}

#[test]
fn drops_a_batch_of_another_parent() {
    let (_, inputs) = batch_of(1, &chain().1[4..9]);
    let hashes: Vec<B256> = chain().1[4..9].iter().map(|block| block.hash).collect();
    let found = B256::repeat_byte(3);
    let mut bad = three().remove(1);
    bad.bytes = settlement::batch::seal(found, &hashes, &derivation::encode(77, &inputs));
    assert_dropped(bad, &Invalid::Parent { found, expected: chain().1[3].hash });
}

/// Bends the environment of block 7, whose batch has run in part by then.
fn bent(bend: impl Fn(&mut execution::Environment)) -> Batch {
    let (_, mut inputs) = batch_of(1, &chain().1[4..9]);
    bend(&mut inputs[2].environment);
    sealed(1, &chain().1[4..9], &inputs)
}

#[test]
fn drops_a_batch_with_a_block_that_breaks_a_rule() {
    let number = BlockNumber(7);
    let of = |index: usize| chain().1[index].environment();
    let wrong_number = BlockNumber(8);
    assert_dropped(
        bent(|block| block.number = wrong_number),
        &Invalid::Number { found: wrong_number, expected: number },
    );
    let parent = of(5).timestamp;
    assert_dropped(
        bent(|block| block.timestamp = parent - 1),
        &Invalid::Timestamp { number, found: parent - 1, parent },
    );
    let expected = of(6).base_fee;
    assert_dropped(
        bent(|block| block.base_fee += 1),
        &Invalid::BaseFee { number, found: expected + 1, expected },
    );
    let expected = common::GAS_LIMIT;
    assert_dropped(
        bent(|block| block.gas_limit = 1),
        &Invalid::GasLimit { number, found: 1, expected },
    );
    let expected = of(6).beneficiary;
    assert_dropped(
        bent(|block| block.beneficiary = Address::ZERO),
        &Invalid::Beneficiary { number, found: Address::ZERO, expected },
    );
    assert_dropped(bent(|block| block.prevrandao = B256::ZERO), &Invalid::Prevrandao(number));
}

/// Bends the list of transactions of block 8, of which block 7 of the batch has run.
fn relisted(bend: impl Fn(&mut Vec<Arc<Verified>>)) -> Batch {
    let (_, mut inputs) = batch_of(1, &chain().1[4..9]);
    bend(&mut inputs[3].transactions);
    sealed(1, &chain().1[4..9], &inputs)
}

#[test]
fn drops_a_batch_with_a_signature_of_another() {
    let stranger = Address::repeat_byte(9);
    let bad = relisted(|list| {
        let mut verified = Verified::clone(&list[5]);
        verified.sender = stranger;
        list[5] = Arc::new(verified);
    });
    let real = chain().1[7].body.get(5).expect("900 there").verified.sender;
    let reason = format!("invalid sender: sender is {}, not {}", lower(real), lower(stranger));
    assert_dropped(bad, &Invalid::Signature { number: BlockNumber(8), index: 5, reason });
}

fn lower(address: Address) -> String {
    format!("{address:?}").to_lowercase()
}

#[test]
fn drops_a_batch_with_a_transaction_that_cannot_run() {
    let bad = relisted(|list| list.push(Arc::clone(&list[0])));
    let block = &chain().1[7];
    let first = Arc::clone(block.body.get(0).expect("900 there").verified);
    let sent = block.body.iter().filter(|one| one.verified.sender == first.sender).count() as u64;
    let nonce = first.transaction.nonce;
    let reason = format!("nonce {nonce} too low, expected {}", nonce + sent);
    assert_dropped(bad, &Invalid::Transaction { number: BlockNumber(8), index: 900, reason });
}

#[test]
fn names_the_first_block_that_differs() {
    let left_out = relisted(|list| drop(list.pop()));
    let mut batches = three();
    batches[1] = left_out;
    let (memory, result) = rebuilt(Kind::Quiet, batches);
    let error = result.expect_err("block 8 lacks a transaction");
    let RebuildError::Differs { number, batch, what, found, claimed } = error else {
        panic!("{error}");
    };
    assert_eq!((number, batch, what), (BlockNumber(8), 1, "hash"));
    assert_eq!(claimed, chain().1[7].hash);
    assert_ne!(found, claimed);
    assert_same(&memory.blocks, &chain().1[..4]);
}

#[test]
fn names_a_wrong_state_root() {
    let mut batches = three();
    batches[1].state_root = B256::repeat_byte(1);
    let (_, result) = rebuilt(Kind::Quiet, batches);
    assert_eq!(
        result.expect_err("the root is wrong").to_string(),
        format!(
            "block 9 differs: its state root is {}, and batch 1 claims {}",
            chain().1[8].header.state_root,
            B256::repeat_byte(1)
        )
    );
}

#[test]
fn drops_batch_after_batch_and_still_comes_out_right() {
    let good = three();
    let late = bent(|block| block.base_fee += 1);
    let garbage = Batch { bytes: vec![0; 3], ..good[1].clone() };
    let batches = vec![
        garbage.clone(),
        good[0].clone(),
        late.clone(),
        garbage,
        late,
        good[1].clone(),
        good[1].clone(),
        good[2].clone(),
    ];
    let (memory, result) = rebuilt(Kind::Quiet, batches);
    let (_, report) = result.expect("three are right");
    assert_eq!((report.batches, report.dropped), (3, 5));
    assert_same(&memory.blocks, &chain().1);
}

/// A chain whose blocks call its heartbeat.
fn beating() -> &'static (Made, Vec<Arc<Block>>) {
    static CHAIN: OnceLock<(Made, Vec<Arc<Block>>)> = OnceLock::new();
    CHAIN.get_or_init(|| {
        let mut made = Made::new(Kind::Beating);
        made.blocks(&[5, 0, 3, 4_500, 0]);
        let blocks = made.committed();
        (made, blocks)
    })
}

#[test]
fn gives_the_chains_own_calls_again() {
    let (made, blocks) = beating();
    assert_eq!(blocks[2].body.len(), 2, "an empty block has both calls");
    for target in [1, 1_000_000] {
        let (memory, result) = rebuilt(Kind::Beating, made.batches(target));
        result.expect("its own batches are right");
        assert_same(&memory.blocks, blocks);
        assert_eq!(memory.dropped, []);
    }
}

#[test]
fn drops_a_batch_without_a_call_that_is_due() {
    let blocks = &beating().1;
    let without = |index: usize, bend: &dyn Fn(&mut Vec<Arc<Verified>>)| {
        let (_, mut inputs) = batch_of(0, blocks);
        bend(&mut inputs[index].transactions);
        let (memory, result) = rebuilt(Kind::Beating, vec![sealed(0, blocks, &inputs)]);
        assert_eq!(result.expect("nothing is taken").1.dropped, 1);
        assert_eq!(memory.blocks.len(), 0);
        memory.dropped[0].1.clone()
    };
    let missing = |number: u64, index: u64, call| Invalid::Heartbeat {
        number: BlockNumber(number),
        index,
        call,
    };
    let (open, close) = ("open_block()", "close_block()");
    assert_eq!(without(1, &|list| drop(list.remove(0))), missing(2, 0, open));
    assert_eq!(without(1, &|list| drop(list.pop())), missing(2, 6, close));
    assert_eq!(without(2, &Vec::clear), missing(3, 0, open));
    assert_eq!(without(2, &|list| drop(list.pop())), missing(3, 1, close));
    assert_eq!(without(3, &|list| list.swap(0, 1)), missing(4, 0, open));
    assert!(matches!(
        without(3, &|list| list.swap(3, 4)),
        Invalid::Transaction { number: BlockNumber(4), index: 3, .. }
    ));
}
