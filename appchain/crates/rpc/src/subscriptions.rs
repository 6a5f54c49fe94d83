// SPDX-License-Identifier: Apache-2.0
//! `eth_subscribe`: heads, logs and transactions of committed blocks.

use std::sync::Arc;

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule, SubscriptionMessage, SubscriptionSink,
    core::{RegisterMethodError, SubscriptionResult},
};
use sequencer::Block;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::{
    context::{Context, Parameters},
    json::{At, header, transaction},
    log_methods::Matcher,
};

/// Blocks that a slow subscriber may lag behind.
const LAG: usize = 1_024;

enum Kind {
    Heads,
    Logs(Box<Matcher>),
    Transactions {
        are_whole: bool,
    },
    /// Tells nothing, as geth does where nothing changes: the node catches up with nobody.
    Syncing,
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
        "logs" => {
            let filter = parameters.optional::<Value>()?.unwrap_or_else(|| json!({}));
            Ok(Kind::Logs(Box::new(Matcher::read(filter)?)))
        }
        "newPendingTransactions" => {
            Ok(Kind::Transactions { are_whole: parameters.optional()?.unwrap_or(false) })
        }
        "syncing" => Ok(Kind::Syncing),
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
        Kind::Logs(matcher) => {
            let mut found = Vec::new();
            // More logs than an answer takes are cut: a subscriber has no way to ask again.
            let _ = matcher.collect(block, &mut found);
            messages.extend(found.iter().map(|log| json!(log)));
        }
        Kind::Transactions { are_whole } => {
            messages.extend(block.body.iter().map(|executed| match are_whole {
                true => transaction(executed.verified, Some((At::block(block), executed.index))),
                false => json!(executed.verified.transaction.hash),
            }));
        }
        Kind::Syncing => {}
    }
    for message in messages {
        tell(sink, &message).await?;
    }
    Ok(())
}

async fn tell(sink: &SubscriptionSink, message: &Value) -> SubscriptionResult {
    let raw = serde_json::value::to_raw_value(message)?;
    sink.send(SubscriptionMessage::from(raw)).await?;
    Ok(())
}
