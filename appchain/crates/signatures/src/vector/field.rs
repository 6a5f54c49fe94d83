// SPDX-License-Identifier: Apache-2.0
//! Eight field elements in five vectors of 52-bit limbs.
//!
//! *Loose* lanes have limbs 0 to 3 below 2^52 and limb 4 below 2^49: a value below 2^257. Every
//! function here takes and gives loose lanes unless it says otherwise, because the multiplier
//! ignores bits above 52 in silence. *Canonical* lanes are below p.

use std::arch::x86_64::*;

use super::avx512;
use crate::field::{FOLD, Field, power_chain};

/// Eight elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes(pub(super) [__m512i; 5]);

const LIMB: i64 = (1 << 52) - 1;
const TOP: i64 = (1 << 48) - 1;

/// 2^260 mod p: what limb 5 is worth in limb 0.
const FOLD_260: i64 = (FOLD << 4) as i64;

/// The limbs of p.
const P_LIMBS: [i64; 5] = [LIMB + 1 - FOLD as i64, LIMB, LIMB, LIMB, TOP];

avx512! {
    #[inline]
    pub(super) fn splat(limbs: [u64; 4]) -> Lanes {
        unpack(limbs.map(|limb| _mm512_set1_epi64(limb.cast_signed())))
    }
}

avx512! {
    /// Lanes from four columns of 64-bit limbs, any values below 2^256.
    #[inline]
    pub(super) fn unpack(w: [__m512i; 4]) -> Lanes {
        let limb = _mm512_set1_epi64(LIMB);
        let both = |low, high| _mm512_and_si512(_mm512_or_si512(low, high), limb);
        Lanes([
            _mm512_and_si512(w[0], limb),
            both(_mm512_srli_epi64::<52>(w[0]), _mm512_slli_epi64::<12>(w[1])),
            both(_mm512_srli_epi64::<40>(w[1]), _mm512_slli_epi64::<24>(w[2])),
            both(_mm512_srli_epi64::<28>(w[2]), _mm512_slli_epi64::<36>(w[3])),
            _mm512_srli_epi64::<16>(w[3]),
        ])
    }
}

avx512! {
    /// Four columns of 64-bit limbs from canonical lanes.
    #[inline]
    pub(super) fn pack(v: Lanes) -> [__m512i; 4] {
        let [v0, v1, v2, v3, v4] = v.0;
        [
            _mm512_or_si512(v0, _mm512_slli_epi64::<52>(v1)),
            _mm512_or_si512(_mm512_srli_epi64::<12>(v1), _mm512_slli_epi64::<40>(v2)),
            _mm512_or_si512(_mm512_srli_epi64::<24>(v2), _mm512_slli_epi64::<28>(v3)),
            _mm512_or_si512(_mm512_srli_epi64::<36>(v3), _mm512_slli_epi64::<16>(v4)),
        ]
    }
}

avx512! {
    /// Passes carries up to limb 4, which keeps its own.
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
    /// Loose lanes from limbs of at most 62 bits: what lies above 2^256 counts [`FOLD`] times.
    #[inline]
    fn loosen(mut v: [__m512i; 5]) -> Lanes {
        let above = _mm512_srli_epi64::<48>(v[4]);
        v[4] = _mm512_and_si512(v[4], _mm512_set1_epi64(TOP));
        // above < 2^14 and FOLD < 2^33: the product has no high half.
        v[0] = _mm512_madd52lo_epu64(v[0], above, _mm512_set1_epi64(FOLD as i64));
        Lanes(carry_up(v))
    }
}

avx512! {
    #[inline]
    pub(super) fn canonical(v: Lanes) -> Lanes {
        // Loose lanes exceed 2^256 at most once, and then by little, so this leaves them below it.
        let v = loosen(v.0).0;
        let mut raised = v;
        raised[0] = _mm512_add_epi64(raised[0], _mm512_set1_epi64(FOLD as i64));
        let mut raised = carry_up(raised);
        let over = _mm512_cmpgt_epi64_mask(raised[4], _mm512_set1_epi64(TOP));
        raised[4] = _mm512_and_si512(raised[4], _mm512_set1_epi64(TOP));
        Lanes(blend(over, v, raised))
    }
}

