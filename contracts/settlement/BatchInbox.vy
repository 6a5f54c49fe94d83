# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title BatchInbox
@license AGPL-3.0-only
@notice The rollup's batches, in order, on the L1: who has its calldata can rebuild the chain.
@dev What it guarantees: frames stand in one order, none twice and none left out; the parts
     of a batch follow each other, and complete batches cover consecutive blocks;
     `frames_hash` commits to every byte ever posted.
     What it does not: it reads no frame, so bytes may be garbage and a state root wrong.
     Whoever rebuilds the chain finds that out; docs/decisions/0013 says by which rules.
     Bytes are in calldata alone: nobody can read them from the L1's state.
@custom:kill The owner sets a batcher that nobody holds the key of. What was posted stays.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IBatchInbox

implements: IBatchInbox

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# With the call around it, what nodes take as one transaction: 131,072 bytes.
MAX_FRAME_BYTES: constant(uint256) = 130_000
# A gigabyte: what whoever rebuilds the chain must be ready to hold.
MAX_PARTS: constant(uint256) = 8_192

# The first block that was ever to be posted: that after genesis.
FIRST_BLOCK: immutable(uint256)

# Who may post.
batcher: public(address)

# Index of the next frame.
next_index: public(uint256)

# First block of the next batch.
next_block: public(uint256)

# Part that the batch begun waits for; 0 where none is begun.
next_part: public(uint256)

# Keccak of what the parts of the batch begun have in common.
_begun: bytes32

# Keccak of the hash before and all that the last frame's event says.
frames_hash: public(bytes32)


@deploy
def __init__(batcher: address, first_block: uint256, owner: address):
    """
    @notice Opens the inbox of a chain whose first block after genesis is `first_block`.
    @custom:reverts "inbox: zero batcher"
    @param batcher Who may post.
    @param first_block Number of the first block to be posted.
    @param owner Who may replace the batcher, and rewind.
    """
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)

    FIRST_BLOCK = first_block
    self.next_block = first_block
    self._set_batcher(batcher)


@external
def post(
    index: uint256,
    first_block: uint256,
    last_block: uint256,
    state_root: bytes32,
    part: uint256,
    parts: uint256,
    frame: Bytes[130_000],
):
    """
    @notice Append a frame of the batch of blocks `first_block` to `last_block`.
    @dev `index` makes a transaction that was sent twice fail the second time. A batch may
         begin again at part 0: parts of it that were posted before are then void. The
         batcher calls directly, so that the transaction's calldata is this call's.
    @custom:access The batcher.
    @custom:reverts
        "inbox: caller is not the batcher"
        "inbox: called through a contract"
        "inbox: wrong index"
        "inbox: empty frame"
        "inbox: no such part"
        "inbox: too many parts"
        "inbox: wrong first block"
        "inbox: last before first block"
        "inbox: not the next part" of the batch that was begun
    @param index Number of the frame, counted from 0.
    @param first_block First block of the batch.
    @param last_block Its last block.
    @param state_root What the batcher claims to be the state's root after it.
    @param part Which part of the batch this is, counted from 0.
    @param parts How many parts it has.
    @param frame The bytes.
    """
    assert msg.sender == self.batcher, "inbox: caller is not the batcher"
    assert msg.sender == tx.origin, "inbox: called through a contract"
    assert index == self.next_index, "inbox: wrong index"
    assert len(frame) > 0, "inbox: empty frame"
    assert part < parts, "inbox: no such part"
    assert parts <= MAX_PARTS, "inbox: too many parts"
    assert first_block == self.next_block, "inbox: wrong first block"
    assert last_block >= first_block, "inbox: last before first block"
    begun: bytes32 = keccak256(abi_encode(first_block, last_block, state_root, parts))
    if part > 0:
        assert part == self.next_part and begun == self._begun, "inbox: not the next part"

    frame_hash: bytes32 = keccak256(frame)
    frames_hash: bytes32 = keccak256(
        abi_encode(
            self.frames_hash, index, first_block, last_block, state_root, part, parts, frame_hash
        )
    )

    self.next_index = index + 1
    self.frames_hash = frames_hash
    if part + 1 == parts:
        self.next_block = last_block + 1
        self.next_part = 0
    else:
        self.next_part = part + 1
        self._begun = begun

    log IBatchInbox.FramePosted(
        index=index,
        batcher=msg.sender,
        first_block=first_block,
        last_block=last_block,
        state_root=state_root,
        part=part,
        parts=parts,
        frame_hash=frame_hash,
        frames_hash=frames_hash,
    )


@external
def set_batcher(new_batcher: address):
    """
    @notice Replace the batcher.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "inbox: zero batcher"
    @param new_batcher Who may post from here on.
    """
    ownable._check_owner()
    self._set_batcher(new_batcher)


@external
def rewind(new_next_block: uint256):
    """
    @notice Let blocks from `new_next_block` on be posted again, after a batch of no use.
    @dev It changes no history: whoever rebuilds the chain keeps the first batch of a block
         that is of use, and drops what comes for it later.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "inbox: not posted yet"
        "inbox: before the first block"
    @param new_next_block First block of the next batch.
    """
    ownable._check_owner()
    assert new_next_block < self.next_block, "inbox: not posted yet"
    assert new_next_block >= FIRST_BLOCK, "inbox: before the first block"

    log IBatchInbox.Rewound(old_next_block=self.next_block, new_next_block=new_next_block)
    self.next_block = new_next_block


@internal
def _set_batcher(batcher: address):
    """
    @custom:reverts "inbox: zero batcher"
    """
    assert batcher != empty(address), "inbox: zero batcher"

    log IBatchInbox.BatcherChanged(old_batcher=self.batcher, new_batcher=batcher)
    self.batcher = batcher
