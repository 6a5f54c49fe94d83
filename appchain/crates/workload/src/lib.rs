// SPDX-License-Identifier: Apache-2.0
//! Signed transactions for tests and load: actors with keys, transfers, token calls, a genesis that
//! funds them. Only tests and `bench` import it.

mod typed;

use alloy_rlp::{Encodable, Header};
use primitives::{Address, Bytes, SYSTEM_ACCOUNT, U256, heartbeat::SYSTEM_BALANCE, keccak256};
use secp256k1::{Keypair, Message, SECP256K1, SecretKey};

/// Somebody who can sign.
#[derive(Clone, Debug)]
pub struct Actor {
    key: SecretKey,
    /// Address of the key.
    pub address: Address,
}

impl Actor {
    /// The actor of this number; the same each time.
    #[must_use]
    pub fn new(number: u64) -> Self {
        let seed = keccak256([b"headwater actor".as_slice(), &number.to_be_bytes()].concat());
        Self::from_key(seed.0)
    }

    /// The actor of a private key.
    ///
    /// # Panics
    ///
    /// If the bytes are no key: zero, or not below the curve's order.
    #[must_use]
    pub fn from_key(key: [u8; 32]) -> Self {
        let key = SecretKey::from_byte_array(key).expect("a hash is a key but once in 2^127");
        let pair = Keypair::from_secret_key(SECP256K1, &key);
        let public = pair.public_key().serialize_uncompressed();
        Self { key, address: Address::from_slice(&keccak256(&public[1..])[12..]) }
    }

    /// Signs a fee-market transaction.
    #[must_use]
    pub fn sign(&self, request: &Request) -> Bytes {
        let mut fields = Vec::with_capacity(160 + request.input.len());
        request.chain_id.encode(&mut fields);
        request.nonce.encode(&mut fields);
        request.priority_fee.encode(&mut fields);
        request.fee.encode(&mut fields);
        request.gas_limit.encode(&mut fields);
        match request.to {
            Some(to) => to.encode(&mut fields),
            None => fields.push(0x80),
        }
        request.value.encode(&mut fields);
        request.input.encode(&mut fields);
        fields.push(0xc0);
        let mut unsigned = vec![2];
        Header { list: true, payload_length: fields.len() }.encode(&mut unsigned);
        unsigned.extend_from_slice(&fields);
        let message = Message::from_digest(keccak256(&unsigned).0);
        let (id, signature) =
            SECP256K1.sign_ecdsa_recoverable(message, &self.key).serialize_compact();
        (i32::from(id) == 1).encode(&mut fields);
        U256::from_be_slice(&signature[..32]).encode(&mut fields);
        U256::from_be_slice(&signature[32..]).encode(&mut fields);
        let mut raw = vec![2];
        Header { list: true, payload_length: fields.len() }.encode(&mut raw);
        raw.extend_from_slice(&fields);
        Bytes::from(raw)
    }
}

/// What to sign.
#[derive(Clone, Debug)]
pub struct Request {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Sender's nonce.
    pub nonce: u64,
    /// Callee; nobody creates a contract.
    pub to: Option<Address>,
    /// Wei sent.
    pub value: U256,
    /// Calldata or init code.
    pub input: Bytes,
    /// Most gas.
    pub gas_limit: u64,
    /// Most wei per gas.
    pub fee: u128,
    /// Tip.
    pub priority_fee: u128,
}

impl Request {
    /// Sends value.
    #[must_use]
    pub fn transfer(chain_id: u64, nonce: u64, to: Address, value: u64) -> Self {
        Self {
            chain_id,
            nonce,
            to: Some(to),
            value: U256::from(value),
            input: Bytes::new(),
            gas_limit: 21_000,
            fee: 2_000_000_000,
            priority_fee: 0,
        }
    }

    /// Calls a contract.
    #[must_use]
    pub fn call(chain_id: u64, nonce: u64, to: Address, input: Bytes, gas_limit: u64) -> Self {
        Self { input, gas_limit, ..Self::transfer(chain_id, nonce, to, 0) }
    }

    /// Creates a contract.
    #[must_use]
    pub fn create(chain_id: u64, nonce: u64, input: Bytes, gas_limit: u64) -> Self {
        Self { to: None, ..Self::call(chain_id, nonce, Address::ZERO, input, gas_limit) }
    }
}

/// Calldata of a function of words.
#[must_use]
pub fn calldata(signature: &str, words: &[U256]) -> Bytes {
    let mut data = keccak256(signature)[..4].to_vec();
    for word in words {
        data.extend_from_slice(&word.to_be_bytes::<32>());
    }
    Bytes::from(data)
}

/// An address as a word.
#[must_use]
pub fn word_of(address: Address) -> U256 {
    U256::from_be_slice(address.as_slice())
}

/// A genesis like [`genesis`], in which the chain calls `contract` in each block; `code` is its
/// runtime code.
#[must_use]
pub fn genesis_with_heartbeat(
    genesis: &str,
    contract: Address,
    code: &Bytes,
    gas_limit: u64,
) -> String {
    let mut file: serde_json::Value =
        serde_json::from_str(genesis).expect("a genesis that was written here");
    file["config"]["headwater"]["heartbeat"] = serde_json::json!({
        "address": contract, "openGasLimit": gas_limit, "closeGasLimit": gas_limit,
    });
    let key = |address: Address| address.to_string().to_lowercase();
    file["alloc"][key(SYSTEM_ACCOUNT)] = serde_json::json!({ "balance": SYSTEM_BALANCE });
    if !code.is_empty() {
        file["alloc"][key(contract)] =
            serde_json::json!({ "balance": "0x0", "nonce": "0x1", "code": code });
    }
    file.to_string()
}

/// A genesis in geth's format that gives each actor a million ether.
#[must_use]
pub fn genesis(chain_id: u64, fork: &str, gas_limit: u64, actors: &[Actor]) -> String {
    let alloc: serde_json::Map<String, serde_json::Value> = actors
        .iter()
        .map(|actor| {
            let account = serde_json::json!({ "balance": "0xd3c21bcecceda1000000" });
            (actor.address.to_string().to_lowercase(), account)
        })
        .collect();
    let mut config = serde_json::json!({
        "chainId": chain_id, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
        "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0, "mergeNetsplitBlock": 0,
        "terminalTotalDifficulty": 0, "terminalTotalDifficultyPassed": true, "shanghaiTime": 0,
        "cancunTime": 0,
    });
    if fork != "cancun" {
        config["pragueTime"] = 0.into();
    }
    if fork == "osaka" {
        config["osakaTime"] = 0.into();
    }
    serde_json::json!({
        "config": config,
        "nonce": "0x0", "timestamp": "0x0", "extraData": "0x", "difficulty": "0x0",
        "gasLimit": format!("{gas_limit:#x}"), "baseFeePerGas": "0x0",
        "mixHash": primitives::B256::ZERO,
        "coinbase": Address::with_last_byte(0xfe),
        "alloc": alloc,
    })
    .to_string()
}
