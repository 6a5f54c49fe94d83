# SPDX-License-Identifier: Apache-2.0
import ape
import pytest
from eth_abi import encode
from eth_utils import keccak

FIRST_BLOCK = 1
MAX_FRAME_BYTES = 130_000
MAX_PARTS = 8_192
ROOT = keccak(b"state")
NOTHING = b"\0" * 32
ZERO_ADDRESS = "0x" + "00" * 20


@pytest.fixture(scope="module")
def batcher(accounts):
    return accounts[7]


@pytest.fixture(scope="module")
def inbox(project, owner, batcher):
    return owner.deploy(project.BatchInbox, batcher, FIRST_BLOCK, owner)


def events(receipt, event):
    return [dict(log.event_arguments) for log in event.from_receipt(receipt)]


def chained(before, index, first_block, last_block, part, parts, frame, root=ROOT):
    """What `frames_hash` is after a frame."""
    words = ["bytes32", "uint256", "uint256", "uint256", "bytes32", "uint256", "uint256", "bytes32"]
    fields = [before, index, first_block, last_block, root, part, parts, keccak(frame)]
    return keccak(encode(words, fields))


def position(inbox):
    return inbox.next_index(), inbox.next_block(), bytes(inbox.frames_hash())


def test_constructor__opens_after_genesis(inbox, owner, batcher):
    assert position(inbox) == (0, FIRST_BLOCK, NOTHING)
    assert (inbox.owner(), inbox.batcher()) == (owner, batcher)


def test_constructor__without_batcher__reverts(project, owner):
    with ape.reverts("inbox: zero batcher"):
        owner.deploy(project.BatchInbox, ZERO_ADDRESS, FIRST_BLOCK, owner)


def test_post__of_a_whole_batch__moves_on_and_logs(inbox, batcher):
    receipt = inbox.post(0, 1, 12, ROOT, 0, 1, b"frame", sender=batcher)

    hash_after = chained(NOTHING, 0, 1, 12, 0, 1, b"frame")
    assert position(inbox) == (1, 13, hash_after)
    assert events(receipt, inbox.FramePosted) == [
        {
            "index": 0,
            "batcher": batcher,
            "first_block": 1,
            "last_block": 12,
            "state_root": ROOT,
            "part": 0,
            "parts": 1,
            "frame_hash": keccak(b"frame"),
            "frames_hash": hash_after,
        }
    ]


def test_post__in_parts__moves_the_next_block_with_the_last(inbox, batcher):
    inbox.post(0, 1, 3, ROOT, 0, 2, b"one", sender=batcher)
    after_one = chained(NOTHING, 0, 1, 3, 0, 2, b"one")
    assert position(inbox) == (1, 1, after_one)
    assert inbox.next_part() == 1

    inbox.post(1, 1, 3, ROOT, 1, 2, b"two", sender=batcher)
    assert position(inbox) == (2, 4, chained(after_one, 1, 1, 3, 1, 2, b"two"))
    assert inbox.next_part() == 0


@pytest.mark.parametrize(
    ("last_block", "root", "part", "parts"),
    [(3, ROOT, 2, 3), (4, ROOT, 1, 3), (3, NOTHING, 1, 3), (3, ROOT, 1, 2)],
)
def test_post__of_a_part_that_is_not_next__reverts(inbox, batcher, last_block, root, part, parts):
    inbox.post(0, 1, 3, ROOT, 0, 3, b"one", sender=batcher)
    with ape.reverts("inbox: not the next part"):
        inbox.post(1, 1, last_block, root, part, parts, b"two", sender=batcher)
    assert (inbox.next_index(), inbox.next_part()) == (1, 1)


def test_post__of_a_batch_begun_again__is_taken(inbox, batcher):
    inbox.post(0, 1, 3, ROOT, 0, 2, b"one", sender=batcher)
    inbox.post(1, 1, 5, ROOT, 0, 1, b"whole", sender=batcher)
    assert inbox.next_index() == 2
    assert inbox.next_block() == 6


