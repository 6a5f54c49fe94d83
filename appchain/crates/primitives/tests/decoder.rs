// SPDX-License-Identifier: Apache-2.0
//! The transaction decoder against alloy's: both take or both refuse, with the same fields and
//! hashes.

use alloy_consensus::{
    SignableTransaction, Transaction as _, TxEip1559, TxEip2930, TxEip7702, TxEnvelope, TxLegacy,
};
use alloy_eips::{
    eip2718::{Decodable2718, Encodable2718},
    eip2930::{AccessList, AccessListItem},
    eip7702::{Authorization, SignedAuthorization},
};
use primitives::{Address, B256, Bytes, Transaction, TxKind, U256};
use proptest::prelude::*;

fn word() -> impl Strategy<Value = U256> {
    prop_oneof![any::<u16>().prop_map(U256::from), any::<[u64; 4]>().prop_map(U256::from_limbs)]
}

fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::from)
}

fn access_list() -> impl Strategy<Value = AccessList> {
    prop::collection::vec(
        (address(), prop::collection::vec(any::<[u8; 32]>().prop_map(B256::from), 0..3)),
        0..3,
    )
    .prop_map(|items| {
        let item = |(address, storage_keys)| AccessListItem { address, storage_keys };
        AccessList(items.into_iter().map(item).collect())
    })
}

prop_compose! {
    fn envelope()(
        kind in 0_u8..4,
        chain_id in any::<u32>(),
        is_protected in any::<bool>(),
        nonce in any::<u64>(),
        gas_limit in any::<u64>(),
        max_fee_per_gas in any::<u128>(),
        tip in any::<u64>(),
        to in prop::option::of(address()),
        value in word(),
        input in prop::collection::vec(any::<u8>(), 0..80).prop_map(Bytes::from),
        access_list in access_list(),
        delegates in prop::collection::vec((any::<u64>(), address(), word()), 0..3),
        odd_y in any::<bool>(),
        r in word(),
        s in word(),
    ) -> TxEnvelope {
        let chain_id = u64::from(chain_id);
        let max_priority_fee_per_gas = u128::from(tip);
        let to_kind = to.map_or(TxKind::Create, TxKind::Call);
        let signature = alloy_primitives::Signature::new(r, s, odd_y);
        match kind {
            0 => TxLegacy {
                chain_id: is_protected.then_some(chain_id),
                nonce, gas_price: max_fee_per_gas, gas_limit, to: to_kind, value, input,
            }.into_signed(signature).into(),
            1 => TxEip2930 {
                chain_id, nonce, gas_price: max_fee_per_gas, gas_limit, to: to_kind, value,
                access_list, input,
            }.into_signed(signature).into(),
            2 => TxEip1559 {
                chain_id, nonce, gas_limit, max_fee_per_gas, max_priority_fee_per_gas,
                to: to_kind, value, access_list, input,
            }.into_signed(signature).into(),
            _ => TxEip7702 {
                chain_id, nonce, gas_limit, max_fee_per_gas, max_priority_fee_per_gas,
                to: to.unwrap_or_default(), value, access_list,
                authorization_list: delegates
                    .into_iter()
                    .map(|(nonce, address, r)| SignedAuthorization::new_unchecked(
                        Authorization { chain_id: U256::from(chain_id), address, nonce },
                        u8::from(odd_y), r, s,
                    ))
                    .collect(),
                input,
            }.into_signed(signature).into(),
        }
    }
}

fn compare(raw: &[u8]) -> Result<(), TestCaseError> {
    let ours = Transaction::decode(Bytes::copy_from_slice(raw), &mut Vec::new());
    let theirs = TxEnvelope::decode_2718_exact(raw);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            prop_assert_eq!(ours.hash, *theirs.tx_hash());
            prop_assert_eq!(ours.signing_hash, theirs.signature_hash());
            prop_assert_eq!(ours.nonce, theirs.nonce());
            prop_assert_eq!(ours.chain_id, theirs.chain_id());
            prop_assert_eq!(ours.gas_limit, theirs.gas_limit());
            prop_assert_eq!(ours.max_fee_per_gas, theirs.max_fee_per_gas());
            prop_assert_eq!(ours.to, theirs.kind());
            prop_assert_eq!(ours.value, theirs.value());
            prop_assert_eq!(&ours.input, theirs.input());
            prop_assert_eq!(
                ours.access_list.as_deref().cloned().unwrap_or_default(),
                theirs.access_list().cloned().unwrap_or_default()
            );
            let signature = theirs.signature();
            prop_assert_eq!(ours.signature.r, signature.r());
            prop_assert_eq!(ours.signature.s, signature.s());
            prop_assert_eq!(ours.signature.odd_y, signature.v());
        }
        (Err(_), Err(_)) => {}
        // Blobs are refused here and known there.
        (Err(primitives::DecodeError::Blob), Ok(_)) => {}
        (ours, theirs) => {
            prop_assert!(false, "ours {:?}, alloy's {:?}", ours.map(|_| ()), theirs.map(|_| ()));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn agrees_on_whole_transactions(envelope in envelope()) {
        compare(&envelope.encoded_2718())?;
    }

    #[test]
    fn agrees_on_damaged_transactions(
        envelope in envelope(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut raw = envelope.encoded_2718();
        let at = at.index(raw.len());
        raw[at] ^= flip;
        if let Some(cut) = cut {
            raw.truncate(cut.index(raw.len()));
        }
        compare(&raw)?;
    }
}
