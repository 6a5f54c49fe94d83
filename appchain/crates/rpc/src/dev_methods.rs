// SPDX-License-Identifier: Apache-2.0
//! `evm_*`, `anvil_*` and `hardhat_*`: only on a development chain; anywhere else they do not exist.

use std::{sync::atomic::Ordering, time::Duration};

use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
use primitives::{Address, B256, BlockNumber, Bytes, U256, Verified};
use sequencer::{Mining, Sequencer, StateWrite, SubmitError, WriteValue};
use serde::Deserialize;
use serde_json::{Value, json};
use state::Bytecode;

use crate::{
    context::{Context, Parameters},
    deal::{deal, set_allowance},
    errors::{Answer, parameters as wrong, submit},
    json::quantity,
};

/// A number as a quantity, a plain number, or decimal text: tools send all three.
#[derive(Clone, Copy, Debug)]
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = match &value {
            Value::Number(number) => {
                number.as_u64().or_else(|| number.as_f64().map(|number| number as u64))
            }
            Value::String(text) => match text.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            },
            _ => None,
        };
        number
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("{value} is not a 64-bit number")))
    }
}

type Method = fn(&Context, &mut Parameters<'_>) -> Answer;

/// Names and what they do; each also exists under the other tools' prefixes.
const METHODS: &[(&[&str], Method)] = &[
    (&["evm_snapshot", "anvil_snapshot"], snapshot),
    (&["evm_revert", "anvil_revert"], revert),
    (&["evm_increaseTime", "anvil_increaseTime"], increase_time),
    (&["evm_setTime", "anvil_setTime"], set_time),
    (&["evm_setNextBlockTimestamp", "anvil_setNextBlockTimestamp"], set_next_timestamp),
    (&["anvil_setBlockTimestampInterval"], set_timestamp_interval),
    (&["anvil_removeBlockTimestampInterval"], remove_timestamp_interval),
    (&["evm_mine"], evm_mine),
    (&["anvil_mine", "hardhat_mine"], mine),
    (&["evm_setAutomine", "anvil_setAutomine"], set_automine),
    (&["anvil_getAutomine", "hardhat_getAutomine"], automine),
    (&["evm_setIntervalMining", "anvil_setIntervalMining"], set_interval),
    (&["anvil_getIntervalMining"], interval),
    (&["anvil_setBalance", "hardhat_setBalance", "tenderly_setBalance"], set_balance),
    (&["anvil_setNonce", "hardhat_setNonce", "evm_setAccountNonce"], set_nonce),
    (&["anvil_setCode", "hardhat_setCode"], set_code),
    (&["anvil_setStorageAt", "hardhat_setStorageAt"], set_storage),
    (&["anvil_setCoinbase", "hardhat_setCoinbase"], set_coinbase),
    (&["anvil_setNextBlockBaseFeePerGas", "hardhat_setNextBlockBaseFeePerGas"], set_next_base_fee),
    (&["anvil_setPrevRandao", "hardhat_setPrevRandao"], set_prevrandao),
    (&["evm_setBlockGasLimit", "anvil_setBlockGasLimit"], set_gas_limit),
    (&["anvil_impersonateAccount", "hardhat_impersonateAccount"], impersonate),
    (&["anvil_stopImpersonatingAccount", "hardhat_stopImpersonatingAccount"], stop_impersonating),
    (&["anvil_autoImpersonateAccount"], impersonate_all),
    (&["anvil_dropAllTransactions"], drop_all),
    (&["anvil_dropTransaction", "hardhat_dropTransaction"], drop_one),
    (&["anvil_removePoolTransactions"], drop_of_sender),
    (&["anvil_nodeInfo"], node_info),
    (&["anvil_metadata", "hardhat_metadata"], metadata),
    (&["anvil_reset", "hardhat_reset"], reset),
    (&["anvil_rollback"], roll_back),
    (&["anvil_addBalance"], add_balance),
    (&["anvil_dealERC20"], deal),
    (&["anvil_setERC20Allowance"], set_allowance),
];

/// Registers the methods; without development mode there are none, so that they answer as any
/// unknown method does.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    for (names, method) in METHODS {
        for name in *names {
            module.register_blocking_method(name, |params, context, _| -> Answer {
                method(&context, &mut Parameters::new(&params))
            })?;
        }
    }
    Ok(())
}

/// Runs something on the sequencing thread.
pub(crate) fn control<R: Send + 'static>(
    context: &Context,
    work: impl FnOnce(&mut Sequencer) -> R + Send + 'static,
) -> Answer<R> {
    context.node.control(work).map_err(|refused| submit(&refused))
}

fn tried<R: Send + 'static>(
    context: &Context,
    work: impl FnOnce(&mut Sequencer) -> Result<R, SubmitError> + Send + 'static,
) -> Answer<R> {
    control(context, work)?.map_err(|refused| submit(&refused))
}

