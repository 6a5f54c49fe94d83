// SPDX-License-Identifier: Apache-2.0
//! Merkle proofs: the nodes from the root to where a key is, or would be.

use primitives::{B256, Bytes};

use super::{
    Trie,
    node::{Kind, LeafValue, common_prefix, nibble},
};

impl<V: LeafValue> Trie<V> {
    /// RLP of the nodes on the way to `key`, root first, as `eth_getProof` lists them; nodes
    /// embedded in their parent are left out.
    #[must_use]
    pub fn proof(&self, key: &B256) -> Vec<Bytes> {
        let mut nodes = Vec::new();
        let mut node = self.root;
        let mut depth = 0;
        loop {
            if node.is_none() {
                return nodes;
            }
            let mut rlp = Vec::new();
            self.encode(node, depth, &mut rlp);
            if depth == 0 || rlp.len() >= 32 {
                nodes.push(Bytes::from(rlp));
            }
            match node.kind() {
                Kind::None | Kind::Leaf(_) => return nodes,
                Kind::Extension(index) => {
                    let extension = self.extensions.get(index);
                    let end = usize::from(extension.end);
                    if common_prefix(&extension.key, key) < end {
                        return nodes;
                    }
                    depth = end;
                    node = extension.child;
                }
                Kind::Branch(index) => {
                    node = self.branches.get(index).children[usize::from(nibble(key, depth))];
                    depth += 1;
                }
            }
        }
    }
}
