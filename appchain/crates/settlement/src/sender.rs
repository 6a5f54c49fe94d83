// SPDX-License-Identifier: Apache-2.0
//! Frames as L1 transactions: nonces, fees, and patience with both.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use alloy_consensus::TxEip1559;
use primitives::{Address, Bytes, TxKind, U256};

use crate::{
    abi::post_calldata,
    frame::Frame,
    key::Key,
    l1::{L1, L1Error},
    poster::{Pause, Status},
};

/// Gas of a post beside its calldata: intrinsic, memory of the largest frame, storage, event.
const BASE_GAS: u64 = 250_000;
/// Most gas of a byte of calldata: EIP-7623's floor for one that is not zero.
const GAS_PER_BYTE: u64 = 40;
/// How much dearer a replacement is, in percent: nodes ask for at least 10.
const BUMP_PERCENT: u128 = 130;
/// Most that fees grow to, in percent: an L1 that stands still for an hour asks for no more.
const MOST_PERCENT: u128 = 1_000;
/// Between two looks at whether transactions are mined.
const POLL: Duration = Duration::from_millis(250);

/// Why frames did not reach the L1.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The L1 could not be asked, or refused.
    #[error(transparent)]
    L1(#[from] L1Error),
    /// The node was told to stop.
    #[error("stopped before the frames were mined")]
    Stopped,
}

/// Sends frames and waits until they are mined.
#[derive(Debug)]
pub struct Sender {
    key: Key,
    inbox: Address,
    l1_chain_id: Option<u64>,
    stuck_after: Duration,
    /// In percent of what the L1 asks for; grows while transactions are stuck.
    fee_percent: u128,
    status: Arc<Status>,
}

impl Sender {
    /// A sender that raises its fees when nothing is mined for `stuck_after`.
    #[must_use]
    pub const fn new(key: Key, inbox: Address, stuck_after: Duration, status: Arc<Status>) -> Self {
        Self { key, inbox, l1_chain_id: None, stuck_after, fee_percent: 100, status }
    }

    /// Whether everything that this key ever sent is mined. What an earlier life of the node left
    /// behind must be, before anything new is planned; stuck transactions are replaced by nothing.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn settle(&mut self, l1: &L1, pause: &Pause) -> Result<(), SendError> {
        let address = self.key.address();
        let mut mined = l1.nonce(address, "latest")?;
        let mut since = Instant::now();
        loop {
            let pending = l1.nonce(address, "pending")?;
            if pending <= mined {
                return Ok(());
            }
            pause.wait(POLL)?;
            let now = l1.nonce(address, "latest")?;
            if now > mined {
                (mined, since) = (now, Instant::now());
            } else if since.elapsed() >= self.stuck_after {
                self.bump();
                let nothing = vec![(self.key.address(), Bytes::new(), 21_000); 1];
                self.submit(l1, mined, &nothing)?;
                since = Instant::now();
            }
        }
    }

    /// Sends frames in one go, at consecutive nonces, and waits until all are mined: taken by the
    /// inbox or refused, which only the inbox knows.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn post(&mut self, l1: &L1, frames: &[Frame], pause: &Pause) -> Result<(), SendError> {
        let calls: Vec<(Address, Bytes, u64)> = frames
            .iter()
            .map(|frame| {
                let calldata = post_calldata(frame);
                let gas = BASE_GAS + GAS_PER_BYTE * calldata.len() as u64;
                (self.inbox, calldata, gas)
            })
            .collect();
        if let Some((to, calldata, _)) = calls.first() {
            l1.simulate(self.key.address(), *to, calldata)?;
        }
        let first = l1.nonce(self.key.address(), "latest")?;
        let end = first + calls.len() as u64;
        self.submit(l1, first, &calls)?;
        let (mut mined, mut since) = (first, Instant::now());
        loop {
            pause.wait(POLL)?;
            let now = l1.nonce(self.key.address(), "latest")?;
            if now >= end || now < first {
                // Mined; or an L1 that was reorganised to before them, where the inbox says what
                // is next.
                self.fee_percent = 100;
                return Ok(());
            }
            if now != mined {
                (mined, since) = (now, Instant::now());
            } else if since.elapsed() >= self.stuck_after {
                self.bump();
                let rest = &calls[(mined - first) as usize..];
                self.submit(l1, mined, rest)?;
                since = Instant::now();
            }
        }
    }

    fn bump(&mut self) {
        if self.fee_percent >= MOST_PERCENT {
            // What is sent again is the same then: an L1 that lost it hears of it.
            return;
        }
        self.fee_percent = (self.fee_percent * BUMP_PERCENT / 100).min(MOST_PERCENT);
        self.status.fee_bumps.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(percent = self.fee_percent, "nothing is mined on the L1: fees go up");
    }

    /// Signs and hands in calls from a nonce on.
    fn submit(
        &mut self,
        l1: &L1,
        first_nonce: u64,
        calls: &[(Address, Bytes, u64)],
    ) -> Result<(), L1Error> {
        let chain_id = match self.l1_chain_id {
            Some(chain_id) => chain_id,
            None => *self.l1_chain_id.insert(l1.chain_id()?),
        };
        let base_fee = l1.latest_block()?.base_fee_per_gas.unwrap_or_default();
        let base_fee = u128::try_from(base_fee).unwrap_or(u128::MAX);
        let tip = scaled(l1.priority_fee()?.max(1), self.fee_percent);
        let most = scaled(base_fee.saturating_mul(2), self.fee_percent).saturating_add(tip);
        for (nonce, (to, input, gas_limit)) in (first_nonce..).zip(calls) {
            let raw = self.key.sign(TxEip1559 {
                chain_id,
                nonce,
                gas_limit: *gas_limit,
                max_fee_per_gas: most,
                max_priority_fee_per_gas: tip,
                to: TxKind::Call(*to),
                value: U256::ZERO,
                access_list: Default::default(),
                input: input.clone(),
            });
            match l1.send(&raw) {
                // Ours, from before an answer was lost; or mined since.
                Err(L1Error::Call { reason, .. }) if is_known(&reason) => {}
                // An earlier one of ours pays as much: it is mined, or dearer the next time.
                Err(L1Error::Call { reason, .. }) if reason.contains("underpriced") => {}
                other => drop(other?),
            }
        }
        Ok(())
    }
}

fn scaled(fee: u128, percent: u128) -> u128 {
    fee.saturating_mul(percent) / 100
}

fn is_known(reason: &str) -> bool {
    ["already known", "already imported", "nonce too low"].iter().any(|word| reason.contains(word))
}
