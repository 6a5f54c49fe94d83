# SPDX-License-Identifier: Apache-2.0
"""Every function of what works at a block's boundary, for owners and for operators, in mid-call.

The rows are calls that hand control to a stranger: to a token, or to a worker that stands where a job,
a listed call's target or a pool should. Within a contract under its lock all is refused; operators,
who may be called back, and pools and accounts must end as if the two calls had come in turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_account import Account as Keys

from tests.evm import Contract, Reverted, compile_contract
from tests.invariant.matrix.test_reentry import SHAPE
from tests.invariant.matrix.test_reentry import UNLOCKED as POOL_UNLOCKED
from tests.invariant.matrix.test_reentry_boundary import (
    BORROWER,
    MAX_UINT256,
    NOBODY,
    OTHER,
    UNIT,
    UNLOCKED,
    House,
    is_view,
)
from tests.signed_batches import batch_message
from tests.worlds.doubles import hooked_worker
from tests.worlds.hostile import deploy_pool
from tests.worlds.lending import OWNER, SEED_ASSETS, SEEDER, TREASURY

SIGNER_KEY = Keys.from_key(b"\x05" * 32)
SIGNER = SIGNER_KEY.address.lower()
WITHDRAW = 2
WAD = 10**18
DAY_SECONDS = 86_400
ITEM_GAS, JOB_GAS = 2_500_000, 7_000_000


class JobsHouse(House):
    """A loan that the liquidator may tend; a worker where others expect a job, a target or a pool."""

    def __init__(self) -> None:
        super().__init__()
        world, machine = self.world, self.machine
        deploy = machine.deploy
        self.heartbeat = deploy(compile_contract("lending/Heartbeat.vy"), OWNER)
        self.entries = deploy(compile_contract("lending/BlockCalls.vy"), self.heartbeat, OWNER)
        self.curve = deploy(compile_contract("rates/AdaptiveRate.vy"), *SHAPE)
        self.worker = deploy(hooked_worker(), OWNER, self.curve)
        self.terms, self.accounts = world.terms, world.accounts
        # The token is the same on both sides, so that nothing is ever routed.
        self.liquidator = deploy(
            compile_contract("lending/BlockLiquidator.vy"),
            *(self.heartbeat, world.accounts, world.oracle, TREASURY, 0, OWNER),
        )
        self.token.mint(self.liquidator, 10**6 * UNIT)
        jobs = [(self.worker.address, ITEM_GAS, JOB_GAS)]
        self.heartbeat.set_opening_jobs(jobs, sender=OWNER)
        self.heartbeat.set_closing_jobs(jobs, sender=OWNER)
        self.terms.set_backstop(self.pool, self.worker, sender=OWNER)
        self.token.mint(self.worker, 10**6 * UNIT)
        self.pool.deposit(1_000 * UNIT, self.worker, sender=OTHER)
        payload = self.worker.calldata("run_item", 0)
        self.entries.add_entry((self.worker.address, payload, ITEM_GAS, 0), sender=OWNER)
        self._grant()
        self._lend_too_much()

    def _grant(self) -> None:
        """SIGNER has shares; OTHER, and the token for its own account, may do something with them."""
        self.operators = self.machine.deploy(
            compile_contract("lending/Operators.vy"), self.accounts
        )
        self.accounts.set_operators(self.operators, sender=OWNER)
        self.pool.deposit(1_000 * UNIT, SIGNER, sender=OTHER)
        self.accounts.pledge(SIGNER, self.pool, sender=SIGNER)
        grant = (MAX_UINT256, SIGNER, 2**64, 0)
        self.operators.grant(SIGNER, OTHER, WITHDRAW, self.pool, grant, sender=SIGNER)
        own = (MAX_UINT256, self.token, 2**64, 0)
        for target, name, arguments in (
            (self.accounts, "pledge", (self.token, self.pool)),
            (self.operators, "grant", (self.token, self.token, WITHDRAW, self.pool, own)),
        ):
            is_done, answer = self.token.act(target, target.calldata(name, *arguments))
            assert is_done, answer

    def _lend_too_much(self) -> None:
        """SIGNER's sub-account owes 3,000 against 4,000 in a second pool of the token, to be had for 60 %."""
        world = self.world
        self.second = deploy_pool(world, self.token)
        self.second.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
        world.accounts.list_pool(self.second, sender=OWNER)
        world.terms.set_collateral(self.pool, self.second, 7_600, 8_000, sender=OWNER)
        self.token.mint(SIGNER, 10**6 * UNIT)
        self.second.deposit(4_000 * UNIT, DEBTOR, sender=SIGNER)
        self.second.deposit(1_000 * UNIT, self.token, sender=SIGNER)
        self.pool.deposit(5_000 * UNIT, OTHER, sender=OTHER)
        borrow = self.pool.calldata("borrow", 3_000 * UNIT, SIGNER)
        pledge = self.accounts.calldata("pledge", DEBTOR, self.second)
        calls = [(self.accounts.address, DEBTOR, pledge), (self.pool.address, DEBTOR, borrow)]
        self.accounts.batch(calls, sender=SIGNER)
        world.terms.set_collateral(self.pool, self.second, 5_000, 6_000, sender=OWNER)
        self.machine.wait(2 * DAY_SECONDS)
        for each in (self.pool, self.second):
            each.accrue(sender=OTHER)
        self.position = self.accounts.debtors(0, 100).index(DEBTOR)

    def chosen(self) -> dict[str, Any]:
        withdraw = self.pool.calldata("withdraw", UNIT, self.token, self.token)
        return {
            "asset": self.token,
            "nonce": 0,
            "deadline": MAX_UINT256,
            "entry": (self.worker.address, self.worker.calldata("accrue"), 100_000, 0),
            "grant": (MAX_UINT256, self.token.address, 2**64, 0),
            "calls": [(self.pool.address, self.token.address, withdraw)],
        }

    def figures(self) -> dict[Any, Any]:
        seen = super().figures()
        for holder in map(str, (self.liquidator, TREASURY, SIGNER, DEBTOR, self.worker)):
            seen["token", holder] = self.token.balanceOf(holder)
            seen["second", holder] = self.second.balanceOf(holder)
            seen["shares", holder] = self.pool.balanceOf(holder), self.pool.debt_shares_of(holder)
        seen["second"] = self.second.idle(), self.second.totalSupply()
        seen["second", self.token.address] = self.second.balanceOf(self.token)
        seen["pledges"] = [tuple(self.accounts.pledges_of(who)) for who in (self.token, DEBTOR)]
        seen["heartbeat"] = self.heartbeat.cursor_of(self.worker), self.heartbeat.opening_jobs()
        seen["entries"] = self.entries.item_count(), self.worker.turns()
        seen["curve"] = self.curve.rate_at_target_wad(self.worker)
        seen["terms"] = self.terms.terms_of(self.worker), self.terms.terms_of(self.pool)
        for operator in (OTHER, self.token):
            for account in (SIGNER, self.token):
                key = (account, operator, WITHDRAW, self.pool)
                seen["grant", str(account), str(operator)] = self.operators.grant_of(*key)
        seen["nonces"] = [self.operators.next_nonce(who, 0) for who in (SIGNER, self.token)]
        return seen

    def send(self, sender: Contract, target: Contract, name: str, *arguments: Any) -> None:
        with self.machine.played(sender.address):
            getattr(target, name)(*arguments, sender=sender)

    def withdrawal(self) -> list[tuple[str, str, bytes]]:
        data = self.pool.calldata("withdraw", UNIT, SIGNER, SIGNER)
        return [(self.pool.address, SIGNER, data)]

    def signature(self) -> bytes:
        message = batch_message(self.operators, 1, SIGNER, NOBODY, self.withdrawal(), 0)
        made = SIGNER_KEY.sign_message(message)
        return made.r.to_bytes(32, "big") + made.s.to_bytes(32, "big") + bytes([made.v])


