// SPDX-License-Identifier: Apache-2.0
//! The thread that admits, orders and executes; sole writer of the flat state.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use primitives::{Address, B256, BlockNumber, Verified};
use state::Changes;

use crate::{
    assembly::Open,
    clock::Clock,
    committer::CommitJob,
    error::SubmitError,
    log,
    metrics::{add, lap},
    persister::{Acknowledge, Effect, LogBatch},
    pool::{Admission, Pool},
    settings::{Mining, Settings},
    shared::Shared,
};

/// Called with each transaction's fate once the log holds the taken ones.
pub type Reply = Box<dyn FnOnce(Vec<Result<B256, SubmitError>>) + Send>;

/// What doors ask of the sequencer.
pub enum Command {
    /// Take transactions.
    Submit {
        /// Verified ones, and the reasons of those that were not.
        transactions: Vec<Result<Arc<Verified>, SubmitError>>,
        /// Answered when the log holds them.
        reply: Reply,
    },
    /// Run something between two slices.
    Control(Box<dyn FnOnce(&mut Sequencer) + Send>),
    /// End.
    Stop,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Submit { .. } => "Submit",
            Self::Control(_) => "Control",
            Self::Stop => "Stop",
        })
    }
}

/// Commands taken in before transactions run.
const COMMANDS_AT_ONCE: usize = 16;

/// State of the sequencing thread.
#[derive(Debug)]
pub struct Sequencer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) pool: Pool,
    pub(crate) open: Option<Open>,
    /// Development writes since the last block that no open block holds yet.
    pub(crate) loose: Vec<Arc<Changes>>,
    pub(crate) parent: Parent,
    pub(crate) beneficiary: Address,
    pub(crate) next_base_fee_override: Option<u64>,
    pub(crate) next_prevrandao: Option<B256>,
    pub(crate) next_id: u64,
    pub(crate) snapshots: crate::control::Snapshots,
    pub(crate) has_impersonated: bool,
    pub(crate) since_checkpoint: u64,
    pub(crate) batch: LogBatch,
    output: Option<Sender<LogBatch>>,
    deadline: Option<Instant>,
}

/// What the next block needs of the last one, known before that one is committed.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(crate) number: BlockNumber,
    pub(crate) timestamp: u64,
    pub(crate) next_base_fee: u64,
    pub(crate) gas_limit: u64,
}

impl Sequencer {
    pub(crate) fn new(shared: Arc<Shared>, settings: Settings, parent: Parent) -> Self {
        let beneficiary = settings.genesis.beneficiary;
        let pool = Pool::new(settings.pool);
        let clock =
            if settings.is_development { Clock::for_development() } else { Clock::default() };
        Self {
            shared,
            settings,
            clock,
            pool,
            open: None,
            loose: Vec::new(),
            parent,
            beneficiary,
            next_base_fee_override: None,
            next_prevrandao: None,
            next_id: 0,
            snapshots: crate::control::Snapshots::default(),
            has_impersonated: false,
            since_checkpoint: 0,
            batch: LogBatch::default(),
            output: None,
            deadline: None,
        }
    }

    pub(crate) fn connect(&mut self, output: Sender<LogBatch>) {
        self.output = Some(output);
    }

    /// Works until told to stop.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        self.reset_deadline();
        loop {
            let command = match self.deadline {
                None => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => commands.recv_deadline(deadline),
            };
            let mut next = match command {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut is_stopping = false;
            for _ in 0..COMMANDS_AT_ONCE {
                match next.take() {
                    None => break,
                    Some(Command::Stop) => is_stopping = true,
                    Some(command) => self.obey(command),
                }
                next = commands.try_recv().ok();
            }
            if let Some(command) = next {
                match command {
                    Command::Stop => is_stopping = true,
                    command => self.obey(command),
                }
            }
            self.work();
            self.flush();
            if is_stopping {
                break;
            }
        }
        self.finish();
    }

    /// Executes what is ready and ends blocks that are due.
    fn work(&mut self) {
        self.run_interval();
        if self.is_due() {
            self.seal(Vec::new());
            self.reset_deadline();
            self.checkpoint_if_due();
            // What a full block left over opens the next one: no command need come for it to run.
            self.run_interval();
        }
    }

    /// Fills the open block until it is full or due, where blocks come by time.
    fn run_interval(&mut self) {
        if !matches!(self.settings.mining, Mining::Interval(_)) {
            return;
        }
        while self.pool.ready() > 0 && !self.is_due() {
            let is_full = self.run_ready();
            self.flush();
            if is_full {
                break;
            }
        }
    }

