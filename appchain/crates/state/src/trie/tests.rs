// SPDX-License-Identifier: Apache-2.0
//! The trie against alloy's, on keys that collide deep as well as on random ones.

use std::collections::BTreeMap;

use alloy_trie::{HashBuilder, Nibbles, proof::verify_proof};
use primitives::{B256, U256};
use proptest::prelude::*;

use super::{Trie, TrieChange};

fn oracle(values: &BTreeMap<B256, U256>) -> B256 {
    let mut builder = HashBuilder::default();
    for (key, value) in values {
        builder.add_leaf(Nibbles::unpack(key), &alloy_rlp::encode(value));
    }
    builder.root()
}

/// Keys that share many nibbles, so that extensions, embedded nodes and collapses all occur.
fn key() -> impl Strategy<Value = B256> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(B256::new),
        (0_usize..64, 0_u8..16, any::<bool>()).prop_map(|(at, value, ones)| {
            let mut key = [if ones { 0xff } else { 0 }; 32];
            key[at / 2] ^= if at % 2 == 0 { value << 4 } else { value };
            B256::new(key)
        }),
        (0_u8..4, 0_u8..4).prop_map(|(high, low)| {
            let mut key = [0x11; 32];
            key[30] = high;
            key[31] = low;
            B256::new(key)
        }),
    ]
}

fn value() -> impl Strategy<Value = Option<U256>> {
    prop_oneof![
        2 => Just(None),
        3 => (1_u64..200).prop_map(|value| Some(U256::from(value))),
        2 => any::<[u64; 4]>().prop_map(|limbs| {
            let value = U256::from_limbs(limbs);
            (!value.is_zero()).then_some(value)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn equals_alloy_after_every_batch(
        batches in prop::collection::vec(prop::collection::btree_map(key(), value(), 1..24), 1..12)
    ) {
        let mut trie = Trie::<U256>::default();
        let mut model = BTreeMap::new();
        for batch in batches {
            let mut changes: Vec<TrieChange<U256>> = batch.clone().into_iter().collect();
            let root = trie.apply(&mut changes);
            for (key, value) in batch {
                match value {
                    Some(value) => model.insert(key, value),
                    None => model.remove(&key),
                };
            }
            prop_assert_eq!(root, oracle(&model));
            prop_assert_eq!(trie.len(), model.len());
            for (key, value) in &model {
                prop_assert_eq!(trie.get(key), Some(value));
            }
        }
    }

    #[test]
    fn proofs_verify_for_present_and_absent_keys(
        values in prop::collection::btree_map(key(), 1_u64..1_000_000, 1..40),
        probes in prop::collection::vec(key(), 1..10),
    ) {
        let mut trie = Trie::<U256>::default();
        let mut changes: Vec<TrieChange<U256>> =
            values.iter().map(|(key, value)| (*key, Some(U256::from(*value)))).collect();
        let root = trie.apply(&mut changes);
        for key in values.keys().chain(&probes) {
            let expected = values.get(key).map(|value| alloy_rlp::encode(U256::from(*value)));
            let proof = trie.proof(key);
            let checked = verify_proof(root, Nibbles::unpack(key), expected, &proof);
            prop_assert!(checked.is_ok(), "{:?}", checked);
        }
    }
}

#[test]
fn root_of_nothing_is_the_empty_root() {
    let mut trie = Trie::<U256>::default();
    let key = B256::repeat_byte(7);
    trie.apply(&mut [(key, Some(U256::from(1)))]);
    assert_eq!(trie.apply(&mut [(key, None)]), primitives::EMPTY_ROOT);
    assert!(trie.is_empty());
}
