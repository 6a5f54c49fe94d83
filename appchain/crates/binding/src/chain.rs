// SPDX-License-Identifier: Apache-2.0
//! A simulated chain as a Python class. Words are 32 bytes, addresses 20; Python wraps both.

use std::sync::{Mutex, MutexGuard, PoisonError};

use execution::{
    Environment,
    call::{Call, CallError},
    environment::prevrandao,
    revm::context::result::{ExecutionResult, Output},
};
use primitives::{
    Address, B256, BlockNumber, Bytes, ChainConfig, Fork, Genesis, Transaction, U256, Verified,
    chain::{BaseFeePolicy, TRANSACTION_GAS_LIMIT},
};
use pyo3::{
    exceptions::{PyException, PyValueError},
    prelude::*,
    types::{PyByteArray, PyBytes},
};
use sequencer::{StateWrite, WriteValue, verify::recover};
use state::ReadState;

use crate::{lazy_state::LazyState, simulation::Simulation};

pyo3::create_exception!(_native, Refused, PyException, "A message that cannot run at all.");

/// One message: sender, callee, input, wei as a word, gas limit, gas price.
type Message = (Vec<u8>, Option<Vec<u8>>, Vec<u8>, Vec<u8>, Option<u64>, Option<u128>);
/// One event: address, topics, data.
type Event<'py> = (Bound<'py, PyBytes>, Vec<Bound<'py, PyBytes>>, Bound<'py, PyBytes>);
/// What a run left: whether it succeeded, output, gas used, events, created address, halt reason.
type Ran<'py> =
    (bool, Bound<'py, PyBytes>, u64, Vec<Event<'py>>, Option<Bound<'py, PyBytes>>, Option<String>);

/// A simulated chain; threads may share it and take turns.
#[pyclass(frozen, module = "headwater_engine._native")]
#[derive(Debug)]
pub(crate) struct Chain(Mutex<Simulation>);

#[pymethods]
impl Chain {
    /// A chain whose next block is `number` at `timestamp`, on top of a genesis file's text or of what
    /// `origin` answers.
    #[new]
    #[pyo3(signature = (chain_id, fork, gas_limit, base_fee, number, timestamp, genesis, origin))]
    #[expect(clippy::too_many_arguments, reason = "Python names each of them")]
    fn new(
        chain_id: u64,
        fork: &str,
        gas_limit: u64,
        base_fee: u64,
        number: u64,
        timestamp: u64,
        genesis: Option<&str>,
        origin: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let config = ChainConfig {
            chain_id,
            fork: fork.parse::<Fork>().map_err(PyValueError::new_err)?,
            gas_limit,
            base_fee_policy: BaseFeePolicy::Constant,
            transaction_gas_limit: TRANSACTION_GAS_LIMIT.min(gas_limit),
            code_size_limit: None,
            heartbeat: None,
        };
        let mut open = Environment {
            number: BlockNumber(number),
            timestamp,
            base_fee,
            gas_limit,
            beneficiary: Address::ZERO,
            prevrandao: prevrandao(BlockNumber(number)),
        };
        let Some(text) = genesis else {
            return Ok(Self(Mutex::new(Simulation::new(config, open, LazyState::new(origin)))));
        };
        let (config, genesis) =
            Genesis::parse(text).map_err(|wrong| PyValueError::new_err(wrong.to_string()))?;
        open.number = BlockNumber(genesis.number).next();
        open.timestamp = genesis.timestamp + 1;
        open.base_fee = genesis.base_fee;
        open.gas_limit = genesis.gas_limit;
        open.beneficiary = genesis.beneficiary;
        open.prevrandao = prevrandao(open.number);
        let mut simulation = Simulation::new(config, open, LazyState::new(None));
        for (address, account) in &genesis.accounts {
            let mut write = |value| simulation.write(&StateWrite { address: *address, value });
            write(WriteValue::Balance(account.balance));
            write(WriteValue::Nonce(account.nonce));
            if !account.code.is_empty() {
                write(WriteValue::Code(account.code.clone()));
            }
            for (slot, value) in &account.storage {
                write(WriteValue::Slot(*slot, *value));
            }
        }
        Ok(Self(Mutex::new(simulation)))
    }

    /// Chain id, number, timestamp and base fee of the open block.
    fn head(&self) -> (u64, u64, u64, u64) {
        let simulation = self.lock();
        let open = simulation.environment();
        (simulation.config().chain_id, open.number.0, open.timestamp, open.base_fee)
    }

    /// Runs messages one by one on the present state and keeps nothing.
    fn call<'py>(&self, py: Python<'py>, messages: Vec<Message>) -> PyResult<Vec<Ran<'py>>> {
        let calls = self.read_all(messages)?;
        let results = py.detach(|| {
            let simulation = self.lock();
            calls
                .iter()
                .map(|call| checked(&simulation, simulation.call(call)))
                .collect::<PyResult<Vec<_>>>()
        })?;
        Ok(results.into_iter().map(|result| show(py, result)).collect())
    }

    /// Runs messages one after the other, each as a transaction; stops at the first that is invalid.
    fn send<'py>(&self, py: Python<'py>, messages: Vec<Message>) -> PyResult<Vec<Ran<'py>>> {
        let calls = self.read_all(messages)?;
        let results = py.detach(|| {
            let mut simulation = self.lock();
            calls
                .iter()
                .map(|call| {
                    let result = simulation.send(call);
                    checked(&simulation, result)
                })
                .collect::<PyResult<Vec<_>>>()
        })?;
        Ok(results.into_iter().map(|result| show(py, result)).collect())
    }

    /// Runs signed transactions one after the other; stops at the first that is invalid.
    fn send_signed<'py>(&self, py: Python<'py>, raw: Vec<Vec<u8>>) -> PyResult<Vec<Ran<'py>>> {
        let results = py.detach(|| {
            let mut simulation = self.lock();
            raw.into_iter()
                .map(|raw| {
                    let signed = verified(raw)?;
                    let result = simulation.send_signed(&signed);
                    checked(&simulation, result)
                })
                .collect::<PyResult<Vec<_>>>()
        })?;
        Ok(results.into_iter().map(|result| show(py, result)).collect())
    }

    /// Calls one contract with many inputs of `width` bytes each; the first `words` words of each
    /// answer, and a byte that is 1 where the call succeeded.
    fn call_words<'py>(
        &self,
        py: Python<'py>,
        sender: &[u8],
        target: &[u8],
        inputs: &[u8],
        width: usize,
        words: usize,
    ) -> PyResult<(Bound<'py, PyByteArray>, Bound<'py, PyByteArray>)> {
        let mut call = Call {
            from: address(sender)?,
            to: Some(address(target)?),
            gas_limit: self.lock().config().transaction_gas_limit,
            ..Call::default()
        };
        let size = words * 32;
        let (outputs, successes) = py.detach(|| {
            let simulation = self.lock();
            let count = inputs.len().checked_div(width).unwrap_or(0);
            let (mut outputs, mut successes) = (vec![0; count * size], vec![0; count]);
            for (index, input) in inputs.chunks_exact(width.max(1)).take(count).enumerate() {
                call.input = Bytes::copy_from_slice(input);
                let result = checked(&simulation, simulation.call(&call))?;
                successes[index] = u8::from(result.is_success());
                let output = result.into_output().unwrap_or_default();
                let kept = output.len().min(size);
                outputs[index * size..][..kept].copy_from_slice(&output[..kept]);
            }
            PyResult::Ok((outputs, successes))
        })?;
        Ok((PyByteArray::new(py, &outputs), PyByteArray::new(py, &successes)))
    }

    /// Values of many slots of one account, 32 bytes each, as `slots` names them.
    fn slots<'py>(
        &self,
        py: Python<'py>,
        account: &[u8],
        slots: &[u8],
    ) -> PyResult<Bound<'py, PyByteArray>> {
        let account = address(account)?;
        self.fill(py, slots, 32, |state, slot| {
            state.slot(&account, &U256::from_be_slice(slot)).to_be_bytes()
        })
    }

    /// Balances of many accounts in wei, 32 bytes each.
    fn balances<'py>(&self, py: Python<'py>, accounts: &[u8]) -> PyResult<Bound<'py, PyByteArray>> {
        self.fill(py, accounts, 20, |state, account| {
            let account = state.account(&Address::from_slice(account));
            account.unwrap_or_default().balance.to_be_bytes()
        })
    }

    /// Nonce and code of an account.
    fn account<'py>(
        &self,
        py: Python<'py>,
        account: &[u8],
    ) -> PyResult<(u64, Bound<'py, PyBytes>)> {
        let account = address(account)?;
        let (nonce, code) = py.detach(|| {
            let simulation = self.lock();
            let state = simulation.state();
            let account = state.account(&account).unwrap_or_default();
            let code = state.code(&account.code_hash).map(|code| code.original_bytes());
            state.failed().map(|()| (account.nonce, code.unwrap_or_default()))
        })?;
        Ok((nonce, PyBytes::new(py, &code)))
    }

    fn set_balance(&self, py: Python<'_>, account: &[u8], wei: &[u8]) -> PyResult<()> {
        self.write(py, account, WriteValue::Balance(number(wei)?))
    }

    fn set_nonce(&self, py: Python<'_>, account: &[u8], nonce: u64) -> PyResult<()> {
        self.write(py, account, WriteValue::Nonce(nonce))
    }

    fn set_code(&self, py: Python<'_>, account: &[u8], code: &[u8]) -> PyResult<()> {
        self.write(py, account, WriteValue::Code(Bytes::copy_from_slice(code)))
    }

    fn set_slot(&self, py: Python<'_>, account: &[u8], slot: &[u8], value: &[u8]) -> PyResult<()> {
        self.write(py, account, WriteValue::Slot(number(slot)?, number(value)?))
    }

    fn set_beneficiary(&self, account: &[u8]) -> PyResult<()> {
        self.lock().set_beneficiary(address(account)?);
        Ok(())
    }

    fn set_time(&self, timestamp: u64) {
        self.lock().set_time(timestamp);
    }

    fn mine(&self, blocks: u64, seconds: u64) {
        let mut simulation = self.lock();
        (0..blocks).for_each(|_| simulation.mine(seconds));
    }

    fn snapshot(&self) -> usize {
        self.lock().snapshot()
    }

    fn revert(&self, snapshot: usize) -> bool {
        self.lock().revert(snapshot)
    }
}

