// SPDX-License-Identifier: Apache-2.0
//! A bound on what a trace may hold: an inspector beside the tracer that ends the run when the
//! trace would grow beyond it.

use execution::revm::{
    context_interface::ContextTr,
    inspector::Inspector,
    interpreter::{
        CallInputs, CallOutcome, InstructionResult, Interpreter, interpreter::EthInterpreter,
    },
};

use crate::errors::{Answer, LIMIT, error};

/// Bytes of steps and calldata that a trace may hold.
const TRACE_BYTES: usize = 64 << 20;
/// Bytes of a step beside its stack.
const STEP_BYTES: usize = 160;
/// Bytes of a call beside its calldata.
const CALL_BYTES: usize = 400;

/// Counts what a tracer would keep.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    left: usize,
    keeps_steps: bool,
    keeps_memory: bool,
}

impl Budget {
    /// A budget for a tracer that keeps calls, and maybe every step and its memory.
    #[must_use]
    pub const fn new(keeps_steps: bool, keeps_memory: bool) -> Self {
        Self { left: TRACE_BYTES, keeps_steps, keeps_memory }
    }

    /// Whether the run went to its own end.
    ///
    /// # Errors
    ///
    /// [`LIMIT`] if the trace is too large.
    pub fn check(&self) -> Answer<()> {
        if self.left > 0 {
            return Ok(());
        }
        let reason = format!("the trace is larger than {TRACE_BYTES} bytes; use a tracer of calls");
        Err(error(LIMIT, reason))
    }
}

impl<C: ContextTr> Inspector<C> for Budget {
    fn step(&mut self, interpreter: &mut Interpreter<EthInterpreter>, _: &mut C) {
        if self.keeps_steps {
            let memory = if self.keeps_memory { interpreter.memory.len() } else { 0 };
            let bytes = STEP_BYTES + 32 * interpreter.stack.len() + memory;
            self.left = self.left.saturating_sub(bytes);
        }
        if self.left == 0 {
            interpreter.halt(InstructionResult::OutOfGas);
        }
    }

    fn call(&mut self, _: &mut C, inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.left = self.left.saturating_sub(CALL_BYTES + inputs.input.len());
        None
    }
}
