// SPDX-License-Identifier: Apache-2.0
//! Digests against an independent Keccak.

use proptest::prelude::*;
use sha3::{Digest, Keccak256};

use super::*;

fn expected(message: &[u8]) -> [u8; 32] {
    Keccak256::digest(message).into()
}

#[test]
fn every_length_around_the_rate_equals_the_reference() {
    let bytes: Vec<u8> = (0..3 * RATE).map(|i| (i * 7 + 1) as u8).collect();
    let messages: Vec<&[u8]> = (0..bytes.len()).map(|length| &bytes[..length]).collect();

    let digests = many(&messages);

    for (message, digest) in messages.iter().zip(digests) {
        assert_eq!(digest, expected(message), "length {}", message.len());
        assert_eq!(one(message), digest);
    }
}

proptest! {
    #[test]
    fn many_equals_the_reference_in_order(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..40),
    ) {
        let slices: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        let expected: Vec<[u8; 32]> = slices.iter().map(|message| expected(message)).collect();
        prop_assert_eq!(many(&slices), expected);
    }
}
