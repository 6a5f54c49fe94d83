// SPDX-License-Identifier: Apache-2.0
//! `debug_trace*` and `trace_transaction`: a transaction or call again, under an inspector.

use std::sync::Arc;

use alloy_eips::BlockId;
use alloy_rpc_types_eth::{TransactionInfo, TransactionRequest};
use alloy_rpc_types_trace::geth::{GethDebugTracingCallOptions, GethDebugTracingOptions};
use execution::{
    Slice,
    call::{CallContext, Stage},
    database::StateDatabase,
    overrides::{After, Overridden},
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
use serde_json::{Value, json};
use state::{Changes, ReadState, StateView};

use crate::{
    call_methods::{CallRequest, read_overrides},
    context::{Context, Parameters},
    errors::{Answer, NOT_FOUND, SERVER, call as refused, error, parameters as wrong},
};

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("debug_traceTransaction", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let hash: B256 = parameters.required()?;
        let options = parameters.optional()?.unwrap_or_default();
        let (block, index) = find(&context, hash)?;
        trace_in_block(&context, &block, index, options)
    })?;
    module.register_blocking_method("trace_transaction", |params, context, _| -> Answer {
        let hash: B256 = Parameters::new(&params).required()?;
        let (block, index) = find(&context, hash)?;
        parity_trace(&context, &block, index)
    })?;
    for name in ["debug_traceBlockByNumber", "debug_traceBlockByHash"] {
        module.register_blocking_method(name, |params, context, _| -> Answer {
            let mut parameters = Parameters::new(&params);
            let id: BlockId = parameters.required()?;
            let options: GethDebugTracingOptions = parameters.optional()?.unwrap_or_default();
            let block = context.block(id)?.ok_or_else(|| error(NOT_FOUND, "block not found"))?;
            (0..block.body.len())
                .map(|index| {
                    let hash = block.body.get(index).map(|one| one.verified.transaction.hash);
                    let result = trace_in_block(&context, &block, index, options.clone())?;
                    Ok(json!({ "txHash": hash, "result": result }))
                })
                .collect()
        })?;
    }
    module.register_blocking_method("debug_traceCall", |params, context, _| -> Answer {
        let mut parameters = Parameters::new(&params);
        let request: TransactionRequest = parameters.required()?;
        let id = parameters.block()?;
        let options = parameters.optional()?.unwrap_or_default();
        trace_call(&context, &request, id, options)
    })?;
    Ok(())
}

fn find(context: &Context, hash: B256) -> Answer<(Arc<Block>, usize)> {
    let chain = context.shared().chain.read();
    let place = chain.place(&hash).ok_or_else(|| error(NOT_FOUND, "transaction not found"))?;
    let block = chain.block(place.number).cloned();
    Ok((block.ok_or_else(|| error(SERVER, "its block is not committed yet"))?, place.index))
}

fn trace_in_block(
    context: &Context,
    block: &Block,
    index: usize,
    options: GethDebugTracingOptions,
) -> Answer {
    before_transaction(context, block, index, |stage, executed| {
        let place = TransactionContext {
            block_hash: Some(block.hash),
            tx_hash: Some(executed.verified.transaction.hash),
            tx_index: Some(index),
        };
        let (run, inspector) = stage
            .inspect_transaction(executed.verified, inspector(options)?)
            .map_err(|reason| refused(&reason))?;
        let message = environment_of(&executed.verified.transaction, executed.verified.sender);
        answer(stage, inspector, Some(place), &message, &run)
    })
}

