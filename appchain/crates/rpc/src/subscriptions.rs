// SPDX-License-Identifier: Apache-2.0
//! `eth_subscribe`: heads, logs and transactions of committed blocks.

use std::sync::Arc;

use alloy_rpc_types_eth::Filter;
use jsonrpsee::{
    PendingSubscriptionSink, RpcModule, SubscriptionMessage, SubscriptionSink,
    core::{RegisterMethodError, SubscriptionResult},
};
use sequencer::Block;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::{
    context::{Context, Parameters},
    json::header,
    log_methods::matching,
};

/// Blocks that a slow subscriber may lag behind.
const LAG: usize = 1_024;

enum Kind {
    Heads,
    Logs(Box<Filter>),
    Transactions,
}

/// Registers the methods, fed by `blocks`.
///
/// # Errors
///
/// If a name is taken.
pub fn register(
    module: &mut RpcModule<Context>,
    blocks: crossbeam_channel::Receiver<Arc<Block>>,
) -> Result<(), RegisterMethodError> {
    let (sender, _) = broadcast::channel::<Arc<Block>>(LAG);
    let forward = sender.clone();
    std::thread::spawn(move || {
        for block in blocks {
            // Nobody subscribed is no error.
            let _ = forward.send(block);
        }
    });
    module.register_subscription(
        "eth_subscribe",
        "eth_subscription",
        "eth_unsubscribe",
        move |params, pending, _, _| {
            let receiver = sender.subscribe();
            let kind = read_kind(&mut Parameters::new(&params));
            async move { serve(pending, kind, receiver).await }
        },
    )?;
    Ok(())
}

fn read_kind(parameters: &mut Parameters<'_>) -> crate::errors::Answer<Kind> {
    let name: String = parameters.required()?;
    match name.as_str() {
        "newHeads" => Ok(Kind::Heads),
        "logs" => Ok(Kind::Logs(parameters.optional::<Filter>()?.unwrap_or_default().into())),
        "newPendingTransactions" => Ok(Kind::Transactions),
        other => Err(crate::errors::parameters(format!("no subscription {other}"))),
    }
}

async fn serve(
    pending: PendingSubscriptionSink,
    kind: crate::errors::Answer<Kind>,
    mut blocks: broadcast::Receiver<Arc<Block>>,
) -> SubscriptionResult {
    let kind = match kind {
        Ok(kind) => kind,
        Err(reason) => {
            pending.reject(reason).await;
            return Ok(());
        }
    };
    let sink = pending.accept().await?;
    loop {
        let block = tokio::select! {
            () = sink.closed() => return Ok(()),
            block = blocks.recv() => block,
        };
        match block {
            Ok(block) => send(&sink, &kind, &block).await?,
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return Ok(()),
        }
    }
}

async fn send(sink: &SubscriptionSink, kind: &Kind, block: &Block) -> SubscriptionResult {
    let mut messages = Vec::new();
    match kind {
        Kind::Heads => {
            let mut head = header(&block.header);
            head.insert("hash".to_owned(), json!(block.hash));
            messages.push(Value::Object(head));
        }
        Kind::Logs(filter) => {
            // More logs than an answer takes are cut: a subscriber has no way to ask again.
            let _ = matching(block, filter, &mut messages);
        }
        Kind::Transactions => messages
            .extend(block.body.iter().map(|executed| json!(executed.verified.transaction.hash))),
    }
    for message in messages {
        let raw = serde_json::value::to_raw_value(&message)?;
        sink.send(SubscriptionMessage::from(raw)).await?;
    }
    Ok(())
}
