// SPDX-License-Identifier: Apache-2.0
//! The native transfer path against revm, and slices against single transactions.

use std::sync::Arc;

use primitives::{
    Address, B256, BlockNumber, Bytes, ChainConfig, Fork, KECCAK_EMPTY, Signature, Transaction,
    TransactionType, TxKind, U256, Verified, chain::BaseFeePolicy,
};
use proptest::prelude::*;
use state::{Account, Bytecode, Changes, FlatState};

use crate::{Environment, NoBlockHashes, Options, Outcome, Rejection, Slice};

const CHAIN_ID: u64 = 7;
const BASE_FEE: u64 = 10;

/// Copies calldata's first word to slot 0 and emits it; a word of zero destroys the contract.
const CONTRACT: [u8; 26] = [
    0x60, 0x00, 0x35, 0x80, 0x15, 0x60, 0x17, 0x57, 0x80, 0x60, 0x00, 0x55, 0x60, 0x00, 0x52, 0x60,
    0x20, 0x60, 0x00, 0xa0, 0x00, 0x00, 0x00, 0x5b, 0x33, 0xff,
];

fn actor(index: u8) -> Address {
    match index {
        0..8 => Address::with_last_byte(0xa0 + index),
        8 => Address::with_last_byte(0x04),  // a precompile
        9 => Address::with_last_byte(0xcc),  // the contract
        10 => Address::with_last_byte(0xbb), // the beneficiary
        _ => Address::with_last_byte(0xd0 + index), // nobody yet
    }
}

fn config(fork: Fork) -> ChainConfig {
    ChainConfig {
        chain_id: CHAIN_ID,
        fork,
        gas_limit: 30_000_000,
        base_fee_policy: BaseFeePolicy::Market,
        transaction_gas_limit: u64::MAX,
        code_size_limit: None,
        heartbeat: None,
    }
}

fn environment() -> Environment {
    Environment {
        number: BlockNumber(1),
        timestamp: 1,
        base_fee: BASE_FEE,
        gas_limit: 30_000_000,
        beneficiary: actor(10),
        prevrandao: B256::ZERO,
    }
}

fn genesis(balances: &[u64]) -> FlatState {
    let mut state = FlatState::default();
    for (index, balance) in balances.iter().enumerate() {
        let account = Account {
            nonce: index as u64 % 3,
            balance: U256::from(*balance),
            code_hash: KECCAK_EMPTY,
        };
        state.insert(actor(index as u8), account, std::iter::empty());
    }
    let code = Bytecode::new_raw(Bytes::from_static(&CONTRACT));
    let hash = code.hash_slow();
    state.insert_code(hash, code);
    let contract = Account { nonce: 1, balance: U256::ZERO, code_hash: hash };
    state.insert(actor(9), contract, std::iter::once((U256::ZERO, U256::from(5))));
    state
}

prop_compose! {
    fn transaction()(
        sender in 0_u8..8,
        to in prop::option::weighted(0.95, 0_u8..14),
        nonce in 0_u64..4,
        gas_limit in prop_oneof![Just(21_000_u64), Just(20_999), Just(60_000), Just(31_000_000)],
        fee in prop_oneof![Just(9_u128), Just(10), Just(15), Just(1_000)],
        tip in prop_oneof![Just(0_u128), Just(3), Just(2_000)],
        value in prop_oneof![Just(0_u64), 0..2_000_000_u64],
        input in prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec(any::<u8>(), 32)],
        chain_id in prop_oneof![8 => Just(Some(CHAIN_ID)), 1 => Just(None), 1 => Just(Some(8))],
        kind in prop::sample::select(vec![TransactionType::Legacy, TransactionType::Eip1559]),
    ) -> Verified {
        let is_legacy = kind == TransactionType::Legacy;
        Verified {
            sender: actor(sender),
            transaction: Transaction {
                raw: Bytes::new(),
                hash: B256::ZERO,
                signing_hash: B256::ZERO,
                transaction_type: kind,
                chain_id: if is_legacy { chain_id } else { chain_id.or(Some(CHAIN_ID)) },
                nonce,
                gas_limit,
                max_fee_per_gas: fee,
                max_priority_fee_per_gas: if is_legacy { fee } else { tip },
                to: to.map_or(TxKind::Create, |to| TxKind::Call(actor(to))),
                value: U256::from(value),
                input: Bytes::from(input),
                access_list: None,
                authorizations: None,
                signature: Signature { r: U256::ONE, s: U256::ONE, odd_y: false },
            },
        }
    }
}

