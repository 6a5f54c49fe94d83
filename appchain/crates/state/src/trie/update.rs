// SPDX-License-Identifier: Apache-2.0
//! Applying a sorted batch: each node on a dirty path is visited once.

use primitives::B256;

use super::{
    Trie, TrieChange,
    node::{Branch, Extension, Kind, Leaf, LeafValue, NodeId, Reference, common_prefix, nibble},
};

impl<V: LeafValue> Trie<V> {
    /// Applies `changes`, all of which share the first `depth` nibbles, to the node that starts
    /// there; returns what stands in its place.
    pub(super) fn update(
        &mut self,
        node: NodeId,
        depth: usize,
        changes: &mut [TrieChange<V>],
    ) -> NodeId {
        match node.kind() {
            Kind::None => self.build(depth, changes),
            Kind::Leaf(index) => self.update_leaf(index, depth, changes),
            Kind::Extension(index) => self.update_extension(index, depth, changes),
            Kind::Branch(index) => self.update_branch(index, depth, changes),
        }
    }

    /// Builds a subtree of the changes that set a value.
    fn build(&mut self, depth: usize, changes: &mut [TrieChange<V>]) -> NodeId {
        let mut values: Vec<(B256, V)> = changes
            .iter_mut()
            .filter_map(|(key, value)| value.take().map(|value| (*key, value)))
            .collect();
        self.build_from(depth, &mut values)
    }

    fn build_from(&mut self, depth: usize, values: &mut [(B256, V)]) -> NodeId {
        match values {
            [] => NodeId::NONE,
            [(key, value)] => {
                NodeId::leaf(self.leaves.insert(Leaf { key: *key, value: value.clone() }))
            }
            [first, .., last] => {
                let key = first.0;
                let shared = common_prefix(&key, &last.0);
                let mut branch = Branch::new();
                let mut rest = values;
                while let Some((first, _)) = rest.first() {
                    let slot = nibble(first, shared);
                    let count = rest.partition_point(|(key, _)| nibble(key, shared) <= slot);
                    let (group, tail) = rest.split_at_mut(count);
                    let child = self.build_from(shared + 1, group);
                    branch.references[usize::from(slot)] = self.reference(child, shared + 1);
                    branch.children[usize::from(slot)] = child;
                    rest = tail;
                }
                let child = NodeId::branch(self.branches.insert(branch));
                self.extend(child, key, depth, shared)
            }
        }
    }

    /// Puts an extension over a branch that starts at `end`, if it does not start at `depth`.
    fn extend(&mut self, child: NodeId, key: B256, depth: usize, end: usize) -> NodeId {
        if depth == end {
            return child;
        }
        let reference = self.reference(child, end);
        NodeId::extension(self.extensions.insert(Extension {
            key,
            end: end as u8,
            child,
            reference,
        }))
    }

    fn update_leaf(&mut self, index: u32, depth: usize, changes: &mut [TrieChange<V>]) -> NodeId {
        let key = self.leaves.get(index).key;
        match changes.binary_search_by(|change| change.0.cmp(&key)) {
            Ok(at) if changes.len() == 1 => match changes[at].1.take() {
                Some(value) => {
                    self.leaves.get_mut(index).value = value;
                    NodeId::leaf(index)
                }
                None => {
                    self.leaves.remove(index);
                    NodeId::NONE
                }
            },
            Ok(_) => {
                self.leaves.remove(index);
                self.build(depth, changes)
            }
            Err(_) if changes.iter().all(|(_, value)| value.is_none()) => NodeId::leaf(index),
            Err(at) => {
                let leaf = self.leaves.remove(index);
                let mut values: Vec<(B256, V)> = Vec::with_capacity(changes.len() + 1);
                let take = |changes: &mut [TrieChange<V>], values: &mut Vec<(B256, V)>| {
                    values.extend(
                        changes
                            .iter_mut()
                            .filter_map(|(key, value)| value.take().map(|value| (*key, value))),
                    );
                };
                take(&mut changes[..at], &mut values);
                values.push((leaf.key, leaf.value));
                take(&mut changes[at..], &mut values);
                self.build_from(depth, &mut values)
            }
        }
    }

