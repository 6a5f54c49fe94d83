// SPDX-License-Identifier: Apache-2.0
//! The write-ahead log: what was taken, in which order it ran, where blocks end.
//!
//! A segment is a header and frames `length | checksum of records | checksum of both | records`. A frame
//! is what one group commit wrote. A frame that the file ends within was never acknowledged and is cut
//! off, as are zeros up to the end, which a file system may leave; a wrong checksum is damage, and the
//! node refuses to start. A length has its own, so that a wrong one does not pass for a cut frame.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use derivation::bytes::{Reader, put_bytes, put_integer};
use execution::Environment;
use primitives::{B256, BlockNumber, Bytes, Transaction, Verified};

use crate::{dev::StateWrite, error::StartError};

const MAGIC: &[u8; 8] = b"HWLOG\0\0\x02";
const HEADER_LENGTH: u64 = 48;
const FRAME_HEADER: usize = 12;

/// One record of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A transaction was taken; records number them from 0 in each segment.
    Taken(Arc<Verified>),
    /// A block was opened.
    Opened(Environment),
    /// Transactions of the open block ran, by number.
    Ran(Vec<u64>),
    /// Transactions were refused by execution and left the waiting room, by number.
    Dropped(Vec<u64>),
    /// The open block ended; how many transactions it has.
    Sealed(u64),
    /// A development command wrote to the state.
    Written(StateWrite),
}

mod tag {
    pub(super) const TAKEN: u8 = 1;
    pub(super) const OPENED: u8 = 2;
    pub(super) const RAN: u8 = 3;
    pub(super) const DROPPED: u8 = 4;
    pub(super) const SEALED: u8 = 5;
    pub(super) const WRITTEN: u8 = 6;
}

/// Appends a taken transaction.
pub fn put_taken(verified: &Verified, buffer: &mut Vec<u8>) {
    buffer.push(tag::TAKEN);
    buffer.extend_from_slice(verified.sender.as_slice());
    put_bytes(&verified.transaction.raw, buffer);
}

/// Appends an opened block.
pub fn put_opened(environment: &Environment, buffer: &mut Vec<u8>) {
    buffer.push(tag::OPENED);
    put_integer(u128::from(environment.number.0), buffer);
    put_integer(u128::from(environment.timestamp), buffer);
    put_integer(u128::from(environment.base_fee), buffer);
    put_integer(u128::from(environment.gas_limit), buffer);
    buffer.extend_from_slice(environment.beneficiary.as_slice());
    buffer.extend_from_slice(environment.prevrandao.as_slice());
}

/// Appends numbers of transactions that ran.
pub fn put_ran(ids: &[u64], buffer: &mut Vec<u8>) {
    put_ids(tag::RAN, ids, buffer);
}

/// Appends numbers of transactions that were refused.
pub fn put_dropped(ids: &[u64], buffer: &mut Vec<u8>) {
    put_ids(tag::DROPPED, ids, buffer);
}

/// Appends a block's end.
pub fn put_sealed(transactions: u64, buffer: &mut Vec<u8>) {
    buffer.push(tag::SEALED);
    put_integer(u128::from(transactions), buffer);
}

/// Appends a write of a development command.
pub fn put_written(write: &StateWrite, buffer: &mut Vec<u8>) {
    buffer.push(tag::WRITTEN);
    let json = serde_json::to_vec(write).expect("a plain value serialises to memory");
    put_bytes(&json, buffer);
}

/// Numbers as runs: they mostly follow each other.
fn put_ids(kind: u8, ids: &[u64], buffer: &mut Vec<u8>) {
    buffer.push(kind);
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == *id => *length += 1,
            _ => runs.push((*id, 1)),
        }
    }
    put_integer(runs.len() as u128, buffer);
    for (start, length) in runs {
        put_integer(u128::from(start), buffer);
        put_integer(u128::from(length), buffer);
    }
}

fn read_ids(reader: &mut Reader<'_>) -> Result<Vec<u64>, derivation::DecodeError> {
    let runs = reader.count(2)?;
    let mut ids = Vec::new();
    for _ in 0..runs {
        let start = reader.integer_64()?;
        let length = reader.integer_64()?;
        let end = start.checked_add(length).filter(|_| length <= MAX_RUN);
        ids.extend(start..end.ok_or(derivation::DecodeError::Integer)?);
    }
    Ok(ids)
}

/// Most transactions that one run may name; more would be damage.
const MAX_RUN: u64 = 1 << 24;

fn read_record(reader: &mut Reader<'_>) -> Result<Record, String> {
    let text = |error: derivation::DecodeError| error.to_string();
    let kind = reader.byte().map_err(text)?;
    match kind {
        tag::TAKEN => {
            let sender = reader.address().map_err(text)?;
            let raw = Bytes::copy_from_slice(reader.bytes().map_err(text)?);
            let transaction =
                Transaction::decode(raw, &mut Vec::new()).map_err(|error| error.to_string())?;
            Ok(Record::Taken(Arc::new(Verified { transaction, sender })))
        }
        tag::OPENED => Ok(Record::Opened(Environment {
            number: BlockNumber(reader.integer_64().map_err(text)?),
            timestamp: reader.integer_64().map_err(text)?,
            base_fee: reader.integer_64().map_err(text)?,
            gas_limit: reader.integer_64().map_err(text)?,
            beneficiary: reader.address().map_err(text)?,
            prevrandao: B256::from_slice(reader.take(32).map_err(text)?),
        })),
        tag::RAN => Ok(Record::Ran(read_ids(reader).map_err(text)?)),
        tag::DROPPED => Ok(Record::Dropped(read_ids(reader).map_err(text)?)),
        tag::SEALED => Ok(Record::Sealed(reader.integer_64().map_err(text)?)),
        tag::WRITTEN => serde_json::from_slice(reader.bytes().map_err(text)?)
            .map(Record::Written)
            .map_err(|error| error.to_string()),
        other => Err(format!("record kind {other} is not known")),
    }
}