/// Parity's form, which Ape reads for the calls of a creation.
fn parity_trace(context: &Context, block: &Block, index: usize) -> Answer {
    before_transaction(context, block, index, |stage, executed| {
        let inspector = TracingInspector::new(TracingInspectorConfig::default_parity());
        let (_, inspector) = stage
            .inspect_transaction(executed.verified, inspector)
            .map_err(|reason| refused(&reason))?;
        let place = TransactionInfo {
            hash: Some(executed.verified.transaction.hash),
            index: Some(index as u64),
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
        let mut traces =
            json!(inspector.into_parity_builder().into_localized_transaction_traces(place));
        name_failed_creations(&mut traces, &created);
        Ok(traces)
    })
}

/// Gives a creation that failed the form of one that did not, as anvil does: tools read the address
/// that it would have had, and what it returned in the place of code.
fn name_failed_creations(traces: &mut Value, created: &[Address]) {
    let creations = traces
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter(|trace| trace["type"] == "create")
        .zip(created);
    for (trace, address) in creations {
        let Some(result) = trace["result"].as_object_mut() else { continue };
        if let Some(output) = result.remove("output") {
            result.insert("address".to_owned(), json!(address));
            result.insert("code".to_owned(), output);
        }
    }
}

type Before<'a> = After<'a, After<'a, StateView<'a>>>;

/// Runs the block's earlier transactions and sets the stage for the one asked for.
fn before_transaction(
    context: &Context,
    block: &Block,
    index: usize,
    run: impl FnOnce(&Stage<'_, Before<'_>, CommittedHashes<'_>>, &Executed<'_>) -> Answer,
) -> Answer {
    let shared = context.shared();
    let parent = BlockNumber(block.header.number)
        .previous()
        .and_then(|number| shared.chain.read().block(number).cloned())
        .ok_or_else(|| error(SERVER, "the block before is no longer kept"))?;
    let executed = block.body.get(index).ok_or_else(|| error(NOT_FOUND, "no such transaction"))?;
    context.with_state_after(&parent, |state, _| {
        let hashes = CommittedHashes(&shared.hashes);
        let environment = block.environment();
        let written: Vec<&Changes> = block.written.iter().rev().map(AsRef::as_ref).collect();
        let opened = After { state, changes: written };
        let options = context.node.settings().options;
        let mut slice = Slice::new(&shared.config, &environment, options, &opened, &hashes, 0);
        slice.allow_senders_with_code();
        slice.open_block(|| block.header.parent_hash);
        for earlier in block.body.iter().take(index) {
            slice
                .run_included(earlier.verified)
                .map_err(|reason| error(SERVER, reason.to_string()))?;
        }
        let changes = slice.finish();
        let before = After { state: &opened, changes: vec![&changes] };
        let stage = Stage {
            config: &shared.config,
            environment: &environment,
            state: &before,
            hashes: &hashes,
        };
        run(&stage, &executed)
    })?
}

fn trace_call(
    context: &Context,
    request: &TransactionRequest,
    id: BlockId,
    options: GethDebugTracingCallOptions,
) -> Answer {
    let request_call = CallRequest::from_request(request)?;
    let mut call = request_call.call;
    call.gas_limit = request_call.gas.unwrap_or(context.call_gas).min(context.call_gas);
    let overrides = read_overrides(options.state_overrides.unwrap_or_default())?;
    let shared = context.shared();
    context.with_state(id, |state, environment| {
        let state = Overridden::new(state, overrides);
        let hashes = CommittedHashes(&shared.hashes);
        let stage = Stage { config: &shared.config, environment, state: &state, hashes: &hashes };
        let inspector = inspector(options.tracing_options)?;
        let (run, inspector) =
            stage.inspect_call(&call, inspector).map_err(|reason| refused(&reason))?;
        let message = stage.message(&call);
        answer(&stage, inspector, None, &message, &run)
    })?
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
) -> Answer
where
    DebugInspector: Inspector<CallContext<'a, S, CommittedHashes<'a>>>,
{
    let block: BlockEnv = stage.block();
    let mut database = StateDatabase { state: stage.state, hashes: stage.hashes };
    let trace = inspector
        .get_result(place, message, &block, run, &mut database)
        .map_err(|reason| error(SERVER, reason.to_string()))?;
    serde_json::to_value(trace).map_err(|reason| error(SERVER, reason.to_string()))
}
