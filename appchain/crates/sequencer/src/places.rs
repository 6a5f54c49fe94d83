// SPDX-License-Identifier: Apache-2.0
//! Where archived transactions are: sorted runs on disk, one for the blocks between two checkpoints.
//!
//! A run is entries `start of hash | block | index`. Eight bytes of a hash suffice, because whoever
//! finds an entry reads the block and compares the whole hash. A run is written aside and renamed; one
//! that is missing is written again from the archive.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use parking_lot::RwLock;
use primitives::{B256, BlockNumber};

use crate::chain::{Block, Place};

const ENTRY: usize = 8 + 8 + 4;
const PREFIX: &str = "places-";

/// An entry of a run.
pub(crate) type Placed = (u64, Place);

#[derive(Debug)]
struct Run {
    last: u64,
    file: File,
    path: PathBuf,
    entries: u64,
}

/// The runs of a folder.
#[derive(Debug)]
pub struct Places {
    folder: PathBuf,
    runs: RwLock<Vec<Run>>,
}

fn start_of(hash: &B256) -> u64 {
    let mut start = [0; 8];
    start.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(start)
}

/// Entries of a block's transactions.
pub(crate) fn places_of(block: &Block) -> impl Iterator<Item = Placed> + '_ {
    let number = BlockNumber(block.header.number);
    block.body.iter().map(move |executed| {
        let place = Place { number, index: executed.index };
        (start_of(&executed.verified.transaction.hash), place)
    })
}

impl Places {
    /// Opens the runs of a folder that follow each other from block `first` on; others are removed.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(crate) fn open(folder: &Path, first: BlockNumber) -> std::io::Result<Self> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let bounds = path.file_stem().and_then(|name| name.to_str()).and_then(|name| {
                let (first, last) = name.strip_prefix(PREFIX)?.split_once('-')?;
                Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?))
            });
            if let Some((first, last)) = bounds {
                found.push((first, last, path));
            }
        }
        found.sort_unstable();
        let mut runs: Vec<Run> = Vec::new();
        for (begin, last, path) in found {
            let next = runs.last().map_or(first.0, |run| run.last + 1);
            if begin == next && path.extension().is_some_and(|kind| kind == "bin") {
                let file = File::open(&path)?;
                let entries = file.metadata()?.len() / ENTRY as u64;
                runs.push(Run { last, file, path, entries });
            } else {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { folder: folder.to_path_buf(), runs: RwLock::new(runs) })
    }

    /// The first block that no run covers, if any run is there.
    pub(crate) fn next(&self) -> Option<BlockNumber> {
        self.runs.read().last().map(|run| BlockNumber(run.last + 1))
    }

    /// Writes the run of blocks `first` to `last`.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(crate) fn add(
        &self,
        first: BlockNumber,
        last: BlockNumber,
        mut places: Vec<Placed>,
    ) -> std::io::Result<()> {
        places.sort_unstable_by_key(|(start, place)| (*start, place.number, place.index));
        let mut bytes = Vec::with_capacity(places.len() * ENTRY);
        for (start, place) in &places {
            bytes.extend_from_slice(&start.to_be_bytes());
            bytes.extend_from_slice(&place.number.0.to_be_bytes());
            bytes.extend_from_slice(&(place.index as u32).to_be_bytes());
        }
        let path = self.folder.join(format!("{PREFIX}{:012}-{:012}.bin", first.0, last.0));
        let temporary = path.with_extension("writing");
        let mut file = File::create(&temporary)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        File::open(&self.folder)?.sync_all()?;
        let file = File::open(&path)?;
        let entries = places.len() as u64;
        self.runs.write().push(Run { last: last.0, file, path, entries });
        Ok(())
    }

    /// Forgets the runs of blocks above `last`.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(crate) fn truncate(&self, last: BlockNumber) -> std::io::Result<()> {
        let mut runs = self.runs.write();
        while let Some(run) = runs.pop_if(|run| run.last > last.0) {
            fs::remove_file(run.path)?;
        }
        Ok(())
    }

    /// Where transactions may be whose hash starts as `hash` does, newest first.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(crate) fn candidates(&self, hash: &B256) -> std::io::Result<Vec<Place>> {
        let start = start_of(hash);
        let mut found = Vec::new();
        for run in self.runs.read().iter().rev() {
            let mut at = run.lower_bound(start)?;
            while at < run.entries {
                let (other, place) = run.entry(at)?;
                if other != start {
                    break;
                }
                found.push(place);
                at += 1;
            }
        }
        Ok(found)
    }
}

impl Run {
    fn entry(&self, at: u64) -> std::io::Result<Placed> {
        let mut bytes = [0; ENTRY];
        self.file.read_exact_at(&mut bytes, at * ENTRY as u64)?;
        let word = |from: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[from..from + 8]);
            u64::from_be_bytes(word)
        };
        let index = u32::from_be_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]) as usize;
        Ok((word(0), Place { number: BlockNumber(word(8)), index }))
    }

    /// The first entry that is not below `start`.
    fn lower_bound(&self, start: u64) -> std::io::Result<u64> {
        let (mut low, mut high) = (0, self.entries);
        while low < high {
            let middle = low.midpoint(high);
            if self.entry(middle)?.0 < start {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}
