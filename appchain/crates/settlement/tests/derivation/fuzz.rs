// SPDX-License-Identifier: Apache-2.0
//! Whatever bytes the L1 holds: no panic, no memory beyond bounds, and no other chain.

use std::sync::{Arc, OnceLock};

use primitives::{B256, BlockNumber};
use proptest::prelude::*;
use sequencer::Block;
use settlement::{
    Batch, RebuildError, abi, batch,
    frame::{Assembler, Frame, split},
};

use crate::common::{Kind, Made, assert_same, rebuilt};

fn chain() -> &'static (Vec<Batch>, Vec<Arc<Block>>) {
    static CHAIN: OnceLock<(Vec<Batch>, Vec<Arc<Block>>)> = OnceLock::new();
    CHAIN.get_or_init(|| {
        let mut made = Made::new(Kind::Quiet);
        made.blocks(&[5, 0, 12, 3]);
        (made.batches(1_000_000), made.committed())
    })
}

fn word() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::from)
}

prop_compose! {
    fn frame()(
        index in any::<u64>(),
        first in 0_u64..4,
        last in 0_u64..4,
        part in 0_u64..4,
        parts in prop_oneof![0_u64..4, any::<u64>()],
        bytes in prop::collection::vec(any::<u8>(), 0..50),
    ) -> Frame {
        let (first, last) = (BlockNumber(first), BlockNumber(last));
        Frame { index, first, last, state_root: B256::ZERO, part, parts, bytes }
    }
}

proptest! {
    #[test]
    fn a_bent_batch_gives_the_same_chain_or_none(
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let (batches, blocks) = chain();
        let mut bent = batches[0].clone();
        if is_cut {
            bent.bytes.truncate(cut.index(bent.bytes.len()));
        } else {
            let at = at.index(bent.bytes.len());
            bent.bytes[at] ^= flip;
        }
        let (memory, result) = rebuilt(Kind::Quiet, vec![bent]);
        match result {
            Ok((_, report)) if report.batches == 1 => assert_same(&memory.blocks, blocks),
            Ok((last, report)) => {
                prop_assert_eq!((report.dropped, last.header.number), (1, 0));
                prop_assert!(memory.blocks.is_empty());
            }
            Err(RebuildError::Differs { .. }) => prop_assert!(memory.blocks.is_empty()),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }

    #[test]
    fn garbage_is_dropped(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
        first in any::<u64>(),
        last in any::<u64>(),
    ) {
        let (first, last) = (BlockNumber(first), BlockNumber(last));
        let (_, result) =
            rebuilt(Kind::Quiet, vec![Batch { index: 0, first, last, state_root: B256::ZERO, bytes }]);
        prop_assert_eq!(result.map(|(_, report)| report.dropped).ok(), Some(1));
    }

    #[test]
    fn sealed_batches_open_again(
        parent in word(),
        hashes in prop::collection::vec(word(), 0..20),
        blocks in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let bytes = batch::seal(parent, &hashes, &blocks);
        let blocks = blocks.as_slice();
        prop_assert_eq!(batch::open(&bytes), Ok(batch::Sealed { parent, hashes, blocks }));
    }

    #[test]
    fn calldata_of_any_bytes_is_refused_or_read(
        mut calldata in prop::collection::vec(any::<u8>(), 0..600),
        topics in prop::collection::vec(word(), 0..5),
        data in prop::collection::vec(any::<u8>(), 0..400),
        has_selector in any::<bool>(),
        frame in frame(),
    ) {
        let good = abi::post_calldata(&frame);
        if has_selector && calldata.len() >= 4 {
            calldata[..4].copy_from_slice(&good[..4]);
        }
        let event = abi::FramePosted { frame_hash: primitives::keccak256(&frame.bytes), ..event_of(&frame) };
        prop_assert_eq!(abi::frame_of(&event, &good), Ok(frame));
        let _ = abi::posted(&topics, &data);
        prop_assert!(abi::frame_of(&event, &calldata).is_err() || calldata == good);
    }

    #[test]
    fn frames_in_any_order_never_give_more_than_they_hold(
        frames in prop::collection::vec(frame(), 0..60),
    ) {
        let held: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
        let mut assembler = Assembler::default();
        let given: usize = frames
            .into_iter()
            .filter_map(|frame| assembler.push(frame).batch)
            .map(|batch| batch.bytes.len())
            .sum();
        prop_assert!(given <= held);
    }

    #[test]
    fn split_batches_assemble_again(
        bytes in prop::collection::vec(any::<u8>(), 1..3_000),
        frame_bytes in 1_usize..700,
        index in 0_u64..1_000_000,
    ) {
        let (first, last) = (BlockNumber(3), BlockNumber(9));
        let batch = Batch { index, first, last, state_root: B256::ZERO, bytes };
        let mut assembler = Assembler::default();
        let frames = split(&batch, frame_bytes);
        let count = frames.len();
        for (place, frame) in frames.into_iter().enumerate() {
            let assembled = assembler.push(frame);
            prop_assert_eq!(assembled.dropped, None);
            prop_assert_eq!(assembled.batch.is_some(), place + 1 == count);
            if let Some(found) = assembled.batch {
                prop_assert_eq!(&found, &batch);
            }
        }
    }
}

fn event_of(frame: &Frame) -> abi::FramePosted {
    let number = primitives::U256::from;
    abi::FramePosted {
        index: number(frame.index),
        batcher: primitives::Address::ZERO,
        first_block: number(frame.first.0),
        last_block: number(frame.last.0),
        state_root: frame.state_root,
        part: number(frame.part),
        parts: number(frame.parts),
        frame_hash: B256::ZERO,
        frames_hash: B256::ZERO,
    }
}
