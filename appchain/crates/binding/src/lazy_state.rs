// SPDX-License-Identifier: Apache-2.0
//! A state in RAM that asks another chain for what it does not know yet.

use std::cell::RefCell;

use primitives::{
    Address, B256, KECCAK_EMPTY, U256, keccak256,
    map::{AddressMap, B256Map, HashMap},
};
use pyo3::{prelude::*, pybacked::PyBackedBytes, types::PyBytes};
use state::{Account, Bytecode, Changes, ReadState};

/// Everything read or written so far.
#[derive(Debug, Default)]
struct Known {
    accounts: AddressMap<Option<Account>>,
    slots: HashMap<(Address, U256), U256>,
    codes: B256Map<Bytecode>,
    hashes: HashMap<u64, B256>,
}

/// What is known, and whom to ask for the rest.
///
/// A reader of a state cannot fail, but whoever is asked can: the failure waits in [`Self::failed`],
/// and what was answered in its place must not be used.
#[derive(Debug, Default)]
pub(crate) struct LazyState {
    known: RefCell<Known>,
    /// A Python object with `account`, `slot` and `block_hash`; without one all else is empty.
    origin: Option<Py<PyAny>>,
    failure: RefCell<Option<PyErr>>,
}

impl LazyState {
    pub(crate) fn new(origin: Option<Py<PyAny>>) -> Self {
        Self { origin, ..Self::default() }
    }

    /// Whether a read failed whose failure nobody has taken yet.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Takes the failure of the reads so far.
    pub(crate) fn failed(&self) -> PyResult<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    pub(crate) fn apply(&mut self, changes: &Changes) {
        let known = self.known.get_mut();
        known.codes.extend(changes.codes.iter().cloned());
        for change in &changes.accounts {
            known.accounts.insert(change.address, change.after);
            for slot in &change.slots {
                known.slots.insert((change.address, slot.slot), slot.after);
            }
        }
    }

    /// Takes back changes; they must be the last ones applied.
    pub(crate) fn undo(&mut self, changes: &Changes) {
        let known = self.known.get_mut();
        for change in &changes.accounts {
            known.accounts.insert(change.address, change.before);
            for slot in &change.slots {
                known.slots.insert((change.address, slot.slot), slot.before);
            }
        }
    }

    /// Hash of a block before the first one made here; zero if nobody knows it.
    pub(crate) fn earlier_hash(&self, number: u64) -> B256 {
        if let Some(hash) = self.known.borrow().hashes.get(&number) {
            return *hash;
        }
        let Some(hash) = self.ask(|origin, py| {
            let answer = origin.call_method1(py, "block_hash", (number,))?;
            Ok(B256::from(word(&answer.extract::<PyBackedBytes>(py)?)))
        }) else {
            return B256::ZERO;
        };
        self.known.borrow_mut().hashes.insert(number, hash);
        hash
    }

    /// Asks the origin; `None` without one, and where it fails.
    fn ask<R>(&self, question: impl FnOnce(&Py<PyAny>, Python<'_>) -> PyResult<R>) -> Option<R> {
        let origin = self.origin.as_ref()?;
        match Python::attach(|py| question(origin, py)) {
            Ok(answer) => Some(answer),
            Err(failure) => {
                self.failure.borrow_mut().get_or_insert(failure);
                None
            }
        }
    }

    fn ask_account(&self, address: &Address) -> Option<Option<Account>> {
        let (balance, nonce, code) = self.ask(|origin, py| {
            let asked = (PyBytes::new(py, address.as_slice()),);
            let answer = origin.call_method1(py, "account", asked)?;
            let (balance, nonce, code): (PyBackedBytes, u64, PyBackedBytes) = answer.extract(py)?;
            Ok((U256::from_be_bytes(word(&balance)), nonce, code.to_vec()))
        })?;
        let mut account = Account { nonce, balance, code_hash: KECCAK_EMPTY };
        if !code.is_empty() {
            account.code_hash = keccak256(&code);
            let analysed = Bytecode::new_raw(code.into());
            self.known.borrow_mut().codes.insert(account.code_hash, analysed);
        }
        Some((!account.is_empty()).then_some(account))
    }
}

/// 32 bytes; what is shorter counts as a number.
fn word(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    let kept = bytes.len().min(32);
    word[32 - kept..].copy_from_slice(&bytes[bytes.len() - kept..]);
    word
}

impl ReadState for LazyState {
    fn account(&self, address: &Address) -> Option<Account> {
        if let Some(account) = self.known.borrow().accounts.get(address) {
            return *account;
        }
        let account = self.ask_account(address)?;
        self.known.borrow_mut().accounts.insert(*address, account);
        account
    }

    fn slot(&self, address: &Address, slot: &U256) -> U256 {
        let place = (*address, *slot);
        if let Some(value) = self.known.borrow().slots.get(&place) {
            return *value;
        }
        let Some(value) = self.ask(|origin, py| {
            let key = PyBytes::new(py, &slot.to_be_bytes::<32>());
            let asked = (PyBytes::new(py, address.as_slice()), key);
            let answer = origin.call_method1(py, "slot", asked)?;
            Ok(U256::from_be_bytes(word(&answer.extract::<PyBackedBytes>(py)?)))
        }) else {
            return U256::ZERO;
        };
        self.known.borrow_mut().slots.insert(place, value);
        value
    }

    fn code(&self, hash: &B256) -> Option<Bytecode> {
        self.known.borrow().codes.get(hash).cloned()
    }
}
