// SPDX-License-Identifier: Apache-2.0
//! The archive as somebody else than the committer reads it, while it grows: in order, one block in
//! memory at a time.

use std::{
    fs::File,
    io::{ErrorKind, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use alloy_rlp::Decodable;
use derivation::bytes::Reader;
use execution::Header;
use primitives::{B256, BlockNumber};

use crate::{archive::HEAD, error::StartError};

/// A block as the archive holds it, its transactions still encoded.
#[derive(Clone, Debug)]
pub struct Archived {
    /// Block number.
    pub number: BlockNumber,
    /// Block hash.
    pub hash: B256,
    /// The header.
    pub header: Header,
    /// What [`derivation::encode`] made of the block.
    pub batch: Vec<u8>,
}

/// A place in the archive.
#[derive(Debug)]
pub struct ArchiveReader {
    path: PathBuf,
    at: u64,
}

impl ArchiveReader {
    /// A reader at the archive's beginning. The file need not be there yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("blocks.bin"), at: 0 }
    }

    /// The next block with a number of at least `number`, or `None` while the archive has none.
    ///
    /// Where a development chain was taken back, a number comes more than once; the last one counts
    /// and is found by a reader that has not passed it.
    ///
    /// # Errors
    ///
    /// [`StartError::Io`]; [`StartError::Damaged`] if a whole record does not hold together.
    pub fn next_from(&mut self, number: BlockNumber) -> Result<Option<Archived>, StartError> {
        let io = |source| StartError::io(&self.path, source);
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io(error)),
        };
        let size = file.metadata().map_err(io)?.len();
        let mut head = [0_u8; HEAD];
        while self.at + HEAD as u64 <= size {
            file.seek(SeekFrom::Start(self.at)).map_err(io)?;
            file.read_exact(&mut head).map_err(io)?;
            let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
            let next = self.at + HEAD as u64 + u64::from(length);
            if next > size {
                break;
            }
            let mut stored = [0_u8; 8];
            stored.copy_from_slice(&head[8..16]);
            if BlockNumber(u64::from_le_bytes(stored)) >= number {
                let mut record = vec![0; length as usize];
                file.read_exact(&mut record).map_err(io)?;
                let archived = parse(&head, &record).map_err(|reason| StartError::Damaged {
                    path: self.path.display().to_string(),
                    offset: self.at,
                    reason,
                })?;
                self.at = next;
                return Ok(Some(archived));
            }
            self.at = next;
        }
        Ok(None)
    }
}

fn parse(head: &[u8; HEAD], record: &[u8]) -> Result<Archived, String> {
    let checksum = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    if crc32fast::hash(record) != checksum {
        return Err("its checksum is wrong".to_owned());
    }
    let text = |error: derivation::DecodeError| error.to_string();
    let mut reader = Reader::new(record);
    let mut length = || -> Result<usize, String> {
        let bytes = reader.take(4).map_err(text)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    };
    let (header_length, batch_length) = (length()?, length()?);
    let mut header = reader.take(header_length).map_err(text)?;
    let header = Header::decode(&mut header).map_err(|error| error.to_string())?;
    let batch = reader.take(batch_length).map_err(text)?.to_vec();
    Ok(Archived {
        number: BlockNumber(header.number),
        hash: B256::from_slice(&head[16..48]),
        header,
        batch,
    })
}
