// SPDX-License-Identifier: Apache-2.0
//! `debug_trace*` and `trace_*`: transactions or calls again, under an inspector.

use std::sync::Arc;

use alloy_eips::BlockId;
use alloy_rpc_types_eth::{TransactionInfo, TransactionRequest};
use alloy_rpc_types_trace::{
    filter::TraceFilter,
    geth::{GethDebugTracingCallOptions, GethDebugTracingOptions},
    parity::LocalizedTransactionTrace,
};
use execution::{
    call::{CallContext, Stage},
    database::StateDatabase,
    overrides::Overridden,
    revm::{
        context::{BlockEnv, TxEnv, result::ResultAndState},
        inspector::Inspector,
    },
    slice::environment_of,
};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{Address, B256, BlockNumber};
use revm_inspectors::tracing::{
    DebugInspector, TracingInspector, TracingInspectorConfig, TransactionContext,
};
use sequencer::{Block, Executed, shared::CommittedHashes};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use state::ReadState;

use crate::{
    again::run_again,
    budget::Budget,
    call_methods::{CallRequest, read_overrides},
    context::{Context, Parameters},
    errors::{Answer, LIMIT, NOT_FOUND, SERVER, call as refused, error, parameters as wrong},
    heavy::register_heavy,
};

/// Most blocks of `trace_filter`.
const FILTER_BLOCKS: u64 = 1_000;
/// Most traces of `trace_filter` and `trace_block`.
const TRACES: usize = 100_000;

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    register_heavy(module, "debug_traceTransaction", |context, parameters| {
        let hash: B256 = parameters.required()?;
        let options = parameters.optional()?.unwrap_or_default();
        let (block, index) = find(context, hash)?;
        let mut traces = trace_block(context, &block, &options, Some(index))?;
        traces.pop().map(|(_, trace)| trace).ok_or_else(|| error(NOT_FOUND, "no such transaction"))
    })?;
    for name in ["debug_traceBlockByNumber", "debug_traceBlockByHash"] {
        register_heavy(module, name, |context, parameters| {
            let block = read_block(context, parameters)?;
            let options = parameters.optional()?.unwrap_or_default();
            let traces = trace_block(context, &block, &options, None)?;
            let shown = traces.into_iter();
            Ok(shown.map(|(hash, trace)| TracedTransaction::new(hash, trace)).collect::<Vec<_>>())
        })?;
    }
    register_heavy(module, "debug_traceCall", |context, parameters| {
        let request: TransactionRequest = parameters.required()?;
        let id = parameters.block()?;
        let options = parameters.optional()?.unwrap_or_default();
        trace_call(context, &request, id, options)
    })?;
    register_heavy(module, "trace_transaction", |context, parameters| {
        let hash: B256 = parameters.required()?;
        let (block, index) = find(context, hash)?;
        parity_traces(context, &block, Some(index))
    })?;
    register_heavy(module, "trace_block", |context, parameters| {
        let block = read_block(context, parameters)?;
        parity_traces(context, &block, None)
    })?;
    register_heavy(module, "trace_filter", |context, parameters| {
        let filter: TraceFilter = parameters.required()?;
        filter_traces(context, &filter)
    })
}

/// One transaction of `debug_traceBlockBy*`.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct TracedTransaction {
    tx_hash: B256,
    result: Box<RawValue>,
}

impl TracedTransaction {
    const fn new(tx_hash: B256, result: Box<RawValue>) -> Self {
        Self { tx_hash, result }
    }
}

fn read_block(context: &Context, parameters: &mut Parameters<'_>) -> Answer<Arc<Block>> {
    let id: BlockId = parameters.required()?;
    context.block(id)?.ok_or_else(|| error(NOT_FOUND, "block not found"))
}

fn find(context: &Context, hash: B256) -> Answer<(Arc<Block>, usize)> {
    let shared = context.shared();
    if let Some(found) = shared.transaction(&hash) {
        return Ok(found);
    }
    let is_open = shared.chain.read().place(&hash).is_some();
    Err(if is_open {
        error(SERVER, "its block is not committed yet")
    } else {
        error(NOT_FOUND, "transaction not found")
    })
}

/// geth's traces of one transaction of a block or of all.
fn trace_block(
    context: &Context,
    block: &Block,
    options: &GethDebugTracingOptions,
    only: Option<usize>,
) -> Answer<Vec<(B256, Box<RawValue>)>> {
    let mut budget = budget(options);
    let mut traces = Vec::new();
    run_again(context, block, only, |stage, executed| {
        let hash = executed.verified.transaction.hash;
        let place = TransactionContext {
            block_hash: Some(block.hash),
            tx_hash: Some(hash),
            tx_index: Some(executed.index),
        };
        let (run, (inspector, spent)) = stage
            .inspect_transaction(executed.verified, (inspector(options.clone())?, budget))
            .map_err(|reason| refused(&reason))?;
        spent.check()?;
        budget = spent;
        let message = environment_of(&executed.verified.transaction, executed.verified.sender);
        traces.push((hash, answer(stage, inspector, Some(place), &message, &run)?));
        Ok(run)
    })?;
    Ok(traces)
}

/// Parity's form, which Ape reads for the calls of a creation.
fn parity_traces(context: &Context, block: &Block, only: Option<usize>) -> Answer<Vec<Value>> {
    let mut traces = Vec::new();
    let mut budget = Budget::new(false, false);
    run_again(context, block, only, |stage, executed| {
        let inspector = TracingInspector::new(TracingInspectorConfig::default_parity());
        let (run, (inspector, spent)) = stage
            .inspect_transaction(executed.verified, (inspector, budget))
            .map_err(|reason| refused(&reason))?;
        spent.check()?;
        budget = spent;
        traces.extend(localized(inspector, block, executed));
        if traces.len() > TRACES {
            return Err(error(LIMIT, format!("more than {TRACES} traces")));
        }
        Ok(run)
    })?;
    Ok(traces)
}