fn snapshot(context: &Context, _: &mut Parameters<'_>) -> Answer {
    control(context, Sequencer::snapshot).map(quantity)
}

fn revert(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let id: Number = parameters.required()?;
    match control(context, move |sequencer| sequencer.revert(id.0))? {
        Ok(()) => Ok(json!(true)),
        Err(SubmitError::NoSnapshot(_)) => Ok(json!(false)),
        Err(refused) => Err(submit(&refused)),
    }
}

fn increase_time(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let seconds: Number = parameters.required()?;
    let offset = control(context, move |sequencer| {
        let offset = sequencer.clock().increase(seconds.0);
        sequencer.refresh();
        offset
    })?;
    Ok(json!(offset))
}

fn set_time(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let time: Number = parameters.required()?;
    // Milliseconds, as some tools send them, would be a date fifty thousand years ahead.
    let seconds = if time.0 > 1_000_000_000_000 { time.0 / 1_000 } else { time.0 };
    control(context, move |sequencer| {
        sequencer.clock().set(seconds);
        sequencer.refresh();
    })?;
    Ok(json!(0))
}

fn set_next_timestamp(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let timestamp: Number = parameters.required()?;
    tried(context, move |sequencer| sequencer.set_next_timestamp(timestamp.0))?;
    Ok(Value::Null)
}

fn set_timestamp_interval(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let seconds: Number = parameters.required()?;
    control(context, move |sequencer| sequencer.clock().set_interval(Some(seconds.0)))?;
    Ok(Value::Null)
}

