// SPDX-License-Identifier: Apache-2.0
//! Keys of a development chain, derived from a mnemonic as every development node does: BIP-39 seed,
//! BIP-32 path m/44'/60'/0'/0/index.

use alloy_consensus::{SignableTransaction, TypedTransaction};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::Signature;
use hmac::{Hmac, Mac};
use primitives::{Address, B256, Bytes, U256, keccak256};
use secp256k1::{Keypair, Message, SECP256K1, Scalar, SecretKey};
use sha2::Sha512;

/// BIP-39's rounds.
const SEED_ROUNDS: u32 = 2_048;
/// BIP-32: a number from here on derives from the private key.
const HARDENED: u32 = 1 << 31;

/// A key and its address.
#[derive(Clone, Debug)]
pub struct Account {
    key: SecretKey,
    /// Its address.
    pub address: Address,
}

/// Keys that the node may sign with.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// The accounts, by index.
    pub list: Vec<Account>,
}

impl Accounts {
    /// The first `count` accounts of a mnemonic.
    ///
    /// # Errors
    ///
    /// In words, if a key falls outside the curve, which has never been seen.
    pub fn derive(mnemonic: &str, count: u32) -> Result<Self, String> {
        let mut seed = [0_u8; 64];
        pbkdf2::pbkdf2_hmac::<Sha512>(mnemonic.as_bytes(), b"mnemonic", SEED_ROUNDS, &mut seed);
        let mut node = split(&mac(b"Bitcoin seed", &[&seed]))?;
        for step in [44 | HARDENED, 60 | HARDENED, HARDENED, 0] {
            node = child(&node, step)?;
        }
        let list = (0..count)
            .map(|index| {
                let (key, _) = child(&node, index)?;
                Ok(Account { address: address_of(&key), key })
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { list })
    }

    /// The account of an address.
    #[must_use]
    pub fn find(&self, address: &Address) -> Option<&Account> {
        self.list.iter().find(|account| account.address == *address)
    }
}

impl Account {
    /// Signs a transaction.
    #[must_use]
    pub fn sign(&self, unsigned: TypedTransaction) -> Bytes {
        let (odd_y, r, s) = self.sign_hash(unsigned.signature_hash());
        encode(unsigned, Signature::new(r, s, odd_y))
    }

    /// Signs a hash; parity, r and s.
    #[must_use]
    pub fn sign_hash(&self, hash: B256) -> (bool, U256, U256) {
        let signature = SECP256K1.sign_ecdsa_recoverable(Message::from_digest(hash.0), &self.key);
        let (id, compact) = signature.serialize_compact();
        let word = |at: usize| U256::from_be_slice(&compact[at..at + 32]);
        (i32::from(id) == 1, word(0), word(32))
    }
}

/// A transaction in the name of a sender without a key. Its `r` is the sender, so that two senders'
/// transactions never have one hash; no key has such a signature.
#[must_use]
pub fn unsigned_from(unsigned: TypedTransaction, sender: Address) -> Bytes {
    let r = U256::from_be_slice(sender.as_slice());
    encode(unsigned, Signature::new(r, U256::ONE, false))
}

fn encode(unsigned: TypedTransaction, signature: Signature) -> Bytes {
    unsigned.into_envelope(signature).encoded_2718().into()
}

type Node = (SecretKey, [u8; 32]);

fn child(parent: &Node, index: u32) -> Result<Node, String> {
    let (key, code) = parent;
    let number = index.to_be_bytes();
    let digest = if index >= HARDENED {
        mac(code, &[&[0], &key.secret_bytes(), &number])
    } else {
        let public = Keypair::from_secret_key(SECP256K1, key).public_key().serialize();
        mac(code, &[&public, &number])
    };
    let (tweak, code) = split(&digest)?;
    let tweak = Scalar::from(tweak);
    let key = key.add_tweak(&tweak).map_err(|error| error.to_string())?;
    Ok((key, code))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 64] {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn split(digest: &[u8; 64]) -> Result<Node, String> {
    let (mut key, mut code) = ([0; 32], [0; 32]);
    key.copy_from_slice(&digest[..32]);
    code.copy_from_slice(&digest[32..]);
    Ok((SecretKey::from_byte_array(key).map_err(|error| error.to_string())?, code))
}

fn address_of(key: &SecretKey) -> Address {
    let public = Keypair::from_secret_key(SECP256K1, key).public_key().serialize_uncompressed();
    Address::from_slice(&keccak256(&public[1..])[12..])
}

#[cfg(test)]
mod tests {
    use super::Accounts;

    #[test]
    fn derives_the_addresses_that_every_development_node_has() {
        let mnemonic = "test test test test test test test test test test test junk";
        let accounts = Accounts::derive(mnemonic, 2).expect("a valid mnemonic");
        let addresses: Vec<String> =
            accounts.list.iter().map(|account| account.address.to_string()).collect();
        assert_eq!(
            addresses,
            [
                "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
            ]
        );
    }
}
