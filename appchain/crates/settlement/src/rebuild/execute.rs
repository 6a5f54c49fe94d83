// SPDX-License-Identifier: Apache-2.0
//! Runs prepared batches. A batch that turns out to break a rule is undone to its beginning.

use std::{collections::VecDeque, sync::Arc};

use crossbeam_channel::{Receiver, Sender};
use execution::{BlockHashes, Environment, Header, Options, Outcome, Slice, heartbeat::Beat};
use primitives::{B256, BlockNumber, Verified};
use sequencer::{Body, chain::Part};
use state::{Changes, FlatState, ReadState};

use super::{
    HASHES_KEPT, Head,
    prepare::Prepared,
    rules::{Parent, Rules},
};
use crate::invalid::Invalid;

/// A block whose transactions have run.
#[derive(Debug)]
pub(super) struct Executed {
    pub(super) environment: Environment,
    pub(super) body: Body,
    pub(super) changes: Vec<Arc<Changes>>,
    pub(super) gas_used: u64,
}

/// What the committer is told.
#[derive(Debug)]
pub(super) enum Commit {
    /// The next block of the batch that runs.
    Block(Executed),
    /// The batch is whole: its blocks stand if its claims do.
    End(Head),
    /// The batch broke a rule: its blocks never were.
    Drop(u64, Invalid),
}

/// The committer has ended.
struct Closed;

/// Hashes of the newest blocks, by what batches claim.
#[derive(Debug)]
struct Hashes {
    head: BlockNumber,
    list: VecDeque<B256>,
}

impl Hashes {
    fn newest(&self) -> B256 {
        self.list.back().copied().unwrap_or_default()
    }

    fn push(&mut self, hash: B256) {
        self.list.push_back(hash);
        self.head = self.head.next();
    }
}

impl BlockHashes for Hashes {
    fn block_hash(&self, number: u64) -> B256 {
        let back = self.head.0.checked_sub(number).and_then(|back| usize::try_from(back).ok());
        let place = back.and_then(|back| self.list.len().checked_sub(back + 1));
        place.and_then(|place| self.list.get(place)).copied().unwrap_or_default()
    }
}

/// The block that runs.
#[derive(Debug)]
struct Open {
    environment: Environment,
    /// How many transactions it will have.
    count: u64,
    body: Body,
    changes: Vec<Arc<Changes>>,
    gas_used: u64,
    logs: usize,
    has_begun: bool,
}

/// The batch that runs, and the way back to before it.
#[derive(Debug)]
struct Running {
    head: Head,
    undo: Vec<Arc<Changes>>,
    parent: Parent,
    closed: usize,
}

/// Sole owner of the flat state.
#[derive(Debug)]
pub(super) struct Executor<'a> {
    rules: &'a Rules,
    options: Options,
    flat: FlatState,
    hashes: Hashes,
    parent: Parent,
    running: Option<Running>,
    open: Option<Open>,
    /// The batch that runs was dropped before its end came.
    is_dropped: bool,
}

