// SPDX-License-Identifier: Apache-2.0
//! Affine additions, eight pairs side by side and all with one inversion.
//!
//! The first pass multiplies up the denominators lane by lane, the second walks back and finishes
//! each sum. Equal, opposite and infinite operands are rare; a block that has one is marked in the
//! first pass and mended in both.

use std::arch::x86_64::*;

use super::avx512;
use super::field::{
    Lanes, add, canonical, inverse, loose, mul, negated_where, pack, select, splat, square, sub,
    sub_both, unpack, zero_mask,
};
use super::lift::halves;
use super::rows::{Columns, Words, load, load_columns, store_columns};
use crate::engine::{NEGATED, Pair};
use crate::field::Field;
use crate::point::Affine;

/// One block's denominators, and the product of those before it.
#[derive(Clone, Copy, Debug)]
struct Step {
    denominator: Lanes,
    prefix: Lanes,
    rare: bool,
}

/// Memory of the two batch inversions.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    steps: Vec<Step>,
    pub(super) prefixes: Vec<Lanes>,
}

/// The operands of eight additions.
#[derive(Clone, Copy)]
struct Block {
    a: Columns,
    b: Columns,
    negated: [u8; 2],
}

/// The lanes that need care, and which of the operands then is the sum.
#[derive(Clone, Copy)]
struct Rare {
    doubled: u8,
    cancelled: u8,
    a_infinite: u8,
    b_infinite: u8,
}

avx512! {
    pub(super) fn add_pairs(
        points: &mut [Affine],
        start: usize,
        pairs: &[Pair],
        scratch: &mut Scratch,
    ) {
        let Some(&last) = pairs.last() else { return };
        let (blocks, rest) = pairs.as_chunks::<8>();
        // A short block repeats the last pair; what it adds falls behind the last sum.
        let short: [Pair; 8] = std::array::from_fn(|i| rest.get(i).copied().unwrap_or(last));
        let short = (!rest.is_empty()).then_some(&short);
        let (inputs, sums) = points.split_at_mut(start);
        let (sums, _) = sums.as_chunks_mut::<8>();
        assert!(sums.len() >= blocks.len() + usize::from(short.is_some()), "no room for the sums");

        let steps = &mut scratch.steps;
        steps.clear();
        let mut product = splat(Field::ONE.0);
        for eight in blocks.iter().chain(short) {
            let step = first_pass(&Block::load(inputs, eight), product);
            product = mul(product, step.denominator);
            steps.push(step);
        }

        let mut inverse = inverse(product);
        let blocks = blocks.iter().chain(short).rev();
        let sums = sums[..steps.len()].iter_mut().rev();
        for ((eight, step), sums) in blocks.zip(steps.iter().rev()).zip(sums) {
            let reciprocal = mul(inverse, step.prefix);
            inverse = mul(inverse, step.denominator);
            let block = Block::load(inputs, eight);
            store_columns(sums, second_pass(&block, reciprocal, step.rare));
        }
    }
}

avx512! {
    /// Doubles every point in place. Infinity doubles to itself by the same formula once its
    /// denominator, zero, is replaced.
    pub(super) fn double_all(points: &mut [Affine], scratch: &mut Scratch) {
        let (blocks, rest) = points.as_chunks_mut::<8>();
        assert!(rest.is_empty(), "points are not whole blocks of 8");
        let steps = &mut scratch.steps;
        steps.clear();
        let mut product = splat(Field::ONE.0);
        for eight in &*blocks {
            let columns = load_columns(eight.each_ref());
            let [_, y] = halves(columns);
            let denominator = select(infinite(&columns), add(y, y), splat(Field::ONE.0));
            steps.push(Step { denominator, prefix: product, rare: false });
            product = mul(product, denominator);
        }
        let mut inverse = inverse(product);
        for (eight, step) in blocks.iter_mut().zip(&*steps).rev() {
            let reciprocal = mul(inverse, step.prefix);
            inverse = mul(inverse, step.denominator);
            let [x, y] = halves(load_columns(eight.each_ref()));
            let squared = square(x);
            let slope = mul(add(add(squared, squared), squared), reciprocal);
            let doubled = sub_both(square(slope), x, x);
            let y = sub(mul(slope, sub(x, doubled)), y);
            store_columns(eight, pack_point(doubled, y));
        }
    }
}

