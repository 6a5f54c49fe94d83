// SPDX-License-Identifier: Apache-2.0
//! The trie over a list, keyed by each item's index: roots of transactions and receipts.
//!
//! Nodes are hashed level by level, so that eight of them share the processor's wide registers.

use alloy_rlp::{Encodable, Header};
use primitives::{B256, EMPTY_ROOT};
use signatures::keccak;

/// Nodes encoded before they are hashed: their bytes stay in the cache.
const CHUNK: usize = 512;

/// An index as a path: the nibbles of its RLP, of which none is the start of another.
#[derive(Clone, Copy)]
struct Path {
    nibbles: [u8; 10],
    length: usize,
}

impl Path {
    fn of(index: usize) -> Self {
        let mut rlp = Vec::with_capacity(9);
        index.encode(&mut rlp);
        let mut nibbles = [0; 10];
        for (at, byte) in rlp.iter().enumerate() {
            nibbles[2 * at] = byte >> 4;
            nibbles[2 * at + 1] = byte & 0x0f;
        }
        Self { nibbles, length: 2 * rlp.len() }
    }

    fn shared(&self, other: &Self, from: usize) -> usize {
        let most = self.length.min(other.length);
        (from..most).find(|at| self.nibbles[*at] != other.nibbles[*at]).unwrap_or(most)
    }

    /// Appends the hex-prefix form of nibbles `from..to` as an RLP string.
    fn encode(&self, from: usize, to: usize, is_leaf: bool, buffer: &mut Vec<u8>) {
        let flag = if is_leaf { 0x20 } else { 0 };
        let mut bytes = [0_u8; 6];
        let mut length = 1;
        let mut at = from;
        if (to - from) % 2 == 1 {
            bytes[0] = flag | 0x10 | self.nibbles[at];
            at += 1;
        } else {
            bytes[0] = flag;
        }
        while at < to {
            bytes[length] = (self.nibbles[at] << 4) | self.nibbles[at + 1];
            length += 1;
            at += 2;
        }
        bytes[..length].encode(buffer);
    }
}

enum Node {
    Leaf { item: usize, depth: usize },
    Extension { item: usize, from: usize, to: usize, child: usize },
    Branch { children: Box<[Option<usize>; 16]> },
}

/// How a parent names a child: its hash, or its RLP if that is shorter.
#[derive(Clone, Copy, Default)]
struct Reference {
    length: u8,
    bytes: [u8; 32],
}

impl Reference {
    fn encode(&self, buffer: &mut Vec<u8>) {
        if self.length == 32 {
            buffer.push(0xa0);
        }
        buffer.extend_from_slice(&self.bytes[..usize::from(self.length)]);
    }
}

struct Tree<'a> {
    items: &'a [&'a [u8]],
    paths: Vec<Path>,
    nodes: Vec<Node>,
    /// Nodes by the longest way down to a leaf.
    levels: Vec<Vec<usize>>,
    references: Vec<Reference>,
}

