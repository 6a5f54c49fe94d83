// SPDX-License-Identifier: Apache-2.0
//! Committed blocks on disk: header, batch and outcomes of each, in one file that only grows.
//!
//! The log can rebuild everything after the last checkpoint, so the archive is synced only before a
//! checkpoint drops the log it covers.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use alloy_rlp::{Decodable, Encodable, RlpDecodable, RlpEncodable};
use execution::{Header, Outcome};
use parking_lot::RwLock;
use primitives::{Address, B256, BlockNumber, Log};

use crate::{
    chain::{Block, Body, Part},
    error::StartError,
};

/// A record's head: length, checksum, block number, block hash.
pub(crate) const HEAD: usize = 4 + 4 + 8 + 32;
/// Most bytes that the columns of one block decompress to.
const COLUMNS_LIMIT: usize = 1 << 30;

/// A record without its body.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Block number.
    pub number: BlockNumber,
    /// Block hash.
    pub hash: B256,
    offset: u64,
    length: u32,
}

/// The archive's file. The committer appends; anybody reads.
#[derive(Debug)]
pub struct Archive {
    file: File,
    path: PathBuf,
    index: RwLock<Index>,
}

/// Records in the order of their numbers, and where the next one goes.
#[derive(Debug, Default)]
struct Index {
    entries: Vec<Entry>,
    end: u64,
}

impl Index {
    fn push(&mut self, entry: Entry) {
        self.end = entry.offset + HEAD as u64 + u64::from(entry.length);
        // A block that was written again after a revert replaces itself and what followed.
        while self.entries.pop_if(|last| last.number >= entry.number).is_some() {}
        self.entries.push(entry);
    }
}

#[derive(RlpEncodable, RlpDecodable)]
struct StoredOutcome {
    is_success: bool,
    gas_used: u64,
    created: Vec<u8>,
    logs: Vec<Log>,
}

impl Archive {
    /// Opens the archive; a record cut short at the end is dropped, because the log still holds its
    /// block.
    ///
    /// # Errors
    ///
    /// [`StartError::Io`].
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        let path = folder.join("blocks.bin");
        let io = |source| StartError::io(&path, source);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        let mut index = Index::default();
        let mut head = [0_u8; HEAD];
        while index.end + HEAD as u64 <= size {
            file.read_exact_at(&mut head, index.end).map_err(io)?;
            let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
            if index.end + HEAD as u64 + u64::from(length) > size {
                break;
            }
            let mut number = [0_u8; 8];
            number.copy_from_slice(&head[8..16]);
            index.push(Entry {
                number: BlockNumber(u64::from_le_bytes(number)),
                hash: B256::from_slice(&head[16..48]),
                offset: index.end,
                length,
            });
        }
        Ok(Self { file, path, index: RwLock::new(index) })
    }

    /// Its records, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.index.read().entries.clone()
    }

    /// The record of a block.
    #[must_use]
    pub fn entry(&self, number: BlockNumber) -> Option<Entry> {
        let index = self.index.read();
        let at = index.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        Some(index.entries[at])
    }

    /// The record of the block of this hash; looks through all, newest first.
    #[must_use]
    pub fn entry_by_hash(&self, hash: &B256) -> Option<Entry> {
        self.index.read().entries.iter().rev().find(|entry| entry.hash == *hash).copied()
    }

    /// A block, if it is here and whole; damage is logged.
    #[must_use]
    pub fn block(&self, number: BlockNumber) -> Option<Block> {
        self.read(&self.entry(number)?)
            .inspect_err(|error| tracing::error!(%error, "an archived block cannot be read"))
            .ok()
    }

    /// Drops the blocks above `last`.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn truncate(&self, last: BlockNumber) -> std::io::Result<()> {
        let mut index = self.index.write();
        while let Some(entry) = index.entries.pop_if(|entry| entry.number > last) {
            index.end = entry.offset;
        }
        self.file.set_len(index.end)
    }

    /// Appends a block with its batch.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn append(&self, block: &Block, batch: &[u8]) -> std::io::Result<()> {
        let mut header = Vec::with_capacity(640);
        block.header.encode(&mut header);
        let outcomes = encode_outcomes(&block.body);
        let mut record = Vec::with_capacity(HEAD + 8 + header.len() + batch.len() + outcomes.len());
        record.resize(HEAD, 0);
        record.extend_from_slice(&(header.len() as u32).to_le_bytes());
        record.extend_from_slice(&(batch.len() as u32).to_le_bytes());
        record.extend_from_slice(&header);
        record.extend_from_slice(batch);
        record.extend_from_slice(&outcomes);
        let length = (record.len() - HEAD) as u32;
        let checksum = crc32fast::hash(&record[HEAD..]);
        record[..4].copy_from_slice(&length.to_le_bytes());
        record[4..8].copy_from_slice(&checksum.to_le_bytes());
        record[8..16].copy_from_slice(&block.header.number.to_le_bytes());
        record[16..48].copy_from_slice(block.hash.as_slice());
        let offset = self.index.read().end;
        self.file.write_all_at(&record, offset)?;
        let number = BlockNumber(block.header.number);
        self.index.write().push(Entry { number, hash: block.hash, offset, length });
        Ok(())
    }

    /// Waits until everything appended is on disk.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn sync(&self) -> std::io::Result<()> {
        self.file.sync_all()
    }

    /// Reads a block back.
    ///
    /// # Errors
    ///
    /// [`StartError::Damaged`] if it does not hold together.
    pub fn read(&self, entry: &Entry) -> Result<Block, StartError> {
        let mut bytes = vec![0; HEAD + entry.length as usize];
        self.file
            .read_exact_at(&mut bytes, entry.offset)
            .map_err(|source| StartError::io(&self.path, source))?;
        let checksum = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        if crc32fast::hash(&bytes[HEAD..]) != checksum {
            return Err(self.damaged(entry, "its checksum is wrong".to_owned()));
        }
        decode_block(&bytes[HEAD..], entry.hash).map_err(|reason| self.damaged(entry, reason))
    }

    /// Reads a block's header alone; its hash is the entry's.
    ///
    /// # Errors
    ///
    /// [`StartError::Damaged`] if it is not the header of that hash.
    pub fn read_header(&self, entry: &Entry) -> Result<Header, StartError> {
        let io = |source| StartError::io(&self.path, source);
        let at = entry.offset + HEAD as u64;
        let mut length = [0; 4];
        self.file.read_exact_at(&mut length, at).map_err(io)?;
        let length = u32::from_le_bytes(length).min(entry.length);
        let mut bytes = vec![0; length as usize];
        // Both lengths stand before it.
        self.file.read_exact_at(&mut bytes, at + 8).map_err(io)?;
        Header::decode(&mut bytes.as_slice())
            .ok()
            .filter(|header| header.hash_slow() == entry.hash)
            .ok_or_else(|| self.damaged(entry, "its header is another's".to_owned()))
    }

    fn damaged(&self, entry: &Entry, reason: String) -> StartError {
        StartError::Damaged { path: self.path.display().to_string(), offset: entry.offset, reason }
    }
}

