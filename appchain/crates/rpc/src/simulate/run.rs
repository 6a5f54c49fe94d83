// SPDX-License-Identifier: Apache-2.0
//! Runs simulated blocks one after the other and puts them together.

use std::sync::Arc;

use alloy_rpc_types_eth::TransactionRequest;
use execution::{
    BlockHashes, Environment, Header, Outcome,
    database::StateDatabase,
    environment::{configuration, next_base_fee, spec_of},
    header::{Sealing, header},
    journal::changes_of,
    overrides::After,
    revm::{
        Context, ExecuteEvm, InspectEvm, MainBuilder, MainContext, SystemCallEvm,
        context::{
            BlockEnv, Evm, TxEnv,
            result::{ExecutionResult, Output},
        },
        context_interface::{JournalTr, block::BlobExcessGasAndPrice},
        handler::{EthFrame, MainnetContext, instructions::EthInstructions},
        interpreter::interpreter::EthInterpreter,
    },
    roots::{receipts_root, transactions_root},
    slice::{environment_of, opening_calls},
};
use primitives::{Address, B256, BlockNumber, Bytes, ChainConfig, KECCAK_EMPTY, Log, Verified};
use sequencer::{Block, Body, chain::Part, shared::CommittedHashes};
use serde_json::{Value, json};
use state::{Changes, ReadState, StateTrie, StateView};

use super::{
    Rules,
    layout::Plan,
    precompiles::Moved,
    refusals,
    replaced::changes_of as overrides_as_changes,
    transfers::{Transfers, is_transfer},
    unsigned::Filled,
};
use crate::{
    call_methods::CallRequest,
    errors::{Answer, SERVER, error, failure},
    json::{At, block as block_json, log as log_json, quantity},
};

/// A block's transactions and what came of each.
type Results = Vec<(Arc<Verified>, ExecutionResult)>;

/// Hashes of simulated blocks and of the chain's.
struct Hashes<'a> {
    simulated: Vec<(u64, B256)>,
    chain: CommittedHashes<'a>,
}

impl BlockHashes for Hashes<'_> {
    fn block_hash(&self, number: u64) -> B256 {
        let simulated = self.simulated.iter().find(|(other, _)| *other == number);
        simulated.map_or_else(|| self.chain.block_hash(number), |(_, hash)| *hash)
    }
}

type Machine<'a, 'b> = Evm<
    MainnetContext<StateDatabase<'a, After<'a, StateView<'b>>, Hashes<'a>>>,
    Transfers,
    EthInstructions<
        EthInterpreter,
        MainnetContext<StateDatabase<'a, After<'a, StateView<'b>>, Hashes<'a>>>,
    >,
    Moved,
    EthFrame<EthInterpreter>,
>;

/// Where a simulation starts.
pub(super) struct Start<'a, 'b> {
    /// The chain's rules.
    pub(super) config: &'a ChainConfig,
    /// The block on top of which it runs.
    pub(super) base: &'a Block,
    /// The state after that block.
    pub(super) state: &'a StateView<'b>,
    /// The tries of that state; left as they were.
    pub(super) trie: &'a mut StateTrie,
    /// Hashes of the chain's blocks.
    pub(super) hashes: CommittedHashes<'a>,
    /// Gas that all calls together may use.
    pub(super) gas: u64,
}

/// Blocks run so far and what they left behind.
pub(super) struct Simulation<'a, 'b> {
    start: Start<'a, 'b>,
    rules: Rules,
    hashes: Hashes<'a>,
    next_base_fee: u64,
    parent_hash: B256,
    precompiles: Moved,
    /// What each block changed, overrides included.
    ran: Vec<Arc<Changes>>,
}

impl Drop for Simulation<'_, '_> {
    /// Takes everything back from the tries, also after an error.
    fn drop(&mut self) {
        for changes in self.ran.iter().rev() {
            self.start.trie.undo(changes);
        }
    }
}

impl<'a, 'b> Simulation<'a, 'b> {
    pub(super) fn new(start: Start<'a, 'b>, rules: Rules) -> Self {
        Self {
            rules,
            hashes: Hashes { simulated: Vec::new(), chain: start.hashes },
            next_base_fee: following_base_fee(start.config, &start.base.header),
            parent_hash: start.base.hash,
            precompiles: Moved::new(spec_of(start.config.fork)),
            ran: Vec::new(),
            start,
        }
    }

