// SPDX-License-Identifier: Apache-2.0
//! The thread that posts sealed blocks to the L1.
//!
//! It reads the archive's file and asks the inbox where it stands, each time anew: it keeps no state
//! of its own, so that after kill -9, or after an L1 was reorganised, it goes on where the inbox is.
//! The sequencer never waits for it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender as Channel, bounded};
use primitives::Address;

use crate::{
    frame::{MAX_FRAME_BYTES, split},
    inbox,
    key::Key,
    l1::{L1, L1Error},
    plan::{PlanError, Planner},
    sender::{SendError, Sender},
};

/// Bytes of a frame: with the call around it, below the 128 KiB that nodes take.
pub const FRAME_BYTES: usize = 120_000;
/// Frames that are on their way together.
const FRAMES_AT_ONCE: usize = 16;
/// Between two looks at the archive.
const IDLE: Duration = Duration::from_millis(500);
/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a poster is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The L1's JSON-RPC.
    pub l1: String,
    /// The batcher's key.
    pub key: Key,
    /// Where the inbox stands on the L1.
    pub inbox: Address,
    /// The node's folder, whose archive is posted.
    pub folder: PathBuf,
    /// Chain id of the chain that is posted.
    pub chain_id: u64,
    /// Bytes of a frame.
    pub frame_bytes: usize,
    /// Longest that a block waits for company.
    pub interval: Duration,
    /// How long nothing may be mined before fees go up.
    pub stuck_after: Duration,
}

/// What a poster has done, for Prometheus.
#[derive(Debug, Default)]
pub struct Status {
    /// The last block that the L1 holds.
    pub posted_block: AtomicU64,
    /// Frames that the L1 holds.
    pub frames: AtomicU64,
    /// Bytes of frames sent by this process.
    pub bytes: AtomicU64,
    /// Rounds that failed.
    pub failures: AtomicU64,
    /// Failures since the last round that did not.
    pub failing: AtomicU64,
    /// Times that fees went up.
    pub fee_bumps: AtomicU64,
}

impl Status {
    /// The figures in Prometheus's text format; `head` is the chain's newest block.
    #[must_use]
    pub fn render(&self, head: u64) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let posted = read(&self.posted_block);
        let figures = [
            ("posted_block", "gauge", posted),
            ("posting_lag_blocks", "gauge", head.saturating_sub(posted)),
            ("posted_frames", "gauge", read(&self.frames)),
            ("posting_failing", "gauge", read(&self.failing)),
            ("posted_bytes_total", "counter", read(&self.bytes)),
            ("posting_failures_total", "counter", read(&self.failures)),
            ("posting_fee_bumps_total", "counter", read(&self.fee_bumps)),
        ];
        figures
            .iter()
            .map(|(name, kind, value)| {
                format!("# TYPE headwater_{name} {kind}\nheadwater_{name} {value}\n")
            })
            .collect()
    }
}

/// Waits that end at once when the node stops.
#[derive(Debug)]
pub struct Pause(Receiver<()>);

impl Pause {
    /// Waits.
    ///
    /// # Errors
    ///
    /// [`SendError::Stopped`].
    pub fn wait(&self, time: Duration) -> Result<(), SendError> {
        match self.0.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => Err(SendError::Stopped),
        }
    }
}

/// A running poster. Dropping it stops the thread.
#[derive(Debug)]
pub struct Poster {
    status: Arc<Status>,
    stop: Option<Channel<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Poster {
    /// Starts the thread. The L1 need not be there, nor the inbox.
    ///
    /// # Errors
    ///
    /// [`L1Error::Url`].
    pub fn start(settings: Settings) -> Result<Self, L1Error> {
        let l1 = L1::new(&settings.l1)?;
        let status = Arc::new(Status::default());
        let (stop, stopped) = bounded(0);
        let work = Work {
            l1,
            inbox: settings.inbox,
            frame_bytes: settings.frame_bytes.clamp(1, MAX_FRAME_BYTES),
            planner: Planner::new(
                settings.folder,
                settings.chain_id,
                settings.frame_bytes,
                settings.interval,
            ),
            sender: Sender::new(
                settings.key,
                settings.inbox,
                settings.stuck_after,
                Arc::clone(&status),
            ),
            status: Arc::clone(&status),
            pause: Pause(stopped),
            is_settled: false,
        };
        let thread = thread::Builder::new()
            .name("poster".to_owned())
            .spawn(move || work.run())
            .map_err(|error| L1Error::Url { url: settings.l1, reason: error.to_string() })?;
        Ok(Self { status, stop: Some(stop), thread: Some(thread) })
    }

    /// What it has done.
    #[must_use]
    pub const fn status(&self) -> &Arc<Status> {
        &self.status
    }
}

impl Drop for Poster {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error(transparent)]
    L1(#[from] L1Error),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error("the inbox refused frame {0}, which was to be its next")]
    Refused(u64),
}

struct Work {
    l1: L1,
    inbox: Address,
    frame_bytes: usize,
    planner: Planner,
    sender: Sender,
    status: Arc<Status>,
    pause: Pause,
    /// Whether what an earlier life sent is known to be mined.
    is_settled: bool,
}

impl Work {
    fn run(mut self) {
        loop {
            let wait = match self.round() {
                Ok(()) => {
                    if self.status.failing.swap(0, Ordering::Relaxed) > 0 {
                        tracing::info!("posting to the L1 again");
                    }
                    IDLE
                }
                Err(RoundError::Send(SendError::Stopped)) => return,
                Err(error) => self.note(&error),
            };
            if self.pause.wait(wait).is_err() {
                return;
            }
        }
    }

    /// Counts a failure, says it once, and returns how long to wait.
    fn note(&mut self, error: &RoundError) -> Duration {
        self.status.failures.fetch_add(1, Ordering::Relaxed);
        let before = self.status.failing.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            tracing::warn!(%error, "posting to the L1 fails; the chain goes on, blocks wait");
        }
        // What was sent may or may not have arrived.
        self.is_settled = false;
        IDLE.saturating_mul(1 << before.min(10)).min(LONGEST_PAUSE)
    }

    fn round(&mut self) -> Result<(), RoundError> {
        if !self.is_settled {
            self.sender.settle(&self.l1, &self.pause)?;
            self.is_settled = true;
        }
        loop {
            let position = self.note_position()?;
            let Some(batch) = self.planner.next_batch(position)? else { return Ok(()) };
            let (first, last, bytes) = (batch.first, batch.last, batch.bytes.len());
            let frames = split(&batch, self.frame_bytes);
            for window in frames.chunks(FRAMES_AT_ONCE) {
                self.sender.post(&self.l1, window, &self.pause)?;
                let expected = window.last().map_or(0, |frame| frame.index + 1);
                let found = self.note_position()?.next_index;
                if found != expected {
                    return Err(RoundError::Refused(found));
                }
                let sent: usize = window.iter().map(|frame| frame.bytes.len()).sum();
                self.status.bytes.fetch_add(sent as u64, Ordering::Relaxed);
            }
            tracing::debug!(%first, %last, bytes, "posted");
        }
    }

    fn note_position(&self) -> Result<inbox::Position, L1Error> {
        let position = inbox::position(&self.l1, self.inbox)?;
        let posted = position.next_block.previous().map_or(0, |block| block.0);
        self.status.posted_block.store(posted, Ordering::Relaxed);
        self.status.frames.store(position.next_index, Ordering::Relaxed);
        Ok(position)
    }
}
