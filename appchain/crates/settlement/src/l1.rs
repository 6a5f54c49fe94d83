// SPDX-License-Identifier: Apache-2.0
//! The few questions that are asked of an L1 node, answered on the calling thread.

use std::time::Duration;

use alloy_rpc_types_eth::{Filter, Log};
use alloy_sol_types::SolCall;
use jsonrpsee::{
    core::{ClientError, client::ClientT, params::BatchRequestBuilder},
    http_client::{HttpClient, HttpClientBuilder},
    rpc_params,
};
use primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of an answer: a batch of transactions with full frames, in hexadecimal.
const ANSWER_LIMIT: u32 = 64 << 20;

/// Why the L1 gave no answer of use.
#[derive(Debug, thiserror::Error)]
pub enum L1Error {
    /// No client could be made of the URL.
    #[error("L1 {url}: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The node refused or could not be reached.
    #[error("L1 {url}: {method}: {reason}")]
    Call {
        /// The node.
        url: String,
        /// The method called.
        method: &'static str,
        /// The node's words, or the network's.
        reason: String,
    },
    /// It answered with something else than asked for.
    #[error("L1 {url}: {reason}")]
    Answer {
        /// The node.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

/// A block of the L1.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1Block {
    /// Its hash.
    pub hash: B256,
    /// Its height.
    pub number: U256,
    /// Wei per gas that it burns.
    pub base_fee_per_gas: Option<U256>,
}

#[derive(Debug, Deserialize)]
struct Submitted {
    input: Bytes,
}

/// A connection to an L1 node.
#[derive(Debug)]
pub struct L1 {
    url: String,
    client: HttpClient,
    runtime: tokio::runtime::Runtime,
}

impl L1 {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`L1Error::Url`].
    pub fn new(url: &str) -> Result<Self, L1Error> {
        let refuse = |reason: String| L1Error::Url { url: url.to_owned(), reason };
        let client = HttpClientBuilder::default()
            .request_timeout(PATIENCE)
            .max_response_size(ANSWER_LIMIT)
            .build(url)
            .map_err(|error| refuse(error.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Self { url: url.to_owned(), client, runtime })
    }

    /// An answer of the wrong kind.
    #[must_use]
    pub fn answer_error(&self, reason: String) -> L1Error {
        L1Error::Answer { url: self.url.clone(), reason }
    }

    fn refused(&self, method: &'static str, error: &ClientError) -> L1Error {
        let reason = match error {
            ClientError::Call(object) => object.message().to_owned(),
            other => other.to_string(),
        };
        L1Error::Call { url: self.url.clone(), method, reason }
    }

    fn call<R: DeserializeOwned>(
        &self,
        method: &'static str,
        params: jsonrpsee::core::params::ArrayParams,
    ) -> Result<R, L1Error> {
        self.runtime
            .block_on(self.client.request(method, params))
            .map_err(|error| self.refused(method, &error))
    }

    /// EIP-155 chain id.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn chain_id(&self) -> Result<u64, L1Error> {
        self.number("eth_chainId", rpc_params![])
    }

    /// Height of the newest block.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn block_number(&self) -> Result<u64, L1Error> {
        self.number("eth_blockNumber", rpc_params![])
    }

    fn number(
        &self,
        method: &'static str,
        params: jsonrpsee::core::params::ArrayParams,
    ) -> Result<u64, L1Error> {
        let answer: U256 = self.call(method, params)?;
        u64::try_from(answer)
            .map_err(|_| self.answer_error(format!("{method} answers {answer}, above 2^64 - 1")))
    }

    /// A block by number; `None` if there is none.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn block(&self, number: u64) -> Result<Option<L1Block>, L1Error> {
        self.call("eth_getBlockByNumber", rpc_params![format!("{number:#x}"), false])
    }

    /// The newest block.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn latest_block(&self) -> Result<L1Block, L1Error> {
        self.call("eth_getBlockByNumber", rpc_params!["latest", false])
    }

    /// Transactions that an account has mined, or with `tag` `pending` mined and sent.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn nonce(&self, account: Address, tag: &str) -> Result<u64, L1Error> {
        self.number("eth_getTransactionCount", rpc_params![account, tag])
    }

    /// What the node holds a good tip in wei; a gwei where it does not say.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn priority_fee(&self) -> Result<u128, L1Error> {
        match self.call::<U256>("eth_maxPriorityFeePerGas", rpc_params![]) {
            Ok(fee) => Ok(u128::try_from(fee).unwrap_or(u128::MAX)),
            Err(L1Error::Call { reason, .. }) if reason.contains("not found") => Ok(1_000_000_000),
            Err(error) => Err(error),
        }
    }

    /// Hands in a signed transaction.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn send(&self, raw: &Bytes) -> Result<B256, L1Error> {
        self.call("eth_sendRawTransaction", rpc_params![raw])
    }

    /// What a view function answers at the newest block.
    ///
    /// # Errors
    ///
    /// See [`L1Error`]; also if there is no such contract.
    pub fn view<C: SolCall>(&self, contract: Address, call: &C) -> Result<C::Return, L1Error> {
        let request = json!({ "to": contract, "data": Bytes::from(call.abi_encode()) });
        let answer: Bytes = self.call("eth_call", rpc_params![request, "latest"])?;
        C::abi_decode_returns_validate(&answer)
            .map_err(|_| self.answer_error(format!("no inbox answers at {contract}")))
    }

    /// Runs a call as if `from` had sent it: a refusal costs nothing this way.
    ///
    /// # Errors
    ///
    /// See [`L1Error`]; the contract's own reason if it refuses.
    pub fn simulate(&self, from: Address, to: Address, input: &Bytes) -> Result<(), L1Error> {
        let request = json!({ "from": from, "to": to, "data": input });
        self.call::<Bytes>("eth_call", rpc_params![request, "latest"]).map(drop)
    }

    /// Logs that a filter lets through, in order.
    ///
    /// # Errors
    ///
    /// See [`L1Error`].
    pub fn logs(&self, filter: &Filter) -> Result<Vec<Log>, L1Error> {
        self.call("eth_getLogs", rpc_params![filter])
    }

    /// Calldata of transactions, in the order asked for.
    ///
    /// # Errors
    ///
    /// See [`L1Error`]; also if one of them is not known.
    pub fn calldata(&self, hashes: &[B256]) -> Result<Vec<Bytes>, L1Error> {
        const METHOD: &str = "eth_getTransactionByHash";
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let mut request = BatchRequestBuilder::new();
        for hash in hashes {
            request
                .insert(METHOD, rpc_params![hash])
                .map_err(|error| self.answer_error(error.to_string()))?;
        }
        let answers = self
            .runtime
            .block_on(self.client.batch_request::<Option<Submitted>>(request))
            .map_err(|error| self.refused(METHOD, &error))?;
        answers
            .into_iter()
            .zip(hashes)
            .map(|(answer, hash)| match answer {
                Ok(Some(submitted)) => Ok(submitted.input),
                Ok(None) => Err(self.answer_error(format!("transaction {hash} is not known"))),
                Err(error) => Err(self.answer_error(error.message().to_owned())),
            })
            .collect()
    }
}