fn localized(inspector: TracingInspector, block: &Block, executed: &Executed<'_>) -> Vec<Value> {
    let place = TransactionInfo {
        hash: Some(executed.verified.transaction.hash),
        index: Some(executed.index as u64),
        block_hash: Some(block.hash),
        block_number: Some(block.header.number),
        base_fee: block.header.base_fee_per_gas,
        ..TransactionInfo::default()
    };
    let created: Vec<Address> = inspector
        .traces()
        .nodes()
        .iter()
        .filter(|node| node.trace.kind.is_any_create())
        .map(|node| node.trace.address)
        .collect();
    let localized = inspector.into_parity_builder().into_localized_transaction_traces(place);
    let mut traces: Vec<Value> = localized.iter().map(|trace| json!(trace)).collect();
    name_failed_creations(&mut traces, &created);
    traces
}

/// Gives a creation that failed the form of one that did not, as anvil does: tools read the address
/// that it would have had, and what it returned in the place of code.
fn name_failed_creations(traces: &mut [Value], created: &[Address]) {
    let creations = traces.iter_mut().filter(|trace| trace["type"] == "create").zip(created);
    for (trace, address) in creations {
        let Some(result) = trace["result"].as_object_mut() else { continue };
        if let Some(output) = result.remove("output") {
            result.insert("address".to_owned(), json!(address));
            result.insert("code".to_owned(), output);
        }
    }
}

fn filter_traces(context: &Context, filter: &TraceFilter) -> Answer<Vec<Value>> {
    let head = context.head().header.number;
    let from = filter.from_block.unwrap_or(head);
    let to = filter.to_block.unwrap_or(head).min(head);
    if from > to {
        return Err(wrong(format!("block range runs backwards: {from} to {to}")));
    }
    if to - from >= FILTER_BLOCKS {
        let reason = format!("{} blocks, limit {FILTER_BLOCKS}", to - from + 1);
        return Err(error(LIMIT, reason));
    }
    let matcher = filter.matcher();
    let mut found = Vec::new();
    for number in from..=to {
        let block = context.shared().block(BlockNumber(number));
        let block = block.ok_or_else(|| error(NOT_FOUND, format!("block {number} not found")))?;
        if block.body.is_empty() {
            continue;
        }
        let traces = parity_traces(context, &block, None)?;
        found.extend(traces.into_iter().filter(|trace| {
            serde_json::from_value::<LocalizedTransactionTrace>(trace.clone())
                .is_ok_and(|trace| matcher.matches(&trace.trace))
        }));
        if found.len() > TRACES {
            return Err(error(LIMIT, format!("more than {TRACES} traces; ask for fewer blocks")));
        }
    }
    let after = filter.after.map_or(0, |after| usize::try_from(after).unwrap_or(usize::MAX));
    let count = filter.count.map_or(TRACES, |count| usize::try_from(count).unwrap_or(TRACES));
    Ok(found.into_iter().skip(after).take(count).collect())
}

fn trace_call(
    context: &Context,
    request: &TransactionRequest,
    id: BlockId,
    options: GethDebugTracingCallOptions,
) -> Answer<Box<RawValue>> {
    let request_call = CallRequest::from_request(request)?;
    let mut call = request_call.call;
    call.gas_limit = request_call.gas.unwrap_or(context.call_gas).min(context.call_gas);
    let overrides = read_overrides(options.state_overrides.unwrap_or_default())?;
    let shared = context.shared();
    context.with_state(id, |state, environment| {
        let state = Overridden::new(state, overrides);
        let hashes = CommittedHashes(&shared.hashes);
        let stage = Stage { config: &shared.config, environment, state: &state, hashes: &hashes };
        let budget = budget(&options.tracing_options);
        let inspector = inspector(options.tracing_options)?;
        let (run, (inspector, budget)) =
            stage.inspect_call(&call, (inspector, budget)).map_err(|reason| refused(&reason))?;
        budget.check()?;
        let message = stage.message(&call);
        answer(&stage, inspector, None, &message, &run)
    })?
}

/// What a tracer may keep: without a name it keeps every step.
fn budget(options: &GethDebugTracingOptions) -> Budget {
    Budget::new(options.tracer.is_none(), options.config.is_memory_enabled())
}

fn inspector(options: GethDebugTracingOptions) -> Answer<DebugInspector> {
    DebugInspector::new(options).map_err(|reason| wrong(reason.to_string()))
}

fn answer<'a, S: ReadState>(
    stage: &Stage<'a, S, CommittedHashes<'a>>,
    mut inspector: DebugInspector,
    place: Option<TransactionContext>,
    message: &TxEnv,
    run: &ResultAndState,
) -> Answer<Box<RawValue>>
where
    DebugInspector: Inspector<CallContext<'a, S, CommittedHashes<'a>>>,
{
    let block: BlockEnv = stage.block();
    let mut database = StateDatabase { state: stage.state, hashes: stage.hashes };
    let trace = inspector
        .get_result(place, message, &block, run, &mut database)
        .map_err(|reason| error(SERVER, reason.to_string()))?;
    to_raw_value(&trace).map_err(|reason| error(SERVER, reason.to_string()))
}
