// SPDX-License-Identifier: Apache-2.0
//! Integers modulo the group order n, and their split by the endomorphism.
//!
//! Values are canonical, least significant limb first. Products are Montgomery products
//! a·b / 2^256, which callers balance rather than convert one by one.

/// The order of the group.
pub(crate) const N: Scalar = Scalar([
    0xbfd2_5e8c_d036_4141,
    0xbaae_dce6_af48_a03b,
    0xffff_ffff_ffff_fffe,
    0xffff_ffff_ffff_ffff,
]);

/// ⌊n / 2⌋: EIP-2 refuses an s above it.
pub(crate) const HALF_N: Scalar = Scalar([
    0xdfe9_2f46_681b_20a0,
    0x5d57_6e73_57a4_501d,
    0xffff_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
]);

/// λ with λ·(x, y) = (βx, y).
pub(crate) const LAMBDA: Scalar = Scalar([
    0xdf02_967c_1b23_bd72,
    0x122e_22ea_2081_6678,
    0xa526_1c02_8812_645a,
    0x5363_ad4c_c05c_30e0,
]);

/// 2^512 mod n: one Montgomery product with it multiplies by 2^256.
pub(crate) const R_SQUARED: Scalar = Scalar([
    0x896c_f214_67d7_d140,
    0x7414_96c2_0e7c_f878,
    0xe697_f5e4_5bcd_07c6,
    0x9d67_1cd5_81c6_9bc5,
]);

/// 2^256 mod n, the Montgomery form of one.
const R: Scalar = Scalar([
    0x402d_a173_2fc9_bebf,
    0x4551_2319_50b7_5fc4,
    0x0000_0000_0000_0001,
    0x0000_0000_0000_0000,
]);

/// -1/n mod 2^64.
const N_INVERSE: u64 = negated_inverse_64(N.0[0]);

/// An integer modulo n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Scalar(pub(crate) [u64; 4]);

const fn negated_inverse_64(odd: u64) -> u64 {
    let mut inverse = 1u64;
    let mut i = 0;
    while i < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg()
}

fn sub_limbs(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        (difference[i], borrow) = a[i].borrowing_sub(b[i], borrow);
    }
    (difference, borrow)
}