avx512! {
    #[inline]
    fn first_pass(block: &Block, prefix: Lanes) -> Step {
        let mut denominator = sub(block.x_b(), block.x_a());
        let equal = (0..4).fold(0xff, |mask, i| {
            _mm512_mask_cmpeq_epi64_mask(mask, block.a[i], block.b[i])
        });
        let rare = equal | infinite(&block.a) | infinite(&block.b) != 0;
        if rare {
            let lanes = block.rare();
            let [y_a, _] = block.ys();
            let one = splat(Field::ONE.0);
            let y_a = loose(y_a);
            denominator = select(lanes.any(), denominator, one);
            denominator = select(lanes.doubled, denominator, add(y_a, y_a));
        }
        Step { denominator, prefix, rare }
    }
}

avx512! {
    #[inline]
    fn second_pass(block: &Block, reciprocal: Lanes, rare: bool) -> Columns {
        let (x_a, x_b) = (block.x_a(), block.x_b());
        let [y_a, y_b] = block.ys();
        let mut numerator = sub(y_b, y_a);
        if rare {
            let squared = square(x_a);
            let tangent = add(add(squared, squared), squared);
            numerator = select(block.rare().doubled, numerator, tangent);
        }
        let slope = mul(numerator, reciprocal);
        let mut x = sub_both(square(slope), x_a, x_b);
        let mut y = sub(mul(slope, sub(x_a, x)), y_a);
        if rare {
            let lanes = block.rare();
            let zero = splat([0; 4]);
            x = select(lanes.cancelled, x, zero);
            y = select(lanes.cancelled, y, zero);
            x = select(lanes.b_infinite, x, x_a);
            y = select(lanes.b_infinite, y, loose(y_a));
            x = select(lanes.a_infinite, x, x_b);
            y = select(lanes.a_infinite, y, loose(y_b));
        }
        pack_point(x, y)
    }
}

avx512! {
    #[inline]
    fn pack_point(x: Lanes, y: Lanes) -> Columns {
        let ([x0, x1, x2, x3], [y0, y1, y2, y3]) = (pack(canonical(x)), pack(canonical(y)));
        [x0, x1, x2, x3, y0, y1, y2, y3]
    }
}

avx512! {
    /// The lanes that hold infinity: those with y = 0.
    #[inline]
    fn infinite(point: &Columns) -> u8 {
        let [.., y0, y1, y2, y3] = *point;
        let any = _mm512_or_si512(_mm512_or_si512(y0, y1), _mm512_or_si512(y2, y3));
        _mm512_testn_epi64_mask(any, any)
    }
}

impl Rare {
    fn any(self) -> u8 {
        self.doubled | self.cancelled | self.a_infinite | self.b_infinite
    }
}

impl Block {
    avx512! {
        #[inline]
        fn load(points: &[Affine], pairs: &[Pair; 8]) -> Self {
            let point = |index: u32| &points[(index & !NEGATED) as usize];
            let a = load_columns(pairs.each_ref().map(|pair| point(pair.0)));
            let b = load_columns(pairs.each_ref().map(|pair| point(pair.1)));
            let both = |Pair(a, b)| u64::from(b) << 32 | u64::from(a);
            let signs = load(&Words(pairs.map(both)));
            let negated = [
                _mm512_movepi64_mask(_mm512_slli_epi64::<32>(signs)),
                _mm512_movepi64_mask(signs),
            ];
            Self { a, b, negated }
        }
    }

    avx512! {
        #[inline]
        fn x_a(&self) -> Lanes {
            unpack([self.a[0], self.a[1], self.a[2], self.a[3]])
        }
    }

    avx512! {
        #[inline]
        fn x_b(&self) -> Lanes {
            unpack([self.b[0], self.b[1], self.b[2], self.b[3]])
        }
    }

    avx512! {
        /// Both y with their signs, fit to subtract but not loose.
        #[inline]
        fn ys(&self) -> [Lanes; 2] {
            let y = |c: &Columns| unpack([c[4], c[5], c[6], c[7]]);
            [negated_where(self.negated[0], y(&self.a)), negated_where(self.negated[1], y(&self.b))]
        }
    }

    avx512! {
        #[cold]
        #[inline(never)]
        fn rare(&self) -> Rare {
            let (a_infinite, b_infinite) = (infinite(&self.a), infinite(&self.b));
            let equal_x = (0..4).fold(!(a_infinite | b_infinite), |mask, i| {
                _mm512_mask_cmpeq_epi64_mask(mask, self.a[i], self.b[i])
            });
            let [y_a, y_b] = self.ys();
            let equal_y = zero_mask(canonical(sub(loose(y_a), y_b)));
            Rare {
                doubled: equal_x & equal_y,
                cancelled: equal_x & !equal_y,
                a_infinite,
                b_infinite,
            }
        }
    }
}
