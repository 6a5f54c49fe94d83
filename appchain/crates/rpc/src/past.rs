// SPDX-License-Identifier: Apache-2.0
//! The tries as they were after an earlier block: changes since are taken back, and made again
//! once the caller is done.

use std::{sync::Arc, thread::sleep, time::Duration};

use primitives::BlockNumber;
use state::{Changes, StateTrie, StateView};

use crate::{
    context::Context,
    errors::{Answer, LIMIT, SERVER, error},
};

/// Most accounts and slots that are taken back: about a tenth of a second.
const WEIGHT: usize = 100_000;
/// While a block is being committed its changes are in the tries and nowhere else.
const PAUSE: Duration = Duration::from_millis(1);
/// Tries to find no block being committed.
const TRIES: usize = 2_000;

/// Calls `work` with the state after a committed block and the tries of that state; with
/// `is_present`, after everything that was executed since. `work` leaves the tries as they were.
///
/// # Errors
///
/// [`SERVER`] if that state is no longer kept, [`LIMIT`] if too much was changed since.
pub fn with_state_at<R>(
    context: &Context,
    number: BlockNumber,
    is_present: bool,
    work: impl FnOnce(&StateView<'_>, &mut StateTrie) -> R,
) -> Answer<R> {
    let shared = context.shared();
    for _ in 0..TRIES {
        let history = shared.history.read();
        let flat = shared.flat.read();
        let chain = shared.chain.read();
        let mut trie = shared.trie.lock();
        let head = chain.head();
        if trie.root() != head.header.state_root {
            drop((trie, chain, flat, history));
            sleep(PAUSE);
            continue;
        }
        if is_present {
            let pending: Vec<&Arc<Changes>> = history.pending().collect();
            let view = StateView::present(&flat);
            let work = |trie: &mut StateTrie| work(&view, trie);
            return Ok(moved(&mut trie, &pending, StateTrie::apply, StateTrie::undo, work));
        }
        let head = BlockNumber(head.header.number);
        let gone = || error(SERVER, format!("state of block {number} is no longer kept"));
        let view = history.view(&flat, number, head).ok_or_else(gone)?;
        let since = history.since(number, head).ok_or_else(gone)?;
        let weight: usize = since.iter().map(|changes| changes.weight()).sum();
        if weight > WEIGHT {
            let reason =
                format!("{weight} accounts and slots changed since block {number}, limit {WEIGHT}");
            return Err(error(LIMIT, reason));
        }
        let newest_first: Vec<&Arc<Changes>> = since.into_iter().rev().collect();
        let work = |trie: &mut StateTrie| work(&view, trie);
        return Ok(moved(&mut trie, &newest_first, StateTrie::undo, StateTrie::apply, work));
    }
    Err(error(SERVER, "blocks are committed too fast to look into the state tries"))
}

type Step = fn(&mut StateTrie, &Changes) -> primitives::B256;

/// Tries that were moved in time; dropping it moves them back, also after a panic.
struct Moved<'a> {
    trie: &'a mut StateTrie,
    changes: &'a [&'a Arc<Changes>],
    back: Step,
}

impl Drop for Moved<'_> {
    fn drop(&mut self) {
        for one in self.changes.iter().rev() {
            (self.back)(self.trie, one);
        }
    }
}

fn moved<R>(
    trie: &mut StateTrie,
    changes: &[&Arc<Changes>],
    there: Step,
    back: Step,
    work: impl FnOnce(&mut StateTrie) -> R,
) -> R {
    let moved = Moved { trie, changes, back };
    for one in changes {
        there(moved.trie, one);
    }
    work(moved.trie)
}
