// SPDX-License-Identifier: Apache-2.0
//! Signatures over any kind of transaction, by alloy's encoders; slower than [`Actor::sign`].

use alloy_consensus::{SignableTransaction, Signed, transaction::RlpEcdsaEncodableTx};
use alloy_eips::{
    eip2718::Encodable2718,
    eip7702::{Authorization, SignedAuthorization},
};
use alloy_primitives::Signature;
use primitives::{B256, Bytes};
use secp256k1::{Message, SECP256K1};

use crate::Actor;

impl Actor {
    /// Signs a transaction of any type.
    #[must_use]
    pub fn sign_typed<T>(&self, transaction: T) -> Bytes
    where
        T: SignableTransaction<Signature> + RlpEcdsaEncodableTx + Send + Sync,
        Signed<T>: Encodable2718,
    {
        let signature = self.sign_hash(transaction.signature_hash());
        Bytes::from(transaction.into_signed(signature).encoded_2718())
    }

    /// Signs a delegation of this account to code (EIP-7702).
    #[must_use]
    pub fn authorize(&self, authorization: Authorization) -> SignedAuthorization {
        let signature = self.sign_hash(authorization.signature_hash());
        authorization.into_signed(signature)
    }

    /// Signs a digest as wallets do: `r`, `s`, then 27 or 28.
    #[must_use]
    pub fn sign_digest(&self, digest: B256) -> Bytes {
        Bytes::copy_from_slice(&self.sign_hash(digest).as_bytes())
    }

    fn sign_hash(&self, hash: B256) -> Signature {
        let message = Message::from_digest(hash.0);
        let (id, bytes) = SECP256K1.sign_ecdsa_recoverable(message, &self.key).serialize_compact();
        Signature::from_bytes_and_parity(&bytes, i32::from(id) & 1 == 1)
    }
}
