// SPDX-License-Identifier: Apache-2.0
//! One signature at a time: libsecp256k1's recovery under Ethereum's rules. It defines what every
//! other path may accept.

use secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use secp256k1::{All, Message, Secp256k1};

use crate::field::Field;
use crate::keccak;
use crate::point::Affine;
use crate::scalar::{HALF_N, Scalar};
use crate::{Item, Reject};

/// A signature whose r and s are in range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranged {
    pub(crate) r: Scalar,
    pub(crate) s: Scalar,
}

/// A recovered key with its address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovered {
    pub(crate) address: [u8; 20],
    pub(crate) key: Affine,
}

/// Checks 0 < r, s < n and the low s of EIP-2.
pub(crate) fn ranged(item: &Item) -> Result<Ranged, Reject> {
    let in_range = |bytes| Scalar::from_bytes(bytes).filter(|scalar| !scalar.is_zero());
    let r = in_range(&item.r).ok_or(Reject::ROutOfRange)?;
    let s = in_range(&item.s).ok_or(Reject::SOutOfRange)?;
    if s.is_above(HALF_N) {
        return Err(Reject::HighS);
    }
    Ok(Ranged { r, s })
}

/// Recovers the signer of an item that passed [`ranged`].
pub(crate) fn recover(context: &Secp256k1<All>, item: &Item) -> Result<Recovered, Reject> {
    let mut compact = [0; 64];
    compact[..32].copy_from_slice(&item.r);
    compact[32..].copy_from_slice(&item.s);
    let id = if item.odd_y { RecoveryId::One } else { RecoveryId::Zero };
    let signature =
        RecoverableSignature::from_compact(&compact, id).map_err(|_| Reject::ROutOfRange)?;
    let key = context
        .recover_ecdsa(Message::from_digest(item.hash), &signature)
        .map_err(|_| failure(item))?
        .serialize_uncompressed();

    let digest = keccak::one(&key[1..]);
    let mut address = [0; 20];
    address.copy_from_slice(&digest[12..]);
    let (coordinates, _) = key[1..].as_chunks::<32>();
    let [x, y] = [0, 1].map(|i| Scalar::limbs(&coordinates[i]));
    Ok(Recovered { address, key: Affine { x, y } })
}

/// Accepts a recovered signer if it is the one claimed.
pub(crate) fn accept(item: &Item, recovered: [u8; 20]) -> Result<[u8; 20], Reject> {
    match item.claimed {
        Some(claimed) if claimed != recovered => Err(Reject::SenderMismatch { claimed, recovered }),
        _ => Ok(recovered),
    }
}

/// Why libsecp256k1 found no key: with r and s in range only two reasons are left.
fn failure(item: &Item) -> Reject {
    let x = Field(Scalar::limbs(&item.r));
    let on_curve = x.square().mul(x).add(Field::SEVEN).square_root().is_some();
    if on_curve { Reject::KeyAtInfinity } else { Reject::RNotOnCurve }
}
