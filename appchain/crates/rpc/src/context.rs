// SPDX-License-Identifier: Apache-2.0
//! What every method works on, and which state and block a tag means.
//!
//! A state read at "latest" sees every transaction whose receipt has been handed out, that is the
//! open block's too, and then in that block's environment: a contract must not meet what happened
//! later than its own time. "latest" as a block is the last committed one. A number or a hash means
//! the state right after that block.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alloy_eips::{BlockId, BlockNumberOrTag};
use execution::Environment;
use jsonrpsee::types::{ErrorObjectOwned, Params};
use parking_lot::{Mutex, RwLock};
use primitives::{Address, BlockNumber, map::AddressSet};
use sequencer::{Block, Node, Shared};
use serde::de::DeserializeOwned;
use state::StateView;

use crate::{
    accounts::Accounts,
    errors::{Answer, NOT_FOUND, SERVER, error, parameters},
    heavy::Turns,
    ingest::Ingest,
    log_methods::Filters,
};

/// What the node calls itself where a tool asks for another's name.
pub const CLIENT: &str = concat!("headwater/v", env!("CARGO_PKG_VERSION"));

/// What every method works on.
#[derive(Debug)]
pub struct Context {
    /// The node.
    pub node: Arc<Node>,
    /// Keys of a development chain.
    pub accounts: Accounts,
    /// Whom a development chain impersonates.
    pub impersonated: RwLock<AddressSet>,
    /// Whether it impersonates whoever asks.
    pub impersonates_all: AtomicBool,
    /// Polled filters.
    pub filters: Mutex<Filters>,
    /// Most gas of a call.
    pub call_gas: u64,
    /// What `web3_clientVersion` answers.
    pub client: String,
    /// Where signed transactions enter.
    pub ingest: Ingest,
    /// Turns of expensive calls.
    pub turns: Turns,
}

impl Context {
    /// A context of a node that signs with `accounts`.
    #[must_use]
    pub fn new(node: Arc<Node>, accounts: Accounts, call_gas: u64, client: Option<String>) -> Self {
        Self {
            ingest: Ingest::start(Arc::clone(&node)),
            node,
            accounts,
            impersonated: RwLock::default(),
            impersonates_all: AtomicBool::new(false),
            filters: Mutex::default(),
            call_gas,
            client: client.unwrap_or_else(|| CLIENT.to_owned()),
            turns: Turns::default(),
        }
    }

    /// State, chain and counters.
    #[must_use]
    pub fn shared(&self) -> &Shared {
        self.node.shared()
    }

