// SPDX-License-Identifier: Apache-2.0
//! Calls and estimates.

use alloy_eips::BlockId;
use alloy_rpc_types_eth::{BlockOverrides, TransactionRequest, state::StateOverride};
use execution::{
    Environment,
    call::{Call, Stage},
    overrides::{AccountOverride, Overridden},
    revm::context::result::{ExecutionResult, HaltReason},
};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{
    Address, B256, KECCAK_EMPTY, TxKind, U256,
    map::{AddressMap, B256Map, HashMap},
};
use revm_inspectors::access_list::AccessListInspector;
use sequencer::shared::CommittedHashes;
use serde_json::{Value, json};
use state::{Bytecode, ReadState, StateView};

use crate::{
    context::{Context, Parameters},
    errors::{Answer, call as refused, error, failure, parameters as wrong},
    heavy::register_heavy,
    json::quantity,
};

/// What a plain transfer costs.
const TRANSFER_GAS: u64 = 21_000;
/// An estimate this near to the least is good enough: geth's tolerance, in thousandths.
const TOLERANCE_PERMILLE: u64 = 15;

/// A call as it was asked for.
#[derive(Clone, Debug)]
pub struct CallRequest {
    /// The message.
    pub call: Call,
    /// Gas asked for.
    pub gas: Option<u64>,
    /// What it replaces in the state.
    pub overrides: AddressMap<AccountOverride>,
    /// What it replaces in the block.
    pub block: BlockOverrides,
}

impl CallRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// -32602 if it contradicts itself.
    pub fn from_request(request: &TransactionRequest) -> Answer<Self> {
        if request.gas_price.is_some() && request.max_fee_per_gas.is_some() {
            return Err(wrong("both gasPrice and maxFeePerGas are given"));
        }
        let input = request
            .input
            .clone()
            .try_into_unique_input()
            .map_err(|_| wrong("both data and input are given, and differ"))?;
        let price = request.gas_price.or(request.max_fee_per_gas).filter(|price| *price > 0);
        Ok(Self {
            call: Call {
                from: request.from.unwrap_or_default(),
                to: match request.to {
                    Some(TxKind::Call(to)) => Some(to),
                    Some(TxKind::Create) | None => None,
                },
                gas_limit: 0,
                gas_price: price,
                priority_fee: request.max_priority_fee_per_gas,
                value: request.value.unwrap_or_default(),
                input: input.unwrap_or_default(),
                access_list: request.access_list.clone().unwrap_or_default(),
                authorizations: request.authorization_list.clone().unwrap_or_default(),
            },
            gas: request.gas,
            overrides: AddressMap::default(),
            block: BlockOverrides::default(),
        })
    }

    fn read(parameters: &mut Parameters<'_>) -> Answer<(Self, BlockId)> {
        let request: TransactionRequest = parameters.required()?;
        let id = parameters.block()?;
        let mut call = Self::from_request(&request)?;
        if let Some(overrides) = parameters.optional::<StateOverride>()? {
            call.overrides = read_overrides(overrides)?;
        }
        call.block = parameters.optional()?.unwrap_or_default();
        Ok((call, id))
    }
}

/// Reads state overrides.
///
/// # Errors
///
/// -32602 if an account has both `state` and `stateDiff`, or moves a precompile.
pub fn read_overrides(overrides: StateOverride) -> Answer<AddressMap<AccountOverride>> {
    let word = |bytes: B256| U256::from_be_bytes(bytes.0);
    overrides
        .into_iter()
        .map(|(address, one)| {
            if one.state.is_some() && one.state_diff.is_some() {
                return Err(wrong(format!("both state and stateDiff are given for {address}")));
            }
            if one.move_precompile_to.is_some() {
                return Err(wrong("moving a precompile is not supported"));
            }
            let code = one
                .code
                .map(Bytecode::new_raw_checked)
                .transpose()
                .map_err(|reason| wrong(reason.to_string()))?;
            let slots = |map: B256Map<B256>| -> HashMap<U256, U256> {
                map.into_iter().map(|(slot, value)| (word(slot), word(value))).collect()
            };
            Ok((
                address,
                AccountOverride {
                    balance: one.balance,
                    nonce: one.nonce,
                    code,
                    storage: one.state.map(slots),
                    slots: one.state_diff.map(slots).unwrap_or_default(),
                },
            ))
        })
        .collect()
}

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    register_heavy(module, "eth_call", |context, parameters| {
        let (request, id) = CallRequest::read(parameters)?;
        let result = run(context, &request, id)?;
        match failure(&result) {
            Some(failed) => Err(failed),
            None => Ok(result.into_output().unwrap_or_default()),
        }
    })?;
    register_heavy(module, "eth_estimateGas", |context, parameters| {
        let (request, id) = CallRequest::read(parameters)?;
        estimate(context, &request, id).map(quantity)
    })?;
    register_heavy(module, "eth_createAccessList", |context, parameters| {
        let (request, id) = CallRequest::read(parameters)?;
        access_list(context, &request, id)
    })
}

fn gas_limit(context: &Context, request: &CallRequest) -> u64 {
    request.gas.unwrap_or(context.call_gas).min(context.call_gas)
}

/// Runs a call and returns what came of it.
///
/// # Errors
///
/// That of a call that could not be run at all.
pub(crate) fn run(
    context: &Context,
    request: &CallRequest,
    id: BlockId,
) -> Answer<ExecutionResult> {
    let mut call = request.call.clone();
    call.gas_limit = gas_limit(context, request);
    on_stage(context, request, id, |stage| {
        stage.call(&call).map(|run| run.result).map_err(|reason| refused(&reason))
    })?
}

