// SPDX-License-Identifier: Apache-2.0
//! One line of JSON a run, on standard output.

use serde_json::{Map, Value, json};

use crate::{engine::Measured, rebuild::Rebuilt, scale::Scaled};

/// A run of our node through the bulk door.
pub(crate) fn bulk(run: &Measured) {
    let count = run.transactions as f64;
    let mut line = timed("headwater", run.transactions, run.seconds);
    line["blocks"] = run.blocks.into();
    line["gas_per_second"] = rounded(run.gas as f64 / run.seconds, 1.0);
    line["cpu_microseconds"] = rounded(run.cpu_seconds * 1e6 / count, 100.0);
    line["log_bytes"] = rounded(run.log_bytes as f64 / count, 10.0);
    line["batch_bytes"] = rounded(run.batch_bytes as f64 / count, 10.0);
    line["stage_microseconds"] = stages(&run.stages);
    println!("{line}");
}

/// A run of a node in a process of its own.
pub(crate) fn process(node: &str, transactions: usize, seconds: f64) {
    println!("{}", timed(node, transactions, seconds));
}

/// A chain that was produced and rebuilt.
pub(crate) fn rebuilt(run: &Rebuilt) {
    let transactions = run.produced.transactions;
    let mut line = timed("headwater", transactions, run.seconds);
    line["produced_tps"] = rounded(transactions as f64 / run.produced.seconds, 1.0);
    line["batches"] = run.batches.into();
    println!("{line}");
}

/// A chain of many accounts.
pub(crate) fn scale(scaled: &Scaled) {
    let line = json!({
        "accounts": scaled.accounts,
        "resident_bytes": scaled.resident_bytes,
        "tps": rounded(scaled.run.transactions as f64 / scaled.run.seconds, 1.0),
        "stage_microseconds": stages(&scaled.run.stages),
    });
    println!("{line}");
}

fn timed(node: &str, transactions: usize, seconds: f64) -> Value {
    json!({
        "node": node,
        "tps": rounded(transactions as f64 / seconds, 1.0),
        "transactions": transactions,
        "seconds": rounded(seconds, 1_000.0),
    })
}

fn stages(list: &[(&'static str, f64)]) -> Value {
    let stages: Map<String, Value> =
        list.iter().map(|(name, value)| ((*name).to_owned(), rounded(*value, 1_000.0))).collect();
    stages.into()
}

fn rounded(value: f64, scale: f64) -> Value {
    json!((value * scale).round() / scale)
}