DEBTOR = f"0x{int(SIGNER, 16) ^ 1:040x}"


@dataclass(frozen=True)
class Row:
    """The contract at work, the call, and who is the stranger in it."""

    target: str
    outer: Callable[[JobsHouse], Any]
    stranger: str = "token"
    # Moves of the token that come before the one at which the stranger is called.
    skipped_moves: int = 0
    # What is not under the lock of the contract at work.
    unlocked: frozenset[str] = frozenset()


def tend(house: JobsHouse) -> None:
    house.send(house.heartbeat, house.liquidator, "run_item", house.position)


def close_block(house: JobsHouse) -> None:
    house.heartbeat.close_block(sender=OTHER)


def lose(house: JobsHouse) -> None:
    """Ether for 300,000 dollars is worth a thousand: most of BORROWER's loan is lost."""
    house.world.set_price("eth", 10 * WAD)
    eth = house.world.pools["eth"]
    house.pool.liquidate(BORROWER, eth, MAX_UINT256, 0, sender=OTHER)


def call_back(house: JobsHouse) -> None:
    worker = house.worker
    calls = [(worker.address, worker.address, worker.calldata("run_item", 0))]
    is_done, answer = worker.act(house.accounts, house.accounts.calldata("batch", calls))
    if not is_done:
        raise Reverted(
            "accounts: unhealthy" if b"accounts: unhealthy" in answer else "", str(answer)
        )


