// SPDX-License-Identifier: Apache-2.0
//! Blocks, transactions, receipts and logs as JSON, field by field as geth gives them.

use alloy_rlp::Encodable;
use execution::{Environment, Header, receipt::bloom_of};
use primitives::{Address, B256, BlockNumber, Log, TransactionType, TxKind, U256, Verified};
use sequencer::{Block, Body, Executed};
use serde_json::{Map, Value, json};

/// A number as a quantity.
#[must_use]
pub fn quantity(value: u64) -> Value {
    Value::String(format!("{value:#x}"))
}

/// A large number as a quantity.
#[must_use]
pub fn quantity_128(value: u128) -> Value {
    Value::String(format!("{value:#x}"))
}

/// Where something is in the chain; without a hash while its block is open.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The block's hash.
    pub hash: Option<B256>,
    /// Its number.
    pub number: BlockNumber,
    /// Its timestamp.
    pub timestamp: u64,
    /// Its base fee.
    pub base_fee: u64,
}

impl At {
    /// In a committed block.
    #[must_use]
    pub fn block(block: &Block) -> Self {
        Self {
            hash: Some(block.hash),
            number: BlockNumber(block.header.number),
            timestamp: block.header.timestamp,
            base_fee: block.header.base_fee_per_gas.unwrap_or(0),
        }
    }

    /// In an open block.
    #[must_use]
    pub const fn open(environment: &Environment) -> Self {
        Self {
            hash: None,
            number: environment.number,
            timestamp: environment.timestamp,
            base_fee: environment.base_fee,
        }
    }
}

/// A transaction; without a place while it waits.
#[must_use]
pub fn transaction(verified: &Verified, place: Option<(At, usize)>) -> Value {
    let Verified { transaction, sender } = verified;
    let odd_y = transaction.signature.odd_y;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("hash", json!(transaction.hash));
    put("type", quantity(transaction.transaction_type as u64));
    put("from", json!(sender));
    put("to", json!(receiver(transaction.to)));
    put("nonce", quantity(transaction.nonce));
    put("gas", quantity(transaction.gas_limit));
    put("value", json!(transaction.value));
    put("input", json!(transaction.input));
    put("r", json!(transaction.signature.r));
    put("s", json!(transaction.signature.s));
    if let Some(chain_id) = transaction.chain_id {
        put("chainId", quantity(chain_id));
    }
    let v = match (transaction.transaction_type, transaction.chain_id) {
        (TransactionType::Legacy, None) => 27 + u128::from(odd_y),
        (TransactionType::Legacy, Some(id)) => u128::from(id) * 2 + 35 + u128::from(odd_y),
        _ => u128::from(odd_y),
    };
    put("v", quantity_128(v));
    let base_fee = place.map_or(0, |(at, _)| at.base_fee);
    let price = match place {
        Some(_) => transaction.effective_gas_price(base_fee),
        None => None,
    };
    put("gasPrice", quantity_128(price.unwrap_or(transaction.max_fee_per_gas)));
    if transaction.transaction_type != TransactionType::Legacy {
        put("yParity", quantity(u64::from(odd_y)));
        put("accessList", json!(transaction.access_list.as_deref().cloned().unwrap_or_default()));
    }
    if transaction.transaction_type >= TransactionType::Eip1559 {
        put("maxFeePerGas", quantity_128(transaction.max_fee_per_gas));
        put("maxPriorityFeePerGas", quantity_128(transaction.max_priority_fee_per_gas));
    }
    if let Some(authorizations) = &transaction.authorizations {
        put("authorizationList", json!(authorizations));
    }
    // An open block has no hash yet, so its transactions count as pending.
    let place = place.filter(|(at, _)| at.hash.is_some());
    put("blockHash", json!(place.and_then(|(at, _)| at.hash)));
    put("blockNumber", place.map_or(Value::Null, |(at, _)| quantity(at.number.0)));
    put("blockTimestamp", place.map_or(Value::Null, |(at, _)| quantity(at.timestamp)));
    put("transactionIndex", place.map_or(Value::Null, |(_, index)| quantity(index as u64)));
    Value::Object(object)
}

const fn receiver(to: TxKind) -> Option<Address> {
    match to {
        TxKind::Call(to) => Some(to),
        TxKind::Create => None,
    }
}

