// SPDX-License-Identifier: Apache-2.0
//! The batcher's key and what it signs.

use std::path::Path;

use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::Signature;
use primitives::{Address, Bytes, U256, keccak256};
use secp256k1::{Keypair, Message, SECP256K1, SecretKey};

/// Why a file holds no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("key file {path} could not be read: {source}")]
    Unreadable {
        /// Its path.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Not 32 bytes in hexadecimal, or no key of the curve.
    #[error("key file {path} holds no private key: 64 hexadecimal digits")]
    Malformed {
        /// Its path.
        path: String,
    },
}

/// A private key.
#[derive(Clone)]
pub struct Key {
    secret: SecretKey,
    address: Address,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Key").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Key {
    /// Reads a key from a file of 64 hexadecimal digits, with or without `0x`.
    ///
    /// # Errors
    ///
    /// See [`KeyError`]; no message holds a digit of the file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let shown = || path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| KeyError::Unreadable { path: shown(), source })?;
        text.trim()
            .parse::<primitives::B256>()
            .ok()
            .and_then(|bytes| Self::from_bytes(bytes.0))
            .ok_or_else(|| KeyError::Malformed { path: shown() })
    }

    /// The key of these bytes; `None` if they are zero or not below the curve's order.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        let secret = SecretKey::from_byte_array(bytes).ok()?;
        let public = Keypair::from_secret_key(SECP256K1, &secret).public_key();
        let hash = keccak256(&public.serialize_uncompressed()[1..]);
        Some(Self { secret, address: Address::from_slice(&hash[12..]) })
    }

    /// Whose key it is.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Signs a transaction; returns its EIP-2718 bytes.
    #[must_use]
    pub fn sign(&self, transaction: TxEip1559) -> Bytes {
        let message = Message::from_digest(transaction.signature_hash().0);
        let (id, compact) =
            SECP256K1.sign_ecdsa_recoverable(message, &self.secret).serialize_compact();
        let signature = Signature::new(
            U256::from_be_slice(&compact[..32]),
            U256::from_be_slice(&compact[32..]),
            i32::from(id) == 1,
        );
        let envelope = TxEnvelope::Eip1559(transaction.into_signed(signature));
        Bytes::from(envelope.encoded_2718())
    }
}
