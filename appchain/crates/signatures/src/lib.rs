// SPDX-License-Identifier: Apache-2.0
//! Exact `ecrecover` for many signatures at once.
//!
//! A transaction does not carry its sender, only a signature from which one can be recovered. That
//! costs some 37 µs each. Whoever submits transactions in bulk also states each sender, and for a
//! key seen before it is far cheaper to check that statement for thousands of signatures in one
//! equation than to recover each key again. [`Verifier`] does so, and gives item by item what a
//! single recovery by libsecp256k1 would give.
//!
//! - `verifier`, `single`, `cache`: what is decided, and by which path.
//! - `batch`, `sum`: the equation and its multi-scalar multiplication.
//! - `stranger`: candidates for keys not known yet, which the equation then proves.
//! - `engine`, with `portable` and `vector`: the bulk kernels, twice. AVX-512 is chosen at run
//!   time.
//! - `field`, `scalar`, `point`: the arithmetic below, for any processor.
//! - [`keccak`]: hashing, eight messages side by side.
//!
//! ```
//! use signatures::{Item, Options, Reject, Verifier};
//!
//! let mut verifier = Verifier::new(Options::default());
//! let item = Item {
//!     hash: [1; 32],
//!     r: [2; 32],
//!     s: [0; 32],
//!     odd_y: false,
//!     claimed: Some([3; 20]),
//!     r_y_hint: None,
//! };
//! assert_eq!(verifier.verify(&[item]), [Err(Reject::SOutOfRange)]);
//! ```
//!
//! A verifier keeps what it learns of keys and its memory, so a node makes one per thread and feeds
//! it a few thousand items at a time.
//!
//! All inputs are public, so nothing here runs in constant time. Never sign with this code.

#![deny(unsafe_op_in_unsafe_fn)]

mod batch;
mod cache;
mod engine;
mod field;
pub mod keccak;
mod point;
mod portable;
mod scalar;
mod single;
mod stranger;
mod sum;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod vector;
#[cfg(not(target_arch = "x86_64"))]
#[path = "vector_absent.rs"]
mod vector;
mod verifier;

pub use verifier::{DEFAULT_KEY_CAPACITY, Verifier};

/// Which shortcuts a [`Verifier`] takes. None of them changes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Check known senders by the batch equation. Off: libsecp256k1 recovers each item.
    pub batch: bool,
    /// Use AVX-512 where the processor has it. Off: portable code.
    pub vector: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { batch: true, vector: true }
    }
}

/// A signature with what is known about it. Words are big-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The digest that was signed.
    pub hash: [u8; 32],
    /// The x-coordinate of the nonce point R.
    pub r: [u8; 32],
    /// The signature's second scalar.
    pub s: [u8; 32],
    /// Whether R's y-coordinate is odd: the recovery id, or Ethereum's v less its offset.
    pub odd_y: bool,
    /// The sender that the submitter states. Without it the item is recovered singly.
    pub claimed: Option<[u8; 20]>,
    /// R's y-coordinate, which spares a square root. A wrong one is ignored, not refused.
    pub r_y_hint: Option<[u8; 32]>,
}

/// Why an item has no sender, the first reason in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// r is zero or not below the group order.
    ROutOfRange,
    /// s is zero or not below the group order.
    SOutOfRange,
    /// s is above half the group order (EIP-2).
    HighS,
    /// No point of the curve has r as its x-coordinate.
    RNotOnCurve,
    /// The recovered key is the point at infinity.
    KeyAtInfinity,
    /// The signature is another's than stated.
    SenderMismatch {
        /// The sender stated.
        claimed: [u8; 20],
        /// The sender that the signature has.
        recovered: [u8; 20],
    },
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ROutOfRange => f.write_str("signature r is zero or not below the group order"),
            Self::SOutOfRange => f.write_str("signature s is zero or not below the group order"),
            Self::HighS => f.write_str("signature s is above half the group order"),
            Self::RNotOnCurve => f.write_str("signature r is not the x of a curve point"),
            Self::KeyAtInfinity => f.write_str("recovered key is the point at infinity"),
            Self::SenderMismatch { claimed, recovered } => {
                write!(f, "sender is {}, not {}", Address(recovered), Address(claimed))
            }
        }
    }
}

impl std::error::Error for Reject {}

/// Prints an address as wallets do, without the checksum's capitals.
struct Address<'a>(&'a [u8; 20]);

impl std::fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests;