    fn update_extension(
        &mut self,
        index: u32,
        depth: usize,
        changes: &mut [TrieChange<V>],
    ) -> NodeId {
        let Extension { key, end, child, reference } = self.extensions.get(index).clone();
        let end = usize::from(end);
        let first = common_prefix(&key, &changes[0].0);
        let last = common_prefix(&key, &changes[changes.len() - 1].0);
        let shared = first.min(last);
        if shared >= end {
            let child = self.update(child, end, changes);
            self.extensions.remove(index);
            return self.join(child, key, depth, end);
        }
        // The batch leaves the extension's path: a branch goes where it does.
        self.extensions.remove(index);
        let mut branch = Branch::new();
        let slot = usize::from(nibble(&key, shared));
        if shared + 1 == end {
            branch.children[slot] = child;
            branch.references[slot] = reference;
        } else {
            let lower = self.extensions.insert(Extension { key, end: end as u8, child, reference });
            branch.children[slot] = NodeId::extension(lower);
            branch.references[slot] = self.reference(NodeId::extension(lower), shared + 1);
        }
        let branch = self.branches.insert(branch);
        let child = self.update_branch(branch, shared, changes);
        self.join(child, key, depth, shared)
    }

    fn update_branch(&mut self, index: u32, depth: usize, changes: &mut [TrieChange<V>]) -> NodeId {
        let mut rest = &mut *changes;
        while let Some((first, _)) = rest.first() {
            let slot = nibble(first, depth);
            let count = if rest.len() == 1 {
                1
            } else {
                rest.partition_point(|(key, _)| nibble(key, depth) <= slot)
            };
            let (group, tail) = rest.split_at_mut(count);
            let slot = usize::from(slot);
            let child = self.branches.get(index).children[slot];
            let child = self.update(child, depth + 1, group);
            let reference =
                if child.is_none() { Reference::EMPTY } else { self.reference(child, depth + 1) };
            let branch = self.branches.get_mut(index);
            branch.children[slot] = child;
            branch.references[slot] = reference;
            rest = tail;
        }
        self.collapse(index, depth, changes[0].0)
    }

    /// Replaces a branch that has fewer than two children; `key` is any key that passes it.
    fn collapse(&mut self, index: u32, depth: usize, key: B256) -> NodeId {
        let children = &self.branches.get(index).children;
        let mut present = (0..16).filter(|slot| !children[*slot].is_none());
        let Some(slot) = present.next() else {
            self.branches.remove(index);
            return NodeId::NONE;
        };
        if present.next().is_some() {
            return NodeId::branch(index);
        }
        let child = children[slot];
        self.branches.remove(index);
        match child.kind() {
            // Whole keys: they start where their parent says.
            Kind::Leaf(_) | Kind::Extension(_) => child,
            Kind::Branch(_) => {
                self.extend(child, with_nibble(key, depth, slot as u8), depth, depth + 1)
            }
            Kind::None => NodeId::NONE,
        }
    }

    /// What stands at `depth` when the node below it, which starts at `end`, has changed.
    fn join(&mut self, child: NodeId, key: B256, depth: usize, end: usize) -> NodeId {
        match child.kind() {
            Kind::None | Kind::Leaf(_) | Kind::Extension(_) => child,
            Kind::Branch(_) => self.extend(child, key, depth, end),
        }
    }
}

fn with_nibble(mut key: B256, at: usize, value: u8) -> B256 {
    let byte = &mut key.0[at / 2];
    *byte =
        if at.is_multiple_of(2) { (*byte & 0x0f) | (value << 4) } else { (*byte & 0xf0) | value };
    key
}