avx512! {
    /// `a`, or `b` in the lanes of `mask`.
    #[inline]
    fn blend(mask: u8, a: [__m512i; 5], b: [__m512i; 5]) -> [__m512i; 5] {
        let one = |i: usize| _mm512_mask_blend_epi64(mask, a[i], b[i]);
        [one(0), one(1), one(2), one(3), one(4)]
    }
}

avx512! {
    /// `a`, or `b` in the lanes of `mask`.
    #[inline]
    pub(super) fn select(mask: u8, a: Lanes, b: Lanes) -> Lanes {
        Lanes(blend(mask, a.0, b.0))
    }
}

avx512! {
    /// The lanes in which canonical `v` is zero.
    #[inline]
    pub(super) fn zero_mask(v: Lanes) -> u8 {
        let [v0, v1, v2, v3, v4] = v.0;
        let any = _mm512_or_si512(_mm512_or_si512(v0, v1), _mm512_or_si512(v2, v3));
        let any = _mm512_or_si512(any, v4);
        _mm512_testn_epi64_mask(any, any)
    }
}

avx512! {
    #[inline]
    pub(super) fn add(a: Lanes, b: Lanes) -> Lanes {
        let one = |i: usize| _mm512_add_epi64(a.0[i], b.0[i]);
        loosen([one(0), one(1), one(2), one(3), one(4)])
    }
}

avx512! {
    /// `a` - `b`. Limbs of `b` may reach those of 2p, as [`negated_where`] leaves them.
    #[inline]
    pub(super) fn sub(a: Lanes, b: Lanes) -> Lanes {
        // Each limb of 2p is at least that of b, so no limb goes below zero.
        let one = |i: usize| {
            let raised = _mm512_add_epi64(a.0[i], _mm512_set1_epi64(2 * P_LIMBS[i]));
            _mm512_sub_epi64(raised, b.0[i])
        };
        loosen([one(0), one(1), one(2), one(3), one(4)])
    }
}

avx512! {
    /// `a` - `b` - `c`.
    #[inline]
    pub(super) fn sub_both(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        let one = |i: usize| {
            let raised = _mm512_add_epi64(a.0[i], _mm512_set1_epi64(4 * P_LIMBS[i]));
            _mm512_sub_epi64(raised, _mm512_add_epi64(b.0[i], c.0[i]))
        };
        loosen([one(0), one(1), one(2), one(3), one(4)])
    }
}

avx512! {
    /// 2p - `v` in the lanes of `mask`, limb by limb and not loose: only an operand of [`sub`].
    #[inline]
    pub(super) fn negated_where(mask: u8, v: Lanes) -> Lanes {
        let one = |i: usize| {
            _mm512_mask_sub_epi64(v.0[i], mask, _mm512_set1_epi64(2 * P_LIMBS[i]), v.0[i])
        };
        Lanes([one(0), one(1), one(2), one(3), one(4)])
    }
}

avx512! {
    /// Loose lanes from what [`negated_where`] gives.
    #[inline]
    pub(super) fn loose(v: Lanes) -> Lanes {
        loosen(v.0)
    }
}

avx512! {
    /// Loose lanes from a product of ten columns below 2^57, the last below 2^52.
    #[inline]
    fn reduce(mut c: [__m512i; 10]) -> Lanes {
        let fold = _mm512_set1_epi64(FOLD_260);
        for i in 0..5 {
            let high = c[i + 5];
            c[i] = _mm512_madd52lo_epu64(c[i], high, fold);
            if i < 4 {
                // The multiplier reads the low 52 bits; the rest belongs one limb higher.
                let rest = _mm512_srli_epi64::<52>(high);
                c[i + 1] = _mm512_madd52hi_epu64(c[i + 1], high, fold);
                c[i + 1] = _mm512_madd52lo_epu64(c[i + 1], rest, fold);
            }
        }
        let top = _mm512_madd52hi_epu64(_mm512_setzero_si512(), c[9], fold);

        let above = _mm512_add_epi64(_mm512_srli_epi64::<48>(c[4]), _mm512_slli_epi64::<4>(top));
        let fold = _mm512_set1_epi64(FOLD as i64);
        let c4 = _mm512_and_si512(c[4], _mm512_set1_epi64(TOP));
        let c0 = _mm512_madd52lo_epu64(c[0], above, fold);
        let c1 = _mm512_madd52hi_epu64(c[1], above, fold);
        Lanes(carry_up([c0, c1, c[2], c[3], c4]))
    }
}

