// SPDX-License-Identifier: Apache-2.0
//! One signed transaction as a view of its own bytes.
//!
//! The decoder keeps the raw bytes and computes both hashes from slices of them, so that nothing is
//! encoded again on the hot path. It is held equal to alloy's decoder by the tests.

use alloy_eips::{eip2930::AccessList, eip7702::SignedAuthorization};
use alloy_rlp::{Decodable, Encodable, Header};

use crate::{Address, B256, Bytes, TxKind, U256, keccak256};

/// Kinds of transaction that the chain takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum TransactionType {
    /// Untyped, with or without EIP-155.
    Legacy = 0,
    /// Access list.
    Eip2930 = 1,
    /// Fee market.
    Eip1559 = 2,
    /// Set code.
    Eip7702 = 4,
}

/// Why bytes are not a transaction of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No bytes.
    #[error("transaction is empty")]
    Empty,
    /// RLP is wrong or not canonical.
    #[error("transaction is not canonical RLP: {0}")]
    Rlp(#[from] alloy_rlp::Error),
    /// Bytes follow the transaction.
    #[error("{0} bytes follow the transaction")]
    TrailingBytes(usize),
    /// EIP-4844: this chain has no blobs.
    #[error("blob transactions are not supported on this chain")]
    Blob,
    /// A type that does not exist, or not yet.
    #[error("transaction type {0:#04x} is not supported")]
    UnknownType(u8),
    /// Neither 27, 28 nor EIP-155.
    #[error("signature v {0} is not valid")]
    InvalidV(u128),
    /// Typed transactions sign with a parity of 0 or 1.
    #[error("signature parity {0} is not 0 or 1")]
    InvalidParity(u8),
}

/// A signature with the parity of its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// x of the point, modulo the order.
    pub r: U256,
    /// The other half.
    pub s: U256,
    /// Whether y of the point is odd.
    pub odd_y: bool,
}

/// A decoded transaction; `raw` is what was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// EIP-2718 encoding.
    pub raw: Bytes,
    /// Keccak of `raw`.
    pub hash: B256,
    /// What the sender signed.
    pub signing_hash: B256,
    /// Its kind.
    pub transaction_type: TransactionType,
    /// Chain it is for; absent on legacy transactions before EIP-155.
    pub chain_id: Option<u64>,
    /// Sender's nonce.
    pub nonce: u64,
    /// Most gas it may use.
    pub gas_limit: u64,
    /// Most wei per gas; gas price of types 0 and 1.
    pub max_fee_per_gas: u128,
    /// Most wei per gas for the beneficiary; equal to the gas price for types 0 and 1.
    pub max_priority_fee_per_gas: u128,
    /// Callee, or a creation.
    pub to: TxKind,
    /// Wei sent.
    pub value: U256,
    /// Calldata or init code; shares memory with `raw`.
    pub input: Bytes,
    /// EIP-2930 list, if the type has one and it is not empty.
    pub access_list: Option<Box<AccessList>>,
    /// EIP-7702 list of type 4.
    pub authorizations: Option<Box<Vec<SignedAuthorization>>>,
    /// Sender's signature.
    pub signature: Signature,
}

impl Transaction {
    /// Decodes an EIP-2718 transaction; `scratch` saves an allocation for each call.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`]. Nothing is checked that needs a chain: not the chain id, not the
    /// signature's range.
    pub fn decode(raw: Bytes, scratch: &mut Vec<u8>) -> Result<Self, DecodeError> {
        scratch.clear();
        let mut transaction = Self::parse(raw, scratch)?;
        transaction.hash = keccak256(&transaction.raw);
        transaction.signing_hash = keccak256(&scratch);
        Ok(transaction)
    }

    /// Decodes without hashing: both hashes are zero, and what the second one is of is appended to
    /// `signed`. For whoever hashes many at a time.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`].
    pub fn parse(raw: Bytes, signed: &mut Vec<u8>) -> Result<Self, DecodeError> {
        match raw.first() {
            None => Err(DecodeError::Empty),
            Some(0x01) => parse_typed(raw, TransactionType::Eip2930, signed),
            Some(0x02) => parse_typed(raw, TransactionType::Eip1559, signed),
            Some(0x03) => Err(DecodeError::Blob),
            Some(0x04) => parse_typed(raw, TransactionType::Eip7702, signed),
            Some(first) if *first >= 0xc0 => parse_legacy(raw, signed),
            Some(other) => Err(DecodeError::UnknownType(*other)),
        }
    }

    /// Wei per gas that the sender pays in a block of this base fee; `None` if below it.
    #[must_use]
    pub fn effective_gas_price(&self, base_fee: u64) -> Option<u128> {
        let tip_room = self.max_fee_per_gas.checked_sub(u128::from(base_fee))?;
        Some(u128::from(base_fee) + tip_room.min(self.max_priority_fee_per_gas))
    }

    /// Most wei that the transaction can take from its sender; `None` above 2^256.
    #[must_use]
    pub fn cost(&self) -> Option<U256> {
        U256::from(self.gas_limit)
            .checked_mul(U256::from(self.max_fee_per_gas))?
            .checked_add(self.value)
    }
}