LOCKED: dict[str, Row] = {
    "liquidator, as it repays": Row("liquidator", tend),
    "liquidator, as it redeems": Row("liquidator", tend, skipped_moves=1),
    "liquidator, as it pays profit": Row("liquidator", tend, skipped_moves=2),
    "liquidator, as its reserve leaves": Row(
        "liquidator",
        lambda house: house.liquidator.withdraw(house.token, UNIT, OTHER, sender=OWNER),
    ),
    "backstop, as its reserve leaves": Row(
        "backstop",
        lambda house: house.backstop.withdraw(house.token, UNIT, OTHER, sender=OWNER),
    ),
    "heartbeat, as a block opens": Row(
        "heartbeat", lambda house: house.heartbeat.open_block(sender=OTHER), "worker"
    ),
    "heartbeat, as a block closes": Row("heartbeat", close_block, "worker"),
    "listed calls": Row(
        "entries", lambda house: house.send(house.heartbeat, house.entries, "run_item", 0), "worker"
    ),
    "terms, as a pool accrues": Row(
        "terms",
        lambda house: house.terms.set_reserve_factor(house.worker, 7, sender=OWNER),
        "worker",
        unlocked=frozenset({"terms_of", "open_terms", "reserve_factor_bps"}),
    ),
    "curve, as a pool accrues": Row(
        "curve",
        lambda house: house.curve.checkpoint(house.worker, sender=OTHER),
        "worker",
        unlocked=frozenset({"rate_per_second_wad"}),
    ),
}
LOCKED["a pool, as its loss is covered"] = Row(
    "pool", lose, "worker", unlocked=frozenset(POOL_UNLOCKED)
)
OPEN: dict[str, Row] = {
    "a step of an operator": Row(
        "operators", lambda house: house.operators.operate(house.withdrawal(), sender=OTHER)
    ),
    "a batch that is signed": Row(
        "operators",
        lambda house: house.operators.batch_signed(
            *(SIGNER, NOBODY, house.withdrawal(), 0, MAX_UINT256, house.signature()), sender=OTHER
        ),
    ),
    "a batch that calls its sender back": Row("accounts", call_back, "worker"),
}
# What the rows run, by contract: see test_rows.
ROWED = {
    "LendingPool": {"liquidate"},
    "BlockLiquidator": {"run_item", "withdraw"},
    "Backstop": {"withdraw"},
    "Heartbeat": {"open_block", "close_block"},
    "BlockCalls": {"run_item"},
    "RiskTerms": {"set_reserve_factor"},
    "AdaptiveRate": {"checkpoint"},
    "Operators": {"operate", "batch_signed"},
    "Accounts": {"batch_for"},
}


@pytest.fixture(scope="module")
def house() -> JobsHouse:
    return JobsHouse()


@dataclass
class Cell:
    """How an outer call ended, and the one within it."""

    is_through: bool
    answer: bytes
    figures: Mapping[Any, Any] = field(repr=False)


def together(house: JobsHouse, row: Row, target: Contract, data: bytes, is_late: bool) -> Cell:
    stranger: Contract = getattr(house, row.stranger)
    stranger.set_hook(target, data, is_late)
    if row.skipped_moves:
        stranger.skip_moves(row.skipped_moves)
    row.outer(house)
    assert stranger.hook_count() == 1, "no stranger was called"
    return Cell(stranger.is_hook_successful(), stranger.hook_answer(), house.figures())


