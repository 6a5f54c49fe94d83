// SPDX-License-Identifier: Apache-2.0
//! Keys of senders not seen before, many at a time.
//!
//! Each key is Q = (s/r)·R - (h/r)·G. All items go through the same steps in parallel, so that each
//! step is one call of a bulk kernel. What comes out is a *candidate*: the verifier has the batch
//! equation prove it before anything is accepted or remembered, and asks libsecp256k1 where the
//! proof fails. An error here could cost time, not truth.

use crate::engine::{BLOCK, Engine, NEGATED, Pair, Scratch};
use crate::point::{Affine, G};
use crate::scalar::Scalar;
use crate::sum::{Lists, Windows, add_behind};

/// Items that go through the steps together: their tables take 2 MB.
const GROUP: usize = 1_024;

/// Bits of a digit of s/r; its table holds the multiples 1 to 2^(bits - 1) of each base.
const BITS: u32 = 4;
const MULTIPLES: usize = 1 << (BITS - 1);

/// A candidate's ingredients: R, h/r and s/r.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger {
    pub(crate) point: Affine,
    pub(crate) of_generator: Scalar,
    pub(crate) of_point: Scalar,
}

/// The steps with their memory.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    /// b·256^w·G at 255·w + b - 1 for each byte b that is not zero. Made at first use.
    generator: Vec<Affine>,
    points: Vec<Affine>,
    lists: Lists,
    scratch: Scratch,
}

impl Strangers {
    /// Q and 2^64·Q of each stranger; infinity where the sum is that.
    pub(crate) fn keys(&mut self, engine: Engine, strangers: &[Stranger]) -> Vec<[Affine; 2]> {
        self.make_generator_table(engine);
        strangers.chunks(GROUP).flat_map(|group| self.group_keys(engine, group)).collect()
    }

    fn group_keys(&mut self, engine: Engine, group: &[Stranger]) -> Vec<[Affine; 2]> {
        let count = group.len().next_multiple_of(BLOCK);
        let mut used = self.make_tables(engine, group, count);
        self.lists.clear();
        self.list_digits(group, count);
        self.list_bytes(group, count);
        used = self.lists.reduce(engine, &mut self.points, used, &mut self.scratch);

        let mut keys = self.walk_windows(engine, used, count);
        let bare = keys.clone();
        engine.double_all(&mut keys, 64, &mut self.scratch);
        let both = bare.into_iter().zip(keys).map(|(key, shifted)| [key, shifted]);
        both.take(group.len()).collect()
    }

    /// Lays out m·R and m·2^64·R for each m, their images, and the generator's table behind them.
    fn make_tables(&mut self, engine: Engine, group: &[Stranger], count: usize) -> usize {
        let points = &mut self.points;
        points.clear();
        points.extend(group.iter().map(|stranger| stranger.point));
        points.resize(count, Affine::INFINITY);
        points.extend_from_within(..);
        engine.double_all(&mut points[count..], 64, &mut self.scratch);
        let row = 2 * count as u32;
        let mut used = row as usize;
        for multiple in 2..=MULTIPLES as u32 {
            let pairs: Vec<Pair> = (0..row).map(|i| Pair((multiple - 2) * row + i, i)).collect();
            used = add_behind(engine, points, used, &pairs, &mut self.scratch);
        }
        points.truncate(used);
        points.resize(2 * used, Affine::INFINITY);
        engine.images(points);
        points.extend_from_slice(&self.generator);
        points.push(Affine::INFINITY);
        points.len()
    }

    /// One list for each window and item: its four digits' points.
    fn list_digits(&mut self, group: &[Stranger], count: usize) {
        let windows = Windows::of(BITS);
        let biased: Vec<[u128; 4]> = group
            .iter()
            .map(|stranger| {
                let quarters = stranger.of_point.quarters();
                quarters.map(|quarter| quarter.cast_unsigned().wrapping_add(windows.bias()))
            })
            .collect();
        for window in 0..windows.count {
            for item in 0..count {
                for (base, &quarter) in biased.get(item).into_iter().flatten().enumerate() {
                    let digit = windows.digit(quarter, window);
                    if digit != 0 {
                        let multiple = digit.unsigned_abs() as usize - 1;
                        let half = base / 2 * MULTIPLES + multiple;
                        let index = (2 * half + base % 2) * count + item;
                        let sign = if digit < 0 { NEGATED } else { 0 };
                        self.lists.entries.push(index as u32 | sign);
                    }
                }
                self.lists.ends.push(self.lists.entries.len() as u32);
            }
        }
    }

    /// One list for each item: the points of the bytes of -h/r.
    fn list_bytes(&mut self, group: &[Stranger], count: usize) {
        let table = 4 * MULTIPLES * count;
        for item in 0..count {
            let scalar = group.get(item).map_or(Scalar::ZERO, |s| s.of_generator.negate());
            for (place, byte) in scalar.0.iter().flat_map(|limb| limb.to_le_bytes()).enumerate() {
                if byte != 0 {
                    let index = table + 255 * place + usize::from(byte) - 1;
                    self.lists.entries.push(index as u32);
                }
            }
            self.lists.ends.push(self.lists.entries.len() as u32);
        }
    }

    /// Σ 16^w·(list of w) + (list of bytes) for each item, from the reduced lists.
    fn walk_windows(&mut self, engine: Engine, used: usize, count: usize) -> Vec<Affine> {
        let windows = Windows::of(BITS).count as usize;
        let infinity = (4 * MULTIPLES * count + self.generator.len()) as u32;
        let mut sums = vec![Affine::INFINITY; count];
        self.points.truncate(used);
        self.points.resize(used + 2 * count + BLOCK, Affine::INFINITY);
        // The list of bytes comes behind the windows and is added without doublings.
        let order = (0..windows).rev().map(|window| (window, BITS)).chain([(windows, 0)]);
        for (row, doublings) in order {
            engine.double_all(&mut sums, doublings, &mut self.scratch);
            self.points[used..used + count].copy_from_slice(&sums);
            let pairs: Vec<Pair> = (0..count)
                .map(|item| {
                    let entry = self.lists.only(row * count + item).unwrap_or(infinity);
                    Pair((used + item) as u32, entry)
                })
                .collect();
            engine.add_pairs(&mut self.points, used + count, &pairs, &mut self.scratch);
            sums.copy_from_slice(&self.points[used + count..][..count]);
        }
        sums
    }

    fn make_generator_table(&mut self, engine: Engine) {
        if !self.generator.is_empty() {
            return;
        }
        // Row m - 1 of `rows` holds m·256^w·G for each w.
        let mut rows = vec![G];
        for _ in 1..32 {
            let mut next = vec![rows[rows.len() - 1]; BLOCK];
            engine.double_all(&mut next, 8, &mut self.scratch);
            rows.push(next[0]);
        }
        let mut used = rows.len();
        for multiple in 2..=255u32 {
            let pairs: Vec<Pair> = (0..32).map(|w| Pair(32 * (multiple - 2) + w, w)).collect();
            used = add_behind(engine, &mut rows, used, &pairs, &mut self.scratch);
        }
        let by_place = |place: usize| (0..255).map(move |row| 32 * row + place);
        self.generator = (0..32).flat_map(by_place).map(|index| rows[index]).collect();
    }
}

#[cfg(test)]
mod tests;
