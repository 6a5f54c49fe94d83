// SPDX-License-Identifier: Apache-2.0
//! Blocks to a batch, column by column.
//!
//! Values of one kind stand beside each other, because they repeat: gas limits, fees, call data of
//! one contract. Addresses are written once and named by index; nonces are differences to the same
//! sender's last one.

use alloy_rlp::Encodable;
use primitives::{Address, TransactionType, TxKind, map::AddressMap};

use crate::{
    BlockInput, VERSION,
    bytes::{put_bytes, put_integer, put_word},
    flags,
};

/// zstd level: the notes' table has level 1 at half the time of level 3 for a tenth more bytes.
const COMPRESSION_LEVEL: i32 = 1;

#[derive(Default)]
struct Columns {
    kinds: Vec<u8>,
    addresses: Vec<u8>,
    address_count: usize,
    senders: Vec<u8>,
    nonces: Vec<u8>,
    gas_limits: Vec<u8>,
    fees: Vec<u8>,
    tips: Vec<u8>,
    receivers: Vec<u8>,
    values: Vec<u8>,
    input_lengths: Vec<u8>,
    inputs: Vec<u8>,
    lists: Vec<u8>,
    chain_ids: Vec<u8>,
}

struct Seen {
    index: usize,
    next_nonce: u64,
}

/// Encodes blocks of the chain `chain_id`.
#[must_use]
pub fn encode(chain_id: u64, blocks: &[BlockInput]) -> Vec<u8> {
    let count: usize = blocks.iter().map(|block| block.transactions.len()).sum();
    let mut head = Vec::with_capacity(64 + blocks.len() * 80);
    put_integer(u128::from(chain_id), &mut head);
    put_integer(blocks.len() as u128, &mut head);
    let mut columns = Columns::default();
    columns.inputs.reserve(count * 68);
    let mut seen: AddressMap<Seen> = AddressMap::default();
    let mut signatures = Vec::with_capacity(count * 64);
    for block in blocks {
        let environment = &block.environment;
        put_integer(u128::from(environment.number.0), &mut head);
        put_integer(u128::from(environment.timestamp), &mut head);
        put_integer(u128::from(environment.base_fee), &mut head);
        put_integer(u128::from(environment.gas_limit), &mut head);
        head.extend_from_slice(environment.beneficiary.as_slice());
        head.extend_from_slice(environment.prevrandao.as_slice());
        put_integer(block.transactions.len() as u128, &mut head);
        for verified in &block.transactions {
            columns.push(chain_id, verified, &mut seen);
            let signature = &verified.transaction.signature;
            signatures.extend_from_slice(&signature.r.to_be_bytes::<32>());
            signatures.extend_from_slice(&signature.s.to_be_bytes::<32>());
        }
    }
    columns.join(head, &signatures)
}

impl Columns {
    fn push(
        &mut self,
        chain_id: u64,
        verified: &primitives::Verified,
        seen: &mut AddressMap<Seen>,
    ) {
        let transaction = &verified.transaction;
        let mut kind = transaction.transaction_type as u8;
        let is_legacy = transaction.transaction_type == TransactionType::Legacy;
        match transaction.chain_id {
            None => kind |= flags::UNPROTECTED,
            Some(id) if id != chain_id => {
                kind |= flags::OTHER_CHAIN;
                put_integer(u128::from(id), &mut self.chain_ids);
            }
            Some(_) => {}
        }
        if transaction.signature.odd_y {
            kind |= flags::ODD_Y;
        }
        let sender = self.name(verified.sender, seen);
        put_integer(sender as u128, &mut self.senders);
        if let Some(entry) = seen.get_mut(&verified.sender) {
            put_difference(transaction.nonce, entry.next_nonce, &mut self.nonces);
            entry.next_nonce = transaction.nonce.wrapping_add(1);
        }
        put_integer(u128::from(transaction.gas_limit), &mut self.gas_limits);
        put_integer(transaction.max_fee_per_gas, &mut self.fees);
        if transaction.transaction_type >= TransactionType::Eip1559 {
            put_integer(transaction.max_priority_fee_per_gas, &mut self.tips);
        }
        match transaction.to {
            TxKind::Create => kind |= flags::CREATE,
            TxKind::Call(to) => {
                let receiver = self.name(to, seen);
                put_integer(receiver as u128, &mut self.receivers);
            }
        }
        put_word(transaction.value, &mut self.values);
        put_integer(transaction.input.len() as u128, &mut self.input_lengths);
        self.inputs.extend_from_slice(&transaction.input);
        if let (false, Some(list)) = (is_legacy, &transaction.access_list) {
            kind |= flags::ACCESS_LIST;
            put_bytes(&alloy_rlp::encode(list.as_ref()), &mut self.lists);
        }
        if let Some(list) = &transaction.authorizations {
            let mut rlp = Vec::new();
            list.encode(&mut rlp);
            put_bytes(&rlp, &mut self.lists);
        }
        self.kinds.push(kind);
    }

    /// The index of an address, which is written out the first time.
    fn name(&mut self, address: Address, seen: &mut AddressMap<Seen>) -> usize {
        let next = self.address_count;
        let entry = seen.entry(address).or_insert(Seen { index: next, next_nonce: 0 });
        if entry.index == next {
            self.addresses.extend_from_slice(address.as_slice());
            self.address_count += 1;
        }
        entry.index
    }

    fn join(self, mut head: Vec<u8>, signatures: &[u8]) -> Vec<u8> {
        put_integer(self.address_count as u128, &mut head);
        let columns = [
            self.kinds,
            self.addresses,
            self.senders,
            self.nonces,
            self.gas_limits,
            self.fees,
            self.tips,
            self.receivers,
            self.values,
            self.input_lengths,
            self.inputs,
            self.lists,
            self.chain_ids,
        ];
        head.reserve(columns.iter().map(|column| column.len() + 5).sum());
        for column in columns {
            put_bytes(&column, &mut head);
        }
        let compressed = zstd::bulk::compress(&head, COMPRESSION_LEVEL)
            .expect("compressing from memory to memory fails only without memory");
        let mut batch = Vec::with_capacity(compressed.len() + signatures.len() + 16);
        batch.push(VERSION);
        put_integer(head.len() as u128, &mut batch);
        put_bytes(&compressed, &mut batch);
        batch.extend_from_slice(signatures);
        batch
    }
}

/// Appends `value - expected`, zigzag, so that a run of nonces is a run of zeros.
fn put_difference(value: u64, expected: u64, buffer: &mut Vec<u8>) {
    let difference = i128::from(value) - i128::from(expected);
    put_integer(((difference << 1) ^ (difference >> 127)) as u128, buffer);
}
