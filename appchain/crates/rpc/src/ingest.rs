// SPDX-License-Identifier: Apache-2.0
//! Where signed transactions enter: a thread that checks the signatures of whatever has gathered,
//! of many calls and many clients, together. Nobody waits on a thread of the server for the log.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use primitives::{B256, Bytes, Verified};
use sequencer::{Incoming, Node, SubmitError};
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for the thread: beyond it a call is told to come again.
const WAITING: usize = 256;
/// Transactions checked at once.
const TOGETHER: usize = 4_096;

type Outcome = Result<B256, SubmitError>;

struct Entrant {
    raw: Bytes,
    reply: oneshot::Sender<Outcome>,
}

/// The way in.
#[derive(Clone, Debug)]
pub struct Ingest {
    queue: mpsc::Sender<Vec<Entrant>>,
    one_at_a_time: Arc<AtomicBool>,
}

impl std::fmt::Debug for Entrant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Entrant").field(&self.raw.len()).finish()
    }
}

impl Ingest {
    /// Starts the thread; it ends with the last handle.
    #[must_use]
    pub fn start(node: Arc<Node>) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let is_automine = node.settings().mining == sequencer::Mining::Automine;
        let one_at_a_time = Arc::new(AtomicBool::new(is_automine));
        let ingest = Self { queue, one_at_a_time: Arc::clone(&one_at_a_time) };
        std::thread::spawn(move || run(&node, waiting, &one_at_a_time));
        ingest
    }

    /// Whether each transaction is submitted by itself, so that a chain that mines at once makes a
    /// block for each.
    pub fn submit_one_at_a_time(&self, is_on: bool) {
        self.one_at_a_time.store(is_on, Ordering::Relaxed);
    }

    /// Takes transactions in order; returns the fate of each once the log holds the taken ones.
    pub async fn take(&self, raw: Vec<Bytes>) -> Vec<Outcome> {
        let (entrants, replies): (Vec<_>, Vec<_>) = raw
            .into_iter()
            .map(|raw| {
                let (reply, receiver) = oneshot::channel();
                (Entrant { raw, reply }, receiver)
            })
            .unzip();
        if let Err(refused) = self.queue.try_send(entrants) {
            let reason = match refused {
                mpsc::error::TrySendError::Full(_) => {
                    Err(SubmitError::PoolFull { waiting: WAITING, limit: WAITING })
                }
                mpsc::error::TrySendError::Closed(_) => Err(stopped()),
            };
            return replies.iter().map(|_| reason.clone()).collect();
        }
        let mut outcomes = Vec::with_capacity(replies.len());
        for reply in replies {
            outcomes.push(reply.await.unwrap_or_else(|_| Err(stopped())));
        }
        outcomes
    }
}

/// What is answered once the node takes nothing more.
pub(crate) fn stopped() -> SubmitError {
    SubmitError::Stopped("it was told to stop".to_owned())
}

fn run(node: &Node, mut waiting: mpsc::Receiver<Vec<Entrant>>, one_at_a_time: &AtomicBool) {
    while let Some(mut gathered) = waiting.blocking_recv() {
        while gathered.len() < TOGETHER {
            let Ok(more) = waiting.try_recv() else { break };
            gathered.extend(more);
        }
        let (incoming, replies): (Vec<_>, Vec<_>) = gathered
            .into_iter()
            .map(|entrant| (Incoming { raw: entrant.raw, claimed: None }, entrant.reply))
            .unzip();
        let verified = refuse_known(node, node.verify(incoming));
        if one_at_a_time.load(Ordering::Relaxed) {
            for (one, reply) in verified.into_iter().zip(replies) {
                submit(node, vec![one], vec![reply]);
            }
        } else {
            submit(node, verified, replies);
        }
    }
}

/// The same transaction again is told apart from a nonce that another one used.
fn refuse_known(
    node: &Node,
    verified: Vec<Result<Arc<Verified>, SubmitError>>,
) -> Vec<Result<Arc<Verified>, SubmitError>> {
    let shared = node.shared();
    let chain = shared.chain.read();
    let waiting = shared.waiting.read();
    let check = |verified: Arc<Verified>| {
        let hash = verified.transaction.hash;
        if chain.place(&hash).is_some() || waiting.contains_key(&hash) {
            return Err(SubmitError::AlreadyKnown(hash));
        }
        Ok(verified)
    };
    verified.into_iter().map(|one| one.and_then(check)).collect()
}

fn submit(
    node: &Node,
    verified: Vec<Result<Arc<Verified>, SubmitError>>,
    replies: Vec<oneshot::Sender<Outcome>>,
) {
    let answer = move |outcomes: Vec<Outcome>| {
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // A client that went away is no error.
            let _ = reply.send(outcome);
        }
    };
    node.submit_results(verified, Box::new(answer));
}
