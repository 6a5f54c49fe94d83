// SPDX-License-Identifier: Apache-2.0
//! Keccak-f\[1600\] on eight states side by side.

use std::arch::x86_64::*;

use super::avx512;
use super::rows::{Words, load, store, transpose};
use crate::keccak::{RATE, ROUND_CONSTANTS, pad, rotated_rows};

/// 64-bit words of a block.
const BLOCK_WORDS: usize = RATE / 8;

avx512! {
    pub(super) fn many(messages: &[&[u8]]) -> Vec<[u8; 32]> {
        let mut digests = vec![[0; 32]; messages.len()];
        let mut order: Vec<u32> = (0..messages.len() as u32).collect();
        // Neighbours take as many permutations, so that few lanes run idle.
        order.sort_by_key(|&place| messages[place as usize].len() / RATE);
        for eight in order.chunks(8) {
            digest_eight(messages, eight, &mut digests);
        }
        digests
    }
}

avx512! {
    fn digest_eight(messages: &[&[u8]], places: &[u32], digests: &mut [[u8; 32]]) {
        let message = |lane: usize| places.get(lane).map(|&place| messages[place as usize]);
        let last = |lane: usize| message(lane).map(|message| message.len() / RATE);
        let rounds = (0..8).filter_map(last).max().map_or(0, |last| last + 1);
        let mut state = [_mm512_setzero_si512(); 25];
        let mut buffer = [[0; RATE]; 8];
        for round in 0..rounds {
            for (lane, block) in buffer.iter_mut().enumerate() {
                fill(message(lane).unwrap_or(&[]), round, block);
            }
            absorb(&mut state, &buffer);
            permute(&mut state);
            for lane in (0..8).filter(|&lane| last(lane) == Some(round)) {
                digests[places[lane] as usize] = digest(&state, lane);
            }
        }
    }
}

/// Block number `round` of a message, padded if it is the last. Blocks beyond do not matter.
fn fill(message: &[u8], round: usize, block: &mut [u8; RATE]) {
    let rest = message.get(round * RATE..).unwrap_or(&[]);
    match rest.first_chunk::<RATE>() {
        Some(full) => *block = *full,
        None => pad(rest, block),
    }
}

avx512! {
    fn absorb(state: &mut [__m512i; 25], blocks: &[[u8; RATE]; 8]) {
        let words = blocks.map(|block| {
            let mut words = [0u64; 24];
            for (word, bytes) in words.iter_mut().zip(block.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*bytes);
            }
            words
        });
        for part in 0..3 {
            let row = |lane: usize| {
                load(&Words(std::array::from_fn(|i| words[lane][8 * part + i])))
            };
            let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
            for (i, column) in transpose(rows).into_iter().enumerate() {
                let place = 8 * part + i;
                if place < BLOCK_WORDS {
                    state[place] = _mm512_xor_si512(state[place], column);
                }
            }
        }
    }
}

avx512! {
    fn digest(state: &[__m512i; 25], lane: usize) -> [u8; 32] {
        let mut digest = [0; 32];
        for (bytes, column) in digest.as_chunks_mut::<8>().0.iter_mut().zip(state) {
            let mut words = Words([0; 8]);
            store(&mut words, *column);
            *bytes = words.0[lane].to_le_bytes();
        }
        digest
    }
}

macro_rules! turn {
    ($a:ident, $lane:literal, 0) => {
        $a[$lane]
    };
    ($a:ident, $lane:literal, $bits:literal) => {
        _mm512_rol_epi64::<$bits>($a[$lane])
    };
}

avx512! {
    fn permute(state: &mut [__m512i; 25]) {
        /// a ^ b ^ c.
        const XOR: i32 = 0x96;
        /// a ^ (!b & c).
        const CHI: i32 = 0xd2;
        let mut a = *state;
        for constant in ROUND_CONSTANTS {
            let parity: [__m512i; 5] = std::array::from_fn(|x| {
                let three = _mm512_ternarylogic_epi64::<XOR>(a[x], a[x + 5], a[x + 10]);
                _mm512_ternarylogic_epi64::<XOR>(three, a[x + 15], a[x + 20])
            });
            for x in 0..5 {
                let (left, right) = (parity[(x + 4) % 5], parity[(x + 1) % 5]);
                let right = _mm512_rol_epi64::<1>(right);
                for y in 0..5 {
                    a[5 * y + x] = _mm512_ternarylogic_epi64::<XOR>(a[5 * y + x], left, right);
                }
            }
            let rows: [[__m512i; 5]; 5] = rotated_rows!(turn, a);
            for y in 0..5 {
                for x in 0..5 {
                    let (this, next, after) =
                        (rows[y][x], rows[y][(x + 1) % 5], rows[y][(x + 2) % 5]);
                    a[5 * y + x] = _mm512_ternarylogic_epi64::<CHI>(this, next, after);
                }
            }
            a[0] = _mm512_xor_si512(a[0], _mm512_set1_epi64(constant.cast_signed()));
        }
        *state = a;
    }
}