impl Chain {
    fn lock(&self) -> MutexGuard<'_, Simulation> {
        // A panic within leaves the state as before the transaction.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_all(&self, messages: Vec<Message>) -> PyResult<Vec<Call>> {
        let most = self.lock().config().transaction_gas_limit;
        messages
            .into_iter()
            .map(|(from, to, input, value, gas, gas_price)| {
                Ok(Call {
                    from: address(&from)?,
                    to: to.as_deref().map(address).transpose()?,
                    gas_limit: gas.unwrap_or(most),
                    gas_price,
                    value: number(&value)?,
                    input: input.into(),
                    ..Call::default()
                })
            })
            .collect()
    }

    fn write(&self, py: Python<'_>, account: &[u8], value: WriteValue) -> PyResult<()> {
        let write = StateWrite { address: address(account)?, value };
        py.detach(|| {
            let mut simulation = self.lock();
            simulation.write(&write);
            simulation.state().failed()
        })
    }

    fn fill<'py>(
        &self,
        py: Python<'py>,
        keys: &[u8],
        width: usize,
        read: impl Fn(&LazyState, &[u8]) -> [u8; 32] + Sync,
    ) -> PyResult<Bound<'py, PyByteArray>> {
        if !keys.len().is_multiple_of(width) {
            return Err(PyValueError::new_err(format!("keys are {width} bytes each")));
        }
        let words = py.detach(|| {
            let simulation = self.lock();
            let state = simulation.state();
            let words: Vec<u8> =
                keys.chunks_exact(width).flat_map(|key| read(state, key)).collect();
            state.failed().map(|()| words)
        })?;
        Ok(PyByteArray::new(py, &words))
    }
}

