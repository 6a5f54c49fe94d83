// SPDX-License-Identifier: Apache-2.0
//! Random batches, each item left alone or damaged in one of the ways that a sender may try.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::fixture::*;
use crate::{Item, Options, Verifier};

const SIGNERS: u64 = 5;

/// What happens to a good signature.
#[derive(Clone, Debug)]
enum Damage {
    None,
    HashBit(u8),
    HashWord([u8; 32]),
    RBit(u8),
    SBit(u8),
    Parity,
    RWord([u8; 32]),
    SWord([u8; 32]),
    Malleated,
    OtherSender(u64),
    NoSender,
    UnknownSender([u8; 20]),
    Hint(Option<[u8; 32]>),
    HintBit(u8),
    HintNegated,
    HintUnreduced,
    HintOf(u64),
    Repeated,
}

fn edge_words() -> impl Strategy<Value = [u8; 32]> {
    let n = order();
    let p = BigUint::from_bytes_be(&secp256k1::constants::FIELD_SIZE);
    let mut edges: Vec<BigUint> = vec![BigUint::ZERO, 1u32.into(), 2u32.into(), 3u32.into()];
    edges.extend([&n - 1u32, n.clone(), &n + 1u32, &n / 2u32, &n / 2u32 + 1u32, &p - &n]);
    edges.extend([&p - &n - 1u32, &p - 1u32, p.clone(), &p + 1u32]);
    edges.push((BigUint::from(1u32) << 256) - 1u32);
    prop::sample::select(edges.iter().map(word).collect::<Vec<_>>())
}

fn words() -> impl Strategy<Value = [u8; 32]> {
    prop_oneof![edge_words(), any::<[u8; 32]>()]
}

fn damages() -> impl Strategy<Value = Damage> {
    prop_oneof![
        8 => Just(Damage::None),
        1 => any::<u8>().prop_map(Damage::HashBit),
        1 => words().prop_map(Damage::HashWord),
        1 => any::<u8>().prop_map(Damage::RBit),
        1 => any::<u8>().prop_map(Damage::SBit),
        1 => Just(Damage::Parity),
        1 => words().prop_map(Damage::RWord),
        1 => words().prop_map(Damage::SWord),
        1 => Just(Damage::Malleated),
        1 => (0..SIGNERS).prop_map(Damage::OtherSender),
        1 => Just(Damage::NoSender),
        1 => any::<[u8; 20]>().prop_map(Damage::UnknownSender),
        1 => prop::option::of(words()).prop_map(Damage::Hint),
        1 => any::<u8>().prop_map(Damage::HintBit),
        1 => Just(Damage::HintNegated),
        1 => Just(Damage::HintUnreduced),
        1 => (0..SIGNERS).prop_map(Damage::HintOf),
        1 => Just(Damage::Repeated),
    ]
}

/// Damage that leaves a signature good.
fn hints() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::None),
        words().prop_map(|word| Damage::Hint(Some(word))),
        Just(Damage::HintNegated),
        (0..SIGNERS).prop_map(Damage::HintOf),
    ]
}

fn flip(word: &mut [u8; 32], bit: u8) {
    word[usize::from(bit / 8)] ^= 1 << (bit % 8);
}

fn damaged(mut item: Item, damage: &Damage, before: Option<&Item>) -> Item {
    let p = BigUint::from_bytes_be(&secp256k1::constants::FIELD_SIZE);
    let hint = item.r_y_hint.expect("a signed item has a hint");
    match damage {
        Damage::None => {}
        Damage::HashBit(bit) => flip(&mut item.hash, *bit),
        Damage::HashWord(word) => item.hash = *word,
        Damage::RBit(bit) => flip(&mut item.r, *bit),
        Damage::SBit(bit) => flip(&mut item.s, *bit),
        Damage::Parity => item.odd_y = !item.odd_y,
        Damage::RWord(word) => item.r = *word,
        Damage::SWord(word) => item.s = *word,
        Damage::Malleated => {
            item.s = word(&(order() - integer(&item.s)));
            item.odd_y = !item.odd_y;
        }
        Damage::OtherSender(signer) => item.claimed = signed(*signer, [1; 32]).claimed,
        Damage::NoSender => item.claimed = None,
        Damage::UnknownSender(address) => item.claimed = Some(*address),
        Damage::Hint(hint) => item.r_y_hint = *hint,
        Damage::HintBit(bit) => {
            let mut wrong = hint;
            flip(&mut wrong, *bit);
            item.r_y_hint = Some(wrong);
        }
        Damage::HintNegated => item.r_y_hint = Some(word(&(p - integer(&hint)))),
        Damage::HintUnreduced => {
            let raised = integer(&hint) + p;
            item.r_y_hint = (raised.bits() <= 256).then(|| word(&raised)).or(Some([0xff; 32]));
        }
        Damage::HintOf(signer) => item.r_y_hint = signed(*signer, [9; 32]).r_y_hint,
        Damage::Repeated => item = before.copied().unwrap_or(item),
    }
    item
}

