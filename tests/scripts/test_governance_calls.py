# SPDX-License-Identifier: Apache-2.0
"""Calls for the timelock as people write them: read, shown again, and refused in words."""

import pytest
from eth_utils import to_checksum_address

from scripts.deploy._record import Record
from scripts.devnet.rpc import Rpc
from scripts.errors import CallInvalid
from scripts.operate.chain import Chain
from scripts.operate.governance.calls import Book, Call

KINDS = {
    "tUSD": "TestToken",
    "HEAD": "HeadToken",
    "PriceOracle": "PriceOracle",
    "PairTwapFeed/head": "PairTwapFeed",
    "LendingPool/usd_prime": "LendingPool",
    "LendingPool/btc": "LendingPool",
    "RiskTerms": "RiskTerms",
    "StakingPool": "StakingPool",
    "Heartbeat": "Heartbeat",
    "BlockCalls/opening": "BlockCalls",
    "PoolBlueprint": "PoolBlueprint",
}
STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """Of a deployment that exists on paper: nothing is asked of a chain."""
    contracts = {
        key: {"contract": kind, "address": to_checksum_address(f"0x{number:040x}")}
        for number, (key, kind) in enumerate(KINDS.items(), start=1)
    }
    path = tmp_path_factory.mktemp("paper") / "devnet.json"
    rpc = Rpc("http://127.0.0.1:1")
    return Book(Chain(rpc, Record(path, "devnet", 1, "0x", True, rpc.url, contracts=contracts)))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" LendingPool/btc.accrue( ) ", "LendingPool/btc.accrue()"),
        (
            "RiskTerms.set_caps(LendingPool/btc, 4_000e8, 0)",
            "RiskTerms.set_caps(LendingPool/btc, 400000000000, 0)",
        ),
        (
            "PriceOracle.set_feeds(HEAD,[PairTwapFeed/head, tUSD],7200,5000,1e18)",
            "PriceOracle.set_feeds(HEAD, [PairTwapFeed/head, tUSD], 7200, 5000, 1000000000000000000)",
        ),
        (
            "PriceOracle.set_feeds(HEAD, [], 1, 1, 1)",
            "PriceOracle.set_feeds(HEAD, [], 1, 1, 1)",
        ),
        (
            f"StakingPool.set_distributor({STRANGER.lower()}, true)",
            f"StakingPool.set_distributor({STRANGER}, true)",
        ),
        (
            "Heartbeat.set_opening_jobs([(BlockCalls/opening, 500_000, 24e5)])",
            "Heartbeat.set_opening_jobs([(BlockCalls/opening, 500000, 2400000)])",
        ),
        (
            "BlockCalls/opening.add_entry((LendingPool/btc, 0xdeadbeef, 400000, 60))",
            "BlockCalls/opening.add_entry((LendingPool/btc, 0xdeadbeef, 400000, 60))",
        ),
        (
            f"LendingPool@{STRANGER}.accept_ownership()",
            f"LendingPool@{STRANGER}.accept_ownership()",
        ),
    ],
)
def test_call__read_and_shown__is_the_same(book, written, shown):
    call = book.parse(written)

    assert book.show_call(call) == shown
    assert book.parse(shown) == call


def test_call__of_a_stranger__is_shown_as_bytes(book):
    assert book.show_call(Call(f"0x{99:040x}", b"\1\2\3\4", 5)) == (
        f"0x{99:040x}: unknown call 0x01020304, with 5 wei"
    )


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("", "nothing is not written as Contract.function(arguments)"),
        ("LendingPool/usd_prime", "is not written as Contract.function(arguments)"),
        ("LendingPool/usd_prim.accrue()", "no contract of the deployment; did you mean LendingP"),
        ("PoolBlueprint.accrue()", "PoolBlueprint is no contract of the deployment"),
        ("PriceOracle.set_feed(HEAD)", "PriceOracle.set_feed is no function; did you mean set_"),
        ("PriceOracle.price_usd_wad(HEAD)", "is a view: it changes nothing"),
        ("LendingPool/btc.set_rate_model()", "takes (rate_model: address), not 0 arguments"),
        ("LendingPool/btc.set_rate_model(0x12)", "0x12 is neither an address nor a contract"),
        (f"LendingPool/btc.set_rate_model({STRANGER[:-1]}9)", "is neither an address nor"),
        ("LendingPool/btc.set_rate_model(0x" + "aA" * 20 + ")", "is neither an address nor"),
        ("RiskTerms.set_caps(LendingPool/btc, -1, 2)", "-1 does not fit uint256"),
        ("RiskTerms.set_caps(LendingPool/btc, 1e78, 2)", "1e78 does not fit uint256"),
        ("RiskTerms.set_caps(LendingPool/btc, 1.5, 2)", "1.5 is no whole number"),
        ("RiskTerms.set_caps(LendingPool/btc, , 2)", "nothing is no whole number"),
        ("RiskTerms.set_caps(LendingPool/btc, [1, 2)", "lacks a ]"),
        ("RiskTerms.set_caps(LendingPool/btc, 1], 2)", "has a ] too many"),
        ("StakingPool.set_distributor(tUSD, yes)", "yes is neither true nor false"),
        ("PriceOracle.set_feeds(HEAD, tUSD, 1, 1, 1)", "tUSD does not stand in []"),
        ("Heartbeat.set_opening_jobs([(HEAD, 1)])", "has 2 parts, not 3"),
        ("BlockCalls/opening.add_entry((HEAD, 0xabc, 1, 1))", "0xabc is not 0x and whole bytes"),
        ("LendingPool@0x12.accrue()", "is not written as"),
        (f"Lender@{STRANGER}.accrue()", "is no kind of contract and its address"),
    ],
)
def test_call__that_cannot_be__says_why(book, written, fact):
    with pytest.raises(CallInvalid) as caught:
        book.parse(written)
    assert fact in str(caught.value)
