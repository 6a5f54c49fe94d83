// SPDX-License-Identifier: Apache-2.0
//! From the files of a folder back to a running state: the last checkpoint, then the log since,
//! executed again and held against the archive.

use std::{fs::File, path::Path, sync::Arc};

use crossbeam_channel::{Receiver, Sender};
use execution::Rejection;
use primitives::{B256, BlockNumber, Verified, map::B256Map};
use state::FlatState;

use crate::{
    archive::{Archive, Entry},
    chain::{Block, Body, Chain},
    checkpoint,
    committer::{Committer, Retention, SealJob},
    control::parent_of,
    error::StartError,
    log::{Log, Record},
    places::Places,
    pool::Waiting,
    sequencer::Sequencer,
    settings::Settings,
    shared::{Archived, Hashes, Shared},
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
    let genesis_number = genesis_header.number;
    let first = Arc::new(bare(genesis_header.clone(), genesis));
    let Some(folder) = settings.folder.clone() else {
        let flat = FlatState::from_genesis(&settings.genesis);
        let start = Start { flat, blocks: Vec::new(), hashes: vec![genesis], archive: None };
        let (sequencer, committer) = assemble(settings, first, start);
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
    let archive = Arc::new(Archive::open(&folder)?);
    let entries = archive.entries();
    let split = entries.partition_point(|entry| entry.number <= start);
    let blocks = read_blocks(&archive, &entries[..split], header)?;
    let expected: B256Map<BlockNumber> =
        entries[split..].iter().map(|entry| (entry.hash, entry.number)).collect();
    let io = |source| StartError::io(&folder, source);
    archive.truncate(start).map_err(io)?;
    let places = Places::open(&folder, BlockNumber(genesis_number).next()).map_err(io)?;
    places.truncate(start).map_err(io)?;
    let archive = Some(Archived { blocks: archive, places });
    let accept_loss = settings.accept_log_loss;
    let start_from = Start { flat, blocks, hashes, archive };
    let (mut sequencer, mut committer) = assemble(settings, first, start_from);
    let log = replay(
        &folder,
        &Replay { genesis, start, accept_loss, expected, entries: &entries[split..] },
        &mut sequencer,
        &mut committer,
    )?;
    Ok(Recovered { sequencer, committer, log: Some(log), lock: Some(lock) })
}

/// Holds a folder against a second process.
///
/// # Errors
///
/// [`StartError::Locked`].
pub fn lock(folder: &Path) -> Result<File, StartError> {
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

/// Blocks that a start reads into RAM; older ones are read when they are asked for.
const BLOCKS_AT_START: usize = 1_024;
/// Most transactions of those.
const TRANSACTIONS_AT_START: usize = 100_000;

fn bare(header: execution::Header, hash: B256) -> Block {
    Block { hash, header, body: Body::default(), written: Vec::new() }
}

/// The newest archived blocks up to the checkpoint's; the checkpoint's header alone if the archive
/// lacks it. None at genesis.
fn read_blocks(
    archive: &Archive,
    entries: &[Entry],
    head: execution::Header,
) -> Result<Vec<Block>, StartError> {
    let hash = head.hash_slow();
    let mut blocks = Vec::new();
    let mut transactions = 0;
    for entry in entries.iter().rev().take(BLOCKS_AT_START) {
        let block = archive.read(entry)?;
        transactions += block.body.len();
        blocks.push(block);
        if transactions > TRANSACTIONS_AT_START {
            break;
        }
    }
    blocks.reverse();
    if blocks.last().is_none_or(|block| block.hash != hash) {
        blocks = vec![bare(head, hash)];
    }
    Ok(blocks)
}

/// What a node starts from.
struct Start {
    flat: FlatState,
    blocks: Vec<Block>,
    hashes: Vec<B256>,
    archive: Option<Archived>,
}

fn assemble(settings: Settings, genesis: Arc<Block>, start: Start) -> (Sequencer, Committer) {
    let Start { flat, blocks, hashes, archive } = start;
    let mut blocks = blocks.into_iter().map(Arc::new);
    let first = blocks.next().unwrap_or_else(|| Arc::clone(&genesis));
    let mut chain = if first.header.number == genesis.header.number + 1 {
        let mut chain = Chain::new(Arc::clone(&genesis), settings.history);
        chain.commit(first);
        chain
    } else {
        Chain::new(first, settings.history)
    };
    for block in blocks {
        chain.commit(block);
    }
    let head = chain.head().header.clone();
    let parent = parent_of(&settings.config, &head);
    let hashes = Hashes::new(BlockNumber(head.number), hashes);
    let next = chain.head().environment();
    let config = settings.config.clone();
    let shared = Arc::new(Shared::new(config, flat, chain, hashes, next, genesis, archive));
    let retention = Retention { states: settings.history_states, weight: settings.history_weight };
    let committer = Committer::new(Arc::clone(&shared), retention, settings.always_batch);
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

/// Executes the log's segments again, from the checkpoint's on. Blocks are committed on a thread of
/// their own, as in a running node.
fn replay(
    folder: &Path,
    replay: &Replay<'_>,
    sequencer: &mut Sequencer,
    committer: &mut Committer,
) -> Result<Log, StartError> {
    let (jobs, queue) = crossbeam_channel::bounded(BLOCKS_AHEAD);
    let shared = Arc::clone(&sequencer.shared);
    let log = std::thread::scope(|scope| {
        let committing = scope.spawn(move || {
            let committed = commit_all(&queue, committer, replay);
            if committed.is_err() {
                // Whoever executes must not wait for the hash of a block that never comes.
                shared.hashes.close();
            }
            committed
        });
        let replayed = replay_segments(folder, replay, sequencer, &jobs);
        drop(jobs);
        match committing.join() {
            Ok(committed) => committed.and(replayed),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    sequencer.refresh();
    Ok(log)
}

/// Blocks that may be executed before the first of them is committed.
const BLOCKS_AHEAD: usize = 4;

fn commit_all(
    queue: &Receiver<SealJob>,
    committer: &mut Committer,
    replay: &Replay<'_>,
) -> Result<(), StartError> {
    for job in queue {
        let number = job.environment.number;
        let block = committer
            .commit(job)
            .map_err(|source| StartError::io(Path::new("blocks.bin"), source))?;
        check(number, block.hash, replay)?;
    }
    Ok(())
}

fn replay_segments(
    folder: &Path,
    replay: &Replay<'_>,
    sequencer: &mut Sequencer,
    jobs: &Sender<SealJob>,
) -> Result<Log, StartError> {
    let io = |source| StartError::io(folder, source);
    let segments = checkpoint::numbered(folder, "log-").map_err(io)?;
    let mut taken: Vec<Option<Arc<Verified>>> = Vec::new();
    let mut last = None;
    for number in segments.into_iter().filter(|number| *number >= replay.start) {
        let (log, records) = Log::open(folder, replay.genesis, number, replay.accept_loss)?;
        // Each segment begins with what waited when it was started.
        taken.clear();
        for record in records {
            replay_record(record, &mut taken, sequencer, jobs)?;
        }
        last = Some(log);
    }
    let log = match last {
        Some(log) => log,
        None => Log::create(folder, replay.genesis, replay.start, &[]).map_err(io)?,
    };
    sequencer.next_id = taken.len() as u64;
    let waiting = (0..).zip(taken).filter_map(|(id, one)| Some(Waiting { verified: one?, id }));
    sequencer.readmit(waiting.collect());
    Ok(log)
}

fn replay_record(
    record: Record,
    taken: &mut Vec<Option<Arc<Verified>>>,
    sequencer: &mut Sequencer,
    jobs: &Sender<SealJob>,
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
                // Nobody takes it only where committing failed, which is what the start then says.
                let _ = jobs.send(job);
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
