// SPDX-License-Identifier: Apache-2.0
//! Reads an inbox from the L1: where it stands, and its batches in order.
//!
//! Nothing that the L1 node says of the past is taken on trust alone: indexes must count up, the
//! bytes must hash to what the event says, and the chain of hashes must close.

use std::collections::VecDeque;

use alloy_rpc_types_eth::{Filter, Log};
use alloy_sol_types::SolEvent;
use primitives::{Address, B256, BlockNumber};
use serde::{Deserialize, Serialize};

use crate::{
    abi::{self, FramePosted},
    batch::Batch,
    frame::{Assembler, Frame},
    invalid::Invalid,
    l1::{L1, L1Error},
};

/// L1 blocks whose logs are asked for at once.
const BLOCKS_AT_ONCE: u64 = 2_000;
/// Frames whose calldata is asked for at once.
const FRAMES_AT_ONCE: usize = 16;

/// Where an inbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Index of the next frame.
    pub next_index: u64,
    /// First block of the next batch.
    pub next_block: BlockNumber,
}

/// Where a reader has got to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The next L1 block whose logs are read.
    pub l1_block: u64,
    /// Index of the next frame.
    pub next_index: u64,
    /// The inbox's `frames_hash` before that frame.
    pub frames_hash: B256,
}

impl Cursor {
    /// Before everything, from an L1 block on that is not after the inbox's first frame.
    #[must_use]
    pub const fn at_start(l1_block: u64) -> Self {
        Self { l1_block, next_index: 0, frames_hash: B256::ZERO }
    }
}

/// Asks the inbox where it stands.
///
/// # Errors
///
/// See [`L1Error`].
pub fn position(l1: &L1, inbox: Address) -> Result<Position, L1Error> {
    let number = |value: primitives::U256| {
        u64::try_from(value).map_err(|_| l1.answer_error("the inbox's numbers are no such".into()))
    };
    Ok(Position {
        next_index: number(l1.view(inbox, &abi::next_indexCall {})?)?,
        next_block: BlockNumber(number(l1.view(inbox, &abi::next_blockCall {})?)?),
    })
}

/// Batches of an inbox up to an L1 block, in order, asked for as they are taken.
#[derive(Debug)]
pub struct Batches<'a> {
    l1: &'a L1,
    inbox: Address,
    until: u64,
    cursor: Cursor,
    /// Where a later reader begins: after the last batch that is whole.
    settled: Cursor,
    assembler: Assembler,
    announced: VecDeque<(FramePosted, B256, u64)>,
    /// Frames, each with where a reader goes on after it.
    frames: VecDeque<(Frame, Cursor)>,
    dropped: Vec<(u64, Invalid)>,
    /// Last block of the last batch that was announced whole.
    posted: Option<BlockNumber>,
    failure: Option<L1Error>,
}

/// How a reading ended.
#[derive(Debug)]
pub struct Finished {
    /// Where to go on.
    pub cursor: Cursor,
    /// Batches that were never completed.
    pub dropped: Vec<(u64, Invalid)>,
    /// Last block of the last whole batch, if there was one.
    pub posted: Option<BlockNumber>,
    /// What ended it before its last L1 block, if something did.
    pub failure: Option<L1Error>,
}

impl<'a> Batches<'a> {
    /// Reads from a cursor to L1 block `until`, that block included.
    #[must_use]
    pub fn new(l1: &'a L1, inbox: Address, cursor: Cursor, until: u64) -> Self {
        Self {
            l1,
            inbox,
            until,
            settled: cursor.clone(),
            cursor,
            assembler: Assembler::default(),
            announced: VecDeque::new(),
            frames: VecDeque::new(),
            dropped: Vec::new(),
            posted: None,
            failure: None,
        }
    }

    /// Ends the reading.
    #[must_use]
    pub fn finish(self) -> Finished {
        let Self { settled, dropped, posted, failure, .. } = self;
        Finished { cursor: settled, dropped, posted, failure }
    }

    fn advance(&mut self) -> Result<Option<Batch>, L1Error> {
        loop {
            while let Some((frame, after)) = self.frames.pop_front() {
                let assembled = self.assembler.push(frame);
                self.dropped.extend(assembled.dropped);
                if !self.assembler.is_waiting() {
                    self.settled = after;
                }
                if assembled.batch.is_some() {
                    return Ok(assembled.batch);
                }
            }
            if !self.announced.is_empty() {
                self.fetch_frames()?;
            } else if self.cursor.l1_block <= self.until {
                self.fetch_events()?;
            } else {
                return Ok(None);
            }
        }
    }

    fn fetch_events(&mut self) -> Result<(), L1Error> {
        let from = self.cursor.l1_block;
        let to = self.until.min(from.saturating_add(BLOCKS_AT_ONCE - 1));
        let filter = Filter::new()
            .address(self.inbox)
            .event_signature(FramePosted::SIGNATURE_HASH)
            .from_block(from)
            .to_block(to);
        for log in self.l1.logs(&filter)? {
            self.announce(&log)?;
        }
        self.cursor.l1_block = to + 1;
        if self.announced.is_empty() && !self.assembler.is_waiting() {
            self.settled = self.cursor.clone();
        }
        Ok(())
    }

    /// Takes note of an event, which must be the next.
    fn announce(&mut self, log: &Log) -> Result<(), L1Error> {
        let wrong = |reason: String| self.l1.answer_error(reason);
        let event = abi::posted(log.topics(), &log.data().data)
            .map_err(|error| wrong(format!("a log of the inbox cannot be read: {error}")))?;
        let index = u64::try_from(event.index).map_err(|_| wrong("no such index".into()))?;
        let expected = self.cursor.next_index;
        if index < expected {
            // Read before: the cursor's own L1 block is read again.
            return Ok(());
        }
        if index > expected {
            return Err(wrong(format!("frame {index} is answered where {expected} is next")));
        }
        let (Some(hash), Some(l1_block)) = (log.transaction_hash, log.block_number) else {
            return Err(wrong(format!("the log of frame {index} is in no block")));
        };
        let frames_hash = abi::frames_hash_after(self.cursor.frames_hash, &event);
        if frames_hash != event.frames_hash {
            return Err(wrong(format!("the frames up to {index} are not those of the inbox")));
        }
        self.cursor.next_index += 1;
        self.cursor.frames_hash = frames_hash;
        self.announced.push_back((event, hash, l1_block));
        Ok(())
    }

    fn fetch_frames(&mut self) -> Result<(), L1Error> {
        let count = self.announced.len().min(FRAMES_AT_ONCE);
        let announced: Vec<_> = self.announced.drain(..count).collect();
        let hashes: Vec<B256> = announced.iter().map(|(_, hash, _)| *hash).collect();
        for ((event, hash, l1_block), calldata) in announced.iter().zip(self.l1.calldata(&hashes)?)
        {
            let frame = abi::frame_of(event, &calldata).map_err(|error| {
                self.l1.answer_error(format!("transaction {hash} is no frame: {error}"))
            })?;
            if frame.part + 1 == frame.parts {
                self.posted = Some(frame.last);
            }
            let after = Cursor {
                l1_block: *l1_block,
                next_index: frame.index + 1,
                frames_hash: event.frames_hash,
            };
            self.frames.push_back((frame, after));
        }
        Ok(())
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.failure.is_some() {
            return None;
        }
        match self.advance() {
            Ok(batch) => batch,
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }
}
