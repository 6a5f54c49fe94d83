// SPDX-License-Identifier: Apache-2.0
//! The table and `bench/results.json`.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::{engine::Measured, lanes::Kind};

/// A lane, what our node did, and anvil's rate if it was measured.
pub(crate) type Row = (Kind, Measured, Option<f64>);

pub(crate) fn print(rows: &[Row]) {
    println!(
        "| lane | tx/s | anvil tx/s | ratio | s | blocks | CPU µs/tx | log B/tx | batch B/tx |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (kind, ours, theirs) in rows {
        let count = ours.transactions as f64;
        println!(
            "| {} | {:.0} | {} | {} | {:.2} | {} | {:.2} | {:.0} | {:.0} |",
            kind.name(),
            ours.rate(),
            theirs.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}")),
            theirs.map_or_else(|| "-".to_owned(), |rate| format!("{:.1}", ours.rate() / rate)),
            ours.seconds,
            ours.blocks,
            ours.cpu_seconds * 1e6 / count,
            ours.log_bytes as f64 / count,
            ours.batch_bytes as f64 / count,
        );
    }
    println!();
    println!("µs per transaction, wall time of each stage on its thread:");
    for (kind, ours, _) in rows {
        let stages: Vec<String> =
            ours.stages.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
        println!("  {}: {}", kind.name(), stages.join(", "));
    }
}

pub(crate) fn write(path: &Path, rows: &[Row]) -> Result<(), String> {
    let mut lanes = Map::new();
    for (kind, ours, theirs) in rows {
        let stages: Map<String, Value> = ours
            .stages
            .iter()
            .map(|(name, value)| ((*name).to_owned(), round(*value, 1_000.0)))
            .collect();
        lanes.insert(
            kind.name().to_owned(),
            json!({
                "tps": round(ours.rate(), 1.0),
                "anvil_tps": theirs.map(|rate| round(rate, 1.0)),
                "ratio": theirs.map(|rate| round(ours.rate() / rate, 100.0)),
                "transactions": ours.transactions,
                "seconds": round(ours.seconds, 1_000.0),
                "cpu_microseconds": round(ours.cpu_seconds * 1e6 / ours.transactions as f64, 100.0),
                "stage_microseconds": stages,
                "batch_bytes": round(ours.batch_bytes as f64 / ours.transactions as f64, 10.0),
            }),
        );
    }
    let results = json!({ "cpu": processor(), "lanes": lanes });
    let text = serde_json::to_string_pretty(&results).map_err(|error| error.to_string())?;
    std::fs::write(path, text + "\n").map_err(|error| error.to_string())
}

fn round(value: f64, scale: f64) -> Value {
    json!((value * scale).round() / scale)
}

fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split(':').nth(1))
        .map_or("unknown", str::trim);
    format!("{model}, {cores} cores")
}
