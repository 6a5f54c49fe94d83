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

/// The steps ρ and π: five rows of `$turn!(state, lane, bits)`, written out because a loop over a
/// table would keep the state in memory.
macro_rules! rotated_rows {
    ($turn:ident, $a:ident) => {
        [
            [
                $turn!($a, 0, 0),
                $turn!($a, 6, 44),
                $turn!($a, 12, 43),
                $turn!($a, 18, 21),
                $turn!($a, 24, 14),
            ],
            [
                $turn!($a, 3, 28),
                $turn!($a, 9, 20),
                $turn!($a, 10, 3),
                $turn!($a, 16, 45),
                $turn!($a, 22, 61),
            ],
            [
                $turn!($a, 1, 1),
                $turn!($a, 7, 6),
                $turn!($a, 13, 25),
                $turn!($a, 19, 8),
                $turn!($a, 20, 18),
            ],
            [
                $turn!($a, 4, 27),
                $turn!($a, 5, 36),
                $turn!($a, 11, 10),
                $turn!($a, 17, 15),
                $turn!($a, 23, 56),
            ],
            [
                $turn!($a, 2, 62),
                $turn!($a, 8, 55),
                $turn!($a, 14, 39),
                $turn!($a, 15, 41),
                $turn!($a, 21, 2),
            ],
        ]
    };
}
#[cfg(target_arch = "x86_64")]
pub(crate) use rotated_rows;

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

macro_rules! turn {
    ($a:ident, $lane:literal, $bits:literal) => {
        $a[$lane].rotate_left($bits)
    };
}

fn permute(state: &mut [u64; 25]) {
    let mut a = *state;
    for constant in ROUND_CONSTANTS {
        let parity: [u64; 5] =
            std::array::from_fn(|x| a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
        for x in 0..5 {
            let change = parity[(x + 4) % 5] ^ parity[(x + 1) % 5].rotate_left(1);
            for y in 0..5 {
                a[5 * y + x] ^= change;
            }
        }
        let rows: [[u64; 5]; 5] = rotated_rows!(turn, a);
        for y in 0..5 {
            for x in 0..5 {
                a[5 * y + x] = rows[y][x] ^ (!rows[y][(x + 1) % 5] & rows[y][(x + 2) % 5]);
            }
        }
        a[0] ^= constant;
    }
    *state = a;
}

#[cfg(test)]
mod tests;