def test_post__of_the_largest_frame__is_taken(inbox, batcher):
    frame = b"\x5a" * MAX_FRAME_BYTES
    receipt = inbox.post(0, 1, 1, ROOT, 0, 1, frame, sender=batcher)
    assert events(receipt, inbox.FramePosted)[0]["frame_hash"] == keccak(frame)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((1, 1, 1, ROOT, 0, 1, b"x"), "inbox: wrong index"),
        ((0, 1, 1, ROOT, 0, 1, b""), "inbox: empty frame"),
        ((0, 1, 1, ROOT, 1, 1, b"x"), "inbox: no such part"),
        ((0, 1, 1, ROOT, 0, 0, b"x"), "inbox: no such part"),
        ((0, 1, 1, ROOT, 0, MAX_PARTS + 1, b"x"), "inbox: too many parts"),
        ((0, 2, 2, ROOT, 0, 1, b"x"), "inbox: wrong first block"),
        ((0, 0, 2, ROOT, 0, 1, b"x"), "inbox: wrong first block"),
        ((0, 1, 0, ROOT, 0, 1, b"x"), "inbox: last before first block"),
        ((0, 1, 1, ROOT, 1, 2, b"x"), "inbox: not the next part"),
    ],
)
def test_post__of_what_does_not_follow__reverts(inbox, batcher, arguments, reason):
    with ape.reverts(reason):
        inbox.post(*arguments, sender=batcher)
    assert position(inbox) == (0, FIRST_BLOCK, NOTHING)


def test_post__twice__reverts_the_second_time(inbox, batcher):
    inbox.post(0, 1, 1, ROOT, 0, 1, b"x", sender=batcher)
    with ape.reverts("inbox: wrong index"):
        inbox.post(0, 1, 1, ROOT, 0, 1, b"x", sender=batcher)
    with ape.reverts("inbox: wrong first block"):
        inbox.post(1, 1, 1, ROOT, 0, 1, b"x", sender=batcher)


def test_post__by_another__reverts(inbox, owner, stranger):
    for other in (owner, stranger):
        with ape.reverts("inbox: caller is not the batcher"):
            inbox.post(0, 1, 1, ROOT, 0, 1, b"x", sender=other)


def test_post__through_a_contract__reverts(inbox, project, owner, batcher):
    caller = owner.deploy(project.InboxCaller)
    inbox.set_batcher(caller, sender=owner)
    with ape.reverts("inbox: called through a contract"):
        caller.post(inbox, b"x", sender=batcher)


def test_set_batcher__by_the_owner__replaces_and_logs(inbox, owner, batcher, stranger):
    receipt = inbox.set_batcher(stranger, sender=owner)

    assert inbox.batcher() == stranger
    assert events(receipt, inbox.BatcherChanged) == [
        {"old_batcher": batcher, "new_batcher": stranger}
    ]
    with ape.reverts("inbox: caller is not the batcher"):
        inbox.post(0, 1, 1, ROOT, 0, 1, b"x", sender=batcher)
    inbox.post(0, 1, 1, ROOT, 0, 1, b"x", sender=stranger)


def test_set_batcher__to_nobody_or_by_another__reverts(inbox, owner, batcher):
    with ape.reverts("inbox: zero batcher"):
        inbox.set_batcher(ZERO_ADDRESS, sender=owner)
    with ape.reverts("ownable: caller is not the owner"):
        inbox.set_batcher(batcher, sender=batcher)


def test_rewind__after_garbage__lets_the_blocks_be_posted_again(inbox, owner, batcher):
    inbox.post(0, 1, 9, ROOT, 0, 1, b"garbage", sender=batcher)
    before = bytes(inbox.frames_hash())

    receipt = inbox.rewind(1, sender=owner)

    assert position(inbox) == (1, 1, before)
    assert events(receipt, inbox.Rewound) == [{"old_next_block": 10, "new_next_block": 1}]
    inbox.post(1, 1, 4, ROOT, 0, 1, b"sound", sender=batcher)
    assert inbox.next_block() == 5


def test_rewind__forward_or_before_the_first_or_by_another__reverts(inbox, owner, batcher):
    inbox.post(0, 1, 9, ROOT, 0, 1, b"x", sender=batcher)
    with ape.reverts("inbox: not posted yet"):
        inbox.rewind(10, sender=owner)
    with ape.reverts("inbox: before the first block"):
        inbox.rewind(0, sender=owner)
    with ape.reverts("ownable: caller is not the owner"):
        inbox.rewind(5, sender=batcher)


def test_ownership__moves_in_two_steps(inbox, owner, stranger):
    inbox.transfer_ownership(stranger, sender=owner)
    assert (inbox.owner(), inbox.pending_owner()) == (owner, stranger)
    inbox.accept_ownership(sender=stranger)
    assert inbox.owner() == stranger
