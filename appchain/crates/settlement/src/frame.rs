// SPDX-License-Identifier: Apache-2.0
//! Frames: the parts of a batch, each as large as one L1 transaction takes.

use primitives::{B256, BlockNumber};

use crate::{batch::Batch, invalid::Invalid};

/// Most bytes of a frame, as the inbox has it.
pub const MAX_FRAME_BYTES: usize = 130_000;
/// Most frames of a batch, as the inbox has it.
pub const MAX_PARTS: u64 = 8_192;

/// A part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its number in the inbox, counted from 0.
    pub index: u64,
    /// First block of the batch.
    pub first: BlockNumber,
    /// Last block of the batch.
    pub last: BlockNumber,
    /// State root that is claimed after the last block.
    pub state_root: B256,
    /// Which part this is, counted from 0.
    pub part: u64,
    /// How many there are.
    pub parts: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Cuts a batch into frames of `frame_bytes`, the last one shorter.
#[must_use]
pub fn split(batch: &Batch, frame_bytes: usize) -> Vec<Frame> {
    let chunks = batch.bytes.chunks(frame_bytes);
    let parts = chunks.len() as u64;
    (0..)
        .zip(chunks)
        .map(|(part, bytes)| Frame {
            index: batch.index + part,
            first: batch.first,
            last: batch.last,
            state_root: batch.state_root,
            part,
            parts,
            bytes: bytes.to_vec(),
        })
        .collect()
}

/// Puts frames together again, in the order of the inbox.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    begun: Option<Begun>,
}

#[derive(Clone, Debug)]
struct Begun {
    batch: Batch,
    parts: u64,
    next_part: u64,
}

/// What a frame brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembled {
    /// A batch that is whole.
    pub batch: Option<Batch>,
    /// Index of the first frame of a batch that never will be, with the reason.
    pub dropped: Option<(u64, Invalid)>,
}

impl Assembler {
    /// Whether a batch waits for further parts.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.begun.is_some()
    }

    /// Takes the next frame.
    pub fn push(&mut self, frame: Frame) -> Assembled {
        let mut assembled = Assembled::default();
        if frame.part == 0 {
            assembled.dropped =
                self.begun.take().map(|begun| (begun.batch.index, Invalid::Abandoned));
        }
        let index = frame.index;
        match self.take(frame) {
            Ok(batch) => assembled.batch = batch,
            Err(invalid) => {
                let first = self.begun.take().map_or(index, |begun| begun.batch.index);
                assembled.dropped = Some((first, invalid));
            }
        }
        assembled
    }

    fn take(&mut self, frame: Frame) -> Result<Option<Batch>, Invalid> {
        let Frame { index, first, last, state_root, part, parts, bytes } = frame;
        if parts > MAX_PARTS || bytes.len() > MAX_FRAME_BYTES {
            return Err(Invalid::TooLarge { parts, bytes: bytes.len() });
        }
        let begun = match &mut self.begun {
            None if part == 0 => self.begun.insert(Begun {
                batch: Batch { index, first, last, state_root, bytes: Vec::new() },
                parts,
                next_part: 0,
            }),
            Some(begun)
                if (begun.batch.first, begun.batch.last, begun.batch.state_root, begun.parts)
                    == (first, last, state_root, parts) =>
            {
                begun
            }
            _ => return Err(Invalid::Part { found: part, expected: 0 }),
        };
        if part != begun.next_part {
            return Err(Invalid::Part { found: part, expected: begun.next_part });
        }
        begun.batch.bytes.extend_from_slice(&bytes);
        begun.next_part += 1;
        if begun.next_part < parts {
            return Ok(None);
        }
        Ok(self.begun.take().map(|begun| begun.batch))
    }
}
