// SPDX-License-Identifier: Apache-2.0
//! Starts the threads; the handle that doors and RPC hold.

use std::{
    fs::File,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Instant,
};

use crossbeam_channel::{Sender, bounded};
use parking_lot::Mutex;
use primitives::{B256, Verified};

use crate::{
    checkpointer::Checkpointer,
    error::{StartError, SubmitError},
    metrics::lap,
    persister::Persister,
    recovery::{Recovered, recover},
    sequencer::{Command, Reply, Sequencer},
    settings::Settings,
    shared::Shared,
    verify::{Incoming, Recovery, SenderCheck, verify},
};

/// Messages that may wait for the sequencer: beyond it a door waits, and so does its client.
const COMMANDS_WAITING: usize = 64;
/// Messages between the stages behind it.
const BATCHES_WAITING: usize = 16;
const BLOCKS_WAITING: usize = 4;
const CHECKPOINTS_WAITING: usize = 2;

/// A running node. Dropping it stops the node and waits for its threads.
pub struct Node {
    shared: Arc<Shared>,
    settings: Settings,
    commands: Sender<Command>,
    check: Mutex<Box<dyn SenderCheck>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    lock: Mutex<Option<File>>,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Node").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Node {
    /// Starts a node.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn start(settings: Settings) -> Result<Arc<Self>, StartError> {
        Self::start_with(settings, Box::new(Recovery))
    }

    /// Starts a node with another way to check signatures at the bulk door.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn start_with(
        settings: Settings,
        check: Box<dyn SenderCheck>,
    ) -> Result<Arc<Self>, StartError> {
        let Recovered { mut sequencer, mut committer, log, lock } = recover(settings.clone())?;
        let shared = Arc::clone(&sequencer.shared);
        let (commands, command_queue) = bounded(COMMANDS_WAITING);
        let (batches, batch_queue) = bounded(BATCHES_WAITING);
        let (jobs, job_queue) = bounded(BLOCKS_WAITING);
        let persister = Persister::new(Arc::clone(&shared), log, jobs);
        sequencer.connect(batches);
        let (checkpoints, checkpoint_queue) = bounded(CHECKPOINTS_WAITING);
        let checkpointer = settings.folder.clone().map(|folder| {
            committer.connect(checkpoints);
            Checkpointer::new(Arc::clone(&shared), settings.clone(), folder)
        });
        let mut threads = vec![
            spawn("sequencer", move || sequencer.run(&command_queue))?,
            spawn("persister", move || persister.run(&batch_queue))?,
            spawn("committer", move || committer.run(&job_queue))?,
        ];
        if let Some(checkpointer) = checkpointer {
            threads.push(spawn("checkpointer", move || checkpointer.run(&checkpoint_queue))?);
        }
        Ok(Arc::new(Self {
            shared,
            settings,
            commands,
            check: Mutex::new(check),
            threads: Mutex::new(threads),
            lock: Mutex::new(lock),
        }))
    }

    /// State, chain and counters.
    #[must_use]
    pub const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the node was told at its start.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Verifies and submits transactions; `reply` is called once the log holds the taken ones.
    pub fn submit_raw(&self, incoming: Vec<Incoming>, reply: Reply) {
        let transactions = self.verify(incoming);
        self.submit_results(transactions, reply);
    }

    /// Checks signatures on the calling thread.
    pub fn verify(&self, incoming: Vec<Incoming>) -> Vec<Result<Arc<Verified>, SubmitError>> {
        let stages = &self.shared.metrics.stages;
        let start = Instant::now();
        let decoded = crate::verify::decode_all(incoming, &mut Vec::new());
        let start = lap(&stages.decode, start);
        let verified = verify(decoded, self.check.lock().as_mut());
        lap(&stages.signature, start);
        verified
    }

    /// Submits transactions whose senders are known.
    pub fn submit_results(
        &self,
        transactions: Vec<Result<Arc<Verified>, SubmitError>>,
        reply: Reply,
    ) {
        let command = Command::Submit { transactions, reply };
        if let Err(refused) = self.commands.send(command)
            && let Command::Submit { transactions, reply } = refused.into_inner()
        {
            let stopped = self.stopped();
            reply(transactions.iter().map(|_| Err(stopped.clone())).collect());
        }
    }

    /// Submits one transaction and waits until the log holds it; on a chain that mines at once,
    /// until its block is committed.
    ///
    /// # Errors
    ///
    /// See [`SubmitError`].
    pub fn submit(
        &self,
        verified: Result<Arc<Verified>, SubmitError>,
    ) -> Result<B256, SubmitError> {
        let (sender, receiver) = bounded(1);
        self.submit_results(
            vec![verified],
            Box::new(move |mut results| {
                let _ = sender.send(results.pop());
            }),
        );
        receiver.recv().ok().flatten().unwrap_or_else(|| Err(self.stopped()))
    }

    /// Runs `control` on the sequencing thread and returns its answer.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Stopped`].
    pub fn control<R: Send + 'static>(
        &self,
        control: impl FnOnce(&mut Sequencer) -> R + Send + 'static,
    ) -> Result<R, SubmitError> {
        let (sender, receiver) = bounded(1);
        let command = Command::Control(Box::new(move |sequencer| {
            let _ = sender.send(control(sequencer));
        }));
        self.commands.send(command).map_err(|_| self.stopped())?;
        receiver.recv().map_err(|_| self.stopped())
    }

    /// Why nothing is taken any more.
    fn stopped(&self) -> SubmitError {
        let failure = self.shared.failure.read().clone();
        SubmitError::Stopped(failure.unwrap_or_else(|| "it was told to stop".to_owned()))
    }

    /// Ends the open block, writes a checkpoint and waits for the threads.
    pub fn stop(&self) {
        let threads = std::mem::take(&mut *self.threads.lock());
        if threads.is_empty() {
            return;
        }
        let _ = self.commands.send(Command::Stop);
        for thread in threads {
            let _ = thread.join();
        }
        drop(self.lock.lock().take());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StartError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|source| StartError::io(std::path::Path::new(name), source))
}
