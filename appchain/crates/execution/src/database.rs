// SPDX-License-Identifier: Apache-2.0
//! revm's view of our state.

use std::convert::Infallible;

use primitives::{Address, B256};
use revm::{
    Database, DatabaseRef,
    bytecode::Bytecode,
    primitives::{StorageKey, StorageValue},
    state::AccountInfo,
};
use state::{Account, ReadState};

/// Hashes of earlier blocks, for BLOCKHASH.
pub trait BlockHashes {
    /// Hash of block `number`; zero if it is not known. May wait for the block's commit.
    fn block_hash(&self, number: u64) -> B256;
}

/// A chain without a past.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBlockHashes;

impl BlockHashes for NoBlockHashes {
    fn block_hash(&self, _number: u64) -> B256 {
        B256::ZERO
    }
}

/// A state and the hashes behind it.
#[derive(Clone, Copy, Debug)]
pub struct StateDatabase<'a, S: ?Sized, H: ?Sized> {
    /// State to read.
    pub state: &'a S,
    /// Hashes of earlier blocks.
    pub hashes: &'a H,
}

pub(crate) const fn info_of(account: &Account) -> AccountInfo {
    AccountInfo {
        balance: account.balance,
        nonce: account.nonce,
        code_hash: account.code_hash,
        account_id: None,
        // revm asks for it by hash when it needs it.
        code: None,
    }
}

impl<S: ReadState + ?Sized, H: BlockHashes + ?Sized> Database for StateDatabase<'_, S, H> {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.state.account(&address).as_ref().map(info_of))
    }

    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, Infallible> {
        Ok(self.state.code(&code_hash).unwrap_or_default())
    }

    fn storage(&mut self, address: Address, slot: StorageKey) -> Result<StorageValue, Infallible> {
        Ok(self.state.slot(&address, &slot))
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Infallible> {
        Ok(self.hashes.block_hash(number))
    }
}

impl<S: ReadState + ?Sized, H: BlockHashes + ?Sized> DatabaseRef for StateDatabase<'_, S, H> {
    type Error = Infallible;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.state.account(&address).as_ref().map(info_of))
    }

    fn code_by_hash_ref(&self, code_hash: B256) -> Result<Bytecode, Infallible> {
        Ok(self.state.code(&code_hash).unwrap_or_default())
    }

    fn storage_ref(&self, address: Address, slot: StorageKey) -> Result<StorageValue, Infallible> {
        Ok(self.state.slot(&address, &slot))
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, Infallible> {
        Ok(self.hashes.block_hash(number))
    }
}
