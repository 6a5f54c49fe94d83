// SPDX-License-Identifier: Apache-2.0
//! Batches to the L1, and the chain back from there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use primitives::Genesis;
use sequencer::Node;
use settlement::{
    Key, Poster,
    follow::{self, Followed},
    poster::{FRAME_BYTES, Settings},
    rebuild::Options,
};

use crate::{
    arguments::{Arguments, FollowArguments},
    setup,
};

/// Starts posting, if the command line names an L1.
///
/// # Errors
///
/// In words: a key file that holds no key, a URL that is none.
pub fn post(arguments: &Arguments, node: &Node) -> Result<Option<Poster>, String> {
    let post = &arguments.post;
    let (Some(l1), Some(key_file), Some(inbox), Some(folder)) =
        (&post.l1, &post.l1_key_file, post.inbox, &arguments.state_dir)
    else {
        return Ok(None);
    };
    let key = Key::read(key_file).map_err(|error| error.to_string())?;
    tracing::info!(%inbox, batcher = %key.address(), "posting batches to the L1");
    let settings = Settings {
        l1: l1.clone(),
        key,
        inbox,
        folder: folder.clone(),
        chain_id: node.shared().config.chain_id,
        frame_bytes: FRAME_BYTES,
        interval: Duration::from_secs_f64(post.post_interval),
        stuck_after: Duration::from_secs_f64(post.l1_stuck_after),
    };
    Poster::start(settings).map(Some).map_err(|error| error.to_string())
}

/// Follows the L1 until `stopped`, or with `--once` to its head.
///
/// # Errors
///
/// In words: a block that differs, batches that break rules, an L1 that cannot be read.
pub async fn follow(
    arguments: FollowArguments,
    stopped: impl Future<Output = Result<(), String>>,
) -> Result<(), String> {
    let (config, genesis) = Genesis::read(&arguments.genesis).map_err(|error| error.to_string())?;
    let settings = follow::Settings {
        l1: arguments.l1,
        inbox: arguments.inbox,
        l1_start: arguments.l1_start,
        confirmations: arguments.confirmations,
        config,
        genesis,
        folder: arguments.state_dir,
        once: arguments.once,
        options: Options {
            execution: setup::execution(arguments.shortcuts),
            signatures: setup::signatures(arguments.shortcuts),
        },
    };
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let mut following = tokio::task::spawn_blocking(move || settlement::follow(&settings, &told));
    let followed = tokio::select! {
        ended = &mut following => ended,
        _ = stopped => {
            stop.store(true, Ordering::Relaxed);
            following.await
        }
    };
    let Followed { number, hash, report } =
        followed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    println!(
        "block {number} {hash}: {} blocks and {} transactions rebuilt from {} batches at {:.0} \
         tx/s, {} batches dropped; every block is as claimed",
        report.blocks,
        report.transactions,
        report.batches,
        report.rate(),
        report.dropped,
    );
    Ok(())
}
