// SPDX-License-Identifier: Apache-2.0
//! Batches give the chain that they were made of, and nothing else gives one.

mod common;
mod fuzz;
mod rules;