/// The root of the trie that maps each index to its item.
#[must_use]
pub fn ordered_root(items: &[&[u8]]) -> B256 {
    if items.is_empty() {
        return EMPTY_ROOT;
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    // RLP writes 0 as 0x80, which comes after 0x7f and before 0x81.
    order[..items.len().min(0x80)].rotate_left(1);
    let mut tree = Tree {
        items,
        paths: (0..items.len()).map(Path::of).collect(),
        nodes: Vec::with_capacity(items.len() * 9 / 8 + 8),
        levels: Vec::new(),
        references: Vec::new(),
    };
    let (root, _) = tree.build(&order, 0);
    tree.hash(root)
}

impl Tree<'_> {
    fn push(&mut self, node: Node, height: usize) -> (usize, usize) {
        let index = self.nodes.len();
        self.nodes.push(node);
        if self.levels.len() <= height {
            self.levels.resize(height + 1, Vec::new());
        }
        self.levels[height].push(index);
        (index, height)
    }

    /// Builds the subtree of some items from nibble `depth` on; returns its node and height.
    fn build(&mut self, order: &[usize], depth: usize) -> (usize, usize) {
        let (first, last) = (order[0], order[order.len() - 1]);
        if order.len() == 1 {
            return self.push(Node::Leaf { item: first, depth }, 0);
        }
        let shared = self.paths[first].shared(&self.paths[last], depth);
        let mut children = Box::new([None; 16]);
        let mut height = 0;
        let mut rest = order;
        while let Some(next) = rest.first() {
            let nibble = self.paths[*next].nibbles[shared];
            let count = rest.partition_point(|item| self.paths[*item].nibbles[shared] <= nibble);
            let (group, tail) = rest.split_at(count);
            let (child, below) = self.build(group, shared + 1);
            children[usize::from(nibble)] = Some(child);
            height = height.max(below + 1);
            rest = tail;
        }
        let (branch, height) = self.push(Node::Branch { children }, height);
        if shared == depth {
            return (branch, height);
        }
        let extension = Node::Extension { item: first, from: depth, to: shared, child: branch };
        self.push(extension, height + 1)
    }

    fn hash(&mut self, root: usize) -> B256 {
        self.references = vec![Reference::default(); self.nodes.len()];
        let mut last = Vec::new();
        for level in std::mem::take(&mut self.levels) {
            for chunk in level.chunks(CHUNK) {
                let mut buffer = Vec::with_capacity(chunk.len() * 256);
                let mut ends = Vec::with_capacity(chunk.len());
                for node in chunk {
                    self.encode(*node, &mut buffer);
                    ends.push(buffer.len());
                }
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let encoded: Vec<&[u8]> =
                    starts.zip(&ends).map(|(start, end)| &buffer[start..*end]).collect();
                self.refer(chunk, &encoded);
                if chunk.contains(&root) {
                    last = encoded.last().map(|rlp| rlp.to_vec()).unwrap_or_default();
                }
            }
        }
        let reference = self.references[root];
        if reference.length == 32 {
            B256::new(reference.bytes)
        } else {
            // A root shorter than a hash is hashed all the same.
            B256::new(keccak::one(&last))
        }
    }

    fn refer(&mut self, nodes: &[usize], encoded: &[&[u8]]) {
        let long: Vec<&[u8]> = encoded.iter().copied().filter(|rlp| rlp.len() >= 32).collect();
        let mut hashes = keccak::many(&long).into_iter();
        for (node, rlp) in nodes.iter().zip(encoded) {
            let hash = if rlp.len() >= 32 { hashes.next() } else { None };
            self.references[*node] = match hash {
                Some(bytes) => Reference { length: 32, bytes },
                None => {
                    let mut bytes = [0; 32];
                    bytes[..rlp.len()].copy_from_slice(rlp);
                    Reference { length: rlp.len() as u8, bytes }
                }
            };
        }
    }

    fn encode(&self, node: usize, buffer: &mut Vec<u8>) {
        match &self.nodes[node] {
            Node::Leaf { item, depth } => {
                let path = &self.paths[*item];
                let value = self.items[*item];
                let path_length = 1 + (path.length - depth) / 2;
                let header = if path_length == 1 { 0 } else { 1 };
                let payload_length = header + path_length + value.length();
                Header { list: true, payload_length }.encode(buffer);
                path.encode(*depth, path.length, true, buffer);
                value.encode(buffer);
            }
            Node::Extension { item, from, to, child } => {
                let mut payload = Vec::with_capacity(40);
                self.paths[*item].encode(*from, *to, false, &mut payload);
                self.references[*child].encode(&mut payload);
                Header { list: true, payload_length: payload.len() }.encode(buffer);
                buffer.extend_from_slice(&payload);
            }
            Node::Branch { children } => {
                let mut payload = Vec::with_capacity(17 * 33);
                for child in children.iter() {
                    match child {
                        None => payload.push(0x80),
                        Some(child) => self.references[*child].encode(&mut payload),
                    }
                }
                payload.push(0x80);
                Header { list: true, payload_length: payload.len() }.encode(buffer);
                buffer.extend_from_slice(&payload);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloy_trie::root::ordered_trie_root_with_encoder;
    use proptest::prelude::*;

    use super::ordered_root;

    fn check(items: &[Vec<u8>]) {
        let slices: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        let expected = ordered_trie_root_with_encoder(&slices, |item, buffer| {
            buffer.extend_from_slice(item);
        });
        assert_eq!(ordered_root(&slices), expected, "{} items", items.len());
    }

    #[test]
    fn equals_alloy_at_every_change_of_key_length() {
        for count in [1, 2, 15, 16, 17, 127, 128, 129, 130, 255, 256, 257, 4_000, 65_537, 70_000] {
            check(
                &(0..count).map(|item: usize| vec![item as u8; 1 + item % 90]).collect::<Vec<_>>(),
            );
        }
    }

    proptest! {
        #[test]
        fn equals_alloy(
            items in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..60), 1..300)
        ) {
            check(&items);
        }
    }
}
