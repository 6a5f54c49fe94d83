// SPDX-License-Identifier: Apache-2.0
//! From the files of a folder back to a running state: the last checkpoint, then the log since,
//! executed again and held against the archive.

use std::{fs::File, path::Path, sync::Arc};

use execution::Rejection;
use primitives::{B256, BlockNumber, Verified, map::B256Map};
use state::FlatState;

use crate::{
    archive::{Archive, Entry},
    chain::{Block, Body, Chain},
    checkpoint,
    committer::{Committer, Retention},
    control::parent_of,
    error::StartError,
    log::{self, Log, Record},
    pool::Waiting,
    sequencer::Sequencer,
    settings::Settings,
    shared::{Hashes, Shared},
};

/// A node's parts before its threads start.
#[derive(Debug)]
pub struct Recovered {
    pub(crate) sequencer: Sequencer,
    pub(crate) committer: Committer,
    pub(crate) log: Option<Log>,
    /// Held as long as the node runs: a second node on the folder is refused.
    pub(crate) lock: Option<File>,
}

/// Starts from genesis, in memory or in a fresh folder, or from what a folder holds.
///
/// # Errors
///
/// See [`StartError`].
pub fn recover(settings: Settings) -> Result<Recovered, StartError> {
    let genesis_header = settings.genesis_header();
    let genesis = genesis_header.hash_slow();
    let Some(folder) = settings.folder.clone() else {
        let flat = FlatState::from_genesis(&settings.genesis);
        let head = Block {
            hash: genesis,
            header: genesis_header,
            body: Body::default(),
            written: Vec::new(),
        };
        let (sequencer, committer) = assemble(settings, flat, vec![head], vec![genesis], None);
        return Ok(Recovered { sequencer, committer, log: None, lock: None });
    };
    std::fs::create_dir_all(&folder).map_err(|source| StartError::io(&folder, source))?;
    let lock = lock(&folder)?;
    let checkpoints =
        checkpoint::list(&folder).map_err(|source| StartError::io(&folder, source))?;
    let (flat, header, hashes) = match checkpoints.last() {
        Some(number) => {
            let checkpoint = checkpoint::read(&folder, *number, genesis)?;
            (checkpoint.state, checkpoint.header, checkpoint.hashes)
        }
        None => (FlatState::from_genesis(&settings.genesis), genesis_header, vec![genesis]),
    };
    let start = BlockNumber(header.number);
    let (mut archive, entries) = Archive::open(&folder)?;
    let split = entries.partition_point(|entry| entry.number <= start);
    let blocks = read_blocks(&mut archive, &entries[..split], &settings, header)?;
    let expected: B256Map<BlockNumber> =
        entries[split..].iter().map(|entry| (entry.hash, entry.number)).collect();
    if let Some(first) = entries.get(split) {
        archive.truncate(first).map_err(|source| StartError::io(&folder, source))?;
    }
    let accept_loss = settings.accept_log_loss;
    let (mut sequencer, mut committer) = assemble(settings, flat, blocks, hashes, Some(archive));
    let log = replay(
        &folder,
        &Replay { genesis, start, accept_loss, expected, entries: &entries[split..] },
        &mut sequencer,
        &mut committer,
    )?;
    Ok(Recovered { sequencer, committer, log: Some(log), lock: Some(lock) })
}

fn lock(folder: &Path) -> Result<File, StartError> {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| StartError::io(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(StartError::Locked(folder.display().to_string()))
        }
        Err(std::fs::TryLockError::Error(source)) => Err(StartError::io(&path, source)),
    }
}

/// The newest archived blocks up to the checkpoint's, within the limits of RAM.
fn read_blocks(
    archive: &mut Archive,
    entries: &[Entry],
    settings: &Settings,
    head: execution::Header,
) -> Result<Vec<Block>, StartError> {
    let hash = head.hash_slow();
    let mut blocks = Vec::new();
    let mut transactions = 0;
    for entry in entries.iter().rev() {
        let block = archive.read(entry)?;
        transactions += block.body.len();
        blocks.push(block);
        if blocks.len() >= settings.history.blocks || transactions > settings.history.transactions {
            break;
        }
    }
    blocks.reverse();
    let genesis = settings.genesis_header();
    let is_from_start =
        blocks.first().map_or(head.number, |block| block.header.number) == genesis.number + 1;
    if is_from_start {
        let hash = genesis.hash_slow();
        blocks
            .insert(0, Block { hash, header: genesis, body: Body::default(), written: Vec::new() });
    }
    // An archive that lacks the checkpoint's block starts anew from its header.
    if blocks.last().is_none_or(|block| block.hash != hash) {
        blocks = vec![Block { hash, header: head, body: Body::default(), written: Vec::new() }];
    }
    Ok(blocks)
}

