// SPDX-License-Identifier: Apache-2.0
//! Calls and traces that change nothing.

use std::convert::Infallible;

use alloy_eips::eip7702::SignedAuthorization;
use primitives::{Address, Bytes, ChainConfig, TxKind, U256, Verified};
use revm::{
    Context, ExecuteEvm, InspectEvm, Inspector, MainBuilder, MainContext,
    context::{
        BlockEnv, TxEnv,
        either::Either,
        result::{EVMError, InvalidTransaction, ResultAndState},
    },
    context_interface::transaction::AccessList,
    handler::MainnetContext,
};
use state::ReadState;

use crate::{
    database::{BlockHashes, StateDatabase},
    environment::{Environment, configuration},
    slice::environment_of,
};

/// A message to run; what is absent is not checked.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Who calls.
    pub from: Address,
    /// Who is called; nobody creates a contract.
    pub to: Option<Address>,
    /// Gas that may be used.
    pub gas_limit: u64,
    /// Wei per gas; without it no fee is charged.
    pub gas_price: Option<u128>,
    /// Tip within the price.
    pub priority_fee: Option<u128>,
    /// Wei sent.
    pub value: U256,
    /// Calldata or init code.
    pub input: Bytes,
    /// EIP-2930 list.
    pub access_list: AccessList,
    /// EIP-7702 list.
    pub authorizations: Vec<SignedAuthorization>,
}

/// Why a call could not be run at all.
pub type CallError = EVMError<Infallible, InvalidTransaction>;

/// The context that inspectors see.
pub type CallContext<'a, S, H> = MainnetContext<StateDatabase<'a, S, H>>;

/// Where calls run: the rules, the block and the state.
#[derive(Debug)]
pub struct Stage<'a, S: ?Sized, H: ?Sized> {
    /// The chain's rules.
    pub config: &'a ChainConfig,
    /// The block that the call pretends to be in.
    pub environment: &'a Environment,
    /// State to read.
    pub state: &'a S,
    /// Hashes of earlier blocks.
    pub hashes: &'a H,
}

impl<'a, S: ReadState + ?Sized, H: BlockHashes + ?Sized> Stage<'a, S, H> {
    fn context(&self) -> CallContext<'a, S, H> {
        let mut configuration = configuration(self.config);
        configuration.disable_block_gas_limit = true;
        configuration.disable_eip3607 = true;
        configuration.disable_nonce_check = true;
        configuration.tx_gas_limit_cap = Some(u64::MAX);
        Context::mainnet()
            .with_db(StateDatabase { state: self.state, hashes: self.hashes })
            .with_cfg(configuration)
            .with_block(self.environment.to_revm(self.config.fork))
    }

    /// Runs a call.
    ///
    /// # Errors
    ///
    /// [`EVMError::Transaction`] if the message itself is invalid, such as a value above the
    /// caller's balance.
    pub fn call(&self, call: &Call) -> Result<ResultAndState, CallError> {
        let mut context = self.context();
        if call.gas_price.is_none() {
            context.cfg.disable_base_fee = true;
        }
        context.build_mainnet().transact(self.message(call))
    }

    /// Runs a call under an inspector and returns both.
    ///
    /// # Errors
    ///
    /// As [`Self::call`].
    pub fn inspect_call<I: Inspector<CallContext<'a, S, H>>>(
        &self,
        call: &Call,
        inspector: I,
    ) -> Result<(ResultAndState, I), CallError> {
        let mut context = self.context();
        if call.gas_price.is_none() {
            context.cfg.disable_base_fee = true;
        }
        let mut evm = context.build_mainnet_with_inspector(inspector);
        let result = evm.inspect_tx(self.message(call))?;
        Ok((result, evm.inspector))
    }

    /// Runs one transaction of a block under an inspector, on the state just before it.
    ///
    /// # Errors
    ///
    /// [`EVMError::Transaction`] if one of them is invalid in this state.
    pub fn inspect_transaction<I: Inspector<CallContext<'a, S, H>>>(
        &self,
        verified: &Verified,
        inspector: I,
    ) -> Result<(ResultAndState, I), CallError> {
        let mut context = self.context();
        context.cfg.disable_nonce_check = false;
        context.cfg.disable_block_gas_limit = false;
        let mut evm = context.build_mainnet_with_inspector(inspector);
        let result = evm.inspect_tx(environment_of(&verified.transaction, verified.sender))?;
        Ok((result, evm.inspector))
    }

    /// revm's form of the block.
    #[must_use]
    pub fn block(&self) -> BlockEnv {
        self.environment.to_revm(self.config.fork)
    }

    /// revm's form of a call.
    #[must_use]
    pub fn message(&self, call: &Call) -> TxEnv {
        let tx_type = if call.authorizations.is_empty() { 2 } else { 4 };
        let price = call.gas_price.unwrap_or(0);
        TxEnv {
            tx_type,
            caller: call.from,
            gas_limit: call.gas_limit,
            gas_price: price,
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.input.clone(),
            nonce: self.state.account(&call.from).map_or(0, |account| account.nonce),
            chain_id: Some(self.config.chain_id),
            access_list: call.access_list.clone(),
            gas_priority_fee: Some(call.priority_fee.unwrap_or(0).min(price)),
            blob_hashes: Vec::new(),
            max_fee_per_blob_gas: 0,
            authorization_list: call.authorizations.iter().cloned().map(Either::Left).collect(),
        }
    }
}