/// A run's result, unless the origin failed meanwhile or the message was invalid.
fn checked(
    simulation: &Simulation,
    result: Result<ExecutionResult, CallError>,
) -> PyResult<ExecutionResult> {
    simulation.state().failed()?;
    result.map_err(|refused| Refused::new_err(refused.to_string()))
}

fn verified(raw: Vec<u8>) -> PyResult<Verified> {
    let wrong = |reason: &dyn std::fmt::Display| Refused::new_err(reason.to_string());
    let transaction =
        Transaction::decode(raw.into(), &mut Vec::new()).map_err(|reason| wrong(&reason))?;
    let sender = recover(&transaction).map_err(|reason| wrong(&reason))?;
    Ok(Verified { transaction, sender })
}

fn address(bytes: &[u8]) -> PyResult<Address> {
    Address::try_from(bytes).map_err(|_| PyValueError::new_err("an address is 20 bytes"))
}

fn number(bytes: &[u8]) -> PyResult<U256> {
    U256::try_from_be_slice(bytes).ok_or_else(|| PyValueError::new_err("a word is 32 bytes"))
}

fn show(py: Python<'_>, result: ExecutionResult) -> Ran<'_> {
    let gas_used = result.tx_gas_used();
    let bytes = |found: &[u8]| PyBytes::new(py, found);
    match result {
        ExecutionResult::Success { logs, output, .. } => {
            let events = logs
                .iter()
                .map(|log| {
                    let topics = log.topics().iter().map(|topic: &B256| bytes(topic.as_slice()));
                    (bytes(log.address.as_slice()), topics.collect(), bytes(&log.data.data))
                })
                .collect();
            let created = match &output {
                Output::Create(_, address) => address.map(|address| bytes(address.as_slice())),
                Output::Call(_) => None,
            };
            (true, bytes(output.data()), gas_used, events, created, None)
        }
        ExecutionResult::Revert { output, .. } => {
            (false, bytes(&output), gas_used, Vec::new(), None, None)
        }
        ExecutionResult::Halt { reason, .. } => {
            (false, bytes(&[]), gas_used, Vec::new(), None, Some(format!("{reason:?}")))
        }
    }
}
