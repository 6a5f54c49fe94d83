// SPDX-License-Identifier: Apache-2.0
//! Logs and polled filters.

use std::{collections::HashMap, sync::Arc};

use alloy_eips::BlockNumberOrTag;
use alloy_rpc_types_eth::{Filter, FilterBlockOption};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{BlockNumber, U256};
use sequencer::Block;
use serde_json::{Value, json};

use crate::{
    context::{Context, Parameters},
    errors::{Answer, LIMIT, NOT_FOUND, error, parameters as wrong},
    json::{At, log},
};

/// Most logs of one answer.
const ANSWER_LOGS: usize = 100_000;
/// Most filters; the one not asked for longest makes room.
const FILTERS: usize = 10_000;

/// What a filter waits for.
#[derive(Clone, Debug)]
enum Kind {
    Blocks,
    Logs(Box<Filter>),
    Pending,
}

#[derive(Clone, Debug)]
struct Polled {
    kind: Kind,
    next: u64,
    last_asked: u64,
}

/// Filters by id.
#[derive(Debug, Default)]
pub struct Filters {
    by_id: HashMap<u64, Polled>,
    next_id: u64,
    asked: u64,
}

impl Filters {
    fn add(&mut self, kind: Kind, next: u64) -> u64 {
        if self.by_id.len() >= FILTERS {
            let oldest = self.by_id.iter().min_by_key(|(_, polled)| polled.last_asked);
            if let Some(id) = oldest.map(|(id, _)| *id) {
                self.by_id.remove(&id);
            }
        }
        self.next_id += 1;
        self.asked += 1;
        self.by_id.insert(self.next_id, Polled { kind, next, last_asked: self.asked });
        self.next_id
    }
}

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("eth_getLogs", |params, context, _| -> Answer {
        let filter: Filter = Parameters::new(&params).required()?;
        logs(&context, &filter)
    })?;
    module.register_method("eth_newFilter", |params, context, _| -> Answer {
        let filter: Filter = Parameters::new(&params).required()?;
        Ok(new_filter(context, Kind::Logs(Box::new(filter))))
    })?;
    module
        .register_method("eth_newBlockFilter", |_, context, _| new_filter(context, Kind::Blocks))?;
    module.register_method("eth_newPendingTransactionFilter", |_, context, _| {
        new_filter(context, Kind::Pending)
    })?;
    module.register_method("eth_uninstallFilter", |params, context, _| -> Answer {
        let id: U256 = Parameters::new(&params).required()?;
        Ok(json!(context.filters.lock().by_id.remove(&id.saturating_to()).is_some()))
    })?;
    module.register_blocking_method("eth_getFilterChanges", |params, context, _| -> Answer {
        let id: U256 = Parameters::new(&params).required()?;
        changes(&context, id.saturating_to())
    })?;
    module.register_blocking_method("eth_getFilterLogs", |params, context, _| -> Answer {
        let id: U256 = Parameters::new(&params).required()?;
        let polled = context.filters.lock().by_id.get(&id.saturating_to()).cloned();
        match polled.map(|polled| polled.kind) {
            Some(Kind::Logs(filter)) => logs(&context, &filter),
            _ => Err(error(NOT_FOUND, "filter not found")),
        }
    })?;
    Ok(())
}

fn new_filter(context: &Context, kind: Kind) -> Value {
    let next = context.head().header.number + 1;
    json!(U256::from(context.filters.lock().add(kind, next)))
}

fn changes(context: &Context, id: u64) -> Answer {
    let head = context.head().header.number;
    let polled = {
        let mut filters = context.filters.lock();
        filters.asked += 1;
        let asked = filters.asked;
        let polled =
            filters.by_id.get_mut(&id).ok_or_else(|| error(NOT_FOUND, "filter not found"))?;
        let before = polled.clone();
        polled.next = head + 1;
        polled.last_asked = asked;
        before
    };
    let blocks = range(context, polled.next, head);
    Ok(match polled.kind {
        Kind::Blocks => blocks.iter().map(|block| json!(block.hash)).collect(),
        Kind::Pending => blocks
            .iter()
            .flat_map(|block| block.body.iter().map(|executed| executed.verified.transaction.hash))
            .map(|hash| json!(hash))
            .collect(),
        Kind::Logs(filter) => {
            let mut found = Vec::new();
            for block in blocks {
                matching(&block, &filter, &mut found)?;
            }
            Value::Array(found)
        }
    })
}

/// Committed blocks of a range that are in RAM.
fn range(context: &Context, from: u64, to: u64) -> Vec<Arc<Block>> {
    let chain = context.shared().chain.read();
    let from = from.max(chain.first_number().0);
    (from..=to).filter_map(|number| chain.block(BlockNumber(number)).cloned()).collect()
}

fn logs(context: &Context, filter: &Filter) -> Answer {
    let blocks = match filter.block_option {
        FilterBlockOption::AtBlockHash(hash) => {
            let found = context.block(hash.into())?;
            vec![found.ok_or_else(|| error(NOT_FOUND, format!("block {hash} not found")))?]
        }
        FilterBlockOption::Range { from_block, to_block } => {
            let head = context.head().header.number;
            let number = |tag: Option<BlockNumberOrTag>| -> Answer<u64> {
                let number = context.number_of(tag.unwrap_or_default())?;
                Ok(number.map_or(head, |number| number.0))
            };
            let (from, to) = (number(from_block)?, number(to_block)?);
            if from > to {
                return Err(wrong(format!("block range runs backwards: {from} to {to}")));
            }
            range(context, from, to.min(head))
        }
    };
    let mut found = Vec::new();
    for block in blocks {
        matching(&block, filter, &mut found)?;
    }
    Ok(Value::Array(found))
}

/// Appends a block's logs that match.
///
/// # Errors
///
/// [`LIMIT`] if there are too many.
pub fn matching(block: &Block, filter: &Filter, found: &mut Vec<Value>) -> Answer<()> {
    if !filter.matches_bloom(block.header.logs_bloom) {
        return Ok(());
    }
    let at = At::block(block);
    for executed in block.body.iter() {
        for (offset, one) in executed.outcome.logs.iter().enumerate() {
            if !filter.matches_address(one.address) || !filter.matches_topics(one.topics()) {
                continue;
            }
            if found.len() == ANSWER_LOGS {
                return Err(error(
                    LIMIT,
                    format!("more than {ANSWER_LOGS} logs match; ask for fewer blocks"),
                ));
            }
            let hash = executed.verified.transaction.hash;
            found.push(log(one, at, hash, executed.index, executed.first_log_index + offset));
        }
    }
    Ok(())
}