    /// Runs one block and shows it.
    ///
    /// # Errors
    ///
    /// Those of the method, for a call that no block could hold.
    pub(super) fn run(&mut self, plan: &Plan) -> Answer {
        let environment = Environment {
            number: BlockNumber(plan.number),
            timestamp: plan.timestamp,
            base_fee: match plan.base_fee {
                Some(base_fee) => base_fee,
                None if self.rules.validates => self.next_base_fee,
                None => 0,
            },
            gas_limit: plan.gas_limit,
            beneficiary: plan.beneficiary,
            prevrandao: plan.prevrandao,
        };
        self.precompiles.apply(&plan.overrides)?;
        let overridden = Arc::new(overrides_as_changes(plan.overrides.iter(), &self.after(None))?);
        let mut gas = Gas { block: plan.gas_limit, used: 0, budget: self.start.gas };
        let (results, changes) = self.execute(plan, &environment, &overridden, &mut gas)?;
        self.start.gas = gas.budget;
        let changes = Changes::merge(&[overridden, Arc::new(changes)]);
        let state_root = self.start.trie.apply(&changes);
        self.ran.push(changes);
        let block = self.assemble(&environment, plan.beacon_root, &results, state_root);
        self.next_base_fee = following_base_fee(self.start.config, &block.header);
        self.parent_hash = block.hash;
        self.hashes.simulated.push((plan.number, block.hash));
        Ok(show(&block, &results, self.rules))
    }

    fn execute(
        &self,
        plan: &Plan,
        environment: &Environment,
        overridden: &Changes,
        gas: &mut Gas,
    ) -> Answer<(Results, Changes)> {
        let state = self.after(Some(overridden));
        let mut machine = self.machine(&state, environment, plan.blob_base_fee);
        self.open(&mut machine, plan, &state);
        let mut results = Vec::with_capacity(plan.calls.len());
        for request in &plan.calls {
            let (verified, result) = self.call(&mut machine, request, environment, gas)?;
            results.push((Arc::new(verified), result));
        }
        Ok((results, changes_of(machine.finalize(), &state)))
    }

    fn after<'s>(&'s self, newest: Option<&'s Changes>) -> After<'s, StateView<'b>> {
        let earlier = self.ran.iter().rev().map(AsRef::as_ref);
        After { state: self.start.state, changes: newest.into_iter().chain(earlier).collect() }
    }

    fn machine<'s>(
        &'s self,
        state: &'s After<'s, StateView<'b>>,
        environment: &Environment,
        blob_base_fee: Option<u128>,
    ) -> Machine<'s, 'b> {
        let mut configuration = configuration(self.start.config);
        configuration.disable_eip3607 = true;
        configuration.disable_nonce_check = !self.rules.validates;
        configuration.tx_gas_limit_cap = Some(u64::MAX);
        let mut block: BlockEnv = environment.to_revm(self.start.config.fork);
        if let Some(blob_gasprice) = blob_base_fee {
            let excess_blob_gas = 0;
            block.blob_excess_gas_and_price =
                Some(BlobExcessGasAndPrice { excess_blob_gas, blob_gasprice });
        }
        Context::mainnet()
            .with_db(StateDatabase { state, hashes: &self.hashes })
            .with_cfg(configuration)
            .with_block(block)
            .build_mainnet_with_inspector(Transfers::new(self.rules.traces_transfers))
            .with_precompiles(self.precompiles.clone())
    }

    fn open(&self, block: &mut Machine<'_, '_>, plan: &Plan, state: &impl ReadState) {
        for (contract, input) in opening_calls(self.start.config, plan.beacon_root) {
            let account = state.account(&contract);
            if account.is_some_and(|account| account.code_hash != KECCAK_EMPTY) {
                let input = input.unwrap_or(self.parent_hash);
                // A system call that fails changes nothing and stops no block.
                let _ = block.system_call_one(contract, Bytes::copy_from_slice(input.as_slice()));
            }
        }
    }

    fn assemble(
        &self,
        environment: &Environment,
        beacon_root: B256,
        results: &Results,
        state_root: B256,
    ) -> Block {
        let transactions: Vec<Arc<Verified>> =
            results.iter().map(|(verified, _)| Arc::clone(verified)).collect();
        let outcomes: Vec<Outcome> = results.iter().map(|(_, result)| outcome_of(result)).collect();
        let plain: Vec<&Verified> = transactions.iter().map(AsRef::as_ref).collect();
        let (receipts_root, logs_bloom) =
            receipts_root(&plain, &outcomes.iter().collect::<Vec<_>>());
        let sealing = Sealing {
            parent_hash: self.parent_hash,
            state_root,
            transactions_root: transactions_root(&plain),
            receipts_root,
            logs_bloom,
            gas_used: outcomes.iter().map(|outcome| outcome.gas_used).sum(),
        };
        let mut header = header(self.start.config, environment, &sealing);
        header.parent_beacon_block_root = Some(beacon_root);
        let part = Part { first_index: 0, gas_before: 0, logs_before: 0, transactions, outcomes };
        let body = Body { parts: vec![Arc::new(part)] };
        Block { hash: header.hash_slow(), header, body, written: Vec::new() }
    }

    fn call(
        &self,
        block: &mut Machine<'_, '_>,
        request: &TransactionRequest,
        environment: &Environment,
        gas: &mut Gas,
    ) -> Answer<(Verified, ExecutionResult)> {
        let chain_id = self.start.config.chain_id;
        if let Some(other) = request.chain_id.filter(|other| *other != chain_id) {
            let reason = format!("chainId does not match node's (have={other}, want={chain_id})");
            return Err(error(SERVER, reason));
        }
        let read = CallRequest::from_request(request)?;
        let sender = read.call.from;
        let filled = Filled {
            is_legacy: request.gas_price.is_some(),
            chain_id,
            nonce: match request.nonce {
                Some(nonce) => nonce,
                None => nonce_of(block, sender)?,
            },
            gas_limit: gas.take(read.gas)?,
            request: &read,
        };
        let transaction = filled.transaction();
        let message = environment_of(&transaction, sender);
        let result = self.transact(block, message, environment, &transaction)?;
        gas.spend(result.tx_gas_used())?;
        Ok((Verified { transaction, sender }, result))
    }

    fn transact(
        &self,
        block: &mut Machine<'_, '_>,
        message: TxEnv,
        environment: &Environment,
        transaction: &primitives::Transaction,
    ) -> Answer<ExecutionResult> {
        let (sender, gas_limit) = (message.caller, message.gas_limit);
        let is_free = transaction.max_fee_per_gas == 0 && transaction.max_priority_fee_per_gas == 0;
        block.ctx.cfg.disable_base_fee = !self.rules.validates && is_free;
        block.inspect_one_tx(message).map_err(|refused| {
            let fee = format!(
                ", maxFeePerGas: {}, baseFee: {}",
                transaction.max_fee_per_gas, environment.base_fee
            );
            refusals::invalid(&refused, sender, gas_limit, &fee)
        })
    }
}

