// SPDX-License-Identifier: Apache-2.0
//! Keccak-256, one message at a time or eight side by side.

use crate::vector::Avx512;

/// Bytes absorbed by one permutation.
pub(crate) const RATE: usize = 136;

/// Round constants of keccak-f\[1600\].
pub(crate) const ROUND_CONSTANTS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// The steps ρ and π as one walk: lane `.0` is rotated by `.1` from its predecessor on the walk.
pub(crate) const WALK: [(usize, u32); 24] = [
    (10, 1),
    (7, 3),
    (11, 6),
    (17, 10),
    (18, 15),
    (3, 21),
    (5, 28),
    (16, 36),
    (8, 45),
    (21, 55),
    (24, 2),
    (4, 14),
    (15, 27),
    (23, 41),
    (19, 56),
    (13, 8),
    (12, 25),
    (2, 43),
    (20, 62),
    (14, 18),
    (22, 39),
    (9, 61),
    (6, 20),
    (1, 44),
];

/// The Keccak-256 digest of one message.
#[must_use]
pub fn one(message: &[u8]) -> [u8; 32] {
    let mut state = [0u64; 25];
    let mut block = [0u8; RATE];
    let mut blocks = message.chunks_exact(RATE);
    for full in &mut blocks {
        absorb(&mut state, full);
    }
    pad(blocks.remainder(), &mut block);
    absorb(&mut state, &block);
    digest(&state)
}

/// The Keccak-256 digests of many messages, in their order; eight at a time where the processor
/// has AVX-512. Messages of like length share their permutations best.
#[must_use]
pub fn many(messages: &[&[u8]]) -> Vec<[u8; 32]> {
    match Avx512::detect() {
        Some(avx512) if messages.len() > 1 => avx512.keccak_many(messages),
        _ => messages.iter().map(|message| one(message)).collect(),
    }
}

/// Writes the last block of a message: what is left of it, and the padding of Keccak (not SHA-3).
pub(crate) fn pad(rest: &[u8], block: &mut [u8; RATE]) {
    block.fill(0);
    block[..rest.len()].copy_from_slice(rest);
    block[rest.len()] = 0x01;
    block[RATE - 1] |= 0x80;
}

fn absorb(state: &mut [u64; 25], block: &[u8]) {
    for (lane, chunk) in state.iter_mut().zip(block.as_chunks::<8>().0) {
        *lane ^= u64::from_le_bytes(*chunk);
    }
    permute(state);
}

fn digest(state: &[u64; 25]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (chunk, lane) in digest.as_chunks_mut::<8>().0.iter_mut().zip(state) {
        *chunk = lane.to_le_bytes();
    }
    digest
}

fn permute(state: &mut [u64; 25]) {
    for constant in ROUND_CONSTANTS {
        let mut parity = [0u64; 5];
        for (i, lane) in state.iter().enumerate() {
            parity[i % 5] ^= lane;
        }
        for (i, lane) in state.iter_mut().enumerate() {
            *lane ^= parity[(i + 4) % 5] ^ parity[(i + 1) % 5].rotate_left(1);
        }
        let mut moving = state[1];
        for (lane, turn) in WALK {
            (state[lane], moving) = (moving.rotate_left(turn), state[lane]);
        }
        for row in state.as_chunks_mut::<5>().0 {
            let old = *row;
            for i in 0..5 {
                row[i] = old[i] ^ (!old[(i + 1) % 5] & old[(i + 2) % 5]);
            }
        }
        state[0] ^= constant;
    }
}

#[cfg(test)]
mod tests;