def alone(house: JobsHouse, row: Row) -> dict[Any, Any]:
    with house.machine.undone():
        before = house.figures()
        row.outer(house)
        after = house.figures()
    assert before != after, "a call that does nothing teaches nothing"
    return after


@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize("row", LOCKED)
def test_reentry__into_the_contract_at_work__is_refused(
    house: JobsHouse, row: str, is_late: bool
) -> None:
    made = LOCKED[row]
    target: Contract = getattr(house, made.target)
    by_itself, wrong = alone(house, made), []
    for entry, data in house.calls(target):
        name = entry["name"]
        if name in UNLOCKED or name == "permit":
            continue
        with house.machine.undone():
            cell = together(house, made, target, data, is_late)
        is_locked = name not in made.unlocked
        if is_locked and (cell.is_through or cell.answer != b""):
            wrong.append(name)
        elif cell.figures != by_itself:
            wrong.append(f"{name} left a trace")
        assert is_locked or is_view(entry), f"{name} writes, and is not under the lock"
    assert not wrong, f"within {row}: {wrong}"


IN_TURN = [
    *((row, column) for row in OPEN for column in ("operators", "accounts", "pool", "second")),
    *((row, column) for row in list(LOCKED)[:3] for column in ("accounts", "pool", "second")),
]

# The pool that moves its token is under its own lock: there nothing goes through.
AT_WORK = {
    *((row, "pool") for row in list(OPEN)[:2]),
    ("liquidator, as it repays", "pool"),
    ("liquidator, as it redeems", "second"),
}


@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize(("row", "column"), IN_TURN)
def test_reentry__elsewhere__ends_as_in_turn(
    house: JobsHouse, row: str, column: str, is_late: bool
) -> None:
    made = (OPEN | LOCKED)[row]
    target: Contract = getattr(house, column)
    by_itself, wrong, through = alone(house, made), [], set()
    for entry, data in house.calls(target):
        if is_view(entry) or entry["name"] in UNLOCKED:
            continue
        with house.machine.undone():
            try:
                cell = together(house, made, target, data, is_late)
            except Reverted as refusal:
                # What a loan in mid-batch owes its check is checked at the end: nothing has happened.
                is_checked = refusal.reason == "accounts: unhealthy" and row in OPEN
                wrong += [] if is_checked else [f"{entry['name']}: {refusal}"]
                continue
        ends = [by_itself]
        if cell.is_through:
            ends = [_in_turn(house, made, target, data, is_first) for is_first in (True, False)]
            through.add(entry["name"])
        if cell.figures not in ends:
            wrong.append(entry["name"])
    assert not wrong, f"within {row}: {wrong}"
    assert bool(through) == ((row, column) not in AT_WORK), f"{through} went through"


def _in_turn(
    house: JobsHouse, row: Row, target: Contract, data: bytes, is_first: bool
) -> Mapping[Any, Any]:
    with house.machine.undone():
        stranger: Contract = getattr(house, row.stranger)
        stranger.set_hook(NOBODY, b"", False)
        if is_first:
            stranger.act(target, data)
        row.outer(house)
        if not is_first:
            stranger.act(target, data)
        return house.figures()


# What the token may do by itself at any other time.
POTENT = {
    "operators": {"grant", "revoke", "revoke_all", "cancel_nonce", "operate"},
    "accounts": {"unpledge", "batch"},
    "pool": {"withdraw", "redeem", "transfer", "accrue", "deposit", "mint", "approve"},
    "second": {"withdraw", "redeem", "transfer", "accrue", "deposit", "mint", "approve"},
}


@pytest.mark.parametrize("column", POTENT)
def test_columns__made_by_the_token_alone__mostly_go_through(house: JobsHouse, column: str) -> None:
    target: Contract = getattr(house, column)
    done = set()
    for entry, data in house.calls(target):
        with house.machine.undone():
            if house.token.act(target, data)[0]:
                done.add(entry["name"])
    assert POTENT[column] <= done, f"these are refused without any lock: {POTENT[column] - done}"