    /// Whether development commands are obeyed.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.node.settings().is_development
    }

    /// The newest committed block.
    #[must_use]
    pub fn head(&self) -> Arc<Block> {
        Arc::clone(self.shared().chain.read().head())
    }

    /// Whether the node may send in this name without a key.
    #[must_use]
    pub fn impersonates(&self, address: &Address) -> bool {
        self.impersonates_all.load(Ordering::Relaxed) || self.impersonated.read().contains(address)
    }

    /// Number of the committed block that `tag` means; `None` for "pending".
    ///
    /// # Errors
    ///
    /// [`NOT_FOUND`] for a block that is not here.
    pub fn number_of(&self, tag: BlockNumberOrTag) -> Answer<Option<BlockNumber>> {
        let chain = self.shared().chain.read();
        let head = BlockNumber(chain.head().header.number);
        match tag {
            BlockNumberOrTag::Latest | BlockNumberOrTag::Safe | BlockNumberOrTag::Finalized => {
                Ok(Some(head))
            }
            BlockNumberOrTag::Pending => Ok(None),
            BlockNumberOrTag::Earliest => {
                Ok(Some(BlockNumber(self.node.settings().genesis.number)))
            }
            BlockNumberOrTag::Number(number) => Ok(Some(BlockNumber(number))),
        }
    }

    /// The committed block of an id, from RAM or from the archive.
    ///
    /// # Errors
    ///
    /// As [`Self::number_of`].
    pub fn block(&self, id: BlockId) -> Answer<Option<Arc<Block>>> {
        match id {
            BlockId::Hash(hash) => Ok(self.shared().block_by_hash(&hash.block_hash)),
            BlockId::Number(tag) => {
                Ok(self.number_of(tag)?.and_then(|number| self.shared().block(number)))
            }
        }
    }

    /// The committed block after which the state is that an id means; for the present one, the
    /// newest.
    ///
    /// # Errors
    ///
    /// [`NOT_FOUND`] for a block that is not here.
    pub fn block_of_state(&self, id: BlockId) -> Answer<Arc<Block>> {
        if id == BlockId::pending() {
            return Ok(self.head());
        }
        self.block(id)?.ok_or_else(|| error(NOT_FOUND, format!("block {} not found", show(id))))
    }

    /// Calls `read` with the state that an id means and the block it belongs to.
    ///
    /// # Errors
    ///
    /// [`NOT_FOUND`] for a block that is not here, [`SERVER`] for a state that is no longer kept.
    pub fn with_state<R>(
        &self,
        id: BlockId,
        read: impl FnOnce(&StateView<'_>, &Environment) -> R,
    ) -> Answer<R> {
        let is_present = matches!(
            id,
            BlockId::Number(
                BlockNumberOrTag::Latest
                    | BlockNumberOrTag::Pending
                    | BlockNumberOrTag::Safe
                    | BlockNumberOrTag::Finalized
            )
        );
        if is_present {
            let history = self.shared().history.read();
            let flat = self.shared().flat.read();
            let newest = history.newest();
            // While the flat state is held, nothing is added to it.
            drop(history);
            let head = self.head();
            let is_ahead = newest.is_some_and(|newest| newest.0 > head.header.number);
            let environment = if is_ahead || id == BlockId::pending() {
                self.shared().next.read().clone()
            } else {
                head.environment()
            };
            return Ok(read(&StateView::present(&flat), &environment));
        }
        let block = self
            .block(id)?
            .ok_or_else(|| error(NOT_FOUND, format!("block {} not found", show(id))))?;
        self.with_state_after(&block, read)
    }

    /// Calls `read` with the state right after a committed block.
    ///
    /// # Errors
    ///
    /// [`SERVER`] if that state is no longer kept.
    pub fn with_state_after<R>(
        &self,
        block: &Block,
        read: impl FnOnce(&StateView<'_>, &Environment) -> R,
    ) -> Answer<R> {
        let history = self.shared().history.read();
        let flat = self.shared().flat.read();
        let number = BlockNumber(block.header.number);
        // Without any kept change the head is the only committed state.
        let head = history.head().unwrap_or(number);
        let view = history
            .view(&flat, number, head)
            .ok_or_else(|| error(SERVER, format!("state of block {number} is no longer kept")))?;
        Ok(read(&view, &block.environment()))
    }
}

fn show(id: BlockId) -> String {
    match id {
        BlockId::Hash(hash) => hash.block_hash.to_string(),
        BlockId::Number(tag) => tag.to_string(),
    }
}

/// Parameters of a call, in order.
#[derive(Debug)]
pub struct Parameters<'a>(jsonrpsee::types::params::ParamsSequence<'a>);

impl<'a> Parameters<'a> {
    /// Reads parameters.
    #[must_use]
    pub fn new(params: &'a Params<'a>) -> Self {
        Self(params.sequence())
    }

    /// The next one.
    ///
    /// # Errors
    ///
    /// -32602 if it is missing or of the wrong shape.
    pub fn required<T: DeserializeOwned>(&mut self) -> Result<T, ErrorObjectOwned> {
        self.0.next().map_err(|reason| parameters(message(&reason)))
    }

    /// The next one, if there is one.
    ///
    /// # Errors
    ///
    /// -32602 if it is of the wrong shape.
    pub fn optional<T: DeserializeOwned>(&mut self) -> Result<Option<T>, ErrorObjectOwned> {
        self.0.optional_next().map_err(|reason| parameters(message(&reason)))
    }

    /// The next one as a block; "latest" if it is missing.
    ///
    /// # Errors
    ///
    /// -32602 if it is of the wrong shape.
    pub fn block(&mut self) -> Result<BlockId, ErrorObjectOwned> {
        Ok(self.optional()?.unwrap_or_else(BlockId::latest))
    }
}

fn message(reason: &ErrorObjectOwned) -> String {
    match reason.data() {
        Some(data) => format!("invalid params: {}", data.get().trim_matches('"')),
        None => reason.message().to_owned(),
    }
}
