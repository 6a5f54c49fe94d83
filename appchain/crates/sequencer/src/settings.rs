// SPDX-License-Identifier: Apache-2.0
//! What a node is told at its start.

use std::{path::PathBuf, time::Duration};

use execution::{Header, Options, header::genesis_header};
use primitives::{B256, ChainConfig, Genesis};
use state::{FlatState, StateTrie};

use crate::{chain, pool};

/// When blocks end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mining {
    /// At every transaction, at once.
    Automine,
    /// Every so often, with or without transactions; those that come are executed at once.
    Interval(Duration),
    /// When told to.
    Manual,
}

/// [`Settings::checkpoint_transactions`] unless a node is told otherwise.
pub const CHECKPOINT_TRANSACTIONS: u64 = 400_000;

/// Settings of a node.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The chain's rules.
    pub config: ChainConfig,
    /// Its block 0.
    pub genesis: Genesis,
    /// When blocks end.
    pub mining: Mining,
    /// Where files live; without it nothing outlives the process.
    pub folder: Option<PathBuf>,
    /// Whether development commands are obeyed.
    pub is_development: bool,
    /// Cut a damaged log instead of refusing to start.
    pub accept_log_loss: bool,
    /// Switches of execution.
    pub options: Options,
    /// Limits of the waiting room.
    pub pool: pool::Limits,
    /// How much of the past stays in RAM.
    pub history: chain::Limits,
    /// Changes of how many accounts and slots stay, for calls at earlier blocks.
    pub history_weight: usize,
    /// Blocks whose state can still be asked for.
    pub history_states: usize,
    /// Transactions between two checkpoints.
    pub checkpoint_transactions: u64,
    /// Encode batches even without a folder, as the benchmark does.
    pub always_batch: bool,
}

impl Settings {
    /// Defaults for a chain in memory that mines at once, as tests want it.
    #[must_use]
    pub fn new(config: ChainConfig, genesis: Genesis) -> Self {
        Self {
            config,
            genesis,
            mining: Mining::Automine,
            folder: None,
            is_development: true,
            accept_log_loss: false,
            options: Options::default(),
            pool: pool::Limits::default(),
            history: chain::Limits { blocks: 200_000, transactions: 1_000_000 },
            history_weight: 4_000_000,
            history_states: 10_000,
            checkpoint_transactions: CHECKPOINT_TRANSACTIONS,
            always_batch: false,
        }
    }

    /// Header of block 0.
    #[must_use]
    pub fn genesis_header(&self) -> Header {
        let state = FlatState::from_genesis(&self.genesis);
        let root = StateTrie::from_flat(&state).root();
        genesis_header(&self.config, &self.genesis, root)
    }

    /// Hash of block 0, which names the chain in its files.
    #[must_use]
    pub fn genesis_hash(&self) -> B256 {
        self.genesis_header().hash_slow()
    }
}
