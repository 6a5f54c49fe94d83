// SPDX-License-Identifier: Apache-2.0
//! Points from x and parity, and images under the endomorphism.

use super::avx512;
use super::field::{
    Lanes, Twins, add, canonical, loose, mul, negated_where, pack, select, splat, square,
    square_root_twins, sub, unpack, zero_mask,
};
use super::rows::{load_columns, store_columns};
use crate::field::{BETA, Field};
use crate::point::Affine;
use std::arch::x86_64::*;

avx512! {
    pub(super) fn lift(rows: &mut [Affine], odd: &[bool]) {
        let rootless = unsettled(rows, odd);
        for sixteen in rootless.chunks(16) {
            // A short chunk repeats its last place: its lanes write one result.
            let last = sixteen[sixteen.len() - 1];
            let place = |i: usize| sixteen.get(i).map_or(last, |&i| i) as usize;
            let places: [[usize; 8]; 2] =
                [std::array::from_fn(place), std::array::from_fn(|i| place(i + 8))];
            lift_sixteen(rows, odd, &places);
        }
    }
}

avx512! {
    /// The places whose y is missing or wrong.
    fn unsettled(rows: &[Affine], odd: &[bool]) -> Vec<u32> {
        let mut places = Vec::new();
        let (blocks, rest) = rows.as_chunks::<8>();
        for (block, eight) in blocks.iter().enumerate() {
            let base = 8 * block;
            let settled = if eight.iter().all(Affine::is_infinity) {
                0
            } else {
                hint_mask(eight, odd_mask(|i| odd[base + i]))
            };
            places.extend((0..8).filter(|i| settled >> i & 1 == 0).map(|i| (base + i) as u32));
        }
        // The few rows behind the last block go without their hints.
        places.extend((0..rest.len()).map(|i| (8 * blocks.len() + i) as u32));
        places
    }
}

fn odd_mask(odd: impl Fn(usize) -> bool) -> u8 {
    (0..8).fold(0, |mask, i| mask | u8::from(odd(i)) << i)
}

avx512! {
    /// The rows whose y is canonical, has the parity asked for and fits the curve.
    fn hint_mask(rows: &[Affine; 8], odd: u8) -> u8 {
        let columns = load_columns(rows.each_ref());
        let [x, y] = halves(columns);
        let reduced = canonical(y);
        let is_canonical = equal_limbs(y, reduced);
        let fits = zero_mask(canonical(sub(square(y), curve_side(x))));
        is_canonical & fits & !(parity_mask(reduced) ^ odd)
    }
}

avx512! {
    /// The lanes in which two forms have the same limbs.
    #[inline]
    fn equal_limbs(a: Lanes, b: Lanes) -> u8 {
        a.0.into_iter().zip(b.0).fold(0xff, |mask, (a, b)| _mm512_mask_cmpeq_epi64_mask(mask, a, b))
    }
}

avx512! {
    #[inline]
    pub(super) fn halves(columns: [__m512i; 8]) -> [Lanes; 2] {
        let [x0, x1, x2, x3, y0, y1, y2, y3] = columns;
        [unpack([x0, x1, x2, x3]), unpack([y0, y1, y2, y3])]
    }
}

avx512! {
    /// The lanes in which a canonical element is odd.
    #[inline]
    fn parity_mask(v: Lanes) -> u8 {
        _mm512_test_epi64_mask(v.0[0], _mm512_set1_epi64(1))
    }
}

avx512! {
    /// x³ + 7.
    #[inline]
    fn curve_side(x: Lanes) -> Lanes {
        add(mul(square(x), x), splat(Field::SEVEN.0))
    }
}

avx512! {
    fn lift_sixteen(rows: &mut [Affine], odd: &[bool], places: &[[usize; 8]; 2]) {
        let xs = places.map(|eight| halves(load_columns(eight.map(|place| &rows[place])))[0]);
        let sides: Twins = [curve_side(xs[0]), curve_side(xs[1])];
        let roots = square_root_twins(sides);
        for (half, eight) in places.iter().enumerate() {
            let (x, side, root) = (xs[half], sides[half], canonical(roots[half]));
            let on_curve = zero_mask(canonical(sub(square(root), side)));
            let wrong = parity_mask(root) ^ odd_mask(|i| odd[eight[i]]);
            let y = canonical(loose(negated_where(wrong, root)));

            let zero = splat([0; 4]);
            let [x, y] = [x, y].map(|v| pack(select(on_curve, zero, v)));
            let mut points = [Affine::INFINITY; 8];
            store_columns(&mut points, [x[0], x[1], x[2], x[3], y[0], y[1], y[2], y[3]]);
            for (&place, point) in eight.iter().zip(points) {
                rows[place] = point;
            }
        }
    }
}

avx512! {
    pub(super) fn images(points: &mut [Affine]) {
        let (originals, images) = points.split_at_mut(points.len() / 2);
        let beta = splat(BETA.0);
        let (blocks, rest) = originals.as_chunks::<8>();
        let (image_blocks, image_rest) = images.as_chunks_mut::<8>();
        for (eight, image) in blocks.iter().zip(image_blocks) {
            let columns = load_columns(eight.each_ref());
            let x = pack(canonical(mul(halves(columns)[0], beta)));
            let [_, _, _, _, y0, y1, y2, y3] = columns;
            store_columns(image, [x[0], x[1], x[2], x[3], y0, y1, y2, y3]);
        }
        for (original, image) in rest.iter().zip(image_rest) {
            *image = original.image();
        }
    }
}
