// SPDX-License-Identifier: Apache-2.0
//! A whole block run from its transactions alone, held to the chain's own rules: what a follower does.

use std::sync::Arc;

use primitives::{B256, Verified};
use state::ReadState;

use crate::{
    database::BlockHashes,
    heartbeat::Beat,
    receipt::Outcome,
    slice::{Rejection, Slice},
};

/// Why transactions are not a block of this chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBlock {
    /// A call that the chain makes by itself is absent, or another transaction is in its place.
    #[error("transaction {index} is not the {} that is due there", beat.signature())]
    Heartbeat {
        /// Which call.
        beat: Beat,
        /// Its place in the block.
        index: usize,
    },
    /// A transaction is refused.
    #[error("transaction {index} is refused: {rejection}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// Why.
        rejection: Rejection,
    },
}

/// Runs a block in a slice that has run nothing yet: system calls, the chain's own first
/// transaction, users' transactions, the chain's own last one.
///
/// # Errors
///
/// See [`InvalidBlock`]; the slice is then of no use.
pub fn run_block<S: ReadState + ?Sized, H: BlockHashes + ?Sized>(
    slice: &mut Slice<'_, S, H>,
    parent_hash: impl FnOnce() -> B256,
    transactions: &[Arc<Verified>],
) -> Result<Vec<Outcome>, InvalidBlock> {
    let mut outcomes = Vec::with_capacity(transactions.len());
    slice.open_block(parent_hash);
    run_beat(slice, Beat::Open, transactions, &mut outcomes)?;
    while let Some(verified) = transactions.get(outcomes.len()) {
        let index = outcomes.len();
        let is_last = index + 1 == transactions.len();
        if is_last && slice.heartbeat_due(Beat::Close).is_some_and(|due| is_same(&due, verified)) {
            break;
        }
        let outcome = slice
            .run(verified)
            .map_err(|rejection| InvalidBlock::Transaction { index, rejection })?;
        outcomes.push(outcome);
    }
    run_beat(slice, Beat::Close, transactions, &mut outcomes)?;
    Ok(outcomes)
}

/// Runs a call that is due, if it stands next in the block, as it must.
fn run_beat<S: ReadState + ?Sized, H: BlockHashes + ?Sized>(
    slice: &mut Slice<'_, S, H>,
    beat: Beat,
    transactions: &[Arc<Verified>],
    outcomes: &mut Vec<Outcome>,
) -> Result<(), InvalidBlock> {
    let index = outcomes.len();
    let Some(due) = slice.heartbeat_due(beat) else { return Ok(()) };
    if !transactions.get(index).is_some_and(|verified| is_same(&due, verified)) {
        return Err(InvalidBlock::Heartbeat { beat, index });
    }
    let outcome = slice
        .run_included(&due)
        .map_err(|rejection| InvalidBlock::Transaction { index, rejection })?;
    outcomes.push(outcome);
    Ok(())
}

fn is_same(due: &Verified, found: &Verified) -> bool {
    due.transaction.raw == found.transaction.raw
}
