// SPDX-License-Identifier: Apache-2.0
//! The thread that writes checkpoints: the last one on disk and what blocks changed since make the
//! next, so that nobody who executes waits for it.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
};

use crossbeam_channel::{Receiver, Sender};
use execution::Header;
use primitives::{B256, BlockNumber};
use state::{Changes, FlatState};

use crate::{
    checkpoint,
    error::StartError,
    places::{Placed, places_of},
    settings::Settings,
    shared::Shared,
};

/// A checkpoint to write, once every block up to it is committed.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) header: Header,
    /// Hashes of the blocks up to it, as BLOCKHASH needs them.
    pub(crate) hashes: Vec<B256>,
    /// What each block since the last checkpoint changed.
    pub(crate) changes: Vec<Arc<Changes>>,
    /// Where the transactions of those blocks are.
    pub(crate) places: Vec<Placed>,
    /// First of those blocks.
    pub(crate) first: BlockNumber,
    /// The whole state, where the files go back in time.
    pub(crate) whole: Option<Vec<u8>>,
    /// Whom to tell.
    pub(crate) done: Option<Sender<std::io::Result<()>>>,
}

/// Writes checkpoints, one after the other.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    folder: PathBuf,
    settings: Settings,
    /// Changes that no checkpoint holds, should the disk have refused one.
    changes: Vec<Arc<Changes>>,
}

impl Checkpointer {
    pub(crate) fn new(shared: Arc<Shared>, settings: Settings, folder: PathBuf) -> Self {
        Self { shared, folder, settings, changes: Vec::new() }
    }

    pub(crate) fn run(mut self, jobs: &Receiver<Due>) {
        for mut due in jobs {
            let done = due.done.take();
            let result = self.write(due);
            if let Err(error) = &result {
                tracing::error!(%error, "no checkpoint; the log goes on growing");
            }
            self.shared.is_checkpointing.store(false, Ordering::Release);
            if let Some(done) = done {
                let _ = done.send(result);
            }
        }
    }

    fn write(&mut self, due: Due) -> std::io::Result<()> {
        let number = BlockNumber(due.header.number);
        let genesis = self.shared.genesis.hash;
        // The log that is removed below could rebuild the archive; from here on it cannot.
        if let Some(archive) = &self.shared.archive {
            archive.blocks.sync()?;
        }
        let goes_back = due.whole.is_some();
        let bytes = if let Some(whole) = due.whole {
            self.changes.clear();
            whole
        } else {
            self.changes.extend(due.changes);
            let mut state = self.base().map_err(std::io::Error::other)?;
            state.apply(&Changes::merge(&self.changes));
            checkpoint::serialise(genesis, &due.header, &due.hashes, &state)
        };
        checkpoint::write(&self.folder, number, &bytes)?;
        self.changes.clear();
        self.place(due.first, number, due.places)?;
        if goes_back {
            checkpoint::remove_after(&self.folder, number)?;
        }
        checkpoint::remove_before(&self.folder, number)
    }

    /// The state of the last checkpoint.
    fn base(&self) -> Result<FlatState, StartError> {
        let io = |source| StartError::io(&self.folder, source);
        match checkpoint::list(&self.folder).map_err(io)?.last() {
            Some(number) => checkpoint::read(&self.folder, *number, self.shared.genesis.hash)
                .map(|checkpoint| checkpoint.state),
            None => Ok(FlatState::from_genesis(&self.settings.genesis)),
        }
    }

    /// Adds a run for the blocks up to the checkpoint; blocks between the last run and the first of
    /// these, if there are any, are read from the archive.
    fn place(
        &self,
        first: BlockNumber,
        last: BlockNumber,
        mut places: Vec<Placed>,
    ) -> std::io::Result<()> {
        let Some(archive) = &self.shared.archive else { return Ok(()) };
        let genesis = BlockNumber(self.shared.genesis.header.number);
        let next = archive.places.next().unwrap_or_else(|| genesis.next());
        for missing in next.0..first.0 {
            let block = archive.blocks.block(BlockNumber(missing));
            places.extend(block.as_ref().into_iter().flat_map(places_of));
        }
        if next > last { Ok(()) } else { archive.places.add(next, last, places) }
    }
}
