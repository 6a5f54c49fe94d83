// SPDX-License-Identifier: Apache-2.0
//! A batch as it is posted: blocks, with what the sequencer claims that they give.
//!
//! `version | hash of the block before | count | hash of each block | derivation's batch`. A hash
//! for each block lets a follower name the first one that it cannot confirm.

use derivation::{
    DecodeError,
    bytes::{Reader, put_integer},
};
use primitives::{B256, BlockNumber};

/// First byte of a posted batch.
const VERSION: u8 = 0;

/// A batch as the L1 holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Index of its first frame.
    pub index: u64,
    /// First block.
    pub first: BlockNumber,
    /// Last block.
    pub last: BlockNumber,
    /// State root that is claimed after the last block.
    pub state_root: B256,
    /// What [`seal`] made.
    pub bytes: Vec<u8>,
}

/// A posted batch taken apart, its blocks still encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// Hash that is claimed of the block before the first.
    pub parent: B256,
    /// Hash that is claimed of each block.
    pub hashes: Vec<B256>,
    /// What [`derivation::encode`] made.
    pub blocks: &'a [u8],
}

/// Puts a batch together.
#[must_use]
pub fn seal(parent: B256, hashes: &[B256], blocks: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(44 + hashes.len() * 32 + blocks.len());
    bytes.push(VERSION);
    bytes.extend_from_slice(parent.as_slice());
    put_integer(hashes.len() as u128, &mut bytes);
    for hash in hashes {
        bytes.extend_from_slice(hash.as_slice());
    }
    bytes.extend_from_slice(blocks);
    bytes
}

/// Takes a batch apart.
///
/// # Errors
///
/// See [`DecodeError`]. Memory is bounded by the batch's own length.
pub fn open(bytes: &[u8]) -> Result<Sealed<'_>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let version = reader.byte()?;
    if version != VERSION {
        return Err(DecodeError::Version(version));
    }
    let parent = B256::from_slice(reader.take(32)?);
    let count = reader.count(32)?;
    let hashes =
        (0..count).map(|_| reader.take(32).map(B256::from_slice)).collect::<Result<_, _>>()?;
    let blocks = reader.take(reader.left())?;
    Ok(Sealed { parent, hashes, blocks })
}
