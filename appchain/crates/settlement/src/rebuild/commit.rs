// SPDX-License-Identifier: Apache-2.0
//! Roots and hashes of executed blocks, held against what the batch claims.

use std::sync::Arc;

use crossbeam_channel::Receiver;
use execution::{
    Header, Outcome,
    header::{Sealing, header},
    roots::{receipts_root, transactions_root},
};
use primitives::{B256, BlockNumber, Verified};
use sequencer::Block;
use state::{Changes, StateTrie};

use super::{
    Head, RebuildError, Report, Sink,
    execute::{Commit, Executed},
    rules::Rules,
};

/// Sole owner of the tries.
pub(super) struct Committer<'a> {
    rules: &'a Rules,
    pub(super) trie: StateTrie,
    pub(super) header: Header,
    hash: B256,
    pub(super) report: Report,
    /// Blocks of the batch that runs, with what each changed.
    blocks: Vec<(Arc<Block>, Arc<Changes>)>,
    /// Header and hash before it.
    before: (Header, B256),
    sink: &'a mut dyn Sink,
}

impl<'a> Committer<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        trie: StateTrie,
        header: Header,
        sink: &'a mut dyn Sink,
    ) -> Self {
        let hash = header.hash_slow();
        let before = (header.clone(), hash);
        let report = Report::default();
        Self { rules, trie, header, hash, report, blocks: Vec::new(), before, sink }
    }

    /// Works until the channel closes or a claim is wrong.
    pub(super) fn run(&mut self, jobs: Receiver<Commit>) -> Result<(), RebuildError> {
        for job in jobs {
            match job {
                Commit::Block(executed) => self.commit(executed),
                Commit::End(head) => self.end(&head)?,
                Commit::Drop(index, reason) => {
                    self.undo();
                    self.report.dropped += 1;
                    self.sink.dropped(index, &reason);
                }
            }
        }
        Ok(())
    }

    fn commit(&mut self, executed: Executed) {
        let Executed { environment, body, changes, gas_used } = executed;
        let transactions: Vec<&Verified> =
            body.iter().map(|executed| executed.verified.as_ref()).collect();
        let outcomes: Vec<&Outcome> = body.iter().map(|executed| executed.outcome).collect();
        let (receipts_root, logs_bloom) = receipts_root(&transactions, &outcomes);
        let transactions_root = transactions_root(&transactions);
        let changes = Changes::merge(&changes);
        let sealing = Sealing {
            parent_hash: self.hash,
            state_root: self.trie.apply(&changes),
            transactions_root,
            receipts_root,
            logs_bloom,
            gas_used,
        };
        let header = header(&self.rules.config, &environment, &sealing);
        self.hash = header.hash_slow();
        self.header = header.clone();
        let block = Block { hash: self.hash, header, body, written: Vec::new() };
        self.blocks.push((Arc::new(block), changes));
    }

    fn end(&mut self, head: &Head) -> Result<(), RebuildError> {
        let blocks: Vec<Arc<Block>> =
            std::mem::take(&mut self.blocks).into_iter().map(|(block, _)| block).collect();
        for (block, claimed) in blocks.iter().zip(&head.hashes) {
            if block.hash != *claimed {
                return Err(differs(head, block, "hash", block.hash, *claimed));
            }
        }
        if let Some(block) = blocks.last()
            && block.header.state_root != head.state_root
        {
            return Err(differs(
                head,
                block,
                "state root",
                block.header.state_root,
                head.state_root,
            ));
        }
        self.before = (self.header.clone(), self.hash);
        self.report.batches += 1;
        self.report.blocks += blocks.len() as u64;
        self.report.transactions += blocks.iter().map(|block| block.body.len() as u64).sum::<u64>();
        Ok(self.sink.taken(head, &blocks)?)
    }

    fn undo(&mut self) {
        for (_, changes) in self.blocks.drain(..).rev() {
            self.trie.undo(&changes);
        }
        (self.header, self.hash) = self.before.clone();
    }
}

fn differs(
    head: &Head,
    block: &Block,
    what: &'static str,
    found: B256,
    claimed: B256,
) -> RebuildError {
    let number = BlockNumber(block.header.number);
    RebuildError::Differs { number, batch: head.index, what, found, claimed }
}
