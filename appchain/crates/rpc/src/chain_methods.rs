// SPDX-License-Identifier: Apache-2.0
//! Blocks, transactions, receipts, fees and names.

use alloy_eips::{BlockId, BlockNumberOrTag};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{B256, BlockNumber, U256};
use sequencer::{Block, Body, Executed};
use serde_json::{Value, json};

use crate::{
    context::{Context, Parameters},
    errors::{Answer, NOT_FOUND, error, parameters as wrong},
    json::{At, block, header, open_block, quantity, receipt, transaction},
};

/// Most blocks of `eth_feeHistory`.
const FEE_HISTORY: u64 = 1_024;
/// Most percentiles of `eth_feeHistory`.
const PERCENTILES: usize = 100;

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_method("web3_clientVersion", |_, context, _| context.client.clone())?;
    module.register_method("web3_sha3", |params, _, _| -> Answer {
        let bytes: primitives::Bytes = Parameters::new(&params).required()?;
        Ok(json!(primitives::keccak256(bytes)))
    })?;
    module.register_method("net_version", |_, context, _| {
        context.shared().config.chain_id.to_string()
    })?;
    module.register_method("net_listening", |_, _, _| true)?;
    module.register_method("net_peerCount", |_, _, _| "0x0")?;
    module.register_method("eth_chainId", |_, context, _| {
        quantity(context.shared().config.chain_id)
    })?;
    module.register_method("eth_networkId", |_, context, _| {
        quantity(context.shared().config.chain_id)
    })?;
    module.register_method("eth_protocolVersion", |_, _, _| "0x41")?;
    module.register_method("eth_syncing", |_, _, _| false)?;
    module.register_method("eth_mining", |_, _, _| true)?;
    module.register_method("eth_hashrate", |_, _, _| "0x0")?;
    module.register_method("eth_coinbase", |_, context, _| {
        json!(context.shared().next.read().beneficiary)
    })?;
    module.register_method("eth_blockNumber", |_, context, _| {
        quantity(context.head().header.number)
    })?;
    module.register_method("eth_gasPrice", |_, context, _| {
        let base_fee = context.shared().next.read().base_fee;
        quantity(base_fee.saturating_add(suggested_tip(base_fee)))
    })?;
    module.register_method("eth_maxPriorityFeePerGas", |_, context, _| {
        quantity(suggested_tip(context.shared().next.read().base_fee))
    })?;
    module.register_method("eth_blobBaseFee", |_, _, _| "0x1")?;
    module.register_method("eth_feeHistory", |params, context, _| -> Answer {
        fee_history(context, &mut Parameters::new(&params))
    })?;
    register_blocks(module)?;
    register_transactions(module)
}

/// First come, first served: a tip buys nothing, so none is asked where gas is free.
const fn suggested_tip(base_fee: u64) -> u64 {
    if base_fee == 0 { 0 } else { 1 }
}

fn register_blocks(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("eth_getBlockByNumber", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let tag: BlockNumberOrTag = parameters.required()?;
        let is_whole = parameters.optional()?.unwrap_or(false);
        if tag == BlockNumberOrTag::Pending {
            return Ok(pending_block(&context, is_whole));
        }
        Ok(context.block(tag.into())?.map_or(Value::Null, |found| block(&found, is_whole)))
    })?;
    module.register_blocking_method("eth_getBlockByHash", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let hash: B256 = parameters.required()?;
        let is_whole = parameters.optional()?.unwrap_or(false);
        Ok(context.block(hash.into())?.map_or(Value::Null, |found| block(&found, is_whole)))
    })?;
    for (name, of_uncles) in [
        ("eth_getBlockTransactionCountByNumber", false),
        ("eth_getBlockTransactionCountByHash", false),
        ("eth_getUncleCountByBlockNumber", true),
        ("eth_getUncleCountByBlockHash", true),
    ] {
        module.register_method(name, move |params, context, _| -> Answer {
            let id: BlockId = Parameters::new(&params).required()?;
            if id == BlockId::pending() {
                return Ok(quantity(0));
            }
            Ok(context.block(id)?.map_or(Value::Null, |found| {
                quantity(if of_uncles { 0 } else { found.body.len() as u64 })
            }))
        })?;
    }
    for name in ["eth_getHeaderByNumber", "eth_getHeaderByHash"] {
        module.register_method(name, |params, context, _| -> Answer {
            let id: BlockId = Parameters::new(&params).required()?;
            Ok(context.block(id)?.map_or(Value::Null, |found| {
                let mut shown = header(&found.header);
                shown.insert("hash".to_owned(), json!(found.hash));
                Value::Object(shown)
            }))
        })?;
    }
    for name in ["eth_getUncleByBlockNumberAndIndex", "eth_getUncleByBlockHashAndIndex"] {
        module.register_method(name, |params, _, _| -> Answer {
            let mut parameters = Parameters::new(&params);
            let (_, _): (BlockId, U256) = (parameters.required()?, parameters.required()?);
            // A chain of one sequencer has no uncles.
            Ok(Value::Null)
        })?;
    }
    module.register_method("debug_getRawHeader", |params, context, _| -> Answer {
        let id: BlockId = Parameters::new(&params).required()?;
        let found = context.block(id)?.ok_or_else(|| error(NOT_FOUND, "block not found"))?;
        Ok(json!(primitives::Bytes::from(alloy_rlp::encode(&found.header))))
    })?;
    module.register_blocking_method("eth_getBlockReceipts", |params, context, _| -> Answer {
        let id: BlockId = Parameters::new(&params).required()?;
        Ok(context.block(id)?.map_or(Value::Null, |found| {
            let at = At::block(&found);
            found.body.iter().map(|executed| receipt(&executed, at)).collect()
        }))
    })?;
    Ok(())
}

