// SPDX-License-Identifier: Apache-2.0
//! A follower's folder: the archive and the checkpoint as a node's own, so that a node can be
//! started on it, and where on the L1 to go on.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use primitives::{B256, BlockNumber};
use sequencer::{Block, StartError, archive::Archive, checkpoint};
use serde::{Deserialize, Serialize};

use crate::{
    inbox::Cursor,
    rebuild::{Chain, Rules},
};

const PLACE_FILE: &str = "l1.json";

/// A follower's folder, held against others.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    genesis: B256,
    archive: Archive,
    _lock: File,
}

/// What a folder holds.
#[derive(Debug)]
pub struct Kept {
    /// The chain up to the last checkpoint.
    pub chain: Chain,
    /// Where on the L1 to go on.
    pub place: L1Place,
}

/// Where on the L1 a follower is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct L1Place {
    /// What is read next.
    pub cursor: Cursor,
    /// The last L1 block that was read, and its hash.
    pub anchor: Option<(u64, B256)>,
}

impl Store {
    /// Opens a folder, creating it if need be, and returns what it holds. Blocks after the
    /// checkpoint are cut off: the L1 has them.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn open(
        folder: &Path,
        genesis: B256,
        rules: &Rules,
    ) -> Result<(Self, Option<Kept>), StartError> {
        fs::create_dir_all(folder).map_err(|source| StartError::io(folder, source))?;
        let lock = sequencer::recovery::lock(folder)?;
        let archive = Archive::open(folder)?;
        let kept = read(folder, genesis, rules)?;
        let head = kept.as_ref().map_or(BlockNumber(0), |kept| kept.chain.number());
        archive.truncate(head).map_err(|source| StartError::io(folder, source))?;
        let store = Self { folder: folder.to_path_buf(), genesis, archive, _lock: lock };
        Ok((store, kept))
    }

    /// Appends blocks.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn append(&self, chain_id: u64, block: &Block) -> std::io::Result<()> {
        let environment = block.environment();
        let transactions = block.body.iter().map(|executed| executed.verified.clone()).collect();
        let input = derivation::BlockInput { environment, transactions };
        self.archive.append(block, &derivation::encode(chain_id, &[input]))
    }

    /// Makes everything so far outlive a crash.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn save(&self, chain: &Chain, place: &L1Place) -> std::io::Result<()> {
        let number = chain.number();
        self.archive.sync()?;
        let bytes = checkpoint::serialise(self.genesis, &chain.header, &chain.hashes, &chain.flat);
        checkpoint::write(&self.folder, number, &bytes)?;
        let path = self.folder.join(PLACE_FILE);
        let temporary = path.with_extension("writing");
        fs::write(&temporary, serde_json::to_vec(place)?)?;
        File::open(&temporary)?.sync_all()?;
        fs::rename(&temporary, &path)?;
        checkpoint::remove_before(&self.folder, number)
    }

    /// Forgets every block: the L1 they came from is another.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn clear(&self) -> Result<(), StartError> {
        let io = |source| StartError::io(&self.folder, source);
        let path = self.folder.join(PLACE_FILE);
        if path.exists() {
            fs::remove_file(path).map_err(io)?;
        }
        for number in checkpoint::list(&self.folder).map_err(io)? {
            checkpoint::remove_before(&self.folder, number.next()).map_err(io)?;
        }
        self.archive.truncate(BlockNumber(0)).map_err(io)
    }
}

fn read(folder: &Path, genesis: B256, rules: &Rules) -> Result<Option<Kept>, StartError> {
    let io = |source| StartError::io(folder, source);
    let Some(number) = checkpoint::list(folder).map_err(io)?.pop() else { return Ok(None) };
    let path = folder.join(PLACE_FILE);
    let damaged = |reason: String| StartError::Damaged {
        path: path.display().to_string(),
        offset: 0,
        reason,
    };
    let text = fs::read(&path).map_err(|source| StartError::io(&path, source))?;
    let place = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    let checkpoint::Checkpoint { header, hashes, state } =
        checkpoint::read(folder, number, genesis)?;
    let chain = Chain::at(rules.clone(), header, hashes, state);
    Ok(Some(Kept { chain, place }))
}
