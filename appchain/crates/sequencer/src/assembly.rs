// SPDX-License-Identifier: Apache-2.0
//! The open block: opened, filled slice by slice, ended.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use execution::{
    Beat, Environment, Rejection, Slice,
    environment::{next_base_fee, prevrandao},
};
use primitives::{Verified, map::B256Map};
use state::{Changes, FlatState};

use crate::{
    chain::{Body, Part},
    committer::{After, SealJob},
    log,
    metrics::{add, lap},
    persister::Effect,
    pool::{Pool, Waiting},
    sequencer::{Parent, Sequencer},
    shared::Hashes,
};

/// The block that is being filled.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) environment: Environment,
    pub(crate) body: Body,
    pub(crate) written: Vec<Arc<Changes>>,
    pub(crate) changes: Vec<Arc<Changes>>,
    pub(crate) gas_used: u64,
    pub(crate) logs: usize,
}

/// Most transactions of a slice, so that readers see fresh state often.
const SLICE_TRANSACTIONS: usize = 4_096;
/// Longest slice.
const SLICE_TIME: Duration = Duration::from_millis(50);

impl Sequencer {
    /// Environment of the next block, were it opened at this moment.
    pub(crate) fn next_environment(&self) -> Environment {
        let number = self.parent.number.next();
        Environment {
            number,
            timestamp: self.clock.peek(self.parent.timestamp),
            base_fee: self.next_base_fee_override.unwrap_or(self.parent.next_base_fee),
            gas_limit: self.parent.gas_limit,
            beneficiary: self.beneficiary,
            prevrandao: self.next_prevrandao.unwrap_or_else(|| prevrandao(number)),
        }
    }

    pub(crate) fn open_block(&mut self) {
        if self.open.is_some() {
            return;
        }
        let environment = self.next_environment();
        self.clock.take(self.parent.timestamp);
        self.next_base_fee_override = None;
        self.next_prevrandao = None;
        if self.settings.folder.is_some() {
            log::put_opened(&environment, &mut self.batch.records);
        }
        self.open_with(environment);
    }

    /// Opens a block and runs what stands before its users' transactions.
    pub(crate) fn open_with(&mut self, environment: Environment) {
        *self.shared.next.write() = environment.clone();
        self.open = Some(Open {
            environment,
            body: Body::default(),
            written: self.loose.clone(),
            changes: std::mem::take(&mut self.loose),
            gas_used: 0,
            logs: 0,
        });
        let shared = Arc::clone(&self.shared);
        let parent = self.parent.number;
        self.run_slice(|slice, part| {
            slice.open_block(|| shared.hashes.wait(parent));
            run_heartbeat(slice, Beat::Open, part);
            Ran::default()
        });
    }

    /// Runs ready transactions as one slice; returns whether the block is full.
    pub(crate) fn run_ready(&mut self) -> bool {
        self.open_block();
        let until = Instant::now() + SLICE_TIME;
        let mut pool = std::mem::replace(&mut self.pool, Pool::new(self.settings.pool));
        let mut count = 0_usize;
        let next = || {
            count += 1;
            let is_long =
                count > SLICE_TRANSACTIONS || (count.is_multiple_of(16) && Instant::now() >= until);
            if is_long { None } else { pool.pop() }
        };
        let ran = self.run_users(next);
        for (waiting, rejection) in ran.refused {
            match rejection {
                Rejection::BlockFull { .. } => pool.push_front(waiting),
                reason => {
                    let Verified { sender, transaction } = waiting.verified.as_ref();
                    pool.reset(sender);
                    self.shared.remember_dropped(transaction.hash, reason.to_string());
                }
            }
        }
        self.pool = pool;
        ran.is_full
    }

    /// Runs users' transactions as one slice.
    pub(crate) fn run_users(&mut self, next: impl FnMut() -> Option<Waiting>) -> Ran {
        self.run_slice(|slice, part| run_each(slice, next, part))
    }