/// Sets the stage for a call: state with overrides, block with overrides.
fn on_stage<R>(
    context: &Context,
    request: &CallRequest,
    id: BlockId,
    run: impl FnOnce(&Stage<'_, Overridden<'_, StateView<'_>>, CommittedHashes<'_>>) -> R,
) -> Answer<R> {
    let shared = context.shared();
    context.with_state(id, |state, environment| {
        let state = Overridden::new(state, request.overrides.clone());
        let environment = overridden(environment, &request.block);
        let hashes = CommittedHashes(&shared.hashes);
        run(&Stage {
            config: &shared.config,
            environment: &environment,
            state: &state,
            hashes: &hashes,
        })
    })
}

fn overridden(environment: &Environment, overrides: &BlockOverrides) -> Environment {
    let mut environment = environment.clone();
    if let Some(number) = overrides.number {
        environment.number = primitives::BlockNumber(number.saturating_to());
    }
    if let Some(time) = overrides.time {
        environment.timestamp = time;
    }
    if let Some(gas_limit) = overrides.gas_limit {
        environment.gas_limit = gas_limit;
    }
    if let Some(beneficiary) = overrides.coinbase {
        environment.beneficiary = beneficiary;
    }
    if let Some(random) = overrides.random {
        environment.prevrandao = random;
    }
    if let Some(base_fee) = overrides.base_fee {
        environment.base_fee = base_fee.saturating_to();
    }
    environment
}

/// The least gas with which the call succeeds, as near as geth finds it.
///
/// # Errors
///
/// What the call answers if it fails with all the gas there is.
pub fn estimate(context: &Context, request: &CallRequest, id: BlockId) -> Answer<u64> {
    let limit = gas_limit(context, request)
        .min(context.shared().config.transaction_gas_limit)
        .min(context.shared().next.read().gas_limit);
    on_stage(context, request, id, |stage| {
        if is_plain_transfer(stage.state, &request.call) && limit >= TRANSFER_GAS {
            let mut call = request.call.clone();
            call.gas_limit = TRANSFER_GAS;
            if stage.call(&call).is_ok_and(|run| run.result.is_success()) {
                return Ok(TRANSFER_GAS);
            }
        }
        let mut call = request.call.clone();
        call.gas_limit = affordable(stage.state, &request.call, limit)?;
        let first = stage.call(&call).map_err(|reason| refused(&reason))?.result;
        if let Some(failed) = failure(&first) {
            return Err(failed);
        }
        let mut high = call.gas_limit;
        let mut low = first.tx_gas_used().saturating_sub(1);
        // A call within needs a 64th more than it uses; one try near it saves most steps.
        let optimistic = (first.gas().total_gas_spent() + 2_300) * 64 / 63;
        let mut next = optimistic.min(high);
        while low + 1 < high {
            call.gas_limit = next;
            match stage.call(&call) {
                Ok(run) if run.result.is_success() => high = next,
                Ok(run) if is_out_of_gas(&run.result) => low = next,
                Ok(_) | Err(_) => low = next,
            }
            if (high - low) * 1_000 / high < TOLERANCE_PERMILLE {
                break;
            }
            // Most needs are near the lower end.
            next = (low + (high - low) / 2).min(low.saturating_mul(2)).max(low + 1);
        }
        Ok(high)
    })?
}

fn is_out_of_gas(result: &ExecutionResult) -> bool {
    matches!(result, ExecutionResult::Halt { reason: HaltReason::OutOfGas(_), .. })
}

fn is_plain_transfer<S: ReadState>(state: &S, call: &Call) -> bool {
    call.input.is_empty()
        && call.access_list.is_empty()
        && call.authorizations.is_empty()
        && call.to.is_some_and(|to| {
            state.account(&to).is_none_or(|account| account.code_hash == KECCAK_EMPTY)
        })
}

/// What the caller can pay for, if it names a price.
fn affordable<S: ReadState>(state: &S, call: &Call, limit: u64) -> Answer<u64> {
    let Some(price) = call.gas_price else { return Ok(limit) };
    let balance = state.account(&call.from).unwrap_or_default().balance;
    let left = balance
        .checked_sub(call.value)
        .ok_or_else(|| error(crate::errors::SERVER, "insufficient funds for transfer"))?;
    Ok(limit.min((left / U256::from(price)).saturating_to()))
}

/// Slots that a call reads or writes, in no order.
///
/// # Errors
///
/// That of a call that could not be run at all.
pub(crate) fn touched_slots(
    context: &Context,
    request: &CallRequest,
    id: BlockId,
) -> Answer<Vec<(Address, U256)>> {
    let mut call = request.call.clone();
    call.gas_limit = gas_limit(context, request);
    on_stage(context, request, id, |stage| {
        let inspector = AccessListInspector::new(call.access_list.clone());
        let (_, inspector) =
            stage.inspect_call(&call, inspector).map_err(|reason| refused(&reason))?;
        let list = inspector.into_access_list();
        let slots = list.0.into_iter().flat_map(|item| {
            let slots = item.storage_keys.into_iter();
            slots.map(move |slot| (item.address, U256::from_be_bytes(slot.0)))
        });
        Ok(slots.collect())
    })?
}

fn access_list(context: &Context, request: &CallRequest, id: BlockId) -> Answer {
    let mut call = request.call.clone();
    call.gas_limit = gas_limit(context, request);
    on_stage(context, request, id, |stage| {
        let inspector = AccessListInspector::new(call.access_list.clone());
        let (run, inspector) =
            stage.inspect_call(&call, inspector).map_err(|reason| refused(&reason))?;
        let list = inspector.into_access_list();
        let mut answer = json!({
            "accessList": list,
            "gasUsed": quantity(run.result.tx_gas_used()),
        });
        if let Some(failed) = failure(&run.result) {
            answer["error"] = Value::String(failed.message().to_owned());
        }
        Ok(answer)
    })?
}
