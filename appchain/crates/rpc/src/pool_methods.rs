// SPDX-License-Identifier: Apache-2.0
//! `txpool_*`: what waits. Pending is what could run now, queued what waits for an earlier nonce.

use std::{collections::BTreeMap, sync::Arc};

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use primitives::{Address, TxKind, Verified};
use serde_json::{Map, Value, json};

use crate::{
    context::{Context, Parameters},
    errors::Answer,
    json::{quantity, transaction},
};

type Queue = BTreeMap<Address, BTreeMap<u64, Arc<Verified>>>;

/// Registers the methods.
///
/// # Errors
///
/// If a name is taken.
pub fn register(module: &mut RpcModule<Context>) -> Result<(), RegisterMethodError> {
    module.register_method("txpool_status", |_, context, _| {
        let (pending, queued) = waiting(context, None);
        let count =
            |queue: &Queue| quantity(queue.values().map(BTreeMap::len).sum::<usize>() as u64);
        json!({ "pending": count(&pending), "queued": count(&queued) })
    })?;
    module.register_method("txpool_content", |_, context, _| {
        let (pending, queued) = waiting(context, None);
        let whole = |verified: &Verified| transaction(verified, None);
        json!({ "pending": by_sender(&pending, whole), "queued": by_sender(&queued, whole) })
    })?;
    module.register_method("txpool_contentFrom", |params, context, _| -> Answer {
        let sender: Address = Parameters::new(&params).required()?;
        let (pending, queued) = waiting(context, Some(sender));
        let whole = |verified: &Verified| transaction(verified, None);
        let of_sender = |queue: &Queue| queue.get(&sender).map(|list| by_nonce(list, whole));
        Ok(json!({
            "pending": of_sender(&pending).unwrap_or_default(),
            "queued": of_sender(&queued).unwrap_or_default(),
        }))
    })?;
    module.register_method("txpool_inspect", |_, context, _| {
        let (pending, queued) = waiting(context, None);
        json!({ "pending": by_sender(&pending, line), "queued": by_sender(&queued, line) })
    })?;
    Ok(())
}

/// What waits, of one sender or of all, apart by whether it could run.
fn waiting(context: &Context, only: Option<Address>) -> (Queue, Queue) {
    let mut all = Queue::new();
    for verified in context.shared().waiting.read().values() {
        if only.is_none_or(|only| only == verified.sender) {
            let list = all.entry(verified.sender).or_default();
            list.insert(verified.transaction.nonce, Arc::clone(verified));
        }
    }
    let flat = context.shared().flat.read();
    let (mut pending, mut queued) = (Queue::new(), Queue::new());
    for (sender, mut list) in all {
        let mut next = flat.account(&sender).map_or(0, |account| account.nonce);
        while list.contains_key(&next) {
            next += 1;
        }
        let later = list.split_off(&next);
        for (queue, list) in [(&mut pending, list), (&mut queued, later)] {
            if !list.is_empty() {
                queue.insert(sender, list);
            }
        }
    }
    (pending, queued)
}

fn by_sender(queue: &Queue, show: impl Fn(&Verified) -> Value + Copy) -> Map<String, Value> {
    let shown = queue.iter();
    shown.map(|(sender, list)| (sender.to_string(), json!(by_nonce(list, show)))).collect()
}

fn by_nonce(
    list: &BTreeMap<u64, Arc<Verified>>,
    show: impl Fn(&Verified) -> Value,
) -> Map<String, Value> {
    list.iter().map(|(nonce, verified)| (nonce.to_string(), show(verified))).collect()
}

/// geth's line of a transaction.
fn line(verified: &Verified) -> Value {
    let transaction = &verified.transaction;
    let to = match transaction.to {
        TxKind::Call(to) => to.to_string(),
        TxKind::Create => "contract creation".to_owned(),
    };
    let (value, gas) = (transaction.value, transaction.gas_limit);
    Value::String(format!("{to}: {value} wei + {gas} gas × {} wei", transaction.max_fee_per_gas))
}
