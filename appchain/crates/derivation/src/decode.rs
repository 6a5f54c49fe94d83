// SPDX-License-Identifier: Apache-2.0
//! A batch to blocks. Nothing is taken on trust: lengths are checked before memory is reserved, and
//! each transaction is decoded from the bytes rebuilt for it.

use std::sync::Arc;

use alloy_eips::{eip2930::AccessList, eip7702::SignedAuthorization};
use alloy_rlp::{Decodable, Encodable, Header};
use execution::Environment;
use primitives::{Address, B256, BlockNumber, Bytes, Transaction, U256, Verified};

use crate::{BlockInput, VERSION, bytes::Reader, flags};

/// Why bytes are not a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The batch ends early.
    #[error("batch ends early: {needed} bytes needed, {left} left")]
    Short {
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// An integer is too large or not in its shortest form.
    #[error("integer too large or not in its shortest form")]
    Integer,
    /// A count that the bytes left cannot hold.
    #[error("{count} items announced where at most {most} fit")]
    Count {
        /// Items announced.
        count: u64,
        /// Items that may follow.
        most: u64,
    },
    /// A version that this node does not know.
    #[error("batch version {0} is not known")]
    Version(u8),
    /// Columns larger than the limit.
    #[error("columns of {size} bytes are above the limit of {limit}")]
    TooLarge {
        /// Announced size.
        size: u64,
        /// Limit.
        limit: u64,
    },
    /// zstd refused, or gave another size than announced.
    #[error("columns do not decompress to {0} bytes")]
    Compression(u64),
    /// An index beyond the address table.
    #[error("address {index} of a table of {count}")]
    AddressIndex {
        /// Index.
        index: u64,
        /// Size of the table.
        count: usize,
    },
    /// A flag or type that cannot be.
    #[error("transaction kind {0:#04x} cannot be")]
    Kind(u8),
    /// An access or authorization list is wrong.
    #[error("list of a transaction is wrong: {0}")]
    List(alloy_rlp::Error),
    /// A rebuilt transaction does not decode.
    #[error("transaction is wrong: {0}")]
    Transaction(primitives::DecodeError),
    /// Bytes follow the last column or signature.
    #[error("{0} bytes too many")]
    Trailing(usize),
}

#[derive(Debug)]
struct Columns<'a> {
    kinds: Reader<'a>,
    senders: Reader<'a>,
    nonces: Reader<'a>,
    gas_limits: Reader<'a>,
    fees: Reader<'a>,
    tips: Reader<'a>,
    receivers: Reader<'a>,
    values: Reader<'a>,
    input_lengths: Reader<'a>,
    inputs: Reader<'a>,
    lists: Reader<'a>,
    chain_ids: Reader<'a>,
    signatures: Reader<'a>,
    addresses: Vec<Address>,
    next_nonces: Vec<u64>,
}

/// A transaction of a batch before it is decoded, with the sender that the batch names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// EIP-2718 bytes, rebuilt from the columns.
    pub raw: Bytes,
    /// Who is said to have signed them.
    pub sender: Address,
}

/// A batch whose columns are unpacked and whose transactions are read one after the other, so that
/// whoever checks them can begin before the last one is rebuilt.
#[derive(Debug)]
pub struct Opened<'a> {
    /// EIP-155 chain id of the batch.
    pub chain_id: u64,
    /// What each block's transactions see, and how many they are.
    pub blocks: Vec<(Environment, u64)>,
    columns: Columns<'a>,
}

/// The columns of a batch, unpacked.
#[derive(Debug)]
pub struct Unpacked<'a> {
    head: Vec<u8>,
    signatures: Reader<'a>,
}

impl<'a> Unpacked<'a> {
    /// Unpacks a batch.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`]. `columns_limit` bounds the memory of the columns.
    pub fn new(batch: &'a [u8], columns_limit: usize) -> Result<Self, DecodeError> {
        let mut outer = Reader::new(batch);
        let version = outer.byte()?;
        if version != VERSION {
            return Err(DecodeError::Version(version));
        }
        let size = outer.integer_64()?;
        if size > columns_limit as u64 {
            return Err(DecodeError::TooLarge { size, limit: columns_limit as u64 });
        }
        let head = zstd::bulk::decompress(outer.bytes()?, size as usize)
            .ok()
            .filter(|head| head.len() as u64 == size)
            .ok_or(DecodeError::Compression(size))?;
        Ok(Self { head, signatures: outer })
    }

