// SPDX-License-Identifier: Apache-2.0
//! Points of secp256k1: the stored affine form and the few Jacobian steps that end a sum.
//!
//! Almost all additions run affine and in bulk (see [`crate::sum`]). Jacobian coordinates serve
//! where steps depend on one another: the last doublings of a sum and the doublings of a new key.

use crate::field::{BETA, Field};

/// A point in one cache line, limbs canonical. Infinity is all zeros: no point of this curve has
/// y = 0, because its order is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Affine {
    pub(crate) x: [u64; 4],
    pub(crate) y: [u64; 4],
}

/// The generator.
pub(crate) const G: Affine = Affine {
    x: [0x59f2_815b_16f8_1798, 0x029b_fcdb_2dce_28d9, 0x55a0_6295_ce87_0b07, 0x79be_667e_f9dc_bbac],
    y: [0x9c47_d08f_fb10_d4b8, 0xfd17_b448_a685_5419, 0x5da4_fbfc_0e11_08a8, 0x483a_da77_26a3_c465],
};

impl Affine {
    pub(crate) const INFINITY: Self = Self { x: [0; 4], y: [0; 4] };

    pub(crate) fn new(x: Field, y: Field) -> Self {
        Self { x: x.canonical(), y: y.canonical() }
    }

    #[inline]
    pub(crate) fn is_infinity(&self) -> bool {
        self.y == [0; 4]
    }

    pub(crate) fn is_on_curve(&self) -> bool {
        let (x, y) = (Field(self.x), Field(self.y));
        y.square().canonical() == x.square().mul(x).add(Field::SEVEN).canonical()
    }

    #[inline]
    pub(crate) fn negate(&self) -> Self {
        Self { x: self.x, y: Field(self.y).negate().canonical() }
    }

    /// λ·`self`, for one multiplication.
    pub(crate) fn image(&self) -> Self {
        Self { x: BETA.mul(Field(self.x)).canonical(), y: self.y }
    }

    /// 2^64·`self`: with it the 128-bit halves of a key's scalar become 64-bit ones.
    pub(crate) fn shifted_64(&self) -> Self {
        let mut point = Jacobian::from(*self);
        for _ in 0..64 {
            point = point.double();
        }
        point.to_affine()
    }
}

/// (X/Z², Y/Z³), at infinity when Z = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jacobian {
    x: Field,
    y: Field,
    z: Field,
}

impl From<Affine> for Jacobian {
    fn from(point: Affine) -> Self {
        let z = if point.is_infinity() { Field::ZERO } else { Field::ONE };
        Self { x: Field(point.x), y: Field(point.y), z }
    }
}

impl Jacobian {
    pub(crate) const INFINITY: Self = Self { x: Field::ONE, y: Field::ONE, z: Field::ZERO };

    pub(crate) fn is_infinity(&self) -> bool {
        self.z.is_zero()
    }

    /// dbl-2009-l of the explicit-formulas database.
    pub(crate) fn double(self) -> Self {
        let a = self.x.square();
        let b = self.y.square();
        let c = b.square();
        let d = self.x.add(b).square().sub(a).sub(c).double();
        let e = a.double().add(a);
        let x = e.square().sub(d.double());
        let y = e.mul(d.sub(x)).sub(c.double().double().double());
        let z = self.y.mul(self.z).double();
        Self { x, y, z }
    }

    /// madd with the cases that its formula leaves out: an operand at infinity, equal points and
    /// opposite points.
    pub(crate) fn add_affine(self, other: &Affine) -> Self {
        if other.is_infinity() {
            return self;
        }
        if self.is_infinity() {
            return Self::from(*other);
        }
        let z_squared = self.z.square();
        let h = Field(other.x).mul(z_squared).sub(self.x);
        let r = Field(other.y).mul(z_squared).mul(self.z).sub(self.y);
        if h.is_zero() {
            return if r.is_zero() { self.double() } else { Self::INFINITY };
        }
        let h_squared = h.square();
        let h_cubed = h_squared.mul(h);
        let v = self.x.mul(h_squared);
        let x = r.square().sub(h_cubed).sub(v.double());
        let y = r.mul(v.sub(x)).sub(self.y.mul(h_cubed));
        Self { x, y, z: self.z.mul(h) }
    }

    pub(crate) fn to_affine(self) -> Affine {
        let inverse = self.z.inverse();
        let squared = inverse.square();
        // z = 0 inverts to zero, which yields the stored form of infinity.
        Affine::new(self.x.mul(squared), self.y.mul(squared).mul(inverse))
    }
}
