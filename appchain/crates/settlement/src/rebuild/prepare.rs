// SPDX-License-Identifier: Apache-2.0
//! Bytes to transactions whose senders are checked.
//!
//! Signatures are cheapest by the thousand, and blocks of a quiet chain hold few: a chunk takes in
//! transactions of as many blocks as it needs to be full.

use std::sync::Arc;

use crossbeam_channel::Sender;
use derivation::{Claim, Unpacked};
use execution::Environment;
use primitives::{BlockNumber, Verified};
use sequencer::{
    Batched, Incoming, SignatureOptions,
    verify::{decode_all, verify},
};

use super::Head;
use crate::{
    batch::{self, Batch},
    invalid::Invalid,
};

/// Transactions whose signatures are checked together, and that run as one slice.
const CHUNK: usize = 4_096;
/// Most bytes that a batch's columns unpack to, as in the archive.
pub(crate) const COLUMNS_LIMIT: usize = 1 << 30;

/// What the executor is told.
#[derive(Debug)]
pub(super) enum Prepared {
    /// A batch begins.
    Begin(Head),
    /// Its next block begins, of so many transactions.
    Block(Environment, u64),
    /// The block's next transactions.
    Transactions(Vec<Arc<Verified>>),
    /// The batch is whole.
    End,
    /// The batch of this index breaks a rule.
    Void(u64, Invalid),
}

/// Why a batch is not prepared to its end.
enum Stop {
    Invalid(Invalid),
    /// Nobody listens any more.
    Closed,
}

impl<I: Into<Invalid>> From<I> for Stop {
    fn from(invalid: I) -> Self {
        Self::Invalid(invalid.into())
    }
}

/// Works until there are no more batches, or nobody listens.
pub(super) fn run(
    chain_id: u64,
    options: SignatureOptions,
    batches: impl Iterator<Item = Batch>,
    out: &Sender<Prepared>,
) {
    let mut check = Batched::new(options);
    for batch in batches {
        let index = batch.index;
        let end = match prepare(chain_id, &batch, &mut check, out) {
            Ok(()) => Prepared::End,
            Err(Stop::Invalid(invalid)) => Prepared::Void(index, invalid),
            Err(Stop::Closed) => return,
        };
        if out.send(end).is_err() {
            return;
        }
    }
}

fn prepare(
    chain_id: u64,
    batch: &Batch,
    check: &mut Batched,
    out: &Sender<Prepared>,
) -> Result<(), Stop> {
    let sealed = batch::open(&batch.bytes)?;
    let unpacked = Unpacked::new(sealed.blocks, COLUMNS_LIMIT)?;
    let mut opened = unpacked.open()?;
    if opened.chain_id != chain_id {
        return Err(Invalid::ChainId { found: opened.chain_id, expected: chain_id }.into());
    }
    let announced =
        batch.last.0.checked_sub(batch.first.0).map_or(0, |more| more.saturating_add(1));
    let (found, hashes) = (opened.blocks.len() as u64, sealed.hashes.len() as u64);
    if found != announced || hashes != announced {
        return Err(Invalid::Count { found, hashes, announced }.into());
    }
    let head = Head {
        index: batch.index,
        first: batch.first,
        last: batch.last,
        state_root: batch.state_root,
        parent: sealed.parent,
        hashes: sealed.hashes,
    };
    send(out, Prepared::Begin(head))?;
    let mut chunk = Chunk::default();
    for (environment, count) in std::mem::take(&mut opened.blocks) {
        chunk.steps.push(Step::Block(environment, count));
        for _ in 0..count {
            chunk.push(opened.next_claim()?);
            if chunk.incoming.len() == CHUNK {
                chunk.flush(check, out)?;
            }
        }
    }
    chunk.flush(check, out)?;
    Ok(opened.finish()?)
}

fn send(out: &Sender<Prepared>, message: Prepared) -> Result<(), Stop> {
    out.send(message).map_err(|_| Stop::Closed)
}

enum Step {
    Block(Environment, u64),
    Transactions(usize),
}

/// Transactions that wait to be checked, and the blocks that they belong to.
#[derive(Default)]
struct Chunk {
    incoming: Vec<Incoming>,
    steps: Vec<Step>,
    scratch: Vec<u8>,
    /// The block that the next transaction belongs to, and its place there; for words of refusal.
    number: BlockNumber,
    index: u64,
}

impl Chunk {
    fn push(&mut self, claim: Claim) {
        self.incoming.push(Incoming { raw: claim.raw, claimed: Some(claim.sender) });
        match self.steps.last_mut() {
            Some(Step::Transactions(count)) => *count += 1,
            _ => self.steps.push(Step::Transactions(1)),
        }
    }

    fn flush(&mut self, check: &mut Batched, out: &Sender<Prepared>) -> Result<(), Stop> {
        let decoded = decode_all(std::mem::take(&mut self.incoming), &mut self.scratch);
        let mut verified = verify(decoded, check).into_iter();
        for step in std::mem::take(&mut self.steps) {
            match step {
                Step::Block(environment, count) => {
                    self.number = environment.number;
                    self.index = 0;
                    send(out, Prepared::Block(environment, count))?;
                }
                Step::Transactions(count) => {
                    let mut transactions = Vec::with_capacity(count);
                    for one in verified.by_ref().take(count) {
                        transactions.push(one.map_err(|error| Invalid::Signature {
                            number: self.number,
                            index: self.index,
                            reason: error.to_string(),
                        })?);
                        self.index += 1;
                    }
                    send(out, Prepared::Transactions(transactions))?;
                }
            }
        }
        Ok(())
    }
}
