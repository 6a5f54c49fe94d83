// SPDX-License-Identifier: Apache-2.0
//! Methods that compute: a few at a time, so that a hundred expensive calls delay one another and
//! nobody else. Each is bounded by itself, by gas, by steps or by what it gives at once.

use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
use tokio::sync::Semaphore;

use crate::{
    context::{Context, Parameters},
    errors::{Answer, INTERNAL, LIMIT, error},
};

/// Calls that run at once: one for each core of a small machine.
const AT_ONCE: usize = 2;
/// Calls that may wait for their turn.
const WAITING: usize = 1_024;

/// The turns of expensive calls.
#[derive(Debug)]
pub struct Turns {
    running: Semaphore,
    waiting: Semaphore,
}

impl Default for Turns {
    fn default() -> Self {
        Self { running: Semaphore::new(AT_ONCE), waiting: Semaphore::new(WAITING) }
    }
}

/// Registers a method that runs on a thread of its own when its turn comes.
///
/// # Errors
///
/// If the name is taken.
pub fn register_heavy<R>(
    module: &mut RpcModule<Context>,
    name: &'static str,
    method: fn(&Context, &mut Parameters<'_>) -> Answer<R>,
) -> Result<(), RegisterMethodError>
where
    R: serde::Serialize + Clone + Send + 'static,
{
    module.register_async_method(name, move |params, context, _| async move {
        let turns = &context.turns;
        let Ok(_waiting) = turns.waiting.try_acquire() else {
            return Err(error(LIMIT, format!("{WAITING} calls wait; try again later")));
        };
        let turn = turns.running.acquire().await.map_err(|closed| internal(&closed))?;
        let work = std::sync::Arc::clone(&context);
        let ran = tokio::task::spawn_blocking(move || method(&work, &mut Parameters::new(&params)));
        let result = ran.await;
        drop(turn);
        result.map_err(|panicked| internal(&panicked))?
    })?;
    Ok(())
}

fn internal(reason: &dyn std::fmt::Display) -> ErrorObjectOwned {
    error(INTERNAL, reason.to_string())
}
