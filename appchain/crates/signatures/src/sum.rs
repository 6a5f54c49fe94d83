// SPDX-License-Identifier: Apache-2.0
//! Multi-scalar multiplication: Pippenger's buckets, every addition affine and in bulk.
//!
//! A term is a·P + c·λP with a, c of about 64 bits, so an 128-bit coefficient costs 64 bits of
//! windows over twice the points. Three steps, each a list of independent additions that
//! [`Engine::add_pairs`] does with one inversion:
//!
//! 1. per window, points of equal digit meet in a bucket and are added pairwise until one is left;
//! 2. Σ j·B_j comes from halving: with E_k = B_2k + B_2k+1 it is 2·Σ k·E_k + Σ B_2k+1, again and
//!    again, which leaves one list of odd buckets for each bit;
//! 3. the lists are added up, and the bits meet in one chain of doublings.

use crate::engine::{BLOCK, Engine, NEGATED, Pair, Scratch};
use crate::point::{Affine, Jacobian};

/// Bits that every window plan covers. The largest scalars are those of
/// [`crate::scalar::Scalar::quarters`], within ±0.64·2^64.
const SCALAR_BITS: u32 = 65;

/// Entries that one run of step 1 may hold, so that its sums stay near the processor.
const GROUP_ENTRIES: usize = 1 << 15;

/// An empty bucket.
const NONE: u32 = u32::MAX;

/// Memory of a sum, reused from call to call.
#[derive(Debug, Default)]
pub(crate) struct Summation {
    points: Vec<Affine>,
    digits: Vec<u128>,
    lists: Lists,
    buckets: Vec<u32>,
    pub(crate) scratch: Scratch,
}

/// Lists of point indices, end to end.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) entries: Vec<u32>,
    pub(crate) ends: Vec<u32>,
    pairs: Vec<Pair>,
}

/// How scalars are cut: `count` digits of `bits` bits, each in -2^(bits-1)..2^(bits-1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    pub(crate) bits: u32,
    pub(crate) count: u32,
}

impl Windows {
    /// Digits of `bits` bits.
    pub(crate) fn of(bits: u32) -> Self {
        Self { bits, count: SCALAR_BITS.div_ceil(bits) }
    }

    /// The cut with the fewest additions for `terms` points.
    fn plan(terms: usize) -> Self {
        let additions = |w: &Self| w.count as usize * (terms + w.buckets() * 2);
        (4..=13).map(Self::of).min_by_key(additions).expect("the range is not empty")
    }

    fn buckets(self) -> usize {
        1 << (self.bits - 1)
    }

    /// What is added to a scalar so that its digits become plain bit fields.
    pub(crate) fn bias(self) -> u128 {
        (0..self.count).map(|w| 1 << (w * self.bits + self.bits - 1)).sum()
    }

    #[inline]
    pub(crate) fn digit(self, biased: u128, window: u32) -> i32 {
        let field = (biased >> (window * self.bits)) as u32 & ((1 << self.bits) - 1);
        field.cast_signed() - (1 << (self.bits - 1))
    }
}

impl Summation {
    /// Σ straight[i]·bases[i] + turned[i]·λ·bases[i].
    pub(crate) fn sum(
        &mut self,
        engine: Engine,
        bases: &[Affine],
        straight: &[i128],
        turned: &[i128],
    ) -> Jacobian {
        let terms = 2 * bases.len();
        let windows = Windows::plan(terms);
        self.points.clear();
        self.points.extend_from_slice(bases);
        self.points.resize(terms, Affine::INFINITY);
        engine.images(&mut self.points);

        let bias = windows.bias();
        let biased = |scalar: &i128| {
            debug_assert!(scalar.unsigned_abs() < 1 << 64);
            scalar.cast_unsigned().wrapping_add(bias)
        };
        self.digits.clear();
        self.digits.extend(straight.iter().chain(turned).map(biased));

        self.fill_buckets(engine, windows, terms);
        self.halve_buckets(engine, windows)
    }

    /// Step 1: leaves one index for each window and bucket, and the sums in front of `points`.
    fn fill_buckets(&mut self, engine: Engine, windows: Windows, terms: usize) {
        let mut sums = Vec::with_capacity(windows.count as usize * windows.buckets());
        self.buckets.clear();
        let group = (GROUP_ENTRIES / terms.max(1)).clamp(1, windows.count as usize) as u32;
        for first in (0..windows.count).step_by(group as usize) {
            self.lists.clear();
            for window in first..windows.count.min(first + group) {
                self.lists.sort_by_digit(windows, window, &self.digits);
            }
            self.lists.reduce(engine, &mut self.points, terms, &mut self.scratch);
            let (mut start, points) = (0, &self.points);
            for &end in &self.lists.ends {
                let only = self.lists.entries[start..end as usize].first();
                start = end as usize;
                self.buckets.push(only.map_or(NONE, |&index| {
                    let point = points[(index & !NEGATED) as usize];
                    sums.push(if index & NEGATED == 0 { point } else { point.negate() });
                    sums.len() as u32 - 1
                }));
            }
        }
        self.points.clear();
        self.points.append(&mut sums);
    }

