// SPDX-License-Identifier: Apache-2.0
//! The inbox's functions and events, as `contracts/interfaces/IBatchInbox.vyi` has them.

use alloy_sol_types::{SolCall, SolEvent, sol};
use primitives::{B256, BlockNumber, Bytes, U256, keccak256};

use crate::frame::Frame;

sol! {
    /// Appends a frame.
    function post(
        uint256 index,
        uint256 first_block,
        uint256 last_block,
        bytes32 state_root,
        uint256 part,
        uint256 parts,
        bytes frame
    );
    /// Index of the next frame.
    function next_index() returns (uint256);
    /// First block of the next batch.
    function next_block() returns (uint256);

    /// A frame was taken.
    #[derive(Debug, PartialEq, Eq)]
    event FramePosted(
        uint256 indexed index,
        address indexed batcher,
        uint256 first_block,
        uint256 last_block,
        bytes32 state_root,
        uint256 part,
        uint256 parts,
        bytes32 frame_hash,
        bytes32 frames_hash
    );
}

/// Why an event and the calldata of its transaction are not a frame.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AbiError {
    /// Not the event, or not the call.
    #[error("{0}")]
    Malformed(#[from] alloy_sol_types::Error),
    /// A number above 64 bits.
    #[error("{0} is above 2^64 - 1")]
    TooLarge(&'static str),
    /// The calldata is not what the event says.
    #[error("the calldata is not what the event says: {0} differs")]
    Differs(&'static str),
}

/// Calldata that posts a frame.
#[must_use]
pub fn post_calldata(frame: &Frame) -> Bytes {
    let call = postCall {
        index: U256::from(frame.index),
        first_block: U256::from(frame.first.0),
        last_block: U256::from(frame.last.0),
        state_root: frame.state_root,
        part: U256::from(frame.part),
        parts: U256::from(frame.parts),
        frame: Bytes::copy_from_slice(&frame.bytes),
    };
    Bytes::from(call.abi_encode())
}

/// What a log of the inbox says.
///
/// # Errors
///
/// [`AbiError::Malformed`] if it is not the event.
pub fn posted(topics: &[B256], data: &[u8]) -> Result<FramePosted, AbiError> {
    Ok(FramePosted::decode_raw_log_validate(topics.iter().copied(), data)?)
}

/// The frame that an event announces, with its bytes from the transaction's calldata.
///
/// # Errors
///
/// See [`AbiError`]. Memory is bounded by the calldata's own length.
pub fn frame_of(event: &FramePosted, calldata: &[u8]) -> Result<Frame, AbiError> {
    let call = postCall::abi_decode_validate(calldata)?;
    if keccak256(&call.frame) != event.frame_hash {
        return Err(AbiError::Differs("the hash of the frame"));
    }
    let said = [
        ("index", call.index == event.index),
        ("first_block", call.first_block == event.first_block),
        ("last_block", call.last_block == event.last_block),
        ("state_root", call.state_root == event.state_root),
        ("part", call.part == event.part),
        ("parts", call.parts == event.parts),
    ];
    if let Some((name, _)) = said.iter().find(|(_, is_same)| !is_same) {
        return Err(AbiError::Differs(name));
    }
    let number = |name, value: U256| u64::try_from(value).map_err(|_| AbiError::TooLarge(name));
    Ok(Frame {
        index: number("index", call.index)?,
        first: BlockNumber(number("first_block", call.first_block)?),
        last: BlockNumber(number("last_block", call.last_block)?),
        state_root: call.state_root,
        part: number("part", call.part)?,
        parts: number("parts", call.parts)?,
        bytes: call.frame.to_vec(),
    })
}

/// What `frames_hash` is after an event, given what it was before.
#[must_use]
pub fn frames_hash_after(before: B256, event: &FramePosted) -> B256 {
    let mut words = Vec::with_capacity(8 * 32);
    words.extend_from_slice(before.as_slice());
    for number in [event.index, event.first_block, event.last_block] {
        words.extend_from_slice(&number.to_be_bytes::<32>());
    }
    words.extend_from_slice(event.state_root.as_slice());
    for number in [event.part, event.parts] {
        words.extend_from_slice(&number.to_be_bytes::<32>());
    }
    words.extend_from_slice(event.frame_hash.as_slice());
    keccak256(words)
}
