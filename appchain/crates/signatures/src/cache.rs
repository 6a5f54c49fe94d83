// SPDX-License-Identifier: Apache-2.0
//! Keys already recovered, by address, within a bound.
//!
//! Eviction is the clock's second chance: a key looked up since the hand last passed is spared
//! once, and the hand moves on. A sender who floods new keys pushes out idle ones first. Losing a
//! key costs one more recovery, never a wrong answer.

use std::collections::HashMap;

use crate::point::Affine;

/// A key Q as the batch equation uses it: Q and 2^64·Q.
pub(crate) type KeyPoints = [Affine; 2];

#[derive(Debug)]
struct Entry {
    address: [u8; 20],
    points: KeyPoints,
    used: bool,
    /// The batch that last listed this key, and where in its list.
    batch: u64,
    position: u32,
}

/// The cache.
#[derive(Debug)]
pub(crate) struct KeyCache {
    capacity: usize,
    index: HashMap<[u8; 20], u32>,
    entries: Vec<Entry>,
    hand: usize,
}

impl KeyCache {
    /// A cache of at most `capacity` keys, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), index: HashMap::new(), entries: Vec::new(), hand: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The place of a known key in the list of batch number `batch`, entered there at first sight.
    pub(crate) fn list(
        &mut self,
        address: &[u8; 20],
        batch: u64,
        listed: &mut Vec<KeyPoints>,
    ) -> Option<u32> {
        let entry = &mut self.entries[*self.index.get(address)? as usize];
        entry.used = true;
        if entry.batch != batch {
            (entry.batch, entry.position) = (batch, listed.len() as u32);
            listed.push(entry.points);
        }
        Some(entry.position)
    }

    /// Remembers the key that was proven to belong to `address`; `points` is asked for only if the
    /// address is new.
    pub(crate) fn insert(&mut self, address: [u8; 20], points: impl FnOnce() -> KeyPoints) {
        if self.index.contains_key(&address) {
            return;
        }
        let points = points();
        let entry = Entry { address, points, used: false, batch: 0, position: 0 };
        let place = if self.entries.len() < self.capacity {
            self.entries.push(entry);
            self.entries.len() - 1
        } else {
            let place = self.victim();
            let old = std::mem::replace(&mut self.entries[place], entry);
            self.index.remove(&old.address);
            place
        };
        self.index.insert(address, place as u32);
    }

    /// The next key without a second chance.
    fn victim(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (self.hand + 1) % self.entries.len();
            if !std::mem::take(&mut self.entries[place].used) {
                return place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::G;

    fn address(number: u8) -> [u8; 20] {
        [number; 20]
    }

    fn knows(cache: &mut KeyCache, number: u8) -> bool {
        cache.list(&address(number), u64::from(number) + 1, &mut Vec::new()).is_some()
    }

    #[test]
    fn full_cache_evicts_a_key_not_used_since_the_hand_passed() {
        let mut cache = KeyCache::new(2);
        cache.insert(address(1), || [G; 2]);
        cache.insert(address(2), || [G; 2]);
        assert!(knows(&mut cache, 1));

        cache.insert(address(3), || [G; 2]);

        assert_eq!(cache.len(), 2);
        assert!(knows(&mut cache, 1) && knows(&mut cache, 3) && !knows(&mut cache, 2));
    }

    #[test]
    fn a_batch_lists_each_key_once() {
        let mut cache = KeyCache::new(4);
        cache.insert(address(1), || [G; 2]);
        cache.insert(address(2), || [G; 2]);
        let mut listed = Vec::new();

        let places: Vec<_> = [2, 1, 2, 9]
            .map(|number| cache.list(&address(number), 7, &mut listed))
            .into_iter()
            .collect();

        assert_eq!(places, [Some(0), Some(1), Some(0), None]);
        assert_eq!(listed.len(), 2);
    }
}