fn batch(plan: &[(u64, Damage)]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (number, (signer, damage)) in plan.iter().enumerate() {
        let item = signed(*signer, keccak(&number.to_le_bytes()));
        items.push(damaged(item, damage, items.last()));
    }
    items
}

/// `SIGNATURES_CASES` asks for a longer search.
fn cases() -> ProptestConfig {
    let asked = std::env::var("SIGNATURES_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(96))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn damaged_batches_answer_as_single_recovery(
        // One signer more than the verifier knows.
        plan in prop::collection::vec((0..=SIGNERS, damages()), 0..48),
    ) {
        check(&batch(&plan), SIGNERS);
    }

    #[test]
    fn good_batches_with_any_hints_pass(
        plan in prop::collection::vec((0..SIGNERS, hints()), 0..48),
    ) {
        let items = batch(&plan);
        for options in ALL_OPTIONS {
            let mut verifier = primed(options, SIGNERS);
            let before = verifier.recoveries();
            let outcomes = verifier.verify(&items);
            prop_assert!(items.iter().zip(&outcomes).all(|(item, o)| o.ok() == item.claimed));
            // Exactness alone would also hold if every batch failed and fell back.
            let single = if options.batch { 0 } else { items.len() as u64 };
            prop_assert_eq!(verifier.recoveries() - before, single);
        }
    }
}

#[test]
fn every_small_size_and_a_large_one_answer_as_single_recovery() {
    for size in (0..20).chain([31, 33, 257]) {
        let mut items = many_signed(size, SIGNERS);
        check(&items, SIGNERS);
        if let Some(last) = items.last_mut() {
            last.odd_y = !last.odd_y;
            check(&items, SIGNERS);
        }
    }
}

#[test]
fn one_bad_signature_in_4096_is_found_wherever_it_is() {
    let good = many_signed(4_096, 100);
    for options in [Options { batch: true, vector: false }, Options { batch: true, vector: true }] {
        let mut verifier = primed(options, 100);
        assert!(verifier.verify(&good).iter().all(Result::is_ok));
        for place in [0, 1_777, 4_095] {
            let mut items = good.clone();
            items[place].hash[31] ^= 1;

            let outcomes = verifier.verify(&items);

            assert_eq!(outcomes[place], expected(&items[place]));
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 1);
        }
    }
}

/// With the limits that ship: some batches are halved, some go one by one, and the answer is one.
#[test]
fn shipped_limits_answer_as_single_recovery() {
    for options in ALL_OPTIONS {
        let mut verifier = Verifier::new(options);
        for (size, step) in [(5, 3), (8, 8), (33, 9), (200, 70), (200, 1), (1_000, 400)] {
            let mut items = many_signed(size, 20);
            items.iter_mut().step_by(step).for_each(|item| item.odd_y = !item.odd_y);
            let expected: Vec<_> = items.iter().map(expected).collect();
            for _ in 0..2 {
                assert_eq!(verifier.verify(&items), expected, "{options:?} {size} {step}");
            }
        }
    }
}

#[test]
fn unknown_senders_are_proven_without_single_recovery() {
    let named = many_signed(300, 150);
    let nameless: Vec<Item> = named.iter().map(|i| Item { claimed: None, ..*i }).collect();
    for (items, distinct) in [(&named, 150), (&nameless, 300)] {
        for vector in [false, true] {
            let mut verifier = Verifier::new(Options { batch: true, vector });
            let outcomes = verifier.verify(items);

            let senders = named.iter().map(|item| item.claimed);
            assert!(outcomes.into_iter().map(Result::ok).eq(senders));
            let single = if verifier.engine.is_vector() { 0 } else { distinct };
            assert_eq!((verifier.recoveries(), verifier.known_keys()), (single, 150));
        }
    }
}

/// A bad first signature of a sender spoils neither the later ones nor the cache.
#[test]
fn a_bad_introduction_teaches_nothing() {
    let mut items = many_signed(400, 100);
    for item in &mut items[..100] {
        item.hash[7] ^= 1;
    }
    for vector in [false, true] {
        let mut verifier = Verifier::new(Options { batch: true, vector });
        let bad = items[..100].to_vec();
        assert_eq!(verifier.verify(&bad), bad.iter().map(expected).collect::<Vec<_>>());
        assert_eq!(verifier.known_keys(), 0);
        assert_eq!(verifier.verify(&items), items.iter().map(expected).collect::<Vec<_>>());
        assert_eq!(verifier.known_keys(), 100);
    }
}

#[test]
fn evicted_keys_are_recovered_again() {
    let items = many_signed(60, 6);
    for capacity in [0, 1, 2, 5] {
        let mut verifier = Verifier::with_key_capacity(Options::default(), capacity);
        verifier.limits = SMALLEST;
        for _ in 0..3 {
            assert!(verifier.verify(&items).iter().all(Result::is_ok));
            assert!(verifier.known_keys() <= capacity.max(1));
        }
    }
}
