// SPDX-License-Identifier: Apache-2.0
//! The verifier against libsecp256k1, by chance and by malice. Batches start at one signature
//! here, so that every size takes the equation's path.

mod adversarial;
mod equality;
mod fixture;
