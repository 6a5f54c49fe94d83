// SPDX-License-Identifier: Apache-2.0
//! Which blocks of the archive make the next batch.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use derivation::{BlockInput, DecodeError};
use primitives::{B256, BlockNumber};
use sequencer::{
    StartError,
    archive_reader::{ArchiveReader, Archived},
};

use crate::{
    batch::{Batch, seal},
    inbox::Position,
};

/// Most bytes that a block's columns unpack to, as in the archive.
const COLUMNS_LIMIT: usize = 1 << 30;

/// Why no batch can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] StartError),
    /// A block of the archive does not decode.
    #[error("block {number} of the archive does not decode: {source}")]
    Decode {
        /// Which block.
        number: BlockNumber,
        /// What is wrong.
        source: DecodeError,
    },
    /// The archive begins after the block that the inbox waits for.
    #[error("the inbox waits for block {wanted}, and the archive goes on with block {found}")]
    Missing {
        /// Block that the inbox waits for.
        wanted: BlockNumber,
        /// The next one in the archive.
        found: BlockNumber,
    },
}

/// Makes batches of an archive. Its memory is a batch's, however far the L1 lags behind.
#[derive(Debug)]
pub struct Planner {
    folder: PathBuf,
    chain_id: u64,
    target_bytes: usize,
    interval: Duration,
    reader: ArchiveReader,
    /// The block after those taken in.
    next: BlockNumber,
    /// Blocks taken in and not yet in a batch.
    gathered: Vec<Archived>,
    gathered_bytes: usize,
    since: Option<Instant>,
}

impl Planner {
    /// A planner whose batches have about `target_bytes`, or what comes within `interval`.
    #[must_use]
    pub fn new(folder: PathBuf, chain_id: u64, target_bytes: usize, interval: Duration) -> Self {
        let reader = ArchiveReader::new(&folder);
        Self {
            folder,
            chain_id,
            target_bytes,
            interval,
            reader,
            next: BlockNumber(0),
            gathered: Vec::new(),
            gathered_bytes: 0,
            since: None,
        }
    }

    /// The batch that the inbox waits for; `None` while too little has gathered.
    ///
    /// # Errors
    ///
    /// See [`PlanError`].
    pub fn next_batch(&mut self, position: Position) -> Result<Option<Batch>, PlanError> {
        self.follow(position.next_block);
        while self.gathered_bytes < self.target_bytes {
            let Some(block) = self.reader.next_from(self.next)? else { break };
            if block.number != self.next {
                return Err(PlanError::Missing { wanted: self.next, found: block.number });
            }
            self.next = self.next.next();
            self.gathered_bytes += block.batch.len();
            self.gathered.push(block);
            self.since.get_or_insert_with(Instant::now);
        }
        let is_due = self.since.is_some_and(|since| since.elapsed() >= self.interval);
        if self.gathered_bytes < self.target_bytes && !is_due {
            return Ok(None);
        }
        let batch = self.join(position)?;
        self.forget();
        Ok(batch)
    }

    /// Goes to where the inbox is, back too: an L1 that was reorganised may have lost frames.
    fn follow(&mut self, wanted: BlockNumber) {
        let first = self.gathered.first().map_or(self.next, |block| block.number);
        if first == wanted {
            return;
        }
        if wanted < first {
            self.reader = ArchiveReader::new(&self.folder);
        }
        self.forget();
        self.next = wanted;
    }

    fn forget(&mut self) {
        self.gathered.clear();
        self.gathered_bytes = 0;
        self.since = None;
    }

    fn join(&self, position: Position) -> Result<Option<Batch>, PlanError> {
        let (Some(first), Some(last)) = (self.gathered.first(), self.gathered.last()) else {
            return Ok(None);
        };
        let mut inputs: Vec<BlockInput> = Vec::with_capacity(self.gathered.len());
        for block in &self.gathered {
            let (_, mut decoded) = derivation::decode(&block.batch, COLUMNS_LIMIT)
                .map_err(|source| PlanError::Decode { number: block.number, source })?;
            inputs.append(&mut decoded);
        }
        let hashes: Vec<B256> = self.gathered.iter().map(|block| block.hash).collect();
        let blocks = derivation::encode(self.chain_id, &inputs);
        Ok(Some(Batch {
            index: position.next_index,
            first: first.number,
            last: last.number,
            state_root: last.header.state_root,
            bytes: seal(first.header.parent_hash, &hashes, &blocks),
        }))
    }
}
