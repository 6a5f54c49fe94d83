// SPDX-License-Identifier: Apache-2.0
//! Precompiles that state overrides move elsewhere or replace.

use alloy_rpc_types_eth::state::StateOverride;
use execution::revm::{
    context::Cfg,
    context_interface::ContextTr,
    handler::{EthPrecompiles, PrecompileProvider},
    interpreter::{CallInputs, InterpreterResult},
    primitives::hardfork::SpecId,
};
use primitives::{
    Address,
    map::{AddressMap, AddressSet},
};

use crate::errors::{Answer, SERVER, error};

/// The fork's precompiles after some were moved. One that is overridden is gone from its place.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    inner: EthPrecompiles,
    /// Where each precompile that is not at its own place came from.
    origins: AddressMap<Address>,
    addresses: AddressSet,
}

impl Moved {
    /// A fork's precompiles at their own places.
    pub(super) fn new(fork: SpecId) -> Self {
        let inner = EthPrecompiles::new(fork);
        let addresses = inner.warm_addresses().clone();
        Self { inner, origins: AddressMap::default(), addresses }
    }

    /// Takes overrides in.
    ///
    /// # Errors
    ///
    /// If an account that is no precompile is to be moved, or one is moved to where another
    /// override stands.
    pub(super) fn apply(&mut self, overrides: &StateOverride) -> Answer<()> {
        let mut sorted: Vec<_> = overrides.iter().collect();
        sorted.sort_unstable_by_key(|(address, _)| **address);
        let was_here = self.addresses.clone();
        for (address, replaced) in sorted {
            let is_precompile = was_here.contains(address);
            if let Some(to) = replaced.move_precompile_to {
                if !is_precompile {
                    return Err(error(SERVER, format!("account {address} is not a precompile")));
                }
                if overrides.contains_key(&to) {
                    return Err(error(SERVER, format!("account {to} is already overridden")));
                }
                let origin = self.origins.get(address).copied().unwrap_or(*address);
                self.origins.insert(to, origin);
                self.addresses.insert(to);
            }
            if is_precompile {
                self.addresses.remove(address);
                self.origins.remove(address);
            }
        }
        Ok(())
    }
}

impl<C: ContextTr<Cfg: Cfg<Spec = SpecId>>> PrecompileProvider<C> for Moved {
    type Output = InterpreterResult;

    fn set_spec(&mut self, _: SpecId) -> bool {
        // The fork is given at the start; saying yes makes revm warm the addresses.
        true
    }

    fn run(
        &mut self,
        context: &mut C,
        inputs: &CallInputs,
    ) -> Result<Option<InterpreterResult>, String> {
        if !self.addresses.contains(&inputs.bytecode_address) {
            return Ok(None);
        }
        match self.origins.get(&inputs.bytecode_address) {
            None => self.inner.run(context, inputs),
            Some(origin) => {
                let inputs = CallInputs { bytecode_address: *origin, ..inputs.clone() };
                self.inner.run(context, &inputs)
            }
        }
    }

    fn warm_addresses(&self) -> &AddressSet {
        &self.addresses
    }
}
