// SPDX-License-Identifier: Apache-2.0
//! A committed block again: each transaction on the state that it met.

use std::sync::Arc;

use execution::{
    Slice, call::Stage, journal::changes_of, overrides::After,
    revm::context::result::ResultAndState,
};
use primitives::BlockNumber;
use sequencer::{Block, Executed, shared::CommittedHashes};
use state::{Changes, StateView};

use crate::{
    context::Context,
    errors::{Answer, NOT_FOUND, SERVER, error},
};

/// Changes of single transactions that are looked through before they are joined.
const LOOSE: usize = 32;

/// The state in the middle of a block.
pub type Before<'a> = After<'a, After<'a, StateView<'a>>>;

/// Runs a block's transactions in order, on the state before it; `inspect` runs each one, or
/// `only` one after the earlier ones were run without it, and returns what it left behind.
///
/// # Errors
///
/// [`SERVER`] if the state before the block is no longer kept; what `inspect` answers.
pub fn run_again(
    context: &Context,
    block: &Block,
    only: Option<usize>,
    mut inspect: impl FnMut(
        &Stage<'_, Before<'_>, CommittedHashes<'_>>,
        &Executed<'_>,
    ) -> Answer<ResultAndState>,
) -> Answer<()> {
    let shared = context.shared();
    let parent = BlockNumber(block.header.number)
        .previous()
        .and_then(|number| shared.block(number))
        .ok_or_else(|| error(SERVER, "the block before is no longer kept"))?;
    context.with_state_after(&parent, |state, _| {
        let hashes = CommittedHashes(&shared.hashes);
        let environment = block.environment();
        let written = block.written.iter().rev().map(AsRef::as_ref).collect();
        let opened = After { state, changes: written };
        let first = only.unwrap_or(0);
        let mut changes = vec![open(context, block, &opened, first)?];
        let last = only.map_or(block.body.len(), |index| index + 1);
        for index in first..last {
            let executed =
                block.body.get(index).ok_or_else(|| error(NOT_FOUND, "no such transaction"))?;
            let newest_first = changes.iter().rev().map(AsRef::as_ref).collect();
            let before = After { state: &opened, changes: newest_first };
            let stage = Stage {
                config: &shared.config,
                environment: &environment,
                state: &before,
                hashes: &hashes,
            };
            let run = inspect(&stage, &executed)?;
            let made = Arc::new(changes_of(run.state, &before));
            changes.push(made);
            if changes.len() > LOOSE {
                changes = vec![Changes::merge(&changes)];
            }
        }
        Ok(())
    })?
}

/// Opens the block and runs its transactions up to one.
fn open(
    context: &Context,
    block: &Block,
    state: &After<'_, StateView<'_>>,
    until: usize,
) -> Answer<Arc<Changes>> {
    let shared = context.shared();
    let hashes = CommittedHashes(&shared.hashes);
    let environment = block.environment();
    let options = context.node.settings().options;
    let mut slice = Slice::new(&shared.config, &environment, options, state, &hashes, 0);
    slice.allow_senders_with_code();
    slice.open_block(|| block.header.parent_hash);
    for earlier in block.body.iter().take(until) {
        slice.run_included(earlier.verified).map_err(|reason| error(SERVER, reason.to_string()))?;
    }
    Ok(slice.finish())
}