    /// Steps 2 and 3.
    fn halve_buckets(&mut self, engine: Engine, windows: Windows) -> Jacobian {
        let count = windows.count as usize;
        let mut odd = Lists::default();
        let mut used = self.points.len();
        let mut width = windows.buckets();
        while width > 1 {
            let pairs = &mut self.lists.pairs;
            pairs.clear();
            for window in 0..count {
                for k in 0..width / 2 {
                    let [low, high] = [0, 1].map(|i| self.buckets[window * width + 2 * k + i]);
                    if high != NONE {
                        odd.entries.push(high);
                    }
                    self.buckets[(window * width) / 2 + k] = match (low, high) {
                        (only, NONE) | (NONE, only) => only,
                        (low, high) => {
                            pairs.push(Pair(low, high));
                            (used + pairs.len() - 1) as u32
                        }
                    };
                }
                odd.ends.push(odd.entries.len() as u32);
            }
            used = add_behind(engine, &mut self.points, used, pairs, &mut self.scratch);
            width /= 2;
        }
        odd.reduce(engine, &mut self.points, used, &mut self.scratch);
        self.collect_bits(windows, &odd)
    }

    /// The chain of doublings. Bit l of window w is list l·count + w of `odd`, and because bucket
    /// index j stands for digit j + 1, each window's whole sum counts once more.
    fn collect_bits(&self, windows: Windows, odd: &Lists) -> Jacobian {
        let mut total = Jacobian::INFINITY;
        for window in (0..windows.count as usize).rev() {
            for bit in (0..windows.bits as usize).rev() {
                total = total.double();
                let list = bit * windows.count as usize + window;
                let of_bit = odd.only(list);
                let of_window = (bit == 0).then(|| self.buckets[window]);
                for index in [of_bit, of_window].into_iter().flatten().filter(|&i| i != NONE) {
                    total = total.add_affine(&self.points[index as usize]);
                }
            }
        }
        total
    }
}

impl Lists {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.ends.clear();
    }

    /// The single entry of a reduced list, if the list exists and has one.
    pub(crate) fn only(&self, list: usize) -> Option<u32> {
        let end = *self.ends.get(list)? as usize;
        let start = if list == 0 { 0 } else { self.ends[list - 1] as usize };
        self.entries[start..end].first().copied()
    }

    /// Appends one list for each bucket of a window: the points whose digit is ±(bucket + 1).
    fn sort_by_digit(&mut self, windows: Windows, window: u32, digits: &[u128]) {
        let base = self.entries.len() as u32;
        let mut places = vec![0u32; windows.buckets() + 1];
        for &biased in digits {
            places[windows.digit(biased, window).unsigned_abs() as usize] += 1;
        }
        places[0] = 0;
        let mut place = base;
        for slot in &mut places[1..] {
            (*slot, place) = (place, place + *slot);
            self.ends.push(place);
        }
        self.entries.resize(place as usize, NONE);
        for (index, &biased) in digits.iter().enumerate() {
            let digit = windows.digit(biased, window);
            if digit != 0 {
                let slot = &mut places[digit.unsigned_abs() as usize];
                let sign = if digit < 0 { NEGATED } else { 0 };
                self.entries[*slot as usize] = index as u32 | sign;
                *slot += 1;
            }
        }
    }

    /// Adds neighbours within each list until none has more than one entry. Sums go to
    /// `points[used..]`; returns how many points are used then.
    pub(crate) fn reduce(
        &mut self,
        engine: Engine,
        points: &mut Vec<Affine>,
        mut used: usize,
        scratch: &mut Scratch,
    ) -> usize {
        loop {
            self.pairs.clear();
            let (mut start, mut kept) = (0, 0);
            for end in &mut self.ends {
                let list = start..*end as usize;
                start = *end as usize;
                for i in list.clone().step_by(2) {
                    let first = self.entries[i];
                    self.entries[kept] = if i + 1 < list.end {
                        self.pairs.push(Pair(first, self.entries[i + 1]));
                        (used + self.pairs.len() - 1) as u32
                    } else {
                        first
                    };
                    kept += 1;
                }
                *end = kept as u32;
            }
            self.entries.truncate(kept);
            if self.pairs.is_empty() {
                return used;
            }
            used = add_behind(engine, points, used, &self.pairs, scratch);
        }
    }
}

/// Runs [`Engine::add_pairs`] behind the first `used` points; returns how many are used then.
pub(crate) fn add_behind(
    engine: Engine,
    points: &mut Vec<Affine>,
    used: usize,
    pairs: &[Pair],
    scratch: &mut Scratch,
) -> usize {
    let end = used + pairs.len();
    if points.len() < end + BLOCK {
        points.resize(end + BLOCK, Affine::INFINITY);
    }
    engine.add_pairs(points, used, pairs, scratch);
    end
}

#[cfg(test)]
pub(crate) mod tests;