    fn is_due(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(crate) fn reset_deadline(&mut self) {
        self.deadline = match self.settings.mining {
            Mining::Interval(interval) => {
                let now = Instant::now();
                let next = self.deadline.map_or(now + interval, |last| last + interval);
                Some(if next <= now { now + interval } else { next })
            }
            Mining::Automine | Mining::Manual => None,
        };
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Submit { transactions, reply } => self.submit(transactions, reply),
            Command::Control(control) => control(self),
            Command::Stop => {}
        }
    }

    fn submit(&mut self, transactions: Vec<Result<Arc<Verified>, SubmitError>>, reply: Reply) {
        let start = Instant::now();
        if let Some(failure) = self.shared.failure.read().clone() {
            reply(
                transactions.iter().map(|_| Err(SubmitError::Stopped(failure.clone()))).collect(),
            );
            return;
        }
        let results: Vec<Result<B256, SubmitError>> = transactions
            .into_iter()
            .map(|one| one.and_then(|verified| self.admit(verified)))
            .collect();
        lap(&self.shared.metrics.stages.admit, start);
        let acknowledge: Acknowledge = Box::new(move |is_safe| {
            if is_safe {
                reply(results);
            } else {
                let stopped = SubmitError::Stopped("the log cannot be written".to_owned());
                reply(results.iter().map(|_| Err(stopped.clone())).collect());
            }
        });
        if self.settings.mining == Mining::Automine && self.pool.ready() > 0 {
            self.run_ready();
            self.seal(vec![Box::new(move || acknowledge(true))]);
            while self.pool.ready() > 0 {
                self.run_ready();
                self.seal(Vec::new());
            }
            self.checkpoint_if_due();
        } else {
            self.batch.effects.push(Effect::Acknowledge(acknowledge));
        }
    }

    fn admit(&mut self, verified: Arc<Verified>) -> Result<B256, SubmitError> {
        let hash = verified.transaction.hash;
        let id = self.next_id;
        let waits = self.settings.mining != Mining::Automine;
        let admitted = {
            let flat = self.shared.flat.read();
            let admission = Admission {
                config: &self.settings.config,
                base_fee: self
                    .open
                    .as_ref()
                    .map_or(self.parent.next_base_fee, |open| open.environment.base_fee),
                account: flat.account(&verified.sender),
                replaces_ready: self.settings.mining == Mining::Manual,
            };
            let ready = self.pool.ready();
            self.pool.add(Arc::clone(&verified), id, admission).map(|()| self.pool.ready() > ready)
        };
        let metrics = &self.shared.metrics;
        match admitted {
            Ok(is_ready) => {
                add(&metrics.taken, 1);
                if self.settings.folder.is_some() {
                    log::put_taken(&verified, &mut self.batch.records);
                }
                self.next_id += 1;
                if !is_ready || (waits && self.settings.mining == Mining::Manual) {
                    self.shared.waiting.write().insert(hash, verified);
                }
                Ok(hash)
            }
            Err(error) => {
                add(&metrics.refused, 1);
                Err(error)
            }
        }
    }

    /// Hands records and effects to the persister.
    pub(crate) fn flush(&mut self) {
        if self.batch.effects.is_empty() && self.batch.records.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        if let Some(output) = &self.output {
            // The persister ends only after this thread.
            let _ = output.send(batch);
        }
    }

    /// Shows what a replay executed, which no persister does.
    pub(crate) fn publish_replayed(&mut self) {
        self.batch.records.clear();
        for effect in self.batch.effects.drain(..) {
            if let Effect::Publish(environment, part) = effect {
                self.shared.chain.write().publish(&environment, part);
            }
        }
    }

    pub(crate) fn push_effect(&mut self, effect: Effect) {
        self.batch.effects.push(effect);
    }

    pub(crate) fn records(&mut self) -> &mut Vec<u8> {
        &mut self.batch.records
    }

    /// Waits until everything so far is logged and committed.
    pub(crate) fn settle(&mut self) -> std::io::Result<()> {
        let (reply, done) = crossbeam_channel::bounded(1);
        self.push_effect(Effect::Forward(CommitJob::Sync(reply)));
        self.flush();
        done.recv().unwrap_or(Ok(()))?;
        // What failed was not committed, and the state is ahead of the last block.
        self.shared
            .failure
            .read()
            .clone()
            .map_or(Ok(()), |reason| Err(std::io::Error::other(reason)))
    }

    fn finish(&mut self) {
        if self.open.as_ref().is_some_and(|open| !open.body.is_empty()) {
            self.seal(Vec::new());
        }
        if let Err(error) = self.settle().and_then(|()| self.checkpoint_now(None)) {
            tracing::error!(%error, "no checkpoint at the end; the next start replays the log");
        }
    }
}
