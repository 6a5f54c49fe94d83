// SPDX-License-Identifier: Apache-2.0
//! The field of secp256k1 in four 64-bit limbs, for any processor.
//!
//! A [`Field`] holds any value below 2^256, so two limb patterns may mean one residue: `v` and
//! `v + p` for the few `v` below [`FOLD`]. Every operation takes and gives such values;
//! [`Field::canonical`] picks the one below `p`, and only canonical limbs are compared or stored.

/// 2^256 - p: what a carry out of the top limb is worth.
pub(crate) const FOLD: u64 = 0x1_0000_03d1;

/// The prime p = 2^256 - 2^32 - 977.
#[cfg(test)]
pub(crate) const P: [u64; 4] = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];

/// A cube root of one: (βx, y) is λ·(x, y).
pub(crate) const BETA: Field = Field([
    0xc139_6c28_7195_01ee,
    0x9cf0_4975_12f5_8995,
    0x6e64_479e_ac34_34e9,
    0x7ae9_6a2b_657c_0710,
]);

/// An element of the field, below 2^256.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field(pub(crate) [u64; 4]);

/// Raises `$a` to 2^223 - 1 and runs `$tail` with the powers that both the inverse and the square
/// root end with: `x2` = a^(2^2 - 1), `x22`, `x223`. One chain serves the portable and the vector
/// field, whose functions a trait cannot carry because they need processor features.
macro_rules! power_chain {
    (
        $a:expr, $mul:ident, $square_times:ident,
        |$x2:ident, $x22:ident, $x223:ident| $tail:expr
    ) => {{
        let a = $a;
        let $x2 = $mul($square_times(a, 1), a);
        let x3 = $mul($square_times($x2, 1), a);
        let x6 = $mul($square_times(x3, 3), x3);
        let x9 = $mul($square_times(x6, 3), x3);
        let x11 = $mul($square_times(x9, 2), $x2);
        let $x22 = $mul($square_times(x11, 11), x11);
        let x44 = $mul($square_times($x22, 22), $x22);
        let x88 = $mul($square_times(x44, 44), x44);
        let x176 = $mul($square_times(x88, 88), x88);
        let x220 = $mul($square_times(x176, 44), x44);
        let $x223 = $mul($square_times(x220, 3), x3);
        $tail
    }};
}
#[cfg(target_arch = "x86_64")]
pub(crate) use power_chain;

fn mul(a: Field, b: Field) -> Field {
    a.mul(b)
}

fn square_times(mut a: Field, times: u32) -> Field {
    for _ in 0..times {
        a = a.square();
    }
    a
}

impl Field {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);
    /// The curve's constant: y² = x³ + 7.
    pub(crate) const SEVEN: Self = Self([7, 0, 0, 0]);

    /// The canonical limbs, below p.
    #[inline]
    pub(crate) fn canonical(self) -> [u64; 4] {
        let (raised, over) = add_small(self.0, FOLD);
        if over { raised } else { self.0 }
    }

    pub(crate) fn is_zero(self) -> bool {
        self.canonical() == [0; 4]
    }

    pub(crate) fn is_odd(self) -> bool {
        self.canonical()[0] & 1 == 1
    }

    #[inline]
    pub(crate) fn add(self, other: Self) -> Self {
        let mut sum = [0; 4];
        let mut carry = false;
        for i in 0..4 {
            (sum[i], carry) = self.0[i].carrying_add(other.0[i], carry);
        }
        // Two values near 2^256 carry a second time after the first fold; a third is impossible.
        let (sum, carry) = add_small(sum, if carry { FOLD } else { 0 });
        Self(add_small(sum, if carry { FOLD } else { 0 }).0)
    }

    #[inline]
    pub(crate) fn sub(self, other: Self) -> Self {
        let mut difference = [0; 4];
        let mut borrow = false;
        for i in 0..4 {
            (difference[i], borrow) = self.0[i].borrowing_sub(other.0[i], borrow);
        }
        let (difference, borrow) = sub_small(difference, if borrow { FOLD } else { 0 });
        Self(sub_small(difference, if borrow { FOLD } else { 0 }).0)
    }

    pub(crate) fn negate(self) -> Self {
        Self::ZERO.sub(self)
    }

    #[inline]
    pub(crate) fn double(self) -> Self {
        self.add(self)
    }

    // A call would pass limbs through memory, which doubles the time of a chain of squarings.
    #[inline(always)]
    pub(crate) fn mul(self, other: Self) -> Self {
        let mut wide = [0u64; 8];
        for i in 0..4 {
            let mut carry = 0;
            for j in 0..4 {
                (wide[i + j], carry) = self.0[i].carrying_mul_add(other.0[j], wide[i + j], carry);
            }
            wide[i + 4] = carry;
        }
        reduce(&wide)
    }

    #[inline(always)]
    pub(crate) fn square(self) -> Self {
        self.mul(self)
    }

    /// The inverse, and zero for zero: a^(p - 2).
    pub(crate) fn inverse(self) -> Self {
        power_chain!(self, mul, square_times, |x2, x22, x223| {
            let t = mul(square_times(x223, 23), x22);
            let t = mul(square_times(t, 5), self);
            let t = mul(square_times(t, 3), x2);
            mul(square_times(t, 2), self)
        })
    }

    /// The square root a^((p + 1) / 4), if `self` has one.
    pub(crate) fn square_root(self) -> Option<Self> {
        let root = power_chain!(self, mul, square_times, |x2, x22, x223| {
            let t = mul(square_times(x223, 23), x22);
            let t = mul(square_times(t, 6), x2);
            square_times(t, 2)
        });
        (root.square().canonical() == self.canonical()).then_some(root)
    }
}

/// `value + addend` modulo 2^256, and whether it carried.
#[inline]
fn add_small(value: [u64; 4], addend: u64) -> ([u64; 4], bool) {
    let mut sum = value;
    let mut carry;
    (sum[0], carry) = value[0].overflowing_add(addend);
    for limb in &mut sum[1..] {
        (*limb, carry) = limb.carrying_add(0, carry);
    }
    (sum, carry)
}

/// `value - subtrahend` modulo 2^256, and whether it borrowed.
#[inline]
fn sub_small(value: [u64; 4], subtrahend: u64) -> ([u64; 4], bool) {
    let mut difference = value;
    let mut borrow;
    (difference[0], borrow) = value[0].overflowing_sub(subtrahend);
    for limb in &mut difference[1..] {
        (*limb, borrow) = limb.borrowing_sub(0, borrow);
    }
    (difference, borrow)
}

/// Folds a 512-bit product below 2^256: the upper half counts [`FOLD`] times, twice over.
#[inline(always)]
fn reduce(wide: &[u64; 8]) -> Field {
    let mut low = [wide[0], wide[1], wide[2], wide[3]];
    let mut carry = 0;
    for i in 0..4 {
        (low[i], carry) = wide[i + 4].carrying_mul_add(FOLD, low[i], carry);
    }
    // carry < 2^34, so carry · FOLD needs two limbs.
    let (first, second) = carry.carrying_mul_add(FOLD, low[0], 0);
    low[0] = first;
    let mut over;
    (low[1], over) = low[1].overflowing_add(second);
    (low[2], over) = low[2].carrying_add(0, over);
    (low[3], over) = low[3].carrying_add(0, over);
    Field(add_small(low, if over { FOLD } else { 0 }).0)
}

#[cfg(test)]
pub(crate) mod tests;