fn encode_outcomes(body: &Body) -> Vec<u8> {
    let stored: Vec<StoredOutcome> = body
        .iter()
        .map(|executed| StoredOutcome {
            is_success: executed.outcome.is_success,
            gas_used: executed.outcome.gas_used,
            created: executed.outcome.created.map_or_else(Vec::new, |at| at.to_vec()),
            logs: executed.outcome.logs.clone(),
        })
        .collect();
    let mut rlp = Vec::new();
    stored.encode(&mut rlp);
    let mut bytes = (rlp.len() as u32).to_le_bytes().to_vec();
    bytes.extend(
        zstd::bulk::compress(&rlp, 1)
            .expect("compressing from memory to memory fails only without memory"),
    );
    bytes
}

fn decode_block(bytes: &[u8], hash: B256) -> Result<Block, String> {
    let mut reader = derivation::bytes::Reader::new(bytes);
    let mut length = || -> Result<usize, String> {
        let bytes = reader.take(4).map_err(|error| error.to_string())?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    };
    let (header_length, batch_length) = (length()?, length()?);
    let mut header = reader.take(header_length).map_err(|error| error.to_string())?;
    let header = Header::decode(&mut header).map_err(|error| error.to_string())?;
    let batch = reader.take(batch_length).map_err(|error| error.to_string())?;
    let (_, mut inputs) =
        derivation::decode(batch, COLUMNS_LIMIT).map_err(|error| error.to_string())?;
    let input = inputs.pop().ok_or("its batch holds no block")?;
    let size = reader.take(4).map_err(|error| error.to_string())?;
    let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
    let rest = reader.take(reader.left()).map_err(|error| error.to_string())?;
    let rlp = zstd::bulk::decompress(rest, size).map_err(|error| error.to_string())?;
    let stored =
        Vec::<StoredOutcome>::decode(&mut rlp.as_slice()).map_err(|error| error.to_string())?;
    if stored.len() != input.transactions.len() {
        return Err("its outcomes are not as many as its transactions".to_owned());
    }
    let outcomes: Vec<Outcome> = stored
        .into_iter()
        .map(|stored| Outcome {
            is_success: stored.is_success,
            gas_used: stored.gas_used,
            created: (stored.created.len() == 20).then(|| Address::from_slice(&stored.created)),
            logs: stored.logs,
        })
        .collect();
    let part = Part {
        first_index: 0,
        gas_before: 0,
        logs_before: 0,
        transactions: input.transactions,
        outcomes,
    };
    let parts = if part.transactions.is_empty() { Vec::new() } else { vec![Arc::new(part)] };
    Ok(Block { hash, header, body: Body { parts }, written: Vec::new() })
}
