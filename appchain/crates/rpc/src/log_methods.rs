// SPDX-License-Identifier: Apache-2.0
//! Logs and polled filters.

use std::{collections::HashMap, ops::Range, sync::Arc};

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::BloomInput;
use alloy_rpc_types_eth::{Filter, FilterBlockOption, Log as RpcLog};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{BlockNumber, Bloom, Log, U256};
use sequencer::{Block, Executed};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};

use crate::{
    context::{Context, Parameters},
    errors::{Answer, LIMIT, NOT_FOUND, SERVER, error, parameters as wrong},
    heavy::register_heavy,
};

/// Most logs of one answer.
const ANSWER_LOGS: usize = 100_000;
/// Most blocks of one answer that are looked up on disk.
const ARCHIVED_BLOCKS: u64 = 100_000;
/// Most filters; the one not asked for longest makes room.
const FILTERS: usize = 10_000;

/// What a filter waits for.
#[derive(Clone, Debug)]
enum Kind {
    Blocks,
    Logs(Box<Matcher>),
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
    register_heavy(module, "eth_getLogs", |context, parameters| {
        logs(context, &Matcher::read(parameters.required()?)?)
    })?;
    module.register_method("eth_newFilter", |params, context, _| -> Answer {
        let matcher = Matcher::read(Parameters::new(&params).required()?)?;
        Ok(new_filter(context, Kind::Logs(Box::new(matcher))))
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
    register_heavy(module, "eth_getFilterChanges", |context, parameters| {
        let id: U256 = parameters.required()?;
        changes(context, id.saturating_to())
    })?;
    register_heavy(module, "eth_getFilterLogs", |context, parameters| {
        let id: U256 = parameters.required()?;
        let polled = context.filters.lock().by_id.get(&id.saturating_to()).cloned();
        match polled.map(|polled| polled.kind) {
            Some(Kind::Logs(matcher)) => logs(context, &matcher),
            _ => Err(error(NOT_FOUND, "filter not found")),
        }
    })
}

fn new_filter(context: &Context, kind: Kind) -> Value {
    let next = context.head().header.number + 1;
    json!(U256::from(context.filters.lock().add(kind, next)))
}

fn changes(context: &Context, id: u64) -> Answer<Box<RawValue>> {
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
    let (_, blocks) = range(context, polled.next, head);
    match polled.kind {
        Kind::Blocks => raw(&blocks.iter().map(|block| block.hash).collect::<Vec<_>>()),
        Kind::Pending => raw(&blocks
            .iter()
            .flat_map(|block| block.body.iter().map(|executed| executed.verified.transaction.hash))
            .collect::<Vec<_>>()),
        Kind::Logs(matcher) => raw(&matching_all(&blocks, &matcher)?),
    }
}

/// An answer as text: a hundred thousand logs as values would take ten times the memory.
fn raw(answer: &impl serde::Serialize) -> Answer<Box<RawValue>> {
    to_raw_value(answer).map_err(|reason| error(SERVER, reason.to_string()))
}

/// Committed blocks of a range that are in RAM, and the numbers of those before them.
fn range(context: &Context, from: u64, to: u64) -> (Range<u64>, Vec<Arc<Block>>) {
    let chain = context.shared().chain.read();
    let first = chain.first_number().0.min(to.saturating_add(1));
    let recent = (from.max(first)..=to).filter_map(|number| chain.block(BlockNumber(number)));
    (from.min(first)..first, recent.cloned().collect())
}

fn logs(context: &Context, matcher: &Matcher) -> Answer<Box<RawValue>> {
    let (archived, blocks) = match matcher.filter.block_option {
        FilterBlockOption::AtBlockHash(hash) => {
            let found = context.block(hash.into())?;
            let found = found.ok_or_else(|| error(NOT_FOUND, format!("block {hash} not found")))?;
            (0..0, vec![found])
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
    let mut found = archived_logs(context, archived, matcher)?;
    found.extend(matching_all(&blocks, matcher)?);
    raw(&found)
}

/// Logs of blocks that are no longer in RAM: headers are read first, blocks only where one may match.
fn archived_logs(context: &Context, numbers: Range<u64>, matcher: &Matcher) -> Answer<Vec<RpcLog>> {
    let mut found = Vec::new();
    if numbers.end - numbers.start > ARCHIVED_BLOCKS {
        let reason = format!(
            "{} blocks of the range are in the archive, limit {ARCHIVED_BLOCKS}",
            numbers.end - numbers.start
        );
        return Err(error(LIMIT, reason));
    }
    let shared = context.shared();
    for number in numbers.map(BlockNumber) {
        let gone = || error(LIMIT, format!("block {number} is no longer kept"));
        let (_, header) = shared.header(number).ok_or_else(gone)?;
        if matcher.may_match(&header.logs_bloom) {
            matcher.collect(&*shared.block(number).ok_or_else(gone)?, &mut found)?;
        }
    }
    Ok(found)
}

fn matching_all(blocks: &[Arc<Block>], matcher: &Matcher) -> Answer<Vec<RpcLog>> {
    let mut found = Vec::new();
    for block in blocks {
        matcher.collect(block, &mut found)?;
    }
    Ok(found)
}

/// A filter with the blooms of what it looks for, so that a block without any costs a comparison.
#[derive(Clone, Debug)]
pub struct Matcher {
    filter: Filter,
    /// How many topics a log must have: a place that anything fits must be there all the same.
    topics: usize,
    /// For each part of the filter that names something, the blooms of which one must be there.
    blooms: Vec<Vec<Bloom>>,
}

impl Matcher {
    /// Reads and prepares a filter.
    ///
    /// # Errors
    ///
    /// -32602 if it is none.
    pub fn read(filter: Value) -> Answer<Self> {
        let topics = filter["topics"].as_array().map_or(0, Vec::len);
        let filter = serde_json::from_value(filter);
        let filter = filter.map_err(|reason| wrong(format!("invalid params: {reason}")))?;
        Ok(Self::new(filter, topics))
    }

    fn new(filter: Filter, topics: usize) -> Self {
        let bloom = |bytes: &[u8]| {
            let mut bloom = Bloom::ZERO;
            bloom.accrue(BloomInput::Raw(bytes));
            bloom
        };
        let addresses = filter.address.iter().map(|address| bloom(address.as_slice())).collect();
        let places = filter.topics.iter();
        let blooms = std::iter::once(addresses)
            .chain(places.map(|set| set.iter().map(|topic| bloom(topic.as_slice())).collect()))
            .filter(|blooms: &Vec<Bloom>| !blooms.is_empty())
            .collect();
        Self { filter, topics, blooms }
    }

    /// Whether a block of this bloom may have a log that matches.
    fn may_match(&self, bloom: &Bloom) -> bool {
        self.blooms.iter().all(|any| any.iter().any(|one| bloom.contains(one)))
    }

    /// Appends a block's logs that match.
    ///
    /// # Errors
    ///
    /// [`LIMIT`] if there are too many.
    pub fn collect(&self, block: &Block, found: &mut Vec<RpcLog>) -> Answer<()> {
        if !self.may_match(&block.header.logs_bloom) {
            return Ok(());
        }
        for executed in block.body.iter() {
            for (offset, one) in executed.outcome.logs.iter().enumerate() {
                if one.topics().len() < self.topics
                    || !self.filter.matches_address(one.address)
                    || !self.filter.matches_topics(one.topics())
                {
                    continue;
                }
                if found.len() == ANSWER_LOGS {
                    let reason =
                        format!("more than {ANSWER_LOGS} logs match; ask for fewer blocks");
                    return Err(error(LIMIT, reason));
                }
                found.push(placed(one, block, &executed, offset));
            }
        }
        Ok(())
    }
}

fn placed(log: &Log, block: &Block, executed: &Executed<'_>, offset: usize) -> RpcLog {
    RpcLog {
        inner: log.clone(),
        block_hash: Some(block.hash),
        block_number: Some(block.header.number),
        block_timestamp: Some(block.header.timestamp),
        transaction_hash: Some(executed.verified.transaction.hash),
        transaction_index: Some(executed.index as u64),
        log_index: Some((executed.first_log_index + offset) as u64),
        removed: false,
    }
}