avx512! {
    #[inline]
    pub(super) fn mul(a: Lanes, b: Lanes) -> Lanes {
        let mut c = [_mm512_setzero_si512(); 10];
        for i in 0..5 {
            for j in 0..5 {
                c[i + j] = _mm512_madd52lo_epu64(c[i + j], a.0[i], b.0[j]);
                c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a.0[i], b.0[j]);
            }
        }
        reduce(c)
    }
}

avx512! {
    #[inline]
    pub(super) fn square(a: Lanes) -> Lanes {
        let mut c = [_mm512_setzero_si512(); 10];
        for i in 0..5 {
            for j in i + 1..5 {
                c[i + j] = _mm512_madd52lo_epu64(c[i + j], a.0[i], a.0[j]);
                c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a.0[i], a.0[j]);
            }
        }
        for column in &mut c[1..9] {
            *column = _mm512_add_epi64(*column, *column);
        }
        for i in 0..5 {
            c[2 * i] = _mm512_madd52lo_epu64(c[2 * i], a.0[i], a.0[i]);
            c[2 * i + 1] = _mm512_madd52hi_epu64(c[2 * i + 1], a.0[i], a.0[i]);
        }
        reduce(c)
    }
}

/// Sixteen elements: two independent chains keep the multiplier busy while one waits for itself.
pub(super) type Twins = [Lanes; 2];

avx512! {
    fn mul_twins(a: Twins, b: Twins) -> Twins {
        [mul(a[0], b[0]), mul(a[1], b[1])]
    }
}

avx512! {
    fn square_twins_times(mut a: Twins, times: u32) -> Twins {
        for _ in 0..times {
            a = [square(a[0]), square(a[1])];
        }
        a
    }
}

avx512! {
    /// a^((p + 1) / 4): the square root of each element that has one.
    pub(super) fn square_root_twins(a: Twins) -> Twins {
        power_chain!(a, mul_twins, square_twins_times, |x2, x22, x223| {
            let t = mul_twins(square_twins_times(x223, 23), x22);
            let t = mul_twins(square_twins_times(t, 6), x2);
            square_twins_times(t, 2)
        })
    }
}

avx512! {
    /// The inverse of each element, zero for zero, by one inversion of their product.
    pub(super) fn inverse(a: Lanes) -> Lanes {
        let elements = elements(canonical(a));
        let mut prefixes = [Field::ONE; 8];
        let mut product = Field::ONE;
        let nonzero = elements.map(|e| if e.is_zero() { Field::ONE } else { e });
        for (prefix, element) in prefixes.iter_mut().zip(nonzero) {
            *prefix = product;
            product = product.mul(element);
        }
        let mut inverse = product.inverse();
        let mut inverses = [[0; 4]; 8];
        for i in (0..8).rev() {
            if !elements[i].is_zero() {
                inverses[i] = inverse.mul(prefixes[i]).canonical();
            }
            inverse = inverse.mul(nonzero[i]);
        }
        from_elements(&inverses)
    }
}

avx512! {
    /// The eight elements of canonical lanes.
    pub(super) fn elements(v: Lanes) -> [Field; 8] {
        use super::rows::{Words, store};
        let mut elements = [Field::ZERO; 8];
        for (limb, column) in pack(v).into_iter().enumerate() {
            let mut words = Words([0; 8]);
            store(&mut words, column);
            for (element, word) in elements.iter_mut().zip(words.0) {
                element.0[limb] = word;
            }
        }
        elements
    }
}

avx512! {
    pub(super) fn from_elements(elements: &[[u64; 4]; 8]) -> Lanes {
        use super::rows::{Words, load};
        let column = |limb: usize| load(&Words(elements.map(|element| element[limb])));
        unpack([column(0), column(1), column(2), column(3)])
    }
}
