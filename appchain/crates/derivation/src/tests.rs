// SPDX-License-Identifier: Apache-2.0
//! Batches round-trip to the byte, and no input makes the decoder panic.

use std::sync::Arc;

use alloy_eips::{
    eip2930::{AccessList, AccessListItem},
    eip7702::{Authorization, SignedAuthorization},
};
use alloy_rlp::{Encodable, Header};
use execution::Environment;
use primitives::{Address, B256, BlockNumber, Bytes, Transaction, U256, Verified};
use proptest::prelude::*;

use crate::{BlockInput, decode, encode};

const LIMIT: usize = 1 << 24;

fn address() -> impl Strategy<Value = Address> {
    prop_oneof![(0_u8..5).prop_map(Address::repeat_byte), any::<[u8; 20]>().prop_map(Address::from)]
}

fn word() -> impl Strategy<Value = U256> {
    prop_oneof![any::<u8>().prop_map(U256::from), any::<[u64; 4]>().prop_map(U256::from_limbs)]
}

fn access_list() -> impl Strategy<Value = AccessList> {
    prop::collection::vec(
        (address(), prop::collection::vec(any::<[u8; 32]>().prop_map(B256::from), 0..3)),
        0..3,
    )
    .prop_map(|items| {
        AccessList(
            items
                .into_iter()
                .map(|(address, storage_keys)| AccessListItem { address, storage_keys })
                .collect(),
        )
    })
}

fn authorizations() -> impl Strategy<Value = Vec<SignedAuthorization>> {
    prop::collection::vec((any::<u64>(), address(), any::<u64>(), 0_u8..2, word(), word()), 0..3)
        .prop_map(|items| {
            items
                .into_iter()
                .map(|(chain_id, address, nonce, parity, r, s)| {
                    SignedAuthorization::new_unchecked(
                        Authorization { chain_id: U256::from(chain_id), address, nonce },
                        parity,
                        r,
                        s,
                    )
                })
                .collect()
        })
}

prop_compose! {
    fn transaction()(
        kind in prop::sample::select(vec![0_u8, 1, 2, 4]),
        chain_id in prop_oneof![Just(Some(7_u64)), Just(None), any::<u64>().prop_map(Some)],
        nonce in any::<u64>(),
        gas_limit in any::<u64>(),
        fee in any::<u128>(),
        tip in any::<u64>(),
        to in prop::option::of(address()),
        value in word(),
        input in prop::collection::vec(any::<u8>(), 0..100),
        list in access_list(),
        authorizations in authorizations(),
        odd_y in any::<bool>(),
        r in word(),
        s in word(),
        sender in address(),
    ) -> Verified {
        let mut fields = Vec::new();
        if kind != 0 {
            chain_id.unwrap_or(7).encode(&mut fields);
        }
        nonce.encode(&mut fields);
        if kind >= 2 {
            tip.encode(&mut fields);
        }
        fee.encode(&mut fields);
        gas_limit.encode(&mut fields);
        match to {
            Some(to) => to.encode(&mut fields),
            None if kind == 4 => Address::ZERO.encode(&mut fields),
            None => fields.push(0x80),
        }
        value.encode(&mut fields);
        input.as_slice().encode(&mut fields);
        if kind != 0 {
            list.encode(&mut fields);
        }
        if kind == 4 {
            authorizations.encode(&mut fields);
        }
        match (kind, chain_id) {
            (0, None) => (27 + u8::from(odd_y)).encode(&mut fields),
            (0, Some(id)) => (u128::from(id) * 2 + 35 + u128::from(odd_y)).encode(&mut fields),
            _ => odd_y.encode(&mut fields),
        }
        r.encode(&mut fields);
        s.encode(&mut fields);
        let mut raw = Vec::new();
        if kind != 0 {
            raw.push(kind);
        }
        Header { list: true, payload_length: fields.len() }.encode(&mut raw);
        raw.extend_from_slice(&fields);
        let transaction = Transaction::decode(Bytes::from(raw), &mut Vec::new())
            .expect("a transaction put together by the rules decodes");
        Verified { transaction, sender }
    }
}

prop_compose! {
    fn block()(
        number in any::<u64>(),
        timestamp in any::<u64>(),
        base_fee in any::<u64>(),
        gas_limit in any::<u64>(),
        beneficiary in address(),
        transactions in prop::collection::vec(transaction().prop_map(Arc::new), 0..12),
    ) -> BlockInput {
        BlockInput {
            environment: Environment {
                number: BlockNumber(number),
                timestamp,
                base_fee,
                gas_limit,
                beneficiary,
                prevrandao: execution::environment::prevrandao(BlockNumber(number)),
            },
            transactions,
        }
    }
}

proptest! {
    #[test]
    fn decodes_to_what_was_encoded(blocks in prop::collection::vec(block(), 0..5)) {
        let batch = encode(7, &blocks);
        prop_assert_eq!(decode(&batch, LIMIT), Ok((7, blocks)));
    }

    #[test]
    fn refuses_garbage_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes, LIMIT);
    }

    #[test]
    fn survives_one_wrong_byte(
        blocks in prop::collection::vec(block(), 1..3),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut batch = encode(7, &blocks);
        let at = at.index(batch.len());
        batch[at] ^= flip;
        let _ = decode(&batch, LIMIT);
    }

    #[test]
    fn transactions_decode_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Transaction::decode(Bytes::from(bytes), &mut Vec::new());
    }
}