impl<'a> Executor<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        options: Options,
        flat: FlatState,
        header: &Header,
        hashes: Vec<B256>,
    ) -> Self {
        let hashes = Hashes { head: BlockNumber(header.number), list: hashes.into() };
        let parent = Parent::of(rules, header);
        Self { rules, options, flat, hashes, parent, running: None, open: None, is_dropped: false }
    }

    /// Works until the channel closes, and returns the state with the newest hashes.
    pub(super) fn run(
        mut self,
        prepared: &Receiver<Prepared>,
        out: &Sender<Commit>,
    ) -> (FlatState, Vec<B256>) {
        for message in prepared {
            if self.obey(message, out).is_err() {
                break;
            }
        }
        (self.flat, self.hashes.list.into())
    }

    fn obey(&mut self, message: Prepared, out: &Sender<Commit>) -> Result<(), Closed> {
        match message {
            Prepared::Begin(head) => {
                let index = head.index;
                let begun = self.begin(head);
                self.or_drop(index, begun, out)
            }
            // What is left of a batch that was dropped.
            Prepared::End | Prepared::Void(..) if self.is_dropped => {
                self.is_dropped = false;
                Ok(())
            }
            _ if self.is_dropped => Ok(()),
            Prepared::Block(environment, count) => {
                self.close(out)?;
                let begun = self.begin_block(environment, count);
                self.or_drop(self.index(), begun, out)
            }
            Prepared::Transactions(transactions) => {
                let ran = self.slice(transactions);
                self.or_drop(self.index(), ran, out)
            }
            Prepared::End => {
                self.close(out)?;
                self.end().map_or(Ok(()), |head| send(out, Commit::End(head)))
            }
            Prepared::Void(index, invalid) => {
                self.undo();
                send(out, Commit::Drop(index, invalid))
            }
        }
    }

    fn index(&self) -> u64 {
        self.running.as_ref().map_or(0, |running| running.head.index)
    }

    /// Drops the batch that runs if a rule was broken.
    fn or_drop(
        &mut self,
        index: u64,
        result: Result<(), Invalid>,
        out: &Sender<Commit>,
    ) -> Result<(), Closed> {
        let Err(invalid) = result else { return Ok(()) };
        self.undo();
        self.is_dropped = true;
        send(out, Commit::Drop(index, invalid))
    }

    fn begin(&mut self, head: Head) -> Result<(), Invalid> {
        let (found, next) = (head.first, self.parent.number.next());
        if found < next {
            return Err(Invalid::Repeated { found, next });
        }
        if found > next {
            return Err(Invalid::Gap { found, next });
        }
        let expected = self.hashes.newest();
        if head.parent != expected {
            return Err(Invalid::Parent { found: head.parent, expected });
        }
        self.running = Some(Running { head, undo: Vec::new(), parent: self.parent, closed: 0 });
        Ok(())
    }

    fn begin_block(&mut self, environment: Environment, count: u64) -> Result<(), Invalid> {
        self.rules.check(&self.parent, &environment)?;
        self.open = Some(Open {
            environment,
            count,
            body: Body::default(),
            changes: Vec::new(),
            gas_used: 0,
            logs: 0,
            has_begun: false,
        });
        // An empty block has its system calls too, and may lack calls that are due.
        if count == 0 { self.slice(Vec::new()) } else { Ok(()) }
    }

    /// Runs transactions of the open block.
    fn slice(&mut self, transactions: Vec<Arc<Verified>>) -> Result<(), Invalid> {
        let (Some(open), Some(running)) = (&mut self.open, &mut self.running) else {
            return Ok(());
        };
        let mut slice = Slice::new(
            &self.rules.config,
            &open.environment,
            self.options,
            &self.flat,
            &self.hashes,
            open.gas_used,
        );
        if !open.has_begun {
            open.has_begun = true;
            slice.open_block(|| self.hashes.newest());
        }
        let outcomes = run(&mut slice, open, &transactions)?;
        let part = Part {
            first_index: open.body.len(),
            gas_before: open.gas_used,
            logs_before: open.logs,
            transactions,
            outcomes,
        };
        open.gas_used = slice.gas_used();
        let changes = slice.finish();
        open.logs += part.outcomes.iter().map(|outcome| outcome.logs.len()).sum::<usize>();
        if !part.transactions.is_empty() {
            open.body.parts.push(Arc::new(part));
        }
        if !changes.is_empty() {
            self.flat.apply(&changes);
            open.changes.push(Arc::clone(&changes));
            running.undo.push(changes);
        }
        Ok(())
    }

    /// Ends the open block, if there is one.
    fn close(&mut self, out: &Sender<Commit>) -> Result<(), Closed> {
        let (Some(open), Some(running)) = (self.open.take(), &mut self.running) else {
            return Ok(());
        };
        let Open { environment, body, changes, gas_used, .. } = open;
        self.parent = Parent::after(self.rules, &environment, gas_used);
        // There are as many hashes as blocks: whoever prepared the batch counted them.
        self.hashes.push(running.head.hashes.get(running.closed).copied().unwrap_or_default());
        running.closed += 1;
        send(out, Commit::Block(Executed { environment, body, changes, gas_used }))
    }

    fn end(&mut self) -> Option<Head> {
        let running = self.running.take()?;
        let surplus = self.hashes.list.len().saturating_sub(HASHES_KEPT);
        self.hashes.list.drain(..surplus);
        Some(running.head)
    }

    /// Goes back to before the batch that runs.
    fn undo(&mut self) {
        self.open = None;
        let Some(running) = self.running.take() else { return };
        for changes in running.undo.iter().rev() {
            self.flat.undo(changes);
        }
        self.parent = running.parent;
        self.hashes.list.truncate(self.hashes.list.len() - running.closed);
        self.hashes.head = running.parent.number;
    }
}

/// Runs the open block's next transactions, the chain's own in their places.
fn run<S: ReadState + ?Sized, H: BlockHashes + ?Sized>(
    slice: &mut Slice<'_, S, H>,
    open: &Open,
    transactions: &[Arc<Verified>],
) -> Result<Vec<Outcome>, Invalid> {
    let number = open.environment.number;
    let first = open.body.len() as u64;
    let end = first + transactions.len() as u64;
    let missing = |beat: Beat, index| Invalid::Heartbeat { number, index, call: beat.signature() };
    let mut outcomes = Vec::with_capacity(transactions.len());
    let mut is_closed = false;
    if open.count == 0 && slice.heartbeat_due(Beat::Open).is_some() {
        return Err(missing(Beat::Open, 0));
    }
    for (index, verified) in (first..).zip(transactions) {
        let opens = if index == 0 { slice.heartbeat_due(Beat::Open) } else { None };
        let is_last = index + 1 == open.count;
        is_closed = opens.is_none()
            && is_last
            && slice.heartbeat_due(Beat::Close).is_some_and(|due| is_same(&due, verified));
        if opens.as_ref().is_some_and(|due| !is_same(due, verified)) {
            return Err(missing(Beat::Open, index));
        }
        let is_own = opens.is_some() || is_closed;
        let ran = if is_own { slice.run_included(verified) } else { slice.run(verified) };
        outcomes.push(ran.map_err(|rejection| {
            let reason = rejection.to_string();
            Invalid::Transaction { number, index, reason }
        })?);
    }
    if end == open.count && !is_closed && slice.heartbeat_due(Beat::Close).is_some() {
        return Err(missing(Beat::Close, end));
    }
    Ok(outcomes)
}

fn is_same(due: &Verified, found: &Verified) -> bool {
    due.transaction.raw == found.transaction.raw
}

fn send(out: &Sender<Commit>, message: Commit) -> Result<(), Closed> {
    out.send(message).map_err(|_| Closed)
}
