// SPDX-License-Identifier: Apache-2.0
//! The node as a program: one process, one folder.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use headwater_node::{
    Arguments,
    arguments::{Command, CommandLine, LogArguments},
    metrics, settling, setup,
};
use rpc::ServerSettings;
use sequencer::door;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let CommandLine { command, run: flat } = CommandLine::parse();
    let command = command.unwrap_or_else(|| Command::Run(Box::new(flat)));
    start_log(match &command {
        Command::Run(arguments) => arguments.log,
        Command::Follow(arguments) => arguments.log,
    });
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let result = runtime.map_err(|error| error.to_string()).and_then(|runtime| match command {
        Command::Run(arguments) => runtime.block_on(run(*arguments)),
        Command::Follow(arguments) => runtime.block_on(settling::follow(arguments, stop_signal())),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("headwater-node: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start_log(arguments: LogArguments) {
    let level = if arguments.quiet { "error" } else { "info" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEADWATER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if arguments.json_log {
        log.json().init();
    } else {
        log.init();
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let (arguments, started) = tokio::task::spawn_blocking(move || {
        let started = setup::start(&arguments);
        (arguments, started)
    })
    .await
    .map_err(|error| text(&error))?;
    let (node, context) = started?;
    if let Some(address) = &arguments.bulk {
        let bound = door::serve_tcp(Arc::clone(&node), address).map_err(|error| text(&error))?;
        tracing::info!(%bound, "bulk door");
    }
    if let Some(path) = &arguments.bulk_socket {
        door::serve_unix(Arc::clone(&node), path).map_err(|error| text(&error))?;
        tracing::info!(path = %path.display(), "bulk door");
    }
    let poster = settling::post(&arguments, &node)?;
    if let Some(address) = &arguments.metrics {
        let posting = poster.as_ref().map(|poster| Arc::clone(poster.status()));
        let bound =
            metrics::serve(Arc::clone(&node), posting, address).map_err(|error| text(&error))?;
        tracing::info!(%bound, "metrics");
    }
    let server = ServerSettings {
        address: (arguments.host, arguments.port).into(),
        allow_origin: if arguments.no_cors { String::new() } else { arguments.allow_origin },
        patience: std::time::Duration::from_secs_f64(arguments.patience),
    };
    let (address, handle) = rpc::serve(server, context).await.map_err(|error| text(&error))?;
    let head = node.shared().chain.read().head().header.number;
    tracing::info!(%address, head, chain_id = node.shared().config.chain_id, "listening");
    stop_signal().await?;
    tracing::info!("stopping");
    let _ = handle.stop();
    let stop = move || {
        drop(poster);
        node.stop();
    };
    tokio::task::spawn_blocking(stop).await.map_err(|error| text(&error))
}

async fn stop_signal() -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(|error| error.to_string()),
        _ = terminate.recv() => Ok(()),
    }
}