fn remove_timestamp_interval(context: &Context, _: &mut Parameters<'_>) -> Answer {
    control(context, |sequencer| sequencer.clock().set_interval(None))?;
    Ok(json!(true))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum MineOptions {
    Options { timestamp: Option<Number>, blocks: Option<Number> },
    Timestamp(Option<Number>),
}

fn evm_mine(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let options: Option<MineOptions> = parameters.optional()?;
    let (timestamp, blocks) = match options {
        None => (None, 1),
        Some(MineOptions::Timestamp(timestamp)) => (timestamp, 1),
        Some(MineOptions::Options { timestamp, blocks }) => {
            (timestamp, blocks.map_or(1, |blocks| blocks.0))
        }
    };
    check_count(blocks)?;
    tried(context, move |sequencer| {
        if let Some(timestamp) = timestamp {
            sequencer.set_next_timestamp(timestamp.0)?;
        }
        (0..blocks).try_for_each(|_| sequencer.mine())
    })?;
    Ok(json!("0x0"))
}

/// Most blocks of one command.
const MINE_BLOCKS: u64 = 100_000;

fn check_count(blocks: u64) -> Answer<()> {
    if blocks > MINE_BLOCKS {
        return Err(wrong(format!("{blocks} blocks, limit {MINE_BLOCKS}")));
    }
    Ok(())
}

fn mine(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let blocks = parameters.optional::<Number>()?.map_or(1, |blocks| blocks.0);
    let interval = parameters.optional::<Number>()?.map(|interval| interval.0);
    check_count(blocks)?;
    tried(context, move |sequencer| {
        for index in 0..blocks {
            if let (1.., Some(interval)) = (index, interval) {
                let next = sequencer.last_timestamp() + interval.max(1);
                sequencer.set_next_timestamp(next)?;
            }
            sequencer.mine()?;
        }
        Ok(())
    })?;
    Ok(Value::Null)
}

fn set_automine(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let is_on: bool = parameters.required()?;
    set_mining(context, if is_on { Mining::Automine } else { Mining::Manual })
}

fn set_mining(context: &Context, mining: Mining) -> Answer {
    context.ingest.submit_one_at_a_time(mining == Mining::Automine);
    control(context, move |sequencer| sequencer.set_mining(mining))?;
    Ok(Value::Null)
}

fn automine(context: &Context, _: &mut Parameters<'_>) -> Answer {
    control(context, |sequencer| json!(sequencer.mining() == Mining::Automine))
}

fn set_interval(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let seconds: Number = parameters.required()?;
    set_mining(
        context,
        match seconds.0 {
            0 => Mining::Manual,
            seconds => Mining::Interval(Duration::from_secs(seconds)),
        },
    )
}

fn interval(context: &Context, _: &mut Parameters<'_>) -> Answer {
    control(context, |sequencer| match sequencer.mining() {
        Mining::Interval(interval) => json!(interval.as_secs()),
        Mining::Automine | Mining::Manual => Value::Null,
    })
}

fn write(context: &Context, address: Address, value: WriteValue) -> Answer<()> {
    control(context, move |sequencer| sequencer.write(&StateWrite { address, value }))
}

fn set_balance(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    let balance: U256 = parameters.required()?;
    write(context, address, WriteValue::Balance(balance))?;
    Ok(Value::Null)
}

fn set_nonce(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    let nonce: Number = parameters.required()?;
    write(context, address, WriteValue::Nonce(nonce.0))?;
    Ok(json!(true))
}

fn set_code(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    let code: Bytes = parameters.required()?;
    Bytecode::new_raw_checked(code.clone())
        .map_err(|reason| -> ErrorObjectOwned { wrong(reason.to_string()) })?;
    write(context, address, WriteValue::Code(code))?;
    Ok(Value::Null)
}

fn set_storage(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    let slot: U256 = parameters.required()?;
    let value: B256 = parameters.required()?;
    write(context, address, WriteValue::Slot(slot, U256::from_be_bytes(value.0)))?;
    Ok(json!(true))
}

fn set_coinbase(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    control(context, move |sequencer| sequencer.set_beneficiary(address))?;
    Ok(Value::Null)
}

fn set_next_base_fee(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let base_fee: Number = parameters.required()?;
    control(context, move |sequencer| sequencer.set_next_base_fee(base_fee.0))?;
    Ok(Value::Null)
}

fn set_prevrandao(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let value: B256 = parameters.required()?;
    control(context, move |sequencer| sequencer.set_prevrandao(value))?;
    Ok(Value::Null)
}

fn set_gas_limit(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let gas_limit: Number = parameters.required()?;
    control(context, move |sequencer| sequencer.set_gas_limit(gas_limit.0))?;
    Ok(json!(true))
}

fn impersonate(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    context.impersonated.write().insert(address);
    Ok(Value::Null)
}

fn stop_impersonating(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    context.impersonated.write().remove(&address);
    Ok(Value::Null)
}

fn impersonate_all(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let is_on: bool = parameters.required()?;
    context.impersonates_all.store(is_on, Ordering::Relaxed);
    Ok(Value::Null)
}

fn drop_all(context: &Context, _: &mut Parameters<'_>) -> Answer {
    control(context, |sequencer| sequencer.drop_waiting(|_| true))?;
    Ok(Value::Null)
}

fn drop_one(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let hash: B256 = parameters.required()?;
    let is_it = move |verified: &Verified| verified.transaction.hash == hash;
    let dropped = control(context, move |sequencer| sequencer.drop_waiting(is_it))?;
    Ok(if dropped > 0 { json!(hash) } else { Value::Null })
}

fn drop_of_sender(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let sender: Address = parameters.required()?;
    control(context, move |sequencer| sequencer.drop_waiting(|one| one.sender == sender))?;
    Ok(Value::Null)
}

/// Back to block 0, with nothing waiting and nobody impersonated.
fn reset(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let options: Option<Value> = parameters.optional()?;
    if options.is_some_and(|options| options.get("forking").is_some_and(|fork| !fork.is_null())) {
        return Err(wrong("this node forks no other chain"));
    }
    let genesis = BlockNumber(context.node.settings().genesis.number);
    tried(context, move |sequencer| sequencer.roll_back(genesis))?;
    context.impersonated.write().clear();
    context.impersonates_all.store(false, Ordering::Relaxed);
    Ok(Value::Null)
}

fn roll_back(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let depth = parameters.optional::<Number>()?.map_or(1, |depth| depth.0);
    let head = context.head().header.number;
    let number = head
        .checked_sub(depth)
        .ok_or_else(|| wrong(format!("{depth} blocks back from block {head} there is none")))?;
    tried(context, move |sequencer| sequencer.roll_back(BlockNumber(number)))?;
    Ok(Value::Null)
}

fn add_balance(context: &Context, parameters: &mut Parameters<'_>) -> Answer {
    let address: Address = parameters.required()?;
    let more: U256 = parameters.required()?;
    control(context, move |sequencer| {
        let balance = sequencer.balance(&address).saturating_add(more);
        sequencer.write(&StateWrite { address, value: WriteValue::Balance(balance) });
    })?;
    Ok(Value::Null)
}

fn metadata(context: &Context, _: &mut Parameters<'_>) -> Answer {
    let head = context.head();
    Ok(json!({
        "clientVersion": context.client,
        "chainId": context.shared().config.chain_id,
        // A chain's genesis tells it from any other.
        "instanceId": context.node.settings().genesis_hash(),
        "latestBlockNumber": head.header.number,
        "latestBlockHash": head.hash,
        "forkedNetwork": null,
    }))
}

fn node_info(context: &Context, _: &mut Parameters<'_>) -> Answer {
    let head = context.head();
    let next = context.shared().next.read().clone();
    Ok(json!({
        "currentBlockNumber": quantity(head.header.number),
        "currentBlockTimestamp": head.header.timestamp,
        "currentBlockHash": head.hash,
        "hardFork": context.shared().config.fork,
        "transactionOrder": "fifo",
        "environment": {
            "baseFee": quantity(next.base_fee),
            "chainId": context.shared().config.chain_id,
            "gasLimit": quantity(next.gas_limit),
            "gasPrice": quantity(next.base_fee),
        },
        "forkConfig": { "forkUrl": null, "forkBlockNumber": null, "forkRetryBackoff": null },
    }))
}
