// SPDX-License-Identifier: Apache-2.0
//! Nodes, their places and their RLP.

use primitives::{B256, keccak256};

/// What a trie can hold: a value with an RLP form.
pub trait LeafValue: Clone + PartialEq {
    /// Appends the value's RLP, which the leaf then wraps as a string.
    fn encode(&self, buffer: &mut Vec<u8>);
}

/// Place of a node: two bits of kind, thirty of index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// A [`NodeId`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    None,
    Leaf(u32),
    Extension(u32),
    Branch(u32),
}

const INDEX_BITS: u32 = 30;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;

impl NodeId {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn leaf(index: u32) -> Self {
        Self((1 << INDEX_BITS) | index)
    }

    pub(super) const fn extension(index: u32) -> Self {
        Self((2 << INDEX_BITS) | index)
    }

    pub(super) const fn branch(index: u32) -> Self {
        Self((3 << INDEX_BITS) | index)
    }

    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn kind(self) -> Kind {
        let index = self.0 & INDEX_MASK;
        match self.0 >> INDEX_BITS {
            0 => Kind::None,
            1 => Kind::Leaf(index),
            2 => Kind::Extension(index),
            _ => Kind::Branch(index),
        }
    }
}

/// Nodes of one kind in one vector; freed places are used again.
#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    items: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { items: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(super) const fn len(&self) -> usize {
        self.items.len() - self.free.len()
    }

    pub(super) fn insert(&mut self, item: T) -> u32 {
        if let Some(index) = self.free.pop() {
            self.items[index as usize] = Some(item);
            return index;
        }
        let index = u32::try_from(self.items.len())
            .ok()
            .filter(|index| *index <= INDEX_MASK)
            .expect("RAM ends long before 2^30 nodes of 100 bytes and more");
        self.items.push(Some(item));
        index
    }

    pub(super) fn get(&self, index: u32) -> &T {
        self.items[index as usize].as_ref().expect("a node that is linked is not freed")
    }

    pub(super) fn get_mut(&mut self, index: u32) -> &mut T {
        self.items[index as usize].as_mut().expect("a node that is linked is not freed")
    }

    pub(super) fn remove(&mut self, index: u32) -> T {
        let item = self.items[index as usize].take().expect("a node that is linked is not freed");
        self.free.push(index);
        item
    }
}

/// How a parent names a child: its hash, or its RLP if that is shorter than a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    length: u8,
    bytes: [u8; 32],
}

impl Reference {
    pub(super) const EMPTY: Self = Self { length: 0, bytes: [0; 32] };

    pub(super) fn of(rlp: &[u8]) -> Self {
        if rlp.len() >= 32 {
            return Self { length: 32, bytes: keccak256(rlp).0 };
        }
        let mut bytes = [0; 32];
        bytes[..rlp.len()].copy_from_slice(rlp);
        Self { length: rlp.len() as u8, bytes }
    }