    /// Runs a part of the open block and applies what it changed.
    fn run_slice(
        &mut self,
        run: impl FnOnce(&mut Slice<'_, FlatState, Hashes>, &mut Part) -> Ran,
    ) -> Ran {
        let shared = Arc::clone(&self.shared);
        let metrics = &shared.metrics;
        let start = Instant::now();
        let Some(open) = &mut self.open else { return Ran::default() };
        let flat = shared.flat.read();
        let mut slice = Slice::new(
            &self.settings.config,
            &open.environment,
            self.settings.options,
            &*flat,
            &shared.hashes,
            open.gas_used,
        );
        if self.has_impersonated {
            slice.allow_senders_with_code();
        }
        let mut part = Part {
            first_index: open.body.len(),
            gas_before: open.gas_used,
            logs_before: open.logs,
            transactions: Vec::new(),
            outcomes: Vec::new(),
        };
        let ran = run(&mut slice, &mut part);
        open.gas_used = slice.gas_used();
        let changes = slice.finish();
        drop(flat);
        let start = lap(&metrics.stages.execute, start);
        open.logs += part.outcomes.iter().map(|outcome| outcome.logs.len()).sum::<usize>();
        if !changes.is_empty() {
            let mut history = shared.history.write();
            let mut flat = shared.flat.write();
            flat.apply(&changes);
            history.push_pending(open.environment.number, Arc::clone(&changes));
            open.changes.push(changes);
        }
        lap(&metrics.stages.apply, start);
        add(&metrics.executed, part.transactions.len() as u64);
        add(&metrics.dropped, ran.dropped.len() as u64);
        self.record(part, &ran);
        ran
    }

    fn record(&mut self, part: Part, ran: &Ran) {
        let Some(open) = &mut self.open else { return };
        if self.settings.folder.is_some() {
            if !ran.ids.is_empty() {
                log::put_ran(&ran.ids, &mut self.batch.records);
            }
            if !ran.dropped.is_empty() {
                log::put_dropped(&ran.dropped, &mut self.batch.records);
            }
        }
        self.since_checkpoint += part.transactions.len() as u64;
        forget_waiting(&mut self.shared.waiting.write(), &part, &ran.refused);
        if part.transactions.is_empty() {
            return;
        }
        let part = Arc::new(part);
        open.body.parts.push(Arc::clone(&part));
        self.batch.effects.push(Effect::Publish(open.environment.clone(), part));
    }

    /// Ends the open block, opening an empty one if there is none.
    pub(crate) fn seal(&mut self, after: Vec<After>) {
        self.open_block();
        if let Some(job) = self.end_block(after) {
            if self.settings.folder.is_some() {
                log::put_sealed(job.body.len() as u64, &mut self.batch.records);
            }
            self.batch.effects.push(Effect::Seal(job));
        }
        self.pool.settle();
        *self.shared.next.write() = self.next_environment();
        self.flush();
    }

    /// Runs what stands after the users' transactions and takes the open block out, with what the
    /// next one needs of it left in `parent`.
    pub(crate) fn end_block(&mut self, after: Vec<After>) -> Option<SealJob> {
        if self.settings.config.heartbeat.is_some() {
            self.run_slice(|slice, part| {
                run_heartbeat(slice, Beat::Close, part);
                Ran::default()
            });
        }
        let Open { environment, body, written, changes, gas_used, .. } = self.open.take()?;
        self.parent = Parent {
            number: environment.number,
            timestamp: environment.timestamp,
            next_base_fee: next_base_fee(
                &self.settings.config,
                gas_used,
                environment.gas_limit,
                environment.base_fee,
            ),
            gas_limit: environment.gas_limit,
        };
        Some(SealJob { environment, body, written, changes, gas_used, after })
    }
}

/// What came of a slice.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) ids: Vec<u64>,
    pub(crate) dropped: Vec<u64>,
    pub(crate) refused: Vec<(Waiting, Rejection)>,
    pub(crate) is_full: bool,
}

/// Runs the call that the chain makes by itself, if it is due.
fn run_heartbeat(slice: &mut Slice<'_, FlatState, Hashes>, beat: Beat, part: &mut Part) {
    let Some(due) = slice.heartbeat_due(beat) else { return };
    match slice.run_included(&due) {
        Ok(outcome) => {
            part.transactions.push(due);
            part.outcomes.push(outcome);
        }
        // What is due can pay and fits: users' transactions are kept out of its gas.
        Err(rejection) => tracing::error!(%rejection, ?beat, "the chain's own call is refused"),
    }
}

fn run_each(
    slice: &mut Slice<'_, FlatState, Hashes>,
    mut next: impl FnMut() -> Option<Waiting>,
    part: &mut Part,
) -> Ran {
    let mut ran = Ran::default();
    while let Some(waiting) = next() {
        match slice.run(&waiting.verified) {
            Ok(outcome) => {
                ran.ids.push(waiting.id);
                part.transactions.push(waiting.verified);
                part.outcomes.push(outcome);
            }
            Err(rejection @ Rejection::BlockFull { .. }) => {
                ran.is_full = true;
                ran.refused.push((waiting, rejection));
                break;
            }
            Err(rejection) => {
                ran.dropped.push(waiting.id);
                ran.refused.push((waiting, rejection));
            }
        }
    }
    ran
}

fn forget_waiting(
    waiting: &mut B256Map<Arc<Verified>>,
    part: &Part,
    refused: &[(Waiting, Rejection)],
) {
    if waiting.is_empty() {
        return;
    }
    for verified in &part.transactions {
        waiting.remove(&verified.transaction.hash);
    }
    for (refused, rejection) in refused {
        if !matches!(rejection, Rejection::BlockFull { .. }) {
            waiting.remove(&refused.verified.transaction.hash);
        }
    }
}
