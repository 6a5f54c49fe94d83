// SPDX-License-Identifier: Apache-2.0
//! The two calls that the chain makes by itself in each block, as ordinary transactions.
//!
//! Each is a fee-market transaction of the system account, whose key everybody has, signed as RFC
//! 6979 says: environment and state determine its bytes. Whether it is due is determined by the same.
//! So a follower makes its own and compares; whoever knows nothing of the rule (an explorer, another
//! client's executor) sees a transaction like any other.

use std::sync::Arc;

use alloy_consensus::{SignableTransaction, TxEip1559};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::Signature;
use primitives::{
    Address, Bytes, ChainConfig, Heartbeat, KECCAK_EMPTY, SYSTEM_ACCOUNT, Transaction, TxKind,
    U256, Verified, heartbeat::SYSTEM_KEY_SEED, keccak256,
};
use revm::context_interface::transaction::AuthorizationTr;
use secp256k1::{Message, SECP256K1, SecretKey};
use state::Account;

use crate::environment::Environment;

/// Which of the two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// The first transaction of a block.
    Open,
    /// The last one.
    Close,
}

impl Beat {
    /// The function called, without arguments.
    #[must_use]
    pub const fn signature(self) -> &'static str {
        match self {
            Self::Open => "open_block()",
            Self::Close => "close_block()",
        }
    }

    const fn gas_limit(self, heartbeat: &Heartbeat) -> u64 {
        match self {
            Self::Open => heartbeat.open_gas_limit,
            Self::Close => heartbeat.close_gas_limit,
        }
    }
}

/// The transaction of `beat`, if it is due: its contract has code at this moment, a block has room
/// for both calls, and the system account is what genesis made it, able to pay and without code.
///
/// `account` reads the state of the moment.
pub fn due(
    config: &ChainConfig,
    environment: &Environment,
    account: impl Fn(&Address) -> Option<Account>,
    beat: Beat,
) -> Option<Arc<Verified>> {
    let heartbeat = config.heartbeat.as_ref()?;
    let contract = account(&heartbeat.address)?;
    let payer = account(&SYSTEM_ACCOUNT)?;
    let cost = U256::from(beat.gas_limit(heartbeat)) * U256::from(environment.base_fee);
    let is_due = contract.code_hash != KECCAK_EMPTY
        && heartbeat.gas() <= environment.gas_limit
        && payer.code_hash == KECCAK_EMPTY
        && payer.balance >= cost;
    is_due.then(|| sign(config.chain_id, environment, heartbeat, payer.nonce, beat))
}

/// Whether a user's transaction would act for the system account: sent by it, or delegating it to
/// code (EIP-7702), which its key lets anybody sign.
#[must_use]
pub fn is_forged(config: &ChainConfig, verified: &Verified) -> bool {
    let delegates = || {
        let list = verified.transaction.authorizations.as_deref();
        list.is_some_and(|list| list.iter().any(|one| one.authority() == Some(SYSTEM_ACCOUNT)))
    };
    config.heartbeat.is_some() && (verified.sender == SYSTEM_ACCOUNT || delegates())
}

fn sign(
    chain_id: u64,
    environment: &Environment,
    heartbeat: &Heartbeat,
    nonce: u64,
    beat: Beat,
) -> Arc<Verified> {
    let unsigned = TxEip1559 {
        chain_id,
        nonce,
        gas_limit: beat.gas_limit(heartbeat),
        max_fee_per_gas: u128::from(environment.base_fee),
        max_priority_fee_per_gas: 0,
        to: TxKind::Call(heartbeat.address),
        value: U256::ZERO,
        access_list: Default::default(),
        input: Bytes::copy_from_slice(&keccak256(beat.signature())[..4]),
    };
    let key = SecretKey::from_byte_array(keccak256(SYSTEM_KEY_SEED).0)
        .expect("this one hash is below the curve's order");
    let message = Message::from_digest(unsigned.signature_hash().0);
    // libsecp256k1 takes its nonce from RFC 6979 and gives the lower s.
    let (id, bytes) = SECP256K1.sign_ecdsa_recoverable(message, &key).serialize_compact();
    let signature = Signature::from_bytes_and_parity(&bytes, i32::from(id) & 1 == 1);
    let raw = Bytes::from(unsigned.into_signed(signature).encoded_2718());
    let transaction = Transaction::decode(raw, &mut Vec::new())
        .expect("a transaction that alloy encodes is one that we decode");
    Arc::new(Verified { transaction, sender: SYSTEM_ACCOUNT })
}