fn payload<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], DecodeError> {
    let payload = Header::decode_bytes(bytes, true)?;
    if !bytes.is_empty() {
        return Err(DecodeError::TrailingBytes(bytes.len()));
    }
    Ok(payload)
}

fn parse_typed(
    raw: Bytes,
    transaction_type: TransactionType,
    signed: &mut Vec<u8>,
) -> Result<Transaction, DecodeError> {
    let whole = payload(&mut &raw[1..])?;
    let mut rest = whole;
    let cursor = &mut rest;
    let chain_id = u64::decode(cursor)?;
    let nonce = u64::decode(cursor)?;
    let first_fee = u128::decode(cursor)?;
    let (max_priority_fee_per_gas, max_fee_per_gas) = match transaction_type {
        TransactionType::Eip2930 | TransactionType::Legacy => (first_fee, first_fee),
        TransactionType::Eip1559 | TransactionType::Eip7702 => (first_fee, u128::decode(cursor)?),
    };
    let gas_limit = u64::decode(cursor)?;
    let to = match transaction_type {
        TransactionType::Eip7702 => TxKind::Call(Address::decode(cursor)?),
        _ => TxKind::decode(cursor)?,
    };
    let value = U256::decode(cursor)?;
    let input = raw.slice_ref(Header::decode_bytes(cursor, false)?);
    let access_list = AccessList::decode(cursor)?;
    let authorizations = match transaction_type {
        TransactionType::Eip7702 => Some(Box::new(Vec::<SignedAuthorization>::decode(cursor)?)),
        _ => None,
    };
    let signed_length = whole.len() - cursor.len();
    let parity = u8::decode(cursor)?;
    if parity > 1 {
        return Err(DecodeError::InvalidParity(parity));
    }
    let signature =
        Signature { odd_y: parity == 1, r: U256::decode(cursor)?, s: U256::decode(cursor)? };
    if !cursor.is_empty() {
        return Err(DecodeError::TrailingBytes(cursor.len()));
    }
    signed.push(transaction_type as u8);
    Header { list: true, payload_length: signed_length }.encode(signed);
    signed.extend_from_slice(&whole[..signed_length]);
    Ok(Transaction {
        hash: B256::ZERO,
        signing_hash: B256::ZERO,
        transaction_type,
        chain_id: Some(chain_id),
        nonce,
        gas_limit,
        max_fee_per_gas,
        max_priority_fee_per_gas,
        to,
        value,
        input,
        access_list: (!access_list.is_empty()).then(|| Box::new(access_list)),
        authorizations,
        signature,
        raw,
    })
}

fn parse_legacy(raw: Bytes, signed: &mut Vec<u8>) -> Result<Transaction, DecodeError> {
    let whole = payload(&mut &raw[..])?;
    let mut rest = whole;
    let cursor = &mut rest;
    let nonce = u64::decode(cursor)?;
    let gas_price = u128::decode(cursor)?;
    let gas_limit = u64::decode(cursor)?;
    let to = TxKind::decode(cursor)?;
    let value = U256::decode(cursor)?;
    let input = raw.slice_ref(Header::decode_bytes(cursor, false)?);
    let fields = &whole[..whole.len() - cursor.len()];
    let v = u128::decode(cursor)?;
    let (chain_id, odd_y) = split_v(v)?;
    let signature = Signature { odd_y, r: U256::decode(cursor)?, s: U256::decode(cursor)? };
    if !cursor.is_empty() {
        return Err(DecodeError::TrailingBytes(cursor.len()));
    }
    let suffix_length = chain_id.map_or(0, |id| id.length() + 2);
    Header { list: true, payload_length: fields.len() + suffix_length }.encode(signed);
    signed.extend_from_slice(fields);
    if let Some(id) = chain_id {
        id.encode(signed);
        // EIP-155: the two empty values in the place of r and s.
        signed.extend_from_slice(&[0x80, 0x80]);
    }
    Ok(Transaction {
        hash: B256::ZERO,
        signing_hash: B256::ZERO,
        transaction_type: TransactionType::Legacy,
        chain_id,
        nonce,
        gas_limit,
        max_fee_per_gas: gas_price,
        max_priority_fee_per_gas: gas_price,
        to,
        value,
        input,
        access_list: None,
        authorizations: None,
        signature,
        raw,
    })
}

/// Splits a legacy `v` in chain id and parity.
fn split_v(v: u128) -> Result<(Option<u64>, bool), DecodeError> {
    match v {
        27 | 28 => Ok((None, v == 28)),
        _ => {
            let shifted = v.checked_sub(35).ok_or(DecodeError::InvalidV(v))?;
            let chain_id = u64::try_from(shifted / 2).map_err(|_| DecodeError::InvalidV(v))?;
            Ok((Some(chain_id), shifted % 2 == 1))
        }
    }
}

/// A transaction with the account that is known to have sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What was sent.
    pub transaction: Transaction,
    /// Who signed it, or whom a development chain impersonates.
    pub sender: Address,
}