fn run(
    config: &ChainConfig,
    native_transfers: bool,
    state: &FlatState,
    transactions: &[Verified],
) -> (Vec<Result<Outcome, Rejection>>, Arc<Changes>) {
    let environment = environment();
    let options = Options { native_transfers };
    let mut slice = Slice::new(config, &environment, options, state, &NoBlockHashes, 0);
    let results = transactions.iter().map(|verified| slice.run(verified)).collect();
    (results, slice.finish())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn native_transfers_equal_revm(
        balances in prop::collection::vec(prop_oneof![Just(0_u64), 0..100_000_000_u64], 8),
        transactions in prop::collection::vec(transaction(), 1..20),
        fork in prop::sample::select(vec![Fork::Cancun, Fork::Prague, Fork::Osaka]),
    ) {
        let config = config(fork);
        let state = genesis(&balances);
        let plain = run(&config, false, &state, &transactions);
        let native = run(&config, true, &state, &transactions);
        prop_assert_eq!(plain, native);
    }

    #[test]
    fn one_slice_equals_many(
        balances in prop::collection::vec(1_000_000_u64..100_000_000, 8),
        transactions in prop::collection::vec(transaction(), 1..12),
    ) {
        let config = config(Fork::Prague);
        let state = genesis(&balances);
        let (results, changes) = run(&config, true, &state, &transactions);
        let mut stepped = state.clone();
        let mut parts = Vec::new();
        for (verified, expected) in transactions.iter().zip(&results) {
            let (result, part) = run(&config, false, &stepped, std::slice::from_ref(verified));
            prop_assert_eq!(&result[0], expected);
            stepped.apply(&part);
            parts.push(part);
        }
        let mut whole = state.clone();
        whole.apply(&changes);
        let root = |flat: &FlatState| state::StateTrie::from_flat(flat).root();
        prop_assert_eq!(root(&whole), root(&stepped));
        let mut trie = state::StateTrie::from_flat(&state);
        let before = trie.root();
        let merged = Changes::merge(&parts);
        prop_assert_eq!(trie.apply(&merged), root(&whole));
        prop_assert_eq!(trie.undo(&merged), before);
        whole.undo(&changes);
        prop_assert_eq!(root(&whole), before);
    }

    #[test]
    fn blooms_equal_alloys(
        logs in prop::collection::vec(
            prop::collection::vec(
                (any::<[u8; 20]>(), prop::collection::vec(any::<[u8; 32]>(), 0..5)),
                0..4,
            ),
            0..6,
        )
    ) {
        let outcomes: Vec<Outcome> = logs
            .into_iter()
            .map(|logs| Outcome {
                is_success: true,
                gas_used: 0,
                created: None,
                logs: logs
                    .into_iter()
                    .map(|(address, topics)| {
                        let topics = topics.into_iter().map(B256::new).collect();
                        primitives::Log::new_unchecked(address.into(), topics, Bytes::new())
                    })
                    .collect(),
            })
            .collect();
        let borrowed: Vec<&Outcome> = outcomes.iter().collect();
        let expected: Vec<_> =
            outcomes.iter().map(|outcome| crate::receipt::bloom_of(&outcome.logs)).collect();
        prop_assert_eq!(crate::roots::blooms_of(&borrowed), expected);
    }
}

/// A delegation signed by an account that an earlier transaction touched and left empty: it does not
/// exist, so no gas is refunded for it, in one slice as in two.
#[test]
fn an_authority_that_was_only_touched_does_not_exist() {
    use alloy_eips::eip7702::Authorization;
    let config = config(Fork::Prague);
    let authority = workload::Actor::new(0);
    let plain = |nonce, kind, to| Verified {
        sender: actor(0),
        transaction: Transaction {
            raw: Bytes::new(),
            hash: B256::ZERO,
            signing_hash: B256::ZERO,
            transaction_type: kind,
            chain_id: Some(CHAIN_ID),
            nonce,
            gas_limit: 100_000,
            max_fee_per_gas: BASE_FEE.into(),
            max_priority_fee_per_gas: 0,
            to: TxKind::Call(to),
            value: U256::ZERO,
            input: Bytes::new(),
            access_list: None,
            authorizations: None,
            signature: Signature { r: U256::ONE, s: U256::ONE, odd_y: false },
        },
    };
    let touching = plain(0, TransactionType::Eip1559, authority.address);
    let mut delegating = plain(1, TransactionType::Eip7702, actor(1));
    let chain_id = U256::from(CHAIN_ID);
    let authorization = Authorization { chain_id, address: actor(9), nonce: 0 };
    delegating.transaction.authorizations =
        Some(Box::new(vec![authority.authorize(authorization)]));
    let state = genesis(&[100_000_000; 8]);
    for native_transfers in [false, true] {
        let together = [touching.clone(), delegating.clone()];
        let (outcomes, _) = run(&config, native_transfers, &state, &together);
        let gas = outcomes[1].as_ref().map(|outcome| outcome.gas_used);
        // 21,000 and PER_EMPTY_ACCOUNT_COST, nothing back.
        assert_eq!(gas, Ok(46_000));
    }
}
