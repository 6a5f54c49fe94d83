// SPDX-License-Identifier: Apache-2.0
//! Counters, in Prometheus's text format.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Counters of a node; each is the sum since its start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Transactions taken.
    pub taken: AtomicU64,
    /// Transactions refused at a door.
    pub refused: AtomicU64,
    /// Transactions executed.
    pub executed: AtomicU64,
    /// Transactions that execution dropped.
    pub dropped: AtomicU64,
    /// Blocks committed.
    pub blocks: AtomicU64,
    /// Gas used.
    pub gas: AtomicU64,
    /// Bytes of log written.
    pub log_bytes: AtomicU64,
    /// Group commits.
    pub log_syncs: AtomicU64,
    /// Bytes of batches.
    pub batch_bytes: AtomicU64,
    /// Nanoseconds of each stage.
    pub stages: Stages,
}

/// Nanoseconds by stage.
#[derive(Debug, Default)]
pub struct Stages {
    /// Decoding and hashing.
    pub decode: AtomicU64,
    /// Signature checks.
    pub signature: AtomicU64,
    /// Admission to the waiting room.
    pub admit: AtomicU64,
    /// Execution.
    pub execute: AtomicU64,
    /// Writing changes to the flat state.
    pub apply: AtomicU64,
    /// Log, written and synced.
    pub log: AtomicU64,
    /// Publishing executed transactions.
    pub publish: AtomicU64,
    /// Transactions root and receipts root.
    pub roots: AtomicU64,
    /// State root.
    pub state_root: AtomicU64,
    /// Batch.
    pub batch: AtomicU64,
    /// Archive.
    pub archive: AtomicU64,
}

impl Stages {
    /// Names and values.
    #[must_use]
    pub fn list(&self) -> [(&'static str, u64); 11] {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("decode", read(&self.decode)),
            ("signature", read(&self.signature)),
            ("admit", read(&self.admit)),
            ("execute", read(&self.execute)),
            ("apply", read(&self.apply)),
            ("log", read(&self.log)),
            ("publish", read(&self.publish)),
            ("roots", read(&self.roots)),
            ("state_root", read(&self.state_root)),
            ("batch", read(&self.batch)),
            ("archive", read(&self.archive)),
        ]
    }
}

/// Adds to a counter.
pub fn add(counter: &AtomicU64, value: u64) {
    counter.fetch_add(value, Ordering::Relaxed);
}

/// Adds the time since `start` to a stage and returns the present.
pub fn lap(counter: &AtomicU64, start: Instant) -> Instant {
    let now = Instant::now();
    add(counter, nanoseconds(now - start));
    now
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Metrics {
    /// All counters in Prometheus's text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        let counters = [
            ("transactions_taken", &self.taken),
            ("transactions_refused", &self.refused),
            ("transactions_executed", &self.executed),
            ("transactions_dropped", &self.dropped),
            ("blocks", &self.blocks),
            ("gas", &self.gas),
            ("log_bytes", &self.log_bytes),
            ("log_syncs", &self.log_syncs),
            ("batch_bytes", &self.batch_bytes),
        ];
        for (name, counter) in counters {
            let value = counter.load(Ordering::Relaxed);
            let _ = writeln!(text, "# TYPE headwater_{name}_total counter");
            let _ = writeln!(text, "headwater_{name}_total {value}");
        }
        let _ = writeln!(text, "# TYPE headwater_stage_seconds_total counter");
        for (stage, value) in self.stages.list() {
            let seconds = value as f64 / 1e9;
            let _ = writeln!(text, "headwater_stage_seconds_total{{stage=\"{stage}\"}} {seconds}");
        }
        text
    }
}
