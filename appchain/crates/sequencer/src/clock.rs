// SPDX-License-Identifier: Apache-2.0
//! Timestamps of blocks. The only reader of the system's clock; execution never sees it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock with what development commands did to it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_seconds: i64,
    next: Option<u64>,
    interval_seconds: Option<u64>,
    may_repeat: bool,
}

fn system_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

impl Clock {
    /// A development chain's clock: as on other development nodes, blocks of one second may have one
    /// timestamp, or a quick test would run ahead of its own clock.
    #[must_use]
    pub fn for_development() -> Self {
        Self { may_repeat: true, ..Self::default() }
    }

    /// The least timestamp of a block after one at `last`.
    #[must_use]
    pub const fn least_after(&self, last: u64) -> u64 {
        if self.may_repeat { last } else { last + 1 }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> u64 {
        system_seconds().saturating_add_signed(self.offset_seconds)
    }

    /// Timestamp of the block after one at `last`, without using up a timestamp that was set.
    #[must_use]
    pub fn peek(&self, last: u64) -> u64 {
        match (self.next, self.interval_seconds) {
            (Some(next), _) => next,
            (None, Some(interval)) => last + interval,
            (None, None) => self.now().max(self.least_after(last)),
        }
    }

    /// Timestamp of the block after one at `last`. A timestamp that was set also sets the clock.
    pub fn take(&mut self, last: u64) -> u64 {
        let timestamp = self.peek(last);
        if self.next.take().is_some() {
            self.set(timestamp);
        }
        timestamp
    }

    /// Sets the clock to `seconds`; it runs on from there.
    pub fn set(&mut self, seconds: u64) {
        self.offset_seconds = seconds as i64 - system_seconds() as i64;
    }

    /// Puts the clock forward; returns how far it is ahead of the system's.
    pub fn increase(&mut self, seconds: u64) -> i64 {
        self.offset_seconds = self.offset_seconds.saturating_add_unsigned(seconds);
        self.offset_seconds
    }

    /// Sets the next block's timestamp.
    pub fn set_next(&mut self, timestamp: u64) {
        self.next = Some(timestamp);
    }

    /// Sets the seconds between blocks, whatever the clock says; `None` follows the clock.
    pub fn set_interval(&mut self, seconds: Option<u64>) {
        self.interval_seconds = seconds;
    }
}
