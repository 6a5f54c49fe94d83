// SPDX-License-Identifier: Apache-2.0
//! Who signed a transaction.

use std::sync::Arc;

use primitives::{
    Address, B256, Bytes, Transaction, U256, Verified, chain::MAX_TRANSACTION_BYTES, keccak256,
};
use secp256k1::{
    Message,
    ecdsa::{RecoverableSignature, RecoveryId},
};

use signatures::keccak;

use crate::error::SubmitError;

/// Half of the curve's order: EIP-2 refuses a larger `s`.
const HALF_ORDER: U256 = U256::from_limbs([
    0xdfe9_2f46_681b_20a0,
    0x5d57_6e73_57a4_501d,
    0xffff_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
]);

/// A transaction as it came in, with the sender that the door was told.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// EIP-2718 bytes.
    pub raw: Bytes,
    /// Who is said to have signed; checked, never believed.
    pub claimed: Option<Address>,
}

/// Finds senders; each thread that verifies has its own.
pub trait SenderCheck: Send {
    /// The sender of each transaction, or why there is none.
    fn senders(
        &mut self,
        transactions: &[(Transaction, Option<Address>)],
    ) -> Vec<Result<Address, SubmitError>>;
}

/// Batches with known keys, by the signature crate; exact, with a switch for each shortcut.
#[derive(Debug)]
pub struct Batched(signatures::Verifier);

impl Batched {
    /// A check with these shortcuts.
    #[must_use]
    pub fn new(options: signatures::Options) -> Self {
        Self(signatures::Verifier::new(options))
    }
}

impl SenderCheck for Batched {
    fn senders(
        &mut self,
        transactions: &[(Transaction, Option<Address>)],
    ) -> Vec<Result<Address, SubmitError>> {
        let items: Vec<signatures::Item> = transactions
            .iter()
            .map(|(transaction, claimed)| signatures::Item {
                hash: transaction.signing_hash.0,
                r: transaction.signature.r.to_be_bytes(),
                s: transaction.signature.s.to_be_bytes(),
                odd_y: transaction.signature.odd_y,
                claimed: claimed.map(Address::into_array),
                r_y_hint: None,
            })
            .collect();
        self.0
            .verify(&items)
            .into_iter()
            .map(|result| match result {
                Ok(sender) => Ok(Address::from(sender)),
                Err(reject) => Err(SubmitError::Signature(reject.to_string())),
            })
            .collect()
    }
}

/// One recovery for each signature, by libsecp256k1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recovery;

impl SenderCheck for Recovery {
    fn senders(
        &mut self,
        transactions: &[(Transaction, Option<Address>)],
    ) -> Vec<Result<Address, SubmitError>> {
        transactions
            .iter()
            .map(|(transaction, claimed)| {
                let sender = recover(transaction)?;
                match claimed {
                    Some(claimed) if *claimed != sender => Err(SubmitError::Signature(format!(
                        "claimed {claimed}, signed by {sender}"
                    ))),
                    _ => Ok(sender),
                }
            })
            .collect()
    }
}

/// Recovers the sender of one transaction.
///
/// # Errors
///
/// [`SubmitError::Signature`].
pub fn recover(transaction: &Transaction) -> Result<Address, SubmitError> {
    let signature = &transaction.signature;
    if signature.s > HALF_ORDER {
        return Err(SubmitError::Signature("s is in the upper half".to_owned()));
    }
    let mut compact = [0_u8; 64];
    compact[..32].copy_from_slice(&signature.r.to_be_bytes::<32>());
    compact[32..].copy_from_slice(&signature.s.to_be_bytes::<32>());
    let id = if signature.odd_y { RecoveryId::One } else { RecoveryId::Zero };
    let refuse = |error: secp256k1::Error| SubmitError::Signature(error.to_string());
    let parsed = RecoverableSignature::from_compact(&compact, id).map_err(refuse)?;
    let message = Message::from_digest(transaction.signing_hash.0);
    let key = secp256k1::SECP256K1.recover_ecdsa(message, &parsed).map_err(refuse)?;
    Ok(Address::from_slice(&keccak256(&key.serialize_uncompressed()[1..])[12..]))
}

/// Transactions as they decode, each with its claimed sender.
pub type Decoded = Vec<Result<(Transaction, Option<Address>), SubmitError>>;

/// Decodes a run of transactions and hashes them together.
#[must_use]
pub fn decode_all(incoming: Vec<Incoming>, signed: &mut Vec<u8>) -> Decoded {
    signed.clear();
    let mut ends = Vec::with_capacity(incoming.len());
    let mut decoded: Decoded = incoming
        .into_iter()
        .map(|Incoming { raw, claimed }| {
            let start = signed.len();
            let parsed = parse(raw, signed);
            if parsed.is_err() {
                signed.truncate(start);
            } else {
                ends.push(signed.len());
            }
            Ok((parsed?, claimed))
        })
        .collect();
    let hashes = {
        let raw: Vec<&[u8]> =
            decoded.iter().flatten().map(|(transaction, _)| transaction.raw.as_ref()).collect();
        keccak::many(&raw)
    };
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let signed: Vec<&[u8]> = starts.zip(&ends).map(|(start, end)| &signed[start..*end]).collect();
    let signing_hashes = keccak::many(&signed);
    let hashes = hashes.into_iter().zip(signing_hashes);
    for ((transaction, _), (hash, signing_hash)) in decoded.iter_mut().flatten().zip(hashes) {
        transaction.hash = B256::new(hash);
        transaction.signing_hash = B256::new(signing_hash);
    }
    decoded
}

/// Finds the senders of a run of transactions; the answers are in the order of the questions.
pub fn verify(
    decoded: Decoded,
    check: &mut dyn SenderCheck,
) -> Vec<Result<Arc<Verified>, SubmitError>> {
    let mut transactions = Vec::with_capacity(decoded.len());
    let mut refused = Vec::with_capacity(decoded.len());
    for one in decoded {
        refused.push(one.map(|pair| transactions.push(pair)).err());
    }
    let senders = check.senders(&transactions);
    let mut verified = transactions
        .into_iter()
        .zip(senders)
        .map(|((transaction, _), sender)| Ok(Arc::new(Verified { transaction, sender: sender? })));
    refused
        .into_iter()
        .map(|refused| match refused {
            Some(error) => Err(error),
            None => verified
                .next()
                .unwrap_or_else(|| Err(SubmitError::Signature("not checked".to_owned()))),
        })
        .collect()
}

fn parse(raw: Bytes, signed: &mut Vec<u8>) -> Result<Transaction, SubmitError> {
    if raw.len() > MAX_TRANSACTION_BYTES {
        return Err(SubmitError::Oversized { size: raw.len(), limit: MAX_TRANSACTION_BYTES });
    }
    Ok(Transaction::parse(raw, signed)?)
}
