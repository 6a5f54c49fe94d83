// SPDX-License-Identifier: Apache-2.0
//! Rows of 64 bytes in memory to columns of eight lanes, and back.

use std::arch::x86_64::*;

use super::avx512;
use crate::engine::{Ratio, Share, Weight};
use crate::point::Affine;

/// Eight 64-bit lanes for each of eight columns.
pub(super) type Columns = [__m512i; 8];

/// Eight words that the processor can load at once.
///
/// # Safety
///
/// The type is eight `u64` in a row, 64 bytes aligned to 64, and any words are a value of it.
pub(super) unsafe trait Row: Copy {}

// SAFETY: two fields of four `u64`, `repr(C, align(64))`; every field is plain data.
unsafe impl Row for Affine {}
// SAFETY: as above.
unsafe impl Row for Ratio {}
// SAFETY: as above.
unsafe impl Row for Weight {}
// SAFETY: as above.
unsafe impl Row for Share {}

/// Plain words as a row.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Words(pub(super) [u64; 8]);
// SAFETY: eight `u64`, `repr(C, align(64))`.
unsafe impl Row for Words {}

avx512! {
    #[inline]
    pub(super) fn load<T: Row>(row: &T) -> __m512i {
        const { assert!(size_of::<T>() == 64 && align_of::<T>() == 64) };
        // SAFETY: a reference to 64 readable bytes, aligned to 64.
        unsafe { _mm512_load_si512(std::ptr::from_ref(row).cast()) }
    }
}

avx512! {
    #[inline]
    pub(super) fn store<T: Row>(row: &mut T, words: __m512i) {
        const { assert!(size_of::<T>() == 64 && align_of::<T>() == 64) };
        // SAFETY: an exclusive reference to 64 bytes, aligned to 64; any words are a value of `T`.
        unsafe { _mm512_store_si512(std::ptr::from_mut(row).cast(), words) }
    }
}

avx512! {
    /// Eight rows as columns, or eight columns as rows.
    #[inline]
    pub(super) fn transpose(r: Columns) -> Columns {
        let pair_low = |i: usize| _mm512_unpacklo_epi64(r[i], r[i + 1]);
        let pair_high = |i: usize| _mm512_unpackhi_epi64(r[i], r[i + 1]);
        let even = [pair_low(0), pair_low(2), pair_low(4), pair_low(6)];
        let odd = [pair_high(0), pair_high(2), pair_high(4), pair_high(6)];
        let [c0, c2, c4, c6] = transpose_quarters(even);
        let [c1, c3, c5, c7] = transpose_quarters(odd);
        [c0, c1, c2, c3, c4, c5, c6, c7]
    }
}

avx512! {
    /// The 4 by 4 transpose of 128-bit quarters.
    #[inline]
    fn transpose_quarters(t: [__m512i; 4]) -> [__m512i; 4] {
        let a = _mm512_shuffle_i64x2::<0x88>(t[0], t[1]);
        let b = _mm512_shuffle_i64x2::<0xdd>(t[0], t[1]);
        let c = _mm512_shuffle_i64x2::<0x88>(t[2], t[3]);
        let d = _mm512_shuffle_i64x2::<0xdd>(t[2], t[3]);
        [
            _mm512_shuffle_i64x2::<0x88>(a, c),
            _mm512_shuffle_i64x2::<0x88>(b, d),
            _mm512_shuffle_i64x2::<0xdd>(a, c),
            _mm512_shuffle_i64x2::<0xdd>(b, d),
        ]
    }
}

avx512! {
    /// Loads eight rows as columns.
    #[inline]
    pub(super) fn load_columns<T: Row>(rows: [&T; 8]) -> Columns {
        transpose([
            load(rows[0]), load(rows[1]), load(rows[2]), load(rows[3]),
            load(rows[4]), load(rows[5]), load(rows[6]), load(rows[7]),
        ])
    }
}

avx512! {
    /// Stores columns as eight rows.
    #[inline]
    pub(super) fn store_columns<T: Row>(rows: &mut [T; 8], columns: Columns) {
        for (row, words) in rows.iter_mut().zip(transpose(columns)) {
            store(row, words);
        }
    }
}
