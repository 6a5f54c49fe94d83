// SPDX-License-Identifier: Apache-2.0
//! `eth_simulateV1`: blocks of calls on top of a block, with header and state replaced at will, as
//! the execution APIs specify it and geth answers it.
//!
//! - [`layout`]: which blocks there are, gaps filled, and what their headers say beforehand.
//! - [`replaced`]: state overrides as changes.
//! - [`precompiles`]: precompiles moved or replaced.
//! - [`transfers`]: logs for transfers of ether.
//! - [`unsigned`]: calls as transactions without signatures.
//! - [`run`]: runs one block and puts it together.
//! - [`refusals`]: the method's own error codes.

mod layout;
mod precompiles;
mod refusals;
mod replaced;
mod run;
mod transfers;
mod unsigned;

use alloy_eips::BlockId;
use alloy_rpc_types_eth::simulate::{MAX_SIMULATE_BLOCKS, SimBlock, SimulatePayload};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::BlockNumber;
use sequencer::shared::CommittedHashes;
use serde_json::Value;

use self::{
    layout::lay_out,
    run::{Simulation, Start},
};
use crate::{
    context::Context,
    errors::{Answer, parameters as wrong},
    heavy::register_heavy,
    past::with_state_at,
};

/// Most calls of one simulated block.
const BLOCK_CALLS: usize = 5_000;
/// Most calls of all simulated blocks.
const CALLS: usize = 10_000;

/// What every simulated block is held to.
#[derive(Clone, Copy, Debug)]
struct Rules {
    /// Check nonces, fees and balances as for transactions.
    validates: bool,
    /// Give each transfer of ether a log.
    traces_transfers: bool,
    /// Show transactions instead of their hashes.
    has_whole_transactions: bool,
}

/// Registers the method.
///
/// # Errors
///
/// If the name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    register_heavy(module, "eth_simulateV1", |context, parameters| {
        let payload: Value = parameters.required()?;
        let id = parameters.block()?;
        refuse_withdrawals(&payload)?;
        let payload: SimulatePayload =
            serde_json::from_value(payload).map_err(|reason| wrong(reason.to_string()))?;
        check_size(&payload.block_state_calls)?;
        simulate(context, payload, id)
    })
}

fn refuse_withdrawals(payload: &Value) -> Answer<()> {
    let blocks = payload["blockStateCalls"].as_array().into_iter().flatten();
    let mut lists = blocks.filter_map(|block| block["blockOverrides"]["withdrawals"].as_array());
    if lists.any(|list| !list.is_empty()) {
        return Err(wrong("withdrawals are not supported: this chain has none"));
    }
    Ok(())
}

fn check_size(blocks: &[SimBlock]) -> Answer<()> {
    if blocks.is_empty() {
        return Err(wrong("empty input"));
    }
    if blocks.len() as u64 > MAX_SIMULATE_BLOCKS {
        return Err(refusals::limit("too many blocks"));
    }
    let mut total = 0;
    for block in blocks {
        let calls = block.calls.len();
        if calls > BLOCK_CALLS {
            return Err(refusals::limit(format!(
                "too many calls in block: {calls} > {BLOCK_CALLS}"
            )));
        }
        total += calls;
        if total > CALLS {
            return Err(refusals::limit(format!("too many calls: {total} > {CALLS}")));
        }
    }
    Ok(())
}

fn simulate(context: &Context, payload: SimulatePayload, id: BlockId) -> Answer {
    let rules = Rules {
        validates: payload.validation,
        traces_transfers: payload.trace_transfers,
        has_whole_transactions: payload.return_full_transactions,
    };
    let base = context.block_of_state(id)?;
    let shared = context.shared();
    let plans = lay_out(payload.block_state_calls, &base.header)?;
    let number = BlockNumber(base.header.number);
    with_state_at(context, number, is_present(id), |state, trie| {
        let start = Start {
            config: &shared.config,
            base: &base,
            state,
            trie,
            hashes: CommittedHashes(&shared.hashes),
            gas: context.call_gas,
        };
        let mut simulation = Simulation::new(start, rules);
        plans.iter().map(|plan| simulation.run(plan)).collect()
    })?
}

/// Whether an id means the present state, the open block's transactions included.
fn is_present(id: BlockId) -> bool {
    matches!(id, BlockId::Number(tag) if !tag.is_number() && !tag.is_earliest())
}
