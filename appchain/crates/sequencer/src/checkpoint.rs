// SPDX-License-Identifier: Apache-2.0
//! The whole state after a block, on disk, so that the log before it can go.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use alloy_rlp::{Decodable, Encodable};
use derivation::bytes::{Reader, put_bytes, put_integer, put_word};
use execution::Header;
use primitives::{Address, B256, BlockNumber, Bytes, KECCAK_EMPTY, U256};
use state::{Account, Bytecode, FlatState};

use crate::error::StartError;

const MAGIC: &[u8; 8] = b"HWCHK\0\0\x01";

/// What a checkpoint holds.
#[derive(Debug)]
pub struct Checkpoint {
    /// Header of the block.
    pub header: Header,
    /// Hashes of the blocks up to and with it, oldest first, at most 256.
    pub hashes: Vec<B256>,
    /// The state after it.
    pub state: FlatState,
}

fn path_of(folder: &Path, number: BlockNumber) -> PathBuf {
    folder.join(format!("checkpoint-{:012}.bin", number.0))
}

/// Serialises a state at a block's end.
#[must_use]
pub fn serialise(genesis: B256, header: &Header, hashes: &[B256], state: &FlatState) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(state.len() * 80 + 1024);
    bytes.extend_from_slice(genesis.as_slice());
    let mut rlp = Vec::new();
    header.encode(&mut rlp);
    put_bytes(&rlp, &mut bytes);
    put_integer(hashes.len() as u128, &mut bytes);
    for hash in hashes {
        bytes.extend_from_slice(hash.as_slice());
    }
    let mut codes: Vec<_> = state.codes().collect();
    codes.sort_unstable_by_key(|(hash, _)| **hash);
    put_integer(codes.len() as u128, &mut bytes);
    for (hash, code) in codes {
        bytes.extend_from_slice(hash.as_slice());
        put_bytes(code.original_byte_slice(), &mut bytes);
    }
    let mut accounts: Vec<_> = state.iter().collect();
    accounts.sort_unstable_by_key(|(address, ..)| **address);
    put_integer(accounts.len() as u128, &mut bytes);
    for (address, account, storage) in accounts {
        bytes.extend_from_slice(address.as_slice());
        put_integer(u128::from(account.nonce), &mut bytes);
        put_word(account.balance, &mut bytes);
        if account.code_hash == KECCAK_EMPTY {
            bytes.push(0);
        } else {
            bytes.push(1);
            bytes.extend_from_slice(account.code_hash.as_slice());
        }
        let mut slots: Vec<(&U256, &U256)> =
            storage.map(|storage| storage.iter().collect()).unwrap_or_default();
        slots.sort_unstable();
        put_integer(slots.len() as u128, &mut bytes);
        for (slot, value) in slots {
            put_word(*slot, &mut bytes);
            put_word(*value, &mut bytes);
        }
    }
    bytes
}

/// Writes a serialised checkpoint whole or not at all.
///
/// # Errors
///
/// The system's.
pub fn write(folder: &Path, number: BlockNumber, bytes: &[u8]) -> std::io::Result<()> {
    let path = path_of(folder, number);
    let temporary = path.with_extension("writing");
    let compressed = zstd::bulk::compress(bytes, 1)?;
    let mut file = File::create(&temporary)?;
    file.write_all(MAGIC)?;
    file.write_all(&crc32fast::hash(&compressed).to_le_bytes())?;
    file.write_all(&(bytes.len() as u64).to_le_bytes())?;
    file.write_all(&compressed)?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    File::open(folder)?.sync_all()
}

/// Numbers of the checkpoints in a folder, oldest first.
///
/// # Errors
///
/// The system's.
pub fn list(folder: &Path) -> std::io::Result<Vec<BlockNumber>> {
    numbered(folder, "checkpoint-")
}

/// Numbers in the names of a folder's files of one kind, in order.
pub(crate) fn numbered(folder: &Path, prefix: &str) -> std::io::Result<Vec<BlockNumber>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        let number = name
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(".bin"))
            .and_then(|digits| digits.parse().ok());
        numbers.extend(number.map(BlockNumber));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Removes checkpoints and log segments that a newer checkpoint replaces.
