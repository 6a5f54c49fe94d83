// SPDX-License-Identifier: Apache-2.0
//! The scalar part of the batch equation, eight signatures side by side.
//!
//! Montgomery products with R = 2^260 in five 52-bit limbs. Factors stay below 2^258, so that a
//! product a·b/R + n stays below 2n and nothing is subtracted until a result is stored.

use std::arch::x86_64::*;

use super::add::Scratch;
use super::avx512;
use super::field::{Lanes, elements, from_elements, pack, splat, unpack};
use super::rows::{load_columns, store_columns};
use crate::engine::{Ratio, Share, Weight};
use crate::scalar::{LAMBDA, N, R_SQUARED, Scalar};

const LIMB: i64 = (1 << 52) - 1;
const TOP: i64 = (1 << 48) - 1;

/// -1/n mod 2^52.
const N_INVERSE: i64 = {
    let mut inverse = 1u64;
    let mut i = 0;
    while i < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(N.0[0].wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg() as i64 & LIMB
};

/// 2^256 - n.
const FOLD: [u64; 4] = [!N.0[0] + 1, !N.0[1], 1, 0];

avx512! {
    #[inline]
    fn carry_up(mut v: [__m512i; 5]) -> [__m512i; 5] {
        let limb = _mm512_set1_epi64(LIMB);
        for i in 0..4 {
            v[i + 1] = _mm512_add_epi64(v[i + 1], _mm512_srli_epi64::<52>(v[i]));
            v[i] = _mm512_and_si512(v[i], limb);
        }
        v
    }
}

avx512! {
    /// a·b / 2^260 mod n, below 2n.
    #[inline]
    fn montgomery(a: Lanes, b: Lanes, n: &Lanes) -> Lanes {
        let zero = _mm512_setzero_si512();
        let n_inverse = _mm512_set1_epi64(N_INVERSE);
        let mut t = [zero; 6];
        for i in 0..5 {
            for j in 0..5 {
                t[j] = _mm512_madd52lo_epu64(t[j], a.0[i], b.0[j]);
                t[j + 1] = _mm512_madd52hi_epu64(t[j + 1], a.0[i], b.0[j]);
            }
            let m = _mm512_madd52lo_epu64(zero, t[0], n_inverse);
            for j in 0..5 {
                t[j] = _mm512_madd52lo_epu64(t[j], m, n.0[j]);
                t[j + 1] = _mm512_madd52hi_epu64(t[j + 1], m, n.0[j]);
            }
            // The low 52 bits of t[0] are zero by the choice of m.
            let carry = _mm512_srli_epi64::<52>(t[0]);
            t = [_mm512_add_epi64(t[1], carry), t[2], t[3], t[4], t[5], zero];
        }
        Lanes(carry_up([t[0], t[1], t[2], t[3], t[4]]))
    }
}

avx512! {
    /// Four columns of 64-bit limbs below n, from lanes below 2n.
    #[inline]
    fn pack_below_n(v: Lanes) -> [__m512i; 4] {
        let fold = splat(FOLD);
        let add = |i: usize| _mm512_add_epi64(v.0[i], fold.0[i]);
        let mut reduced = carry_up([add(0), add(1), add(2), add(3), add(4)]);
        let over = _mm512_cmpgt_epi64_mask(reduced[4], _mm512_set1_epi64(TOP));
        reduced[4] = _mm512_and_si512(reduced[4], _mm512_set1_epi64(TOP));
        pack(super::field::select(over, v, Lanes(reduced)))
    }
}

avx512! {
    #[inline]
    fn halves<T: super::rows::Row>(rows: &[T; 8]) -> [Lanes; 2] {
        super::lift::halves(load_columns(rows.each_ref()))
    }
}

/// Constants of one call.
struct Constants {
    n: Lanes,
    /// λ·2^260 mod n.
    lambda: Lanes,
    /// -2^63·(1 + λ) mod n: it centres both halves of a coefficient.
    centre: Lanes,
}

avx512! {
    fn constants() -> Constants {
        let times = |a: Scalar, b: Scalar| a.montgomery(b).montgomery(R_SQUARED);
        let word = |limb| Scalar([limb, 0, 0, 0]);
        let radix = times(R_SQUARED.montgomery(word(1)), word(1 << 4));
        let centre = times(LAMBDA.add(word(1)), word(1 << 63)).negate();
        Constants { n: splat(N.0), lambda: splat(times(LAMBDA, radix).0), centre: splat(centre.0) }
    }
}

impl Constants {
    avx512! {
        /// The coefficient z of eight weights, below 2^258.
        #[inline]
        fn coefficient(&self, z: Lanes, b: Lanes) -> Lanes {
            let turned = montgomery(b, self.lambda, &self.n);
            let add = |i: usize| {
                _mm512_add_epi64(_mm512_add_epi64(turned.0[i], z.0[i]), self.centre.0[i])
            };
            Lanes(carry_up([add(0), add(1), add(2), add(3), add(4)]))
        }
    }
}

avx512! {
    pub(super) fn shares(
        ratios: &[Ratio],
        weights: &[Weight],
        shares: &mut Vec<Share>,
        scratch: &mut Scratch,
    ) {
        let empty = Share { generator: Scalar::ZERO, key: Scalar::ZERO };
        shares.resize(ratios.len(), empty);
        let constants = constants();
        let n = &constants.n;
        let (ratio_blocks, rest) = ratios.as_chunks::<8>();
        assert!(rest.is_empty(), "{} signatures are not whole blocks of 8", ratios.len());
        let (weight_blocks, _) = weights.as_chunks::<8>();
        let (share_blocks, _) = shares.as_chunks_mut::<8>();

        let prefixes = &mut scratch.prefixes;
        prefixes.clear();
        for (block, eight) in ratio_blocks.iter().enumerate() {
            let [_, s] = halves(eight);
            prefixes.push(if block == 0 { s } else { montgomery(prefixes[block - 1], s, n) });
        }
        if let Some(&product) = prefixes.last() {
            let mut inverse = scaled_inverse(product);
            for block in (0..ratio_blocks.len()).rev() {
                let [r, s] = halves(&ratio_blocks[block]);
                let reciprocal =
                    if block == 0 { inverse } else { montgomery(inverse, prefixes[block - 1], n) };
                inverse = montgomery(inverse, s, n);
                let columns = load_columns(weight_blocks[block].each_ref());
                let [h0, h1, h2, h3, a, b, ..] = columns;
                let zero = _mm512_setzero_si512();
                let word = |word| unpack([word, zero, zero, zero]);
                let z = constants.coefficient(word(a), word(b));
                let scaled = montgomery(reciprocal, z, n);
                let generator = pack_below_n(montgomery(scaled, unpack([h0, h1, h2, h3]), n));
                let key = pack_below_n(montgomery(scaled, r, n));
                let ([g0, g1, g2, g3], [k0, k1, k2, k3]) = (generator, key);
                store_columns(&mut share_blocks[block], [g0, g1, g2, g3, k0, k1, k2, k3]);
            }
        }
    }
}

avx512! {
    /// R²/v in each lane for R = 2^260: with it the products of [`shares`] come out without R.
    fn scaled_inverse(v: Lanes) -> Lanes {
        let columns = pack_below_n(v);
        let scalars = elements(unpack(columns)).map(|element| Scalar(element.0));
        let mut prefixes = scalars;
        for i in 1..8 {
            prefixes[i] = prefixes[i - 1].montgomery(scalars[i]);
        }
        let mut inverse = prefixes[7].inverse().montgomery(R_SQUARED).montgomery(R_SQUARED);
        // From 2^512 to 2^520.
        let raise = Scalar([1 << 8, 0, 0, 0]).montgomery(R_SQUARED);
        let mut inverses = [[0; 4]; 8];
        for i in (0..8).rev() {
            let reciprocal = if i == 0 { inverse } else { inverse.montgomery(prefixes[i - 1]) };
            inverse = inverse.montgomery(scalars[i]);
            inverses[i] = reciprocal.montgomery(raise).0;
        }
        from_elements(&inverses)
    }
}