/// A receipt. While its block is open, it has no block hash: the outcome stands, the hash is not
/// known.
#[must_use]
pub fn receipt(executed: &Executed<'_>, at: At) -> Value {
    let Verified { transaction, sender } = executed.verified.as_ref();
    let outcome = executed.outcome;
    let logs: Vec<Value> = outcome
        .logs
        .iter()
        .enumerate()
        .map(|(offset, one)| {
            let index = executed.first_log_index + offset;
            log(one, at, transaction.hash, executed.index, index)
        })
        .collect();
    json!({
        "type": quantity(transaction.transaction_type as u64),
        "status": quantity(u64::from(outcome.is_success)),
        "cumulativeGasUsed": quantity(executed.cumulative_gas_used),
        "gasUsed": quantity(outcome.gas_used),
        "effectiveGasPrice":
            quantity_128(transaction.effective_gas_price(at.base_fee).unwrap_or_default()),
        "logs": logs,
        "logsBloom": bloom_of(&outcome.logs),
        "transactionHash": transaction.hash,
        "transactionIndex": quantity(executed.index as u64),
        "blockHash": at.hash,
        "blockNumber": quantity(at.number.0),
        "from": sender,
        "to": receiver(transaction.to),
        // As geth: also the address of a creation that failed.
        "contractAddress":
            outcome.created.or_else(|| transaction.to.is_create().then(|| sender.create(transaction.nonce))),
    })
}

/// A log.
#[must_use]
pub fn log(log: &Log, at: At, hash: B256, transaction_index: usize, index: usize) -> Value {
    json!({
        "address": log.address,
        "topics": log.topics(),
        "data": log.data.data,
        "blockHash": at.hash,
        "blockNumber": quantity(at.number.0),
        "blockTimestamp": quantity(at.timestamp),
        "transactionHash": hash,
        "transactionIndex": quantity(transaction_index as u64),
        "logIndex": quantity(index as u64),
        "removed": false,
    })
}

/// A committed block.
#[must_use]
pub fn block(block: &Block, has_whole_transactions: bool) -> Value {
    let mut object = header(&block.header);
    let at = At::block(block);
    let transactions = transactions(&block.body, at, has_whole_transactions);
    let payload: usize =
        block.body.iter().map(|executed| executed.verified.transaction.raw.len()).sum();
    object.insert("hash".to_owned(), json!(block.hash));
    object.insert("size".to_owned(), quantity((block.header.length() + payload + 8) as u64));
    object.insert("transactions".to_owned(), transactions);
    object.insert("uncles".to_owned(), json!([]));
    object.insert("withdrawals".to_owned(), json!([]));
    Value::Object(object)
}

/// An open or future block: what is known of it.
#[must_use]
pub fn open_block(
    environment: &Environment,
    parent_hash: B256,
    body: &Body,
    has_whole_transactions: bool,
) -> Value {
    let gas_used = body.iter().last().map_or(0, |executed| executed.cumulative_gas_used);
    let known = Header {
        parent_hash,
        number: environment.number.0,
        timestamp: environment.timestamp,
        gas_limit: environment.gas_limit,
        gas_used,
        beneficiary: environment.beneficiary,
        mix_hash: environment.prevrandao,
        base_fee_per_gas: Some(environment.base_fee),
        withdrawals_root: Some(primitives::EMPTY_ROOT),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        ..Header::default()
    };
    let mut object = header(&known);
    object.insert("hash".to_owned(), Value::Null);
    object.insert("nonce".to_owned(), Value::Null);
    object.insert("size".to_owned(), quantity(known.length() as u64));
    let at = At::open(environment);
    object.insert("transactions".to_owned(), transactions(body, at, has_whole_transactions));
    object.insert("uncles".to_owned(), json!([]));
    object.insert("withdrawals".to_owned(), json!([]));
    Value::Object(object)
}

fn transactions(body: &Body, at: At, has_whole_transactions: bool) -> Value {
    body.iter()
        .map(|executed| {
            if has_whole_transactions {
                transaction(executed.verified, Some((at, executed.index)))
            } else {
                json!(executed.verified.transaction.hash)
            }
        })
        .collect()
}

/// A header's fields, without its hash.
#[must_use]
pub fn header(header: &Header) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("parentHash", json!(header.parent_hash));
    put("sha3Uncles", json!(header.ommers_hash));
    put("miner", json!(header.beneficiary));
    put("stateRoot", json!(header.state_root));
    put("transactionsRoot", json!(header.transactions_root));
    put("receiptsRoot", json!(header.receipts_root));
    put("logsBloom", json!(header.logs_bloom));
    put("difficulty", json!(header.difficulty));
    put("totalDifficulty", json!(U256::ZERO));
    put("number", quantity(header.number));
    put("gasLimit", quantity(header.gas_limit));
    put("gasUsed", quantity(header.gas_used));
    put("timestamp", quantity(header.timestamp));
    put("extraData", json!(header.extra_data));
    put("mixHash", json!(header.mix_hash));
    put("nonce", json!(header.nonce));
    put("baseFeePerGas", quantity(header.base_fee_per_gas.unwrap_or(0)));
    if let Some(root) = header.withdrawals_root {
        put("withdrawalsRoot", json!(root));
    }
    put("blobGasUsed", quantity(header.blob_gas_used.unwrap_or(0)));
    put("excessBlobGas", quantity(header.excess_blob_gas.unwrap_or(0)));
    if let Some(root) = header.parent_beacon_block_root {
        put("parentBeaconBlockRoot", json!(root));
    }
    if let Some(hash) = header.requests_hash {
        put("requestsHash", json!(hash));
    }
    object
}
