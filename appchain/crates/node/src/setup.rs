// SPDX-License-Identifier: Apache-2.0
//! From the command line to settings and genesis.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use primitives::{
    Address, B256, Bytes, ChainConfig, Genesis, GenesisAccount, SYSTEM_ACCOUNT, U256, address,
    chain::{BaseFeePolicy, TRANSACTION_GAS_LIMIT},
    heartbeat::SYSTEM_BALANCE,
};
use rpc::{Accounts, Context};
use sequencer::{Batched, ExecutionOptions, Mining, Node, Settings, SignatureOptions};

use crate::arguments::{Arguments, Shortcuts};

/// Everybody's factory for contracts at foreseeable addresses, which tools expect on any chain.
const CREATE2_DEPLOYER: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");
const CREATE2_CODE: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0\
                            3601600081602082378035828234f58015156039578182fd5b8082525050506014\
                            600cf3";
const WEI_PER_ETHER: u64 = 1_000_000_000_000_000_000;

/// Starts the node that the command line describes, and returns it with what its RPC works on.
///
/// # Errors
///
/// In words: a genesis file that cannot be read, a folder that another node holds, a damaged log.
pub fn start(arguments: &Arguments) -> Result<(Arc<Node>, Context), String> {
    let accounts = accounts(arguments)?;
    let settings = settings(arguments, &accounts)?;
    let options = signatures(arguments.shortcuts);
    let node = Node::start_with(settings, Box::new(Batched::new(options)))
        .map_err(|error| error.to_string())?;
    let client = arguments.client_version.clone();
    let context = Context::new(Arc::clone(&node), accounts, arguments.call_gas_limit, client);
    Ok((node, context))
}

/// The accounts that the node signs for: none in production.
///
/// # Errors
///
/// As [`Accounts::derive`].
pub fn accounts(arguments: &Arguments) -> Result<Accounts, String> {
    if arguments.production {
        return Ok(Accounts::default());
    }
    Accounts::derive(&arguments.mnemonic, arguments.accounts)
}

/// The node's settings.
///
/// # Errors
///
/// In words: a genesis file that cannot be read or is none.
pub fn settings(arguments: &Arguments, accounts: &Accounts) -> Result<Settings, String> {
    let (mut config, genesis) = match &arguments.genesis {
        Some(path) => Genesis::read(path).map_err(|error| error.to_string())?,
        None => development(arguments, accounts)?,
    };
    config.transaction_gas_limit =
        arguments.transaction_gas_limit.unwrap_or(config.transaction_gas_limit);
    config.code_size_limit = arguments.code_size_limit.or(config.code_size_limit);
    if arguments.constant_base_fee {
        config.base_fee_policy = BaseFeePolicy::Constant;
    }
    if let Some(heartbeat) = &config.heartbeat {
        heartbeat.check(&config, &genesis).map_err(|error| error.to_string())?;
    }
    let mut settings = Settings::new(config, genesis);
    settings.mining = match arguments.block_time {
        _ if arguments.no_mining => Mining::Manual,
        Some(seconds) => Mining::Interval(Duration::from_secs_f64(seconds)),
        None => Mining::Automine,
    };
    settings.folder.clone_from(&arguments.state_dir);
    settings.is_development = !arguments.production;
    settings.checkpoint_transactions = arguments.checkpoint_transactions;
    settings.accept_log_loss = arguments.accept_log_loss;
    settings.options = execution(arguments.shortcuts);
    if let Some(folder) = &settings.folder {
        keep_genesis(folder, &settings)?;
    }
    Ok(settings)
}

/// Shortcuts of execution.
#[must_use]
pub const fn execution(shortcuts: Shortcuts) -> ExecutionOptions {
    ExecutionOptions { native_transfers: !shortcuts.no_native_transfers }
}

/// Shortcuts of signature checks.
#[must_use]
pub const fn signatures(shortcuts: Shortcuts) -> SignatureOptions {
    SignatureOptions {
        batch: !shortcuts.no_batch_signatures,
        vector: !shortcuts.no_vector_signatures,
    }
}

/// Writes the chain's genesis file: whoever follows the chain needs it, whatever it was made of.
fn keep_genesis(folder: &Path, settings: &Settings) -> Result<(), String> {
    let path = folder.join("genesis.json");
    let temporary = path.with_extension("writing");
    let text = settings.genesis.to_json(&settings.config);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&temporary, text))
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn development(
    arguments: &Arguments,
    accounts: &Accounts,
) -> Result<(ChainConfig, Genesis), String> {
    let config = ChainConfig {
        chain_id: arguments.chain_id,
        fork: arguments.hardfork,
        gas_limit: arguments.gas_limit,
        base_fee_policy: BaseFeePolicy::Market,
        transaction_gas_limit: arguments.transaction_gas_limit.unwrap_or(TRANSACTION_GAS_LIMIT),
        code_size_limit: arguments.code_size_limit,
        heartbeat: arguments.heartbeat(),
    };
    let balance = U256::from(arguments.balance) * U256::from(WEI_PER_ETHER);
    let mut list: BTreeMap<Address, GenesisAccount> = accounts
        .list
        .iter()
        .map(|account| (account.address, GenesisAccount { balance, ..Default::default() }))
        .collect();
    let code: Bytes = CREATE2_CODE.parse().map_err(|_| "the CREATE2 deployer's code is no hex")?;
    list.insert(CREATE2_DEPLOYER, GenesisAccount { nonce: 1, code, ..Default::default() });
    if config.heartbeat.is_some() {
        list.insert(
            SYSTEM_ACCOUNT,
            GenesisAccount { balance: SYSTEM_BALANCE, ..Default::default() },
        );
    }
    let genesis = Genesis {
        accounts: list,
        number: 0,
        timestamp: genesis_time(arguments)?,
        gas_limit: arguments.gas_limit,
        base_fee: arguments.base_fee,
        extra_data: Bytes::new(),
        beneficiary: arguments.beneficiary,
        mix_hash: B256::ZERO,
        nonce: 0,
        difficulty: U256::ZERO,
        parent_hash: B256::ZERO,
    };
    Ok((config, genesis))
}

/// A folder keeps the time of its chain's beginning, or a restart would begin another chain.
fn genesis_time(arguments: &Arguments) -> Result<u64, String> {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let wanted = arguments.timestamp.unwrap_or_else(now);
    let Some(folder) = &arguments.state_dir else { return Ok(wanted) };
    let path = folder.join("genesis_time");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map_err(|_| format!("{} is not a time", path.display())),
        Err(_) => {
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&path, wanted.to_string()))
                .map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(wanted)
        }
    }
}