///
/// # Errors
///
/// The system's.
pub fn remove_before(folder: &Path, number: BlockNumber) -> std::io::Result<()> {
    remove(folder, |old| old < number)
}

/// Removes what lies after a checkpoint that a development chain went back to.
///
/// # Errors
///
/// The system's.
pub fn remove_after(folder: &Path, number: BlockNumber) -> std::io::Result<()> {
    remove(folder, |old| old > number)
}

/// Log segments first: a checkpoint can be started from without them, not the other way round.
fn remove(folder: &Path, is_old: impl Fn(BlockNumber) -> bool) -> std::io::Result<()> {
    for old in numbered(folder, "log-")?.into_iter().filter(|old| is_old(*old)) {
        fs::remove_file(crate::log::segment_path(folder, old))?;
    }
    for old in list(folder)?.into_iter().filter(|old| is_old(*old)) {
        fs::remove_file(path_of(folder, old))?;
    }
    Ok(())
}

/// Reads a checkpoint.
///
/// # Errors
///
/// [`StartError::Foreign`] or [`StartError::Damaged`].
pub fn read(folder: &Path, number: BlockNumber, genesis: B256) -> Result<Checkpoint, StartError> {
    let path = path_of(folder, number);
    let file = fs::read(&path).map_err(|source| StartError::io(&path, source))?;
    let damaged = |reason: String| StartError::Damaged {
        path: path.display().to_string(),
        offset: 0,
        reason,
    };
    if file.len() < 20 || &file[..8] != MAGIC {
        return Err(damaged("it is no checkpoint".to_owned()));
    }
    let checksum = u32::from_le_bytes([file[8], file[9], file[10], file[11]]);
    if crc32fast::hash(&file[20..]) != checksum {
        return Err(damaged("its checksum is wrong".to_owned()));
    }
    let mut size = [0_u8; 8];
    size.copy_from_slice(&file[12..20]);
    let bytes = zstd::bulk::decompress(&file[20..], u64::from_le_bytes(size) as usize)
        .map_err(|error| damaged(error.to_string()))?;
    let (found, checkpoint) = parse(&bytes).map_err(damaged)?;
    if found != genesis {
        return Err(StartError::Foreign {
            path: path.display().to_string(),
            reason: format!("its genesis is {found}, not {genesis}"),
        });
    }
    Ok(checkpoint)
}

fn parse(bytes: &[u8]) -> Result<(B256, Checkpoint), String> {
    let mut reader = Reader::new(bytes);
    parse_from(&mut reader).map_err(|error| error.to_string())
}

fn parse_from(reader: &mut Reader<'_>) -> Result<(B256, Checkpoint), derivation::DecodeError> {
    let genesis = B256::from_slice(reader.take(32)?);
    let mut rlp = reader.bytes()?;
    let header = Header::decode(&mut rlp).map_err(derivation::DecodeError::List)?;
    let hash_count = reader.count(32)?;
    let hashes =
        (0..hash_count).map(|_| reader.take(32).map(B256::from_slice)).collect::<Result<_, _>>()?;
    let mut state = FlatState::default();
    for _ in 0..reader.count(33)? {
        let hash = B256::from_slice(reader.take(32)?);
        let code = Bytes::copy_from_slice(reader.bytes()?);
        state.insert_code(hash, Bytecode::new_raw(code));
    }
    let account_count = reader.count(24)?;
    state.reserve(account_count);
    for _ in 0..account_count {
        let address: Address = reader.address()?;
        let nonce = reader.integer_64()?;
        let balance = reader.word()?;
        let code_hash = match reader.byte()? {
            0 => KECCAK_EMPTY,
            _ => B256::from_slice(reader.take(32)?),
        };
        let slot_count = reader.count(2)?;
        let mut slots = Vec::with_capacity(slot_count);
        for _ in 0..slot_count {
            slots.push((reader.word()?, reader.word()?));
        }
        state.insert(address, Account { nonce, balance, code_hash }, slots.into_iter());
    }
    Ok((genesis, Checkpoint { header, hashes, state }))
}