fn pending_block(context: &Context, is_whole: bool) -> Value {
    let environment = context.shared().next.read().clone();
    let chain = context.shared().chain.read();
    let parent = chain.head().hash;
    let empty = Body::default();
    let body = chain.open_block(environment.number).map_or(&empty, |open| &open.body);
    open_block(&environment, parent, body, is_whole)
}

fn register_transactions(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_method("eth_getTransactionByHash", |params, context, _| -> Answer {
        let hash: B256 = Parameters::new(&params).required()?;
        Ok(transaction_by_hash(context, &hash))
    })?;
    for name in ["eth_getRawTransactionByHash", "debug_getRawTransaction"] {
        module.register_method(name, |params, context, _| -> Answer {
            let hash: B256 = Parameters::new(&params).required()?;
            Ok(raw_transaction(context, &hash))
        })?;
    }
    module.register_method("eth_getTransactionReceipt", |params, context, _| -> Answer {
        let hash: B256 = Parameters::new(&params).required()?;
        Ok(in_chain(context, &hash, receipt).unwrap_or(Value::Null))
    })?;
    for name in ["eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex"]
    {
        module.register_method(name, |params, context, _| -> Answer {
            by_index(context, &mut Parameters::new(&params), |block, executed| {
                transaction(executed.verified, Some((At::block(block), executed.index)))
            })
        })?;
    }
    for name in
        ["eth_getRawTransactionByBlockNumberAndIndex", "eth_getRawTransactionByBlockHashAndIndex"]
    {
        module.register_method(name, |params, context, _| -> Answer {
            by_index(context, &mut Parameters::new(&params), |_, executed| {
                json!(executed.verified.transaction.raw)
            })
        })?;
    }
    Ok(())
}