    /// Reads the heads of its blocks and finds its columns.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`].
    pub fn open(&self) -> Result<Opened<'_>, DecodeError> {
        let mut reader = Reader::new(&self.head);
        let chain_id = reader.integer_64()?;
        let block_count = reader.count(57)?;
        let mut blocks = Vec::with_capacity(block_count);
        for _ in 0..block_count {
            blocks.push(decode_environment(&mut reader)?);
        }
        let address_count = reader.count(20)?;
        let columns = Columns::read(&mut reader, address_count, self.signatures.clone())?;
        let most = columns.kinds.left() as u64;
        let count = blocks.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        if count > most {
            return Err(DecodeError::Count { count, most });
        }
        Ok(Opened { chain_id, blocks, columns })
    }
}

impl Opened<'_> {
    /// The next transaction.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`].
    pub fn next_claim(&mut self) -> Result<Claim, DecodeError> {
        self.columns.next_claim(self.chain_id)
    }

    /// Ends the batch.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Trailing`] if anything is left.
    pub fn finish(self) -> Result<(), DecodeError> {
        self.columns.finish()
    }
}

/// Decodes a batch; returns its chain id and blocks.
///
/// # Errors
///
/// See [`DecodeError`]. `columns_limit` bounds the memory of the columns.
pub fn decode(batch: &[u8], columns_limit: usize) -> Result<(u64, Vec<BlockInput>), DecodeError> {
    let unpacked = Unpacked::new(batch, columns_limit)?;
    let mut opened = unpacked.open()?;
    let heads = std::mem::take(&mut opened.blocks);
    let mut scratch = Vec::new();
    let mut blocks = Vec::with_capacity(heads.len());
    for (environment, count) in heads {
        let transactions = (0..count)
            .map(|_| {
                let Claim { raw, sender } = opened.next_claim()?;
                let transaction =
                    Transaction::decode(raw, &mut scratch).map_err(DecodeError::Transaction)?;
                Ok(Arc::new(Verified { transaction, sender }))
            })
            .collect::<Result<_, _>>()?;
        blocks.push(BlockInput { environment, transactions });
    }
    let chain_id = opened.chain_id;
    opened.finish()?;
    Ok((chain_id, blocks))
}

fn decode_environment(reader: &mut Reader<'_>) -> Result<(Environment, u64), DecodeError> {
    let environment = Environment {
        number: BlockNumber(reader.integer_64()?),
        timestamp: reader.integer_64()?,
        base_fee: reader.integer_64()?,
        gas_limit: reader.integer_64()?,
        beneficiary: reader.address()?,
        prevrandao: B256::from_slice(reader.take(32)?),
    };
    Ok((environment, reader.integer_64()?))
}

impl<'a> Columns<'a> {
    fn read(
        reader: &mut Reader<'a>,
        address_count: usize,
        signatures: Reader<'a>,
    ) -> Result<Self, DecodeError> {
        let mut next = || reader.bytes().map(Reader::new);
        let kinds = next()?;
        let mut table = next()?;
        let addresses: Vec<Address> =
            (0..address_count).map(|_| table.address()).collect::<Result<_, _>>()?;
        if table.left() > 0 {
            return Err(DecodeError::Trailing(table.left()));
        }
        let columns = Self {
            kinds,
            senders: next()?,
            nonces: next()?,
            gas_limits: next()?,
            fees: next()?,
            tips: next()?,
            receivers: next()?,
            values: next()?,
            input_lengths: next()?,
            inputs: next()?,
            lists: next()?,
            chain_ids: next()?,
            signatures,
            next_nonces: vec![0; addresses.len()],
            addresses,
        };
        if reader.left() > 0 {
            return Err(DecodeError::Trailing(reader.left()));
        }
        Ok(columns)
    }

    fn finish(self) -> Result<(), DecodeError> {
        let left = [
            self.kinds,
            self.senders,
            self.nonces,
            self.gas_limits,
            self.fees,
            self.tips,
            self.receivers,
            self.values,
            self.input_lengths,
            self.inputs,
            self.lists,
            self.chain_ids,
            self.signatures,
        ]
        .iter()
        .map(Reader::left)
        .sum();
        if left > 0 { Err(DecodeError::Trailing(left)) } else { Ok(()) }
    }

