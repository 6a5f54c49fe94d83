# SPDX-License-Identifier: Apache-2.0
"""The chain from its L1 alone: with a real L1, our node posting, and everything that may go wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.devnet.nodes import HEADWATER_NODE
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import CHAIN_ID
from tests.node.l1 import World
from tests.scripts.waiting import wait_for

FIRST_PORT = 18_670
STRANGER_INDEX = 7


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, FIRST_PORT)
    yield made
    made.stop_all()


@pytest.fixture
def posting(world: World) -> World:
    world.start_anvil()
    world.deploy_inbox()
    world.start_chain()
    return world


def assert_follows(world: World, last: int, *arguments: str) -> None:
    done = world.follow(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    number, block_hash = done.stdout.split(":")[0].split()[1:]
    assert int(number) >= last
    assert world.chain.call("eth_getBlockByNumber", hex(int(number)), False)["hash"] == block_hash


def test_follow__of_thousands_of_transactions__gives_a_node_equal_at_every_block(posting):
    posting.send(3_000)
    last = posting.wait_until_posted()

    folder = posting.folder / "followed"
    assert_follows(posting, last, "--state-dir", str(folder))
    expected = list(posting.hashes(posting.chain, last))
    posting.stop("chain")

    # A node that knows nothing but the follower's folder serves the same chain.
    rpc = Rpc(f"http://127.0.0.1:{FIRST_PORT + 3}")
    command = [
        str(HEADWATER_NODE), "--quiet", "--port", str(FIRST_PORT + 3), "--block-time", "60",
        "--genesis", str(posting.folder / "chain" / "genesis.json"), "--state-dir", str(folder),
    ]  # fmt: skip
    restored = start_service("restored", command, posting.folder / "restored.log")
    try:
        wait_for(lambda: rpc.chain_id() == CHAIN_ID)
        assert list(posting.hashes(rpc, last)) == expected
        assert rpc.call("eth_getBalance", f"0x{0x1000 + 2_990:040x}", "latest") == hex(2_991)
    finally:
        stop_service(restored)


def test_follow__again__goes_on_from_its_folder(posting):
    folder = posting.folder / "followed"
    posting.send(50)
    assert_follows(posting, posting.wait_until_posted(), "--state-dir", str(folder))
    posting.send(50)
    last = posting.wait_until_posted()

    done = posting.follow("--state-dir", str(folder))

    assert done.returncode == 0, done.stderr
    assert "going on from the last checkpoint" in done.stderr
    assert int(done.stdout.split()[1]) >= last


def test_poster__killed_again_and_again__neither_skips_nor_repeats(posting):
    for _ in range(4):
        posting.send(400)
        frames = posting.next_index()
        wait_for(lambda before=frames: posting.next_index() > before)
        posting.kill("chain")
        posting.start_chain()
    posting.send(10)
    last = posting.wait_until_posted()

    ranges = posting.posted_ranges()
    blocks = [block for first, last in ranges for block in range(first, last + 1)]
    assert blocks == list(range(1, len(blocks) + 1))
    assert_follows(posting, last)


def test_chain__with_its_l1_away__goes_on_and_posts_when_it_is_back(posting):
    posting.send(20)
    posted = posting.wait_until_posted()
    posting.stop("l1")

    before = posting.chain.block_number()
    posting.send(100)
    wait_for(lambda: posting.chain.block_number() > before + 8)
    wait_for(lambda: posting.metrics["headwater_posting_failing"] > 0)
    assert posting.metrics["headwater_posting_lag_blocks"] >= 8

    posting.start_anvil()
    assert posting.posted_block() >= posted
    last = posting.wait_until_posted()
    assert posting.metrics["headwater_posting_failing"] == 0
    assert_follows(posting, last)


def test_poster__where_nothing_is_mined__raises_its_fees(posting):
    posting.send(5)
    posting.wait_until_posted()
    posting.l1.call("evm_setIntervalMining", 0)
    posting.send(5)
    log = posting.folder / "chain.log"
    wait_for(lambda: log.read_text().count("fees go up") >= 2)

    posting.l1.call("evm_setIntervalMining", 1)

    assert_follows(posting, posting.wait_until_posted())


def test_inbox_deployed_later__is_found(world):
    world.start_anvil()
    # The first contract of the devnet's deployer, before it is there.
    world.inbox = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    world.start_chain()
    world.send(5)
    wait_for(lambda: world.metrics["headwater_posting_failing"] > 0)

    world.deploy_inbox()

    assert_follows(world, world.wait_until_posted())


def test_follow__of_our_own_node_as_l1__is_equal(world):
    world.start_own_l1()
    world.deploy_inbox()
    world.start_chain()
    world.send(300)
    assert_follows(world, world.wait_until_posted())


def test_follow__past_strangers__does_not_see_them(posting):
    posting.send(10)
    last = posting.wait_until_posted()
    index, block = posting.next_index(), posting.posted_block() + 1
    assert not posting.post(index, block, block, b"mine", sender=STRANGER_INDEX)
    assert_follows(posting, last)


def test_follow__of_garbage__says_where_it_stands_until_it_is_posted_again(posting):
    posting.send(10)
    posting.wait_until_posted()
    posting.stop("chain")
    good = posting.posted_block()
    index = posting.next_index()
    assert posting.post(index, good + 1, good + 5, b"garbage")
    # Neither again nor out of turn: the inbox has its order.
    assert not posting.post(index, good + 1, good + 5, b"garbage")
    assert not posting.post(index + 1, good + 7, good + 8, b"garbage")

    done = posting.follow()
    assert done.returncode != 0
    assert f"rebuilt up to block {good} of {good + 5}" in done.stderr
    assert f"batch {index}: it does not decode" in done.stderr.splitlines()[-1]

    posting.rewind(good + 1)
    posting.start_chain()
    wait_for(lambda: posting.next_index() > index + 1)
    posting.send(10)
    assert_follows(posting, posting.wait_until_posted())


def test_follow__with_another_genesis__takes_no_batch(posting):
    posting.send(10)
    posting.wait_until_posted()
    genesis = json.loads((posting.folder / "chain" / "genesis.json").read_text())
    genesis["alloc"][next(iter(genesis["alloc"]))]["balance"] = "0x1"
    other = posting.folder / "other.json"
    other.write_text(json.dumps(genesis))

    done = posting.follow("--genesis", str(other))

    assert done.returncode != 0
    assert "rebuilt up to block 0 of" in done.stderr
    assert "batch 0: the block before it is 0x" in done.stderr


def test_follow__of_a_state_that_no_transaction_made__says_at_which_block(posting):
    posting.send(10)
    posting.wait_until_posted()
    # The open block may still be empty of it, the one after it is not.
    around = posting.chain.block_number() + 1
    posting.chain.call("anvil_setBalance", f"0x{0x77:040x}", "0x5")
    posting.send(10)
    posting.wait_until_posted()

    done = posting.follow()

    assert done.returncode != 0
    words = done.stderr.splitlines()[-1].split()
    assert words[:2] == ["headwater-node:", "block"] and words[3] == "differs:"
    assert around - 1 <= int(words[2]) <= around + 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--genesis", "/nowhere/genesis.json"), "genesis file /nowhere/genesis.json"),
        (("--inbox", "0x12"), "invalid value '0x12' for '--inbox"),
        (("--state-dir", "/proc/nowhere"), "/proc/nowhere"),
    ],
)
def test_follow__of_what_cannot_be__is_one_line(posting, arguments, words):
    done = posting.follow(*arguments)
    assert done.returncode != 0
    assert words in done.stderr
    assert "panicked" not in done.stderr


def test_follow__where_nothing_is_built__says_what_to_do(world):
    done = world.follow(HEADWATER_NODE=str(world.folder / "nothing"))
    assert done.returncode == 3
    assert done.stderr.strip() == (
        f"error: {world.folder}/nothing is not built; run `make node`, or set HEADWATER_NODE"
    )


def test_l1_reorganised__is_posted_to_again_and_followed_anew(posting):
    snapshot = posting.l1.call("evm_snapshot")
    posting.send(100)
    posting.wait_until_posted()
    folder = posting.folder / "followed"
    posting.start_follower(folder)
    wait_for(lambda: (folder / "l1.json").exists())

    assert posting.l1.call("evm_revert", snapshot)
    posting.send(50)
    last = posting.wait_until_posted()

    log = posting.folder / "follower.log"
    wait_for(lambda: "the chain is rebuilt from genesis" in log.read_text())
    wait_for(lambda: checkpoint_of(folder) >= last)
    posting.stop("follower")
    number, block_hash = log.read_text().splitlines()[-1].split(":")[0].split()[1:]
    assert posting.chain.call("eth_getBlockByNumber", hex(int(number)), False)["hash"] == block_hash
    assert_follows(posting, last)


def checkpoint_of(folder: Path) -> int:
    """The block up to which a follower's folder holds the state."""
    numbers = [int(path.stem.split("-")[1]) for path in folder.glob("checkpoint-*.bin")]
    return max(numbers, default=0)