fn assemble(
    settings: Settings,
    flat: FlatState,
    blocks: Vec<Block>,
    hashes: Vec<B256>,
    archive: Option<Archive>,
) -> (Sequencer, Committer) {
    let mut blocks = blocks.into_iter().map(Arc::new);
    let first = blocks.next().expect("there is always the genesis block or a checkpoint's");
    let mut chain = Chain::new(first, settings.history);
    for block in blocks {
        chain.commit(block);
    }
    let head = chain.head().header.clone();
    let parent = parent_of(&settings.config, &head);
    let hashes = Hashes::new(BlockNumber(head.number), hashes);
    let next = chain.head().environment();
    let shared = Arc::new(Shared::new(settings.config.clone(), flat, chain, hashes, next));
    let retention = Retention { states: settings.history_states, weight: settings.history_weight };
    let committer = Committer::new(Arc::clone(&shared), archive, retention, settings.always_batch);
    let mut sequencer = Sequencer::new(shared, settings, parent);
    sequencer.refresh();
    (sequencer, committer)
}

struct Replay<'a> {
    genesis: B256,
    start: BlockNumber,
    accept_loss: bool,
    expected: B256Map<BlockNumber>,
    entries: &'a [Entry],
}

/// Executes the log's segments again, from the checkpoint's on.
fn replay(
    folder: &Path,
    replay: &Replay<'_>,
    sequencer: &mut Sequencer,
    committer: &mut Committer,
) -> Result<Log, StartError> {
    let io = |source| StartError::io(folder, source);
    let segments = checkpoint::numbered(folder, "log-").map_err(io)?;
    let mut taken: Vec<Option<Arc<Verified>>> = Vec::new();
    let mut last = None;
    for number in segments.into_iter().filter(|number| *number >= replay.start) {
        let (log, records) = Log::open(folder, replay.genesis, number, replay.accept_loss)?;
        if !records.is_empty() {
            // Each segment begins with what waited when it was started.
            taken.clear();
        }
        for record in records {
            replay_record(record, &mut taken, sequencer, committer, replay)?;
        }
        last = Some((log, taken.len()));
    }
    let waiting: Vec<Arc<Verified>> = taken.iter().flatten().cloned().collect();
    let log = match last {
        Some((log, count)) if log.length() > 48 || waiting.is_empty() => {
            sequencer.next_id = count as u64;
            let waiting = taken
                .into_iter()
                .enumerate()
                .filter_map(|(id, one)| Some(Waiting { verified: one?, id: id as u64 }));
            sequencer.readmit(waiting.collect());
            log
        }
        _ => {
            let mut log = Log::create(folder, replay.genesis, replay.start).map_err(io)?;
            let mut records = Vec::new();
            for verified in &waiting {
                log::put_taken(verified, &mut records);
            }
            log.append(&records).map_err(io)?;
            log.sync().map_err(io)?;
            sequencer.next_id = waiting.len() as u64;
            let waiting = waiting
                .into_iter()
                .enumerate()
                .map(|(id, verified)| Waiting { verified, id: id as u64 });
            sequencer.readmit(waiting.collect());
            log
        }
    };
    sequencer.refresh();
    Ok(log)
}

fn replay_record(
    record: Record,
    taken: &mut Vec<Option<Arc<Verified>>>,
    sequencer: &mut Sequencer,
    committer: &mut Committer,
    replay: &Replay<'_>,
) -> Result<(), StartError> {
    match record {
        Record::Taken(verified) => taken.push(Some(verified)),
        Record::Opened(environment) => {
            sequencer.open_with(environment);
            sequencer.publish_replayed();
        }
        Record::Written(write) => sequencer.apply_write(&write),
        Record::Dropped(ids) => {
            for id in ids {
                take(taken, id);
            }
        }
        Record::Ran(ids) => {
            let mut waiting: Vec<Waiting> = ids
                .iter()
                .filter_map(|id| Some(Waiting { verified: take(taken, *id)?, id: *id }))
                .collect();
            // Impersonated senders may have code; the log holds nothing that was refused.
            sequencer.allow_impersonation();
            let mut next = waiting.drain(..);
            let ran = sequencer.run_users(|| next.next());
            if let Some((refused, rejection)) = ran.refused.first() {
                return Err(refusal(refused, rejection));
            }
            sequencer.publish_replayed();
        }
        Record::Sealed(_) => {
            let job = sequencer.end_block(Vec::new());
            sequencer.publish_replayed();
            if let Some(job) = job {
                let number = job.environment.number;
                let block = committer
                    .commit(job)
                    .map_err(|source| StartError::io(Path::new("blocks.bin"), source))?;
                check(number, block.hash, replay)?;
            }
        }
    }
    Ok(())
}

fn take(taken: &mut [Option<Arc<Verified>>], id: u64) -> Option<Arc<Verified>> {
    taken.get_mut(usize::try_from(id).ok()?)?.take()
}

fn refusal(refused: &Waiting, rejection: &Rejection) -> StartError {
    StartError::Replay { sender: refused.verified.sender, reason: rejection.to_string() }
}

/// A block that the archive had before must come out the same.
fn check(number: BlockNumber, found: B256, replay: &Replay<'_>) -> Result<(), StartError> {
    if replay.expected.contains_key(&found) {
        return Ok(());
    }
    match replay.entries.iter().find(|entry| entry.number == number) {
        Some(entry) => Err(StartError::Diverged { number, found, expected: entry.hash }),
        None => Ok(()),
    }
}