    fn next_claim(&mut self, batch_chain_id: u64) -> Result<Claim, DecodeError> {
        let kind = self.kinds.byte()?;
        let transaction_type = kind & flags::TYPE_MASK;
        let is_legacy = transaction_type == 0;
        let is_possible = matches!(transaction_type, 0 | 1 | 2 | 4)
            && (is_legacy || kind & flags::UNPROTECTED == 0)
            && !(is_legacy && kind & flags::ACCESS_LIST != 0)
            && !(kind & flags::UNPROTECTED != 0 && kind & flags::OTHER_CHAIN != 0)
            && !(transaction_type == 4 && kind & flags::CREATE != 0);
        if !is_possible {
            return Err(DecodeError::Kind(kind));
        }
        let sender_index = index(&mut self.senders, self.addresses.len())?;
        let sender = self.addresses[sender_index];
        let nonce = self.nonce(sender_index)?;
        let gas_limit = self.gas_limits.integer_64()?;
        let fee = self.fees.integer()?;
        let chain_id = if kind & flags::OTHER_CHAIN != 0 {
            self.chain_ids.integer_64()?
        } else {
            batch_chain_id
        };
        let mut fields = Vec::with_capacity(128);
        if !is_legacy {
            chain_id.encode(&mut fields);
        }
        nonce.encode(&mut fields);
        if transaction_type >= 2 {
            self.tips.integer()?.encode(&mut fields);
        }
        fee.encode(&mut fields);
        gas_limit.encode(&mut fields);
        if kind & flags::CREATE != 0 {
            fields.push(0x80);
        } else {
            let receiver = index(&mut self.receivers, self.addresses.len())?;
            self.addresses[receiver].encode(&mut fields);
        }
        self.values.word()?.encode(&mut fields);
        let input_length = self.input_lengths.integer_64()?;
        let input_length = usize::try_from(input_length).map_err(|_| DecodeError::Integer)?;
        self.inputs.take(input_length)?.encode(&mut fields);
        self.lists_of(kind, transaction_type, &mut fields)?;
        self.signature_of(kind, is_legacy, chain_id, &mut fields)?;
        let mut raw = Vec::with_capacity(fields.len() + 6);
        if !is_legacy {
            raw.push(transaction_type);
        }
        Header { list: true, payload_length: fields.len() }.encode(&mut raw);
        raw.extend_from_slice(&fields);
        Ok(Claim { raw: Bytes::from(raw), sender })
    }

    fn nonce(&mut self, sender: usize) -> Result<u64, DecodeError> {
        let zigzag = self.nonces.integer()?;
        let difference = ((zigzag >> 1) as i128) ^ -((zigzag & 1) as i128);
        let nonce = i128::from(self.next_nonces[sender])
            .checked_add(difference)
            .and_then(|nonce| u64::try_from(nonce).ok())
            .ok_or(DecodeError::Integer)?;
        self.next_nonces[sender] = nonce.wrapping_add(1);
        Ok(nonce)
    }

    fn lists_of(
        &mut self,
        kind: u8,
        transaction_type: u8,
        fields: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        if transaction_type == 0 {
            return Ok(());
        }
        if kind & flags::ACCESS_LIST != 0 {
            let mut bytes = self.lists.bytes()?;
            AccessList::decode(&mut bytes).map_err(DecodeError::List)?.encode(fields);
        } else {
            fields.push(0xc0);
        }
        if transaction_type == 4 {
            let mut bytes = self.lists.bytes()?;
            Vec::<SignedAuthorization>::decode(&mut bytes)
                .map_err(DecodeError::List)?
                .encode(fields);
        }
        Ok(())
    }

    fn signature_of(
        &mut self,
        kind: u8,
        is_legacy: bool,
        chain_id: u64,
        fields: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let odd_y = u8::from(kind & flags::ODD_Y != 0);
        if !is_legacy {
            odd_y.encode(fields);
        } else if kind & flags::UNPROTECTED != 0 {
            (27 + odd_y).encode(fields);
        } else {
            (u128::from(chain_id) * 2 + 35 + u128::from(odd_y)).encode(fields);
        }
        U256::from_be_slice(self.signatures.take(32)?).encode(fields);
        U256::from_be_slice(self.signatures.take(32)?).encode(fields);
        Ok(())
    }
}

fn index(column: &mut Reader<'_>, count: usize) -> Result<usize, DecodeError> {
    let index = column.integer_64()?;
    if index >= count as u64 {
        return Err(DecodeError::AddressIndex { index, count });
    }
    Ok(index as usize)
}
