// SPDX-License-Identifier: Apache-2.0
//! A Merkle-Patricia trie in RAM over 32-byte keys.
//!
//! A branch keeps its children's references beside each other, so that rehashing it reads one
//! stretch of memory. Leaves and extensions keep whole keys: where a node starts follows from the
//! walk, hence a node that moves up or down needs no rewriting, only a new reference. Changes are
//! applied as one sorted batch; each dirty node is encoded and hashed once a batch.

mod node;
mod proof;
#[cfg(test)]
mod tests;
mod update;

use primitives::{B256, EMPTY_ROOT};

pub use node::LeafValue;
use node::{Branch, Extension, Leaf, NodeId, Reference, Slab};

/// One key's new value; `None` removes it.
pub type TrieChange<V> = (B256, Option<V>);

/// A trie of values of one kind.
#[derive(Debug, Clone)]
pub struct Trie<V> {
    leaves: Slab<Leaf<V>>,
    extensions: Slab<Extension>,
    branches: Slab<Branch>,
    root: NodeId,
    root_hash: B256,
    /// One node's RLP; kept to save an allocation for each node.
    buffer: Vec<u8>,
}

impl<V: LeafValue> Default for Trie<V> {
    fn default() -> Self {
        Self {
            leaves: Slab::default(),
            extensions: Slab::default(),
            branches: Slab::default(),
            root: NodeId::NONE,
            root_hash: EMPTY_ROOT,
            buffer: Vec::new(),
        }
    }
}

impl<V: LeafValue> Trie<V> {
    /// The root after the last batch.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.root_hash
    }

    /// How many keys there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.leaves.len() == 0
    }

    /// The value at `key`.
    #[must_use]
    pub fn get(&self, key: &B256) -> Option<&V> {
        let mut node = self.root;
        let mut depth = 0;
        loop {
            match node.kind() {
                node::Kind::None => return None,
                node::Kind::Leaf(index) => {
                    let leaf = self.leaves.get(index);
                    return (leaf.key == *key).then_some(&leaf.value);
                }
                node::Kind::Extension(index) => {
                    let extension = self.extensions.get(index);
                    if node::common_prefix(&extension.key, key) < usize::from(extension.end) {
                        return None;
                    }
                    depth = usize::from(extension.end);
                    node = extension.child;
                }
                node::Kind::Branch(index) => {
                    node = self.branches.get(index).children[usize::from(node::nibble(key, depth))];
                    depth += 1;
                }
            }
        }
    }

    /// Applies a batch and returns the new root.
    ///
    /// `changes` must be sorted by key, each key once.
    pub fn apply(&mut self, changes: &mut [TrieChange<V>]) -> B256 {
        debug_assert!(changes.windows(2).all(|pair| pair[0].0 < pair[1].0));
        if changes.is_empty() {
            return self.root_hash;
        }
        let root = self.root;
        self.root = self.update(root, 0, changes);
        self.root_hash = self.hash_root();
        self.root_hash
    }

    fn hash_root(&mut self) -> B256 {
        match self.root.kind() {
            node::Kind::None => EMPTY_ROOT,
            _ => {
                let reference = self.reference(self.root, 0);
                match reference.as_hash() {
                    Some(hash) => hash,
                    // A root shorter than a hash is hashed all the same.
                    None => primitives::keccak256(reference.bytes()),
                }
            }
        }
    }

    /// Encodes `node`, which starts at `depth`, and returns how its parent refers to it.
    fn reference(&mut self, node: NodeId, depth: usize) -> Reference {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.encode(node, depth, &mut buffer);
        let reference = Reference::of(&buffer);
        self.buffer = buffer;
        reference
    }

    fn encode(&self, node: NodeId, depth: usize, buffer: &mut Vec<u8>) {
        match node.kind() {
            node::Kind::None => buffer.push(0x80),
            node::Kind::Leaf(index) => self.leaves.get(index).encode(depth, buffer),
            node::Kind::Extension(index) => self.extensions.get(index).encode(depth, buffer),
            node::Kind::Branch(index) => self.branches.get(index).encode(buffer),
        }
    }
}