/// Decodes the records of a frame.
///
/// # Errors
///
/// What is wrong, in words.
pub fn read_records(frame: &[u8]) -> Result<Vec<Record>, String> {
    let mut reader = Reader::new(frame);
    let mut records = Vec::new();
    while reader.left() > 0 {
        records.push(read_record(&mut reader)?);
    }
    Ok(records)
}

/// The segment that is written to.
#[derive(Debug)]
pub struct Log {
    file: File,
    path: PathBuf,
    length: u64,
}

/// Where the segment after block `number` lives.
#[must_use]
pub fn segment_path(folder: &Path, number: BlockNumber) -> PathBuf {
    folder.join(format!("log-{:012}.bin", number.0))
}

impl Log {
    /// Creates the segment that follows block `number` with its first records, whole or not at all:
    /// a segment of that name stays until this one is on disk.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn create(
        folder: &Path,
        genesis: B256,
        number: BlockNumber,
        records: &[u8],
    ) -> std::io::Result<Self> {
        let path = segment_path(folder, number);
        let temporary = path.with_extension("writing");
        let mut header = Vec::with_capacity(HEADER_LENGTH as usize);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(genesis.as_slice());
        header.extend_from_slice(&number.0.to_le_bytes());
        let mut file = File::create(&temporary)?;
        file.write_all(&header)?;
        let mut log = Self { file, path, length: HEADER_LENGTH };
        if !records.is_empty() {
            log.append(records)?;
        }
        log.file.sync_all()?;
        std::fs::rename(&temporary, &log.path)?;
        File::open(folder)?.sync_all()?;
        Ok(log)
    }

    /// Opens a segment, reads its frames and cuts off a torn one.
    ///
    /// # Errors
    ///
    /// [`StartError::Foreign`] for another chain's, [`StartError::Damaged`] for a wrong checksum
    /// unless `accept_loss`, which cuts the segment there.
    pub fn open(
        folder: &Path,
        genesis: B256,
        number: BlockNumber,
        accept_loss: bool,
    ) -> Result<(Self, Vec<Record>), StartError> {
        let path = segment_path(folder, number);
        let io = |source| StartError::io(&path, source);
        let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(io)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() < HEADER_LENGTH as usize {
            // Created, never written to.
            drop(file);
            return Ok((Self::create(folder, genesis, number, &[]).map_err(io)?, Vec::new()));
        }
        if &bytes[..8] != MAGIC || bytes[8..40] != genesis[..] {
            return Err(StartError::Foreign {
                path: path.display().to_string(),
                reason: "its genesis is another".to_owned(),
            });
        }
        let (records, end) = read_frames(&path, &bytes, accept_loss)?;
        if end < bytes.len() {
            tracing::warn!(
                path = %path.display(),
                bytes = bytes.len() - end,
                "cut off a frame that was never acknowledged"
            );
            file.set_len(end as u64).map_err(io)?;
            file.sync_all().map_err(io)?;
        }
        file.seek(SeekFrom::Start(end as u64)).map_err(io)?;
        Ok((Self { file, path, length: end as u64 }, records))
    }

    /// Appends a frame; it is safe only after [`Self::sync`].
    ///
    /// # Errors
    ///
    /// The system's, such as a full disk.
    pub fn append(&mut self, records: &[u8]) -> std::io::Result<()> {
        let mut head = [0_u8; FRAME_HEADER];
        head[..4].copy_from_slice(&(records.len() as u32).to_le_bytes());
        head[4..8].copy_from_slice(&crc32fast::hash(records).to_le_bytes());
        let checksum = crc32fast::hash(&head[..8]);
        head[8..].copy_from_slice(&checksum.to_le_bytes());
        self.file.write_all(&head)?;
        self.file.write_all(records)?;
        self.length += (FRAME_HEADER + records.len()) as u64;
        Ok(())
    }

    /// Waits until everything appended is on disk.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn sync(&mut self) -> std::io::Result<()> {
        self.file.sync_data()
    }

    /// Bytes of the segment.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Where the segment lives.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn read_frames(
    path: &Path,
    bytes: &[u8],
    accept_loss: bool,
) -> Result<(Vec<Record>, usize), StartError> {
    let mut records = Vec::new();
    let mut at = HEADER_LENGTH as usize;
    while let Some(head) = bytes.get(at..at + FRAME_HEADER) {
        if bytes[at..].iter().all(|byte| *byte == 0) {
            break;
        }
        let word = |from: usize| {
            u32::from_le_bytes([head[from], head[from + 1], head[from + 2], head[from + 3]])
        };
        let length = word(0) as usize;
        let start = at + FRAME_HEADER;
        let frame = bytes.get(start..start.saturating_add(length));
        let checked = if crc32fast::hash(&head[..8]) != word(8) {
            Err("the checksum of its length is wrong".to_owned())
        } else {
            let Some(frame) = frame else { break };
            if crc32fast::hash(frame) == word(4) {
                read_records(frame)
            } else {
                Err("its checksum is wrong".to_owned())
            }
        };
        match checked {
            Ok(mut frame_records) => records.append(&mut frame_records),
            Err(_) if accept_loss => break,
            Err(reason) => {
                return Err(StartError::Damaged {
                    path: path.display().to_string(),
                    offset: at as u64,
                    reason,
                });
            }
        }
        at = start + length;
    }
    Ok((records, at))
}