/// Shows the transaction at an index of a block, if there is one.
fn by_index(
    context: &Context,
    parameters: &mut Parameters<'_>,
    show: impl Fn(&Block, &Executed<'_>) -> Value,
) -> Answer {
    let id: BlockId = parameters.required()?;
    let index: U256 = parameters.required()?;
    let found = context.block(id)?.and_then(|block| {
        let executed = block.body.get(usize::try_from(index).ok()?)?;
        Some(show(&block, &executed))
    });
    Ok(found.unwrap_or(Value::Null))
}

fn raw_transaction(context: &Context, hash: &B256) -> Value {
    let placed = in_chain(context, hash, |executed, _| json!(executed.verified.transaction.raw));
    placed.unwrap_or_else(|| {
        let waiting = context.shared().waiting.read();
        waiting.get(hash).map_or(Value::Null, |verified| json!(verified.transaction.raw))
    })
}

/// Shows a transaction that was executed: in RAM, its block open or committed, or in the archive.
fn in_chain(
    context: &Context,
    hash: &B256,
    show: impl Fn(&Executed<'_>, At) -> Value,
) -> Option<Value> {
    let recent = {
        let chain = context.shared().chain.read();
        chain.place(hash).and_then(|place| {
            let (body, at) = body_of(&chain, place.number)?;
            Some(show(&body.get(place.index)?, at))
        })
    };
    recent.or_else(|| {
        let (block, index) = context.shared().transaction(hash)?;
        Some(show(&block.body.get(index)?, At::block(&block)))
    })
}

fn body_of(chain: &sequencer::Chain, number: BlockNumber) -> Option<(&Body, At)> {
    if let Some(block) = chain.block(number) {
        return Some((&block.body, At::block(block)));
    }
    let open = chain.open_block(number)?;
    Some((&open.body, At::open(&open.environment)))
}

fn transaction_by_hash(context: &Context, hash: &B256) -> Value {
    let placed = in_chain(context, hash, |executed, at| {
        transaction(executed.verified, Some((at, executed.index)))
    });
    if let Some(found) = placed {
        return found;
    }
    let waiting = context.shared().waiting.read();
    waiting.get(hash).map_or(Value::Null, |verified| transaction(verified, None))
}

fn fee_history(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let count: U256 = parameters.required()?;
    let tag: BlockNumberOrTag = parameters.required()?;
    let percentiles: Option<Vec<f64>> = parameters.optional()?;
    let count = u64::try_from(count).unwrap_or(FEE_HISTORY).min(FEE_HISTORY);
    check_percentiles(percentiles.as_deref().unwrap_or_default())?;
    if count == 0 {
        return Ok(json!({ "oldestBlock": "0x0", "gasUsedRatio": [], "baseFeePerGas": [] }));
    }
    let newest = context.number_of(tag)?;
    let chain = context.shared().chain.read();
    let newest = newest.unwrap_or(BlockNumber(chain.head().header.number));
    let last =
        chain.block(newest).ok_or_else(|| error(NOT_FOUND, format!("block {newest} not found")))?;
    let oldest = (newest.0 + 1).saturating_sub(count).max(chain.first_number().0);
    let mut base_fees = Vec::new();
    let mut ratios = Vec::new();
    let mut rewards = Vec::new();
    for block in (oldest..=newest.0).filter_map(|number| chain.block(BlockNumber(number))) {
        let header = &block.header;
        base_fees.push(quantity(header.base_fee_per_gas.unwrap_or(0)));
        ratios.push(header.gas_used as f64 / header.gas_limit.max(1) as f64);
        if let Some(percentiles) = &percentiles {
            rewards.push(tips(block, percentiles));
        }
    }
    base_fees.push(quantity(execution::environment::next_base_fee(
        &context.shared().config,
        last.header.gas_used,
        last.header.gas_limit,
        last.header.base_fee_per_gas.unwrap_or(0),
    )));
    let mut answer = json!({
        "oldestBlock": quantity(oldest),
        "baseFeePerGas": base_fees,
        "gasUsedRatio": ratios,
        "baseFeePerBlobGas": vec!["0x1"; ratios.len() + 1],
        "blobGasUsedRatio": vec![0.0; ratios.len()],
    });
    if percentiles.is_some() {
        answer["reward"] = Value::Array(rewards);
    }
    Ok(answer)
}

fn check_percentiles(percentiles: &[f64]) -> Answer<()> {
    if percentiles.len() > PERCENTILES {
        return Err(wrong(format!("{} percentiles, limit {PERCENTILES}", percentiles.len())));
    }
    if let Some(outside) = percentiles.iter().find(|one| !(0.0..=100.0).contains(*one)) {
        return Err(wrong(format!("invalid reward percentile: {outside}")));
    }
    if !percentiles.is_sorted() {
        return Err(wrong("invalid reward percentile: percentiles must be in ascending order"));
    }
    Ok(())
}

/// Tips at the percentiles of a block's gas.
fn tips(block: &Block, percentiles: &[f64]) -> Value {
    let base_fee = block.header.base_fee_per_gas.unwrap_or(0);
    let mut paid: Vec<(u128, u64)> = block
        .body
        .iter()
        .map(|executed| {
            let transaction = &executed.verified.transaction;
            let price = transaction.effective_gas_price(base_fee).unwrap_or_default();
            (price.saturating_sub(u128::from(base_fee)), executed.outcome.gas_used)
        })
        .collect();
    paid.sort_unstable();
    percentiles
        .iter()
        .map(|percentile| {
            let threshold = (block.header.gas_used as f64 * percentile / 100.0) as u64;
            let mut sum = 0;
            let tip = paid.iter().find(|(_, gas)| {
                sum += gas;
                sum >= threshold
            });
            crate::json::quantity_128(tip.or(paid.last()).map_or(0, |(tip, _)| *tip))
        })
        .collect()
}
