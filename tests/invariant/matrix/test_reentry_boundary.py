# SPDX-License-Identifier: Apache-2.0
"""Every function of the exit queue and of the backstop, called by a token in the middle of their own.

The rows are calls that hand control to a token. Within its own contract all is refused by the lock;
a pool, which a claim does not lock, must end as if the two calls had come one after the other.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.evm import Contract, actor, compile_contract
from tests.evm.codec import encode, selector, types_of
from tests.worlds.doubles import hooked_token, losing_pool
from tests.worlds.hostile import add_pool
from tests.worlds.lending import OWNER, LendingWorld, build_lending

LENDER, OTHER, BORROWER = actor("lender"), actor("other"), actor("borrower")
CAST = [LENDER, OTHER, BORROWER]
UNIT, ETH, MAX_UINT256 = 10**6, 10**18, 2**256 - 1
NOBODY = "0x" + "00" * 20

# Snekmate's own functions are not under our lock: they move no assets, and snekmate checks who calls.
UNLOCKED = {"owner", "pending_owner", "transfer_ownership", "accept_ownership"}


class House:
    """A pool of a hooked token that is lent out, tickets for it, and a backstop that holds some."""

    def __init__(self) -> None:
        self.world: LendingWorld = build_lending(CAST)
        self.machine = self.world.machine
        self.token, self.pool = add_pool(self.world, hooked_token(), CAST, None, (6,))
        self.queue = self.machine.deploy(
            compile_contract("lending/ExitQueue.vy"), self.world.accounts
        )
        eth, accounts = self.world.pools["eth"], self.world.accounts
        for who in (LENDER, OTHER):
            self.pool.deposit(1_000 * UNIT, who, sender=who)
            self.pool.approve(self.queue, MAX_UINT256, sender=who)
        self.pool.deposit(1_000 * UNIT, self.token, sender=LENDER)
        for spender in (self.queue, self.token):
            self.token.act(self.pool, self.pool.calldata("approve", spender, MAX_UINT256))
        eth.deposit(100 * ETH, BORROWER, sender=BORROWER)
        accounts.pledge(BORROWER, eth, sender=BORROWER)
        self.pool.borrow(self.pool.idle(), BORROWER, sender=BORROWER)
        for who, shares in ((LENDER, 800), (OTHER, 400)):
            self.queue.join(self.pool, shares * UNIT * UNIT, who, sender=who)
        # The token has a ticket of its own, so that it could do anything with that.
        self.token.act(
            self.queue, self.queue.calldata("join", self.pool, 100 * UNIT * UNIT, self.token)
        )
        self.token.mint(self.token, 10**9 * UNIT)
        self.pool.repay(500 * UNIT, BORROWER, sender=BORROWER)
        self.queue.serve(self.pool, sender=OTHER)
        self.pool.repay(500 * UNIT, BORROWER, sender=BORROWER)
        self.backstop, self.loser = self._backstop()

    def _backstop(self) -> tuple[Contract, Contract]:
        world, machine = self.world, self.machine
        head = world.tokens["btc"]
        staking = machine.deploy(compile_contract("staking/StakingPool.vy"), head, 1, 1, OWNER)
        backstop = machine.deploy(
            compile_contract("staking/Backstop.vy"),
            *(world.accounts, staking, world.oracle, world.oracle, 0, 0, OWNER),
        )
        loser = machine.deploy(losing_pool(), world.accounts, self.token)
        world.accounts.list_pool(loser, sender=OWNER)
        backstop.set_limit(loser, 10**6 * UNIT, sender=OWNER)
        self.token.mint(backstop, 1_000 * UNIT)
        return backstop, loser

    def chosen(self) -> dict[str, Any]:
        """Figures that a house with more contracts adds, by the names of parameters."""
        return {}

    def calls(self, target: Contract) -> Iterator[tuple[Mapping[str, Any], bytes]]:
        """Each function, with figures with which the token could make the call itself."""
        chosen: dict[str, Any] = {
            "pool": self.pool,
            "ticket": 3,
            "shares": 10 * UNIT * UNIT,
            "assets": UNIT,
            "start": 0,
            "limit": 10,
            "position": 0,
            **self.chosen(),
        }
        for entries in target.artifact.functions.values():
            for entry in entries:
                made = []
                for parameter in entry["inputs"]:
                    kind = parameter["type"]
                    plain: Any = self.token if kind == "address" else 1
                    if kind in ("bytes", "bytes32"):
                        plain = bytes(32 if kind == "bytes32" else 0)
                    elif kind.endswith("]"):
                        plain = []
                    made.append(chosen.get(parameter["name"], plain))
                types = types_of(entry["inputs"])
                yield entry, selector(entry["name"], types) + encode(types, made)

    def figures(self) -> dict[Any, Any]:
        seen: dict[Any, Any] = {}
        holders = [*CAST, self.token, self.pool, self.queue, self.backstop, self.loser]
        for holder in map(str, holders):
            seen["token", holder] = self.token.balanceOf(holder)
            seen["shares", holder] = self.pool.balanceOf(holder), self.pool.debt_shares_of(holder)
        for ticket in range(1, self.queue.ticket_count() + 1):
            seen["ticket", ticket] = tuple(self.queue.ticket_of(ticket))
        seen["books"] = self.pool.idle(), self.pool.total_debt(), self.pool.totalSupply()
        seen["waiting"] = self.queue.waiting_shares(self.pool), self.queue.item_count()
        seen["left"] = self.backstop.left_for(self.loser)
        return seen


Outer = Callable[[House], Any]
ROWS: dict[str, tuple[str, Outer]] = {
    "serve": ("queue", lambda house: house.queue.serve(house.pool, sender=OTHER)),
    "run_item": ("queue", lambda house: house.queue.run_item(0, sender=OTHER)),
    "claim": ("queue", lambda house: house.queue.claim(1, LENDER, sender=LENDER)),
    "cancel": ("queue", lambda house: house.queue.cancel(1, LENDER, sender=LENDER)),
    "cover": (
        "backstop",
        lambda house: house.loser.lose(house.backstop, 100 * UNIT, sender=OTHER),
    ),
}
# What the rows run, by contract: see test_rows.
ROWED = {"ExitQueue": {"serve", "run_item", "claim", "cancel"}, "Backstop": {"cover"}}


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def is_view(entry: Mapping[str, Any]) -> bool:
    return entry["stateMutability"] in ("view", "pure")


@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize("row", ROWS)
def test_reentry__into_the_contract_at_work__is_refused(
    house: House, row: str, is_late: bool
) -> None:
    name, outer = ROWS[row]
    target: Contract = getattr(house, name)
    with house.machine.undone():
        outer(house)
        alone = house.figures()

    wrong = []
    for entry, data in house.calls(target):
        if entry["name"] in UNLOCKED:
            continue
        with house.machine.undone():
            house.token.set_hook(target, data, is_late)
            outer(house)
            assert house.token.hook_count() == 1, f"{row} calls no token"
            if house.token.is_hook_successful() or house.token.hook_answer() != b"":
                wrong.append(entry["name"])
            elif house.figures() != alone:
                wrong.append(f"{entry['name']} left a trace")
    assert not wrong, f"within {row}: {wrong}"


@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize("row", ["claim", "cancel", "cover"])
def test_reentry__into_a_pool__ends_as_in_turn(house: House, row: str, is_late: bool) -> None:
    _, outer = ROWS[row]
    with house.machine.undone():
        outer(house)
        alone = house.figures()

    wrong, through = [], set()
    for entry, data in house.calls(house.pool):
        if is_view(entry):
            continue
        with house.machine.undone():
            house.token.set_hook(house.pool, data, is_late)
            outer(house)
            is_through, together = house.token.is_hook_successful(), house.figures()
        ends = [alone]
        if is_through:
            through.add(entry["name"])
            ends = [_in_turn(house, outer, data, is_first) for is_first in (True, False)]
        if together not in ends:
            wrong.append(entry["name"])
    assert not wrong, f"within {row}: {wrong}"
    assert through, "everything was refused: that teaches nothing"


def _in_turn(house: House, outer: Outer, data: bytes, is_first: bool) -> dict[Any, Any]:
    with house.machine.undone():
        house.token.set_hook(NOBODY, b"", False)
        if is_first:
            house.token.act(house.pool, data)
        outer(house)
        if not is_first:
            house.token.act(house.pool, data)
        return house.figures()
