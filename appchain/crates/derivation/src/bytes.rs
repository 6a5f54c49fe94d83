// SPDX-License-Identifier: Apache-2.0
//! Integers of variable length and bounded reads.

use primitives::{Address, U256};

use crate::decode::DecodeError;

/// Appends a LEB128 integer.
pub fn put_integer(mut value: u128, buffer: &mut Vec<u8>) {
    while value >= 0x80 {
        buffer.push((value as u8) | 0x80);
        value >>= 7;
    }
    buffer.push(value as u8);
}

/// Appends a 256-bit integer as a length byte and its big-endian bytes without leading zeros.
pub fn put_word(value: U256, buffer: &mut Vec<u8>) {
    let bytes = value.to_be_bytes::<32>();
    let zeros = value.leading_zeros() / 8;
    buffer.push((32 - zeros) as u8);
    buffer.extend_from_slice(&bytes[zeros..]);
}

/// Appends a length and the bytes.
pub fn put_bytes(bytes: &[u8], buffer: &mut Vec<u8>) {
    put_integer(bytes.len() as u128, buffer);
    buffer.extend_from_slice(bytes);
}

/// Reads from a slice, never past its end.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from the front.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Short`] if fewer are left.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(DecodeError::Short { needed: length, left: self.rest.len() })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Short`] at the end.
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    /// The next LEB128 integer, in its shortest form.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Short`], or [`DecodeError::Integer`] above 128 bits or with idle bytes.
    pub fn integer(&mut self) -> Result<u128, DecodeError> {
        let mut value = 0_u128;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if shift > 126 || (shift == 126 && bits > 3) || (byte == 0 && shift > 0) {
                return Err(DecodeError::Integer);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }

    /// The next integer, which must fit in 64 bits.
    ///
    /// # Errors
    ///
    /// As [`Self::integer`].
    pub fn integer_64(&mut self) -> Result<u64, DecodeError> {
        u64::try_from(self.integer()?).map_err(|_| DecodeError::Integer)
    }

    /// A count of items that take at least `least_bytes` each.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Count`] if that many cannot follow.
    pub fn count(&mut self, least_bytes: usize) -> Result<usize, DecodeError> {
        let count = self.integer_64()?;
        let most = (self.left() / least_bytes.max(1)) as u64;
        if count > most {
            return Err(DecodeError::Count { count, most });
        }
        Ok(count as usize)
    }

    /// The next 256-bit integer.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Short`], or [`DecodeError::Integer`] if it is longer than 32 bytes or not in
    /// its shortest form.
    pub fn word(&mut self) -> Result<U256, DecodeError> {
        let length = usize::from(self.byte()?);
        if length > 32 {
            return Err(DecodeError::Integer);
        }
        let bytes = self.take(length)?;
        if bytes.first() == Some(&0) {
            return Err(DecodeError::Integer);
        }
        Ok(U256::from_be_slice(bytes))
    }

    /// The next length and its bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::integer`] and [`Self::take`].
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.count(1)?;
        self.take(length)
    }

    /// The next address.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Short`].
    pub fn address(&mut self) -> Result<Address, DecodeError> {
        Ok(Address::from_slice(self.take(20)?))
    }
}