    pub(super) fn as_hash(&self) -> Option<B256> {
        (self.length == 32).then(|| B256::new(self.bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    fn encoded_length(&self) -> usize {
        if self.length == 32 { 33 } else { usize::from(self.length) }
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        if self.length == 32 {
            buffer.push(0xa0);
        }
        buffer.extend_from_slice(self.bytes());
    }
}

#[derive(Clone, Debug)]
pub(super) struct Leaf<V> {
    pub(super) key: B256,
    pub(super) value: V,
}

#[derive(Clone, Debug)]
pub(super) struct Extension {
    /// A key below this node; its nibbles up to `end` are the path.
    pub(super) key: B256,
    pub(super) end: u8,
    pub(super) child: NodeId,
    pub(super) reference: Reference,
}

#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) children: [NodeId; 16],
    pub(super) references: [Reference; 16],
}

impl Branch {
    pub(super) const fn new() -> Self {
        Self { children: [NodeId::NONE; 16], references: [Reference::EMPTY; 16] }
    }

    pub(super) fn encode(&self, buffer: &mut Vec<u8>) {
        let payload: usize = 1 + self
            .references
            .iter()
            .map(|reference| reference.encoded_length().max(1))
            .sum::<usize>();
        encode_list_header(payload, buffer);
        for reference in &self.references {
            if reference.length == 0 {
                buffer.push(0x80);
            } else {
                reference.encode(buffer);
            }
        }
        // No key of 32 bytes ends inside the trie, so a branch holds no value.
        buffer.push(0x80);
    }
}

impl<V: LeafValue> Leaf<V> {
    pub(super) fn encode(&self, depth: usize, buffer: &mut Vec<u8>) {
        let start = buffer.len();
        encode_path(&self.key, depth, 64, true, buffer);
        let value_start = buffer.len();
        self.value.encode(buffer);
        wrap_string(value_start, buffer);
        prepend_list_header(start, buffer);
    }
}

impl Extension {
    pub(super) fn encode(&self, depth: usize, buffer: &mut Vec<u8>) {
        let start = buffer.len();
        encode_path(&self.key, depth, usize::from(self.end), false, buffer);
        self.reference.encode(buffer);
        prepend_list_header(start, buffer);
    }
}

/// Appends the hex-prefix form of nibbles `from..to` of `key` as an RLP string.
fn encode_path(key: &B256, from: usize, to: usize, is_leaf: bool, buffer: &mut Vec<u8>) {
    let count = to - from;
    let flag: u8 = if is_leaf { 0x20 } else { 0 };
    let length = count / 2 + 1;
    let mut at = from;
    let first = if count % 2 == 1 {
        at += 1;
        flag | 0x10 | nibble(key, from)
    } else {
        flag
    };
    // A single byte below 0x80 is its own RLP; a prefix byte always is below.
    if length > 1 {
        buffer.push(0x80 + length as u8);
    }
    buffer.push(first);
    if at.is_multiple_of(2) {
        buffer.extend_from_slice(&key[at / 2..to / 2]);
    } else {
        while at < to {
            buffer.push((nibble(key, at) << 4) | nibble(key, at + 1));
            at += 2;
        }
    }
}

fn wrap_string(start: usize, buffer: &mut Vec<u8>) {
    let length = buffer.len() - start;
    if length == 1 && buffer[start] < 0x80 {
        return;
    }
    insert_header(start, length, 0x80, buffer);
}

fn prepend_list_header(start: usize, buffer: &mut Vec<u8>) {
    insert_header(start, buffer.len() - start, 0xc0, buffer);
}

fn insert_header(start: usize, length: usize, base: u8, buffer: &mut Vec<u8>) {
    let mut header = [0_u8; 9];
    let size = write_header(length, base, &mut header);
    let old_length = buffer.len();
    buffer.resize(old_length + size, 0);
    buffer.copy_within(start..old_length, start + size);
    buffer[start..start + size].copy_from_slice(&header[..size]);
}

fn encode_list_header(length: usize, buffer: &mut Vec<u8>) {
    let mut header = [0_u8; 9];
    let size = write_header(length, 0xc0, &mut header);
    buffer.extend_from_slice(&header[..size]);
}

fn write_header(length: usize, base: u8, header: &mut [u8; 9]) -> usize {
    if length < 56 {
        header[0] = base + length as u8;
        return 1;
    }
    let bytes = (length as u64).to_be_bytes();
    let zeros = (length as u64).leading_zeros() as usize / 8;
    let size = 8 - zeros;
    header[0] = base + 55 + size as u8;
    header[1..=size].copy_from_slice(&bytes[zeros..]);
    1 + size
}

/// Nibble `at` of `key`, counted from the front.
pub(super) fn nibble(key: &B256, at: usize) -> u8 {
    let byte = key[at / 2];
    if at.is_multiple_of(2) { byte >> 4 } else { byte & 0x0f }
}

/// How many nibbles two keys share at the front.
pub(super) fn common_prefix(left: &B256, right: &B256) -> usize {
    for (at, (a, b)) in left.iter().zip(right.iter()).enumerate() {
        let difference = a ^ b;
        if difference != 0 {
            return at * 2 + usize::from(difference & 0xf0 == 0);
        }
    }
    64
}
