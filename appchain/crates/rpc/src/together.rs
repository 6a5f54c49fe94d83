// SPDX-License-Identifier: Apache-2.0
//! A layer around the methods: neighbouring `eth_sendRawTransaction` calls of a batch are taken as
//! one message, so that their signatures are checked together and the log is waited for once.

use jsonrpsee::{
    BatchResponseBuilder, MethodResponse, ResponsePayload,
    core::middleware::{Batch, BatchEntry, Notification, RpcServiceT},
    types::{Id, Params, Request},
};
use primitives::Bytes;

use crate::{
    context::Parameters,
    errors::{Answer, submit},
    ingest::{Ingest, stopped},
};

/// The method that is taken together.
const SEND: &str = "eth_sendRawTransaction";

/// Wraps the methods.
#[derive(Clone, Debug)]
pub struct TogetherLayer {
    /// Where transactions enter.
    pub ingest: Ingest,
    /// Most bytes of an answer.
    pub response_bytes: usize,
}

impl<S> tower::Layer<S> for TogetherLayer {
    type Service = Together<S>;

    fn layer(&self, inner: S) -> Together<S> {
        Together { inner, settings: self.clone() }
    }
}

/// The methods, with batches of transactions taken together.
#[derive(Clone, Debug)]
pub struct Together<S> {
    inner: S,
    settings: TogetherLayer,
}

type Sent<'a> = (Id<'a>, Answer<Bytes>);

impl<S> RpcServiceT for Together<S>
where
    S: RpcServiceT<
            MethodResponse = MethodResponse,
            NotificationResponse = MethodResponse,
            BatchResponse = MethodResponse,
        > + Clone
        + Send
        + Sync
        + 'static,
{
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.inner.call(request)
    }

    fn notification<'a>(
        &self,
        notification: Notification<'a>,
    ) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.inner.notification(notification)
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let service = self.clone();
        async move { service.answer(batch).await.unwrap_or_else(|too_large| too_large) }
    }
}

impl<S> Together<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse, NotificationResponse = MethodResponse>
        + Send
        + Sync,
{
    /// Answers a batch in its order.
    ///
    /// # Errors
    ///
    /// The response that says that the answers are larger than allowed.
    async fn answer(&self, batch: Batch<'_>) -> Result<MethodResponse, MethodResponse> {
        let mut answers = BatchResponseBuilder::new_with_limit(self.settings.response_bytes);
        let mut sent = Vec::new();
        let mut has_notification = false;
        for entry in batch {
            match entry {
                Ok(BatchEntry::Call(request)) if request.method == SEND => {
                    sent.push(read(request));
                    continue;
                }
                Ok(BatchEntry::Call(request)) => {
                    self.flush(&mut sent, &mut answers).await?;
                    answers.append(self.inner.call(request).await)?;
                }
                Ok(BatchEntry::Notification(notification)) => {
                    has_notification = true;
                    self.inner.notification(notification).await;
                }
                Err(wrong) => {
                    self.flush(&mut sent, &mut answers).await?;
                    let (reason, id) = wrong.into_parts();
                    answers.append(MethodResponse::error(id, reason))?;
                }
            }
        }
        self.flush(&mut sent, &mut answers).await?;
        if answers.is_empty() && has_notification {
            return Ok(MethodResponse::notification());
        }
        Ok(MethodResponse::from_batch(answers.finish()))
    }

    async fn flush(
        &self,
        sent: &mut Vec<Sent<'_>>,
        answers: &mut BatchResponseBuilder,
    ) -> Result<(), MethodResponse> {
        let sent = std::mem::take(sent);
        if sent.is_empty() {
            return Ok(());
        }
        let raw = sent.iter().filter_map(|(_, raw)| raw.as_ref().ok().cloned()).collect();
        let mut outcomes = self.settings.ingest.take(raw).await.into_iter();
        for (id, raw) in sent {
            let outcome = raw.and_then(|_| {
                let outcome = outcomes.next().unwrap_or_else(|| Err(stopped()));
                outcome.map_err(|refused| submit(&refused))
            });
            answers.append(match outcome {
                Ok(hash) => {
                    let payload = ResponsePayload::success(hash);
                    MethodResponse::response(id, payload, self.settings.response_bytes)
                }
                Err(reason) => MethodResponse::error(id, reason),
            })?;
        }
        Ok(())
    }
}

fn read(request: Request<'_>) -> Sent<'_> {
    let raw = {
        let parameters = request.params.as_ref().map(|parameters| parameters.get());
        Parameters::new(&Params::new(parameters)).required()
    };
    (request.id, raw)
}
