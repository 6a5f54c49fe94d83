// SPDX-License-Identifier: Apache-2.0
//! Logs for transfers of ether: of calls and creations by revm-inspectors, of self-destructions
//! here.

use alloy_primitives::LogData;
use execution::revm::{
    context_interface::{ContextTr, JournalTr},
    inspector::Inspector,
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, Interpreter,
        interpreter::EthInterpreter,
        interpreter_types::{InputsTr, Jumps},
    },
};
use primitives::{Address, B256, Bytes, Log};
use revm_inspectors::transfer::{TRANSFER_EVENT_TOPIC, TRANSFER_LOG_EMITTER, TransferInspector};

const SELFDESTRUCT: u8 = 0xff;

/// Writes a log for each transfer, if it is on.
#[derive(Debug)]
pub(super) struct Transfers {
    inner: Option<TransferInspector>,
}

impl Transfers {
    /// On or off.
    pub(super) fn new(is_on: bool) -> Self {
        Self { inner: is_on.then(|| TransferInspector::new(false).with_logs(true)) }
    }
}

/// Whether a log stands for a transfer of ether: no receipt holds it.
pub(super) fn is_transfer(log: &Log) -> bool {
    log.address == TRANSFER_LOG_EMITTER
}

impl<C: ContextTr> Inspector<C> for Transfers {
    fn step(&mut self, interpreter: &mut Interpreter<EthInterpreter>, context: &mut C) {
        if self.inner.is_none() || interpreter.bytecode.opcode() != SELFDESTRUCT {
            return;
        }
        let contract = interpreter.input.target_address();
        let Some(target) = interpreter.stack.data().last() else { return };
        let target = Address::from_word(B256::from(*target));
        let Ok(account) = context.journal_mut().load_account(contract) else { return };
        let value = account.data.info.balance;
        if value.is_zero() {
            return;
        }
        let topics = vec![TRANSFER_EVENT_TOPIC, contract.into_word(), target.into_word()];
        let data = Bytes::from(value.to_be_bytes_vec());
        let data = LogData::new_unchecked(topics, data);
        context.journal_mut().log(Log { address: TRANSFER_LOG_EMITTER, data });
    }

    fn call(&mut self, context: &mut C, inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.inner.as_mut().and_then(|inner| inner.call(context, inputs))
    }

    fn create(&mut self, context: &mut C, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.inner.as_mut().and_then(|inner| inner.create(context, inputs))
    }
}
