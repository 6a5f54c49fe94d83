// SPDX-License-Identifier: Apache-2.0
//! How far a rebuild is: a bar on a terminal, a line of log elsewhere.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use primitives::BlockNumber;

/// Between two lines of log.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Blocks and transactions so far.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    expected: BlockNumber,
    transactions: u64,
    start: Instant,
    said: Instant,
}

impl Progress {
    /// Nothing so far.
    #[must_use]
    pub fn new() -> Self {
        let style = "{bar:30} block {pos} of {len}, {msg}, {elapsed}";
        let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(0)).inspect(|bar| {
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
        });
        let now = Instant::now();
        Self { bar, expected: BlockNumber(0), transactions: 0, start: now, said: now }
    }

    /// The last block that the inbox has.
    pub fn expect(&mut self, last: BlockNumber) {
        self.expected = last;
        if let Some(bar) = &self.bar {
            bar.set_length(last.0);
        }
    }

    /// Blocks up to `last`, with so many transactions more, are rebuilt.
    pub fn add(&mut self, last: BlockNumber, transactions: u64) {
        self.transactions += transactions;
        let seconds = self.start.elapsed().as_secs_f64().max(1e-3);
        let rate = (self.transactions as f64 / seconds) as u64;
        if let Some(bar) = &self.bar {
            bar.set_position(last.0);
            bar.set_message(format!("{} transactions, {rate} tx/s", self.transactions));
        } else if self.said.elapsed() >= LINE_EVERY {
            self.said = Instant::now();
            let (of, transactions) = (self.expected, self.transactions);
            tracing::info!(block = %last, %of, transactions, rate, "rebuilding");
        }
    }

    /// Says a line above the bar.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => tracing::warn!("{line}"),
        }
    }

    /// Leaves the bar as it is.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