impl Scalar {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// The limbs of a big-endian word, not reduced.
    #[inline]
    pub(crate) fn limbs(bytes: &[u8; 32]) -> [u64; 4] {
        let mut limbs = [0; 4];
        for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
            *limb = u64::from_be_bytes(*chunk);
        }
        limbs
    }

    /// A big-endian word, if it is below n.
    #[inline]
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let limbs = Self::limbs(bytes);
        sub_limbs(limbs, N.0).1.then_some(Self(limbs))
    }

    /// A big-endian word modulo n: one subtraction suffices because 2^256 < 2n.
    #[inline]
    pub(crate) fn from_bytes_reduced(bytes: &[u8; 32]) -> Self {
        let limbs = Self::limbs(bytes);
        let (reduced, below) = sub_limbs(limbs, N.0);
        Self(if below { limbs } else { reduced })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0 == [0; 4]
    }

    #[inline]
    pub(crate) fn is_above(self, other: Self) -> bool {
        sub_limbs(other.0, self.0).1
    }

    #[inline]
    pub(crate) fn add(self, other: Self) -> Self {
        let mut sum = [0; 4];
        let mut carry = false;
        for i in 0..4 {
            (sum[i], carry) = self.0[i].carrying_add(other.0[i], carry);
        }
        let (reduced, below) = sub_limbs(sum, N.0);
        Self(if below && !carry { sum } else { reduced })
    }

    pub(crate) fn negate(self) -> Self {
        if self.is_zero() { self } else { Self(sub_limbs(N.0, self.0).0) }
    }

    /// The Montgomery product `self`·`other` / 2^256.
    #[inline]
    pub(crate) fn montgomery(self, other: Self) -> Self {
        let mut t = [0u64; 6];
        for a in self.0 {
            let mut carry = 0;
            for j in 0..4 {
                (t[j], carry) = a.carrying_mul_add(other.0[j], t[j], carry);
            }
            let (limb, over) = t[4].overflowing_add(carry);
            (t[4], t[5]) = (limb, u64::from(over));

            let m = t[0].wrapping_mul(N_INVERSE);
            let (_, mut carry) = m.carrying_mul_add(N.0[0], t[0], 0);
            for j in 1..4 {
                (t[j - 1], carry) = m.carrying_mul_add(N.0[j], t[j], carry);
            }
            let (limb, over) = t[4].overflowing_add(carry);
            (t[3], t[4]) = (limb, t[5] + u64::from(over));
        }
        let low = [t[0], t[1], t[2], t[3]];
        let (reduced, below) = sub_limbs(low, N.0);
        Self(if below && t[4] == 0 { low } else { reduced })
    }

    /// The inverse, and zero for zero: a^(n - 2).
    pub(crate) fn inverse(self) -> Self {
        let base = self.montgomery(R_SQUARED);
        let mut power = R;
        let exponent = sub_limbs(N.0, [2, 0, 0, 0]).0;
        for bit in (0..256).rev() {
            power = power.montgomery(power);
            if exponent[bit / 64] >> (bit % 64) & 1 == 1 {
                power = power.montgomery(base);
            }
        }
        power.montgomery(Self([1, 0, 0, 0]))
    }

    /// Four signed scalars (a, b, c, d) of about 64 bits with
    /// `self` = a + 2^64·b + λ·(c + 2^64·d) mod n, none larger than 0.64·2^64.
    pub(crate) fn quarters(self) -> [i128; 4] {
        // The lattice basis (A1, -B1), (A2, A1) of Gallant, Lambert and Vanstone, with
        // libsecp256k1's rounded quotients g = 2^384·b/n. |k1|, |k2| < 0.64·2^128, so both are
        // exact modulo 2^192.
        const A1: [u64; 2] = [0xe86c_90e4_9284_eb15, 0x3086_d221_a7d4_6bcd];
        const A2: [u64; 3] = [0x57c1_108d_9d44_cfd8, 0x14ca_50f7_a8e2_f3f6, 1];
        const B1_NEGATED: [u64; 2] = [0x6f54_7fa9_0abf_e4c3, 0xe443_7ed6_010e_8828];
        const G1: [u64; 4] = [
            0xe893_209a_45db_b031,
            0x3daa_8a14_71e8_ca7f,
            0xe86c_90e4_9284_eb15,
            0x3086_d221_a7d4_6bcd,
        ];
        const G2: [u64; 4] = [
            0x1571_b4ae_8ac4_7f71,
            0x2212_08ac_9df5_06c6,
            0x6f54_7fa9_0abf_e4c4,
            0xe443_7ed6_010e_8828,
        ];
        let c1 = rounded_quotient(self.0, G1);
        let c2 = rounded_quotient(self.0, G2);
        let low = [self.0[0], self.0[1], self.0[2]];
        let k1 = sub_192(sub_192(low, mul_192(&c1, &A1)), mul_192(&c2, &A2));
        let k2 = sub_192(mul_192(&c1, &B1_NEGATED), mul_192(&c2, &A1));
        let ([a, b], [c, d]) = (halves(k1), halves(k2));
        [a, b, c, d]
    }
}

/// The largest size of a scalar that [`Scalar::quarters`] returns: 0.64·2^64, rounded up.
#[cfg(test)]
pub(crate) const QUARTER_BOUND: i128 = 0xa400_0000_0000_0000;

/// round(k·g / 2^384).
fn rounded_quotient(k: [u64; 4], g: [u64; 4]) -> [u64; 2] {
    let mut wide = [0u64; 8];
    for i in 0..4 {
        let mut carry = 0;
        for j in 0..4 {
            (wide[i + j], carry) = k[i].carrying_mul_add(g[j], wide[i + j], carry);
        }
        wide[i + 4] = carry;
    }
    let (low, over) = wide[6].overflowing_add(wide[5] >> 63);
    [low, wide[7] + u64::from(over)]
}

/// a·b mod 2^192.
fn mul_192(a: &[u64], b: &[u64]) -> [u64; 3] {
    let mut product = [0u64; 3];
    for (i, &limb) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, &other) in b.iter().enumerate().take_while(|(j, _)| i + j < 3) {
            (product[i + j], carry) = limb.carrying_mul_add(other, product[i + j], carry);
        }
        if i + b.len() < 3 {
            product[i + b.len()] = carry;
        }
    }
    product
}

fn sub_192(a: [u64; 3], b: [u64; 3]) -> [u64; 3] {
    let (d0, borrow) = a[0].overflowing_sub(b[0]);
    let (d1, borrow) = a[1].borrowing_sub(b[1], borrow);
    [d0, d1, a[2].wrapping_sub(b[2]).wrapping_sub(u64::from(borrow))]
}

/// (low, high) with `value` = low + 2^64·high for a two's complement value, low in i64's range.
fn halves(value: [u64; 3]) -> [i128; 2] {
    let low = value[0].cast_signed();
    let high = (u128::from(value[2]) << 64 | u128::from(value[1])).cast_signed();
    [i128::from(low), high + i128::from(low < 0)]
}

#[cfg(test)]
mod tests;