/// Gas of a block and of the whole simulation.
struct Gas {
    block: u64,
    used: u64,
    budget: u64,
}

impl Gas {
    /// The gas limit of a call that asks for `wanted`; what is left of the block if it does not.
    fn take(&self, wanted: Option<u64>) -> Answer<u64> {
        let left = self.block - self.used;
        let wanted = wanted.unwrap_or(left);
        if wanted > left {
            return Err(refusals::block_gas(left, wanted));
        }
        Ok(wanted.min(self.budget))
    }

    fn spend(&mut self, used: u64) -> Answer<()> {
        let left = self.budget;
        self.budget = left.checked_sub(used).ok_or_else(|| {
            error(SERVER, format!("RPC gas cap exhausted: need {used}, remaining {left}"))
        })?;
        self.used += used;
        Ok(())
    }
}

fn nonce_of(block: &mut Machine<'_, '_>, sender: Address) -> Answer<u64> {
    // The sender is warm in its own transaction whether it is loaded here or not.
    let account = block.ctx.journaled_state.load_account(sender);
    account.map(|account| account.data.info.nonce).map_err(|never| error(SERVER, never.to_string()))
}

fn following_base_fee(config: &ChainConfig, header: &Header) -> u64 {
    let base_fee = header.base_fee_per_gas.unwrap_or(0);
    next_base_fee(config, header.gas_used, header.gas_limit, base_fee)
}

/// What a receipt holds: no log that stands for a transfer of ether.
fn outcome_of(result: &ExecutionResult) -> Outcome {
    let mut outcome = Outcome::from(result.clone());
    outcome.logs.retain(|log| !is_transfer(log));
    outcome
}

fn show(block: &Block, results: &Results, rules: Rules) -> Value {
    let mut shown = block_json(block, rules.has_whole_transactions);
    if let Some(transactions) = shown["transactions"].as_array_mut() {
        for transaction in transactions.iter_mut().filter_map(Value::as_object_mut) {
            // There is no signature, so v is no recovery id either.
            transaction.insert("v".to_owned(), quantity(0));
        }
    }
    let at = At::block(block);
    let mut first_log = 0;
    let calls: Vec<Value> = results
        .iter()
        .enumerate()
        .map(|(index, (verified, result))| {
            let hash = verified.transaction.hash;
            let logs = result.logs();
            let shown = show_call(result, logs, |log, offset| {
                log_json(log, at, hash, index, first_log + offset)
            });
            first_log += logs.len();
            shown
        })
        .collect();
    shown["calls"] = Value::Array(calls);
    shown
}

fn show_call(
    result: &ExecutionResult,
    logs: &[Log],
    show_log: impl Fn(&Log, usize) -> Value,
) -> Value {
    let logs: Vec<Value> =
        logs.iter().enumerate().map(|(offset, log)| show_log(log, offset)).collect();
    let used = result.tx_gas_used();
    let output = match result {
        ExecutionResult::Success {
            output: Output::Call(bytes) | Output::Create(bytes, _), ..
        } => bytes.clone(),
        ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => Bytes::new(),
    };
    let mut shown = json!({
        "returnData": output,
        "logs": logs,
        "gasUsed": quantity(used),
        "maxUsedGas": quantity(result.gas().total_gas_spent().max(used)),
        "status": quantity(u64::from(result.is_success())),
    });
    let reason = match result {
        ExecutionResult::Halt { reason, .. } => {
            Some(json!({ "code": refusals::EXCEPTION, "message": refusals::exception(reason) }))
        }
        other => failure(other).map(|reverted| json!(reverted)),
    };
    if let Some(reason) = reason {
        shown["error"] = reason;
    }
    shown
}
