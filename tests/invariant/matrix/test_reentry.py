# SPDX-License-Identifier: Apache-2.0
"""Every function of pools, accounts, oracle, curve and factory, called in the middle of every other.

The rows are calls that hand control to a stranger: to a token, a price feed or a rate model. The
columns come from the ABIs, so a new function is in the matrix without anybody's help. A cell is good
if the inner call is refused and the outer one ends as if nothing had been tried, or if both end as
they do one after the other, in one order or the other: then nothing half written was seen. Inside the
pool whose call runs, refused means by the lock.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from eth_hash.auto import keccak

from tests.evm import Contract, Reverted, actor, compile_contract
from tests.evm.codec import encode, selector, types_of
from tests.worlds.doubles import hooked_token, hooked_view
from tests.worlds.hostile import add_pool, deploy_factory
from tests.worlds.lending import (
    CAP,
    OWNER,
    PRICES_USD_WAD,
    SEEDER,
    LendingWorld,
    build_lending,
)

LENDER, BORROWER, DEBTOR = actor("lender"), actor("borrower"), actor("debtor")
LIQUIDATOR = actor("liquidator")
CAST = [LENDER, BORROWER, DEBTOR, LIQUIDATOR]
MAX_UINT256 = 2**256 - 1
WAD, UNIT, ETH = 10**18, 10**6, 10**18
DECIMALS = 6
RATE = 10**9

# The adaptive curve: target, steepness, speed a year; initial, least and largest rate at target.
SHAPE = (9 * WAD // 10, 4 * WAD, 50 * WAD, 4 * WAD // 100, WAD // 1_000, 2 * WAD)

# Deviation and band, basis points, and the time of the mean.
GUARDS = (500, 1_000, 600)
NOBODY = "0x" + "00" * 20

# Snekmate's own functions are not under our lock: they move no assets, and snekmate checks who calls.
# The rest is what `Accounts` must read while a pool is locked: fixed, or written by then.
UNLOCKED = {
    "permit",
    "transfer_ownership",
    "accept_ownership",
    *("owner", "pending_owner", "name", "symbol", "decimals", "totalSupply", "balanceOf"),
    *("allowance", "nonces", "DOMAIN_SEPARATOR", "eip712Domain"),
    *("asset", "convertToAssets", "debt_of", "accounts", "oracle"),
}


# What a batch shows while it runs and at no other time: who acts. It gives no right to a stranger.
ONLY_WITHIN = {"acting_account"}


class House:
    """The credit pools, a pool of the hooked token, and what the token holds of its own."""

    def __init__(
        self, world: LendingWorld, token: Contract, pool: Contract, curve: Contract
    ) -> None:
        self.world, self.machine = world, world.machine
        self.token, self.odd, self.eth, self.curve = token, pool, world.pools["eth"], curve
        self.factory = deploy_factory(world)
        self.targets: dict[str, Contract] = {
            "the pool itself": pool,
            "another pool": self.eth,
            "accounts": world.accounts,
            "terms": world.terms,
            "oracle": world.oracle,
            "curve": curve,
            "factory": self.factory,
        }

    def terms(self, owner: str) -> tuple[Any, ...]:
        """What a new pool of the token opens with; its curve is that of the other one."""
        names = (self.token, "Pool new", "pnew", self.odd.rate_model(), owner)
        return (*names, CAP, CAP, 0, 10 * UNIT)

    def arguments(self, entry: Mapping[str, Any]) -> list[Any]:
        """Figures with which the token itself could make the call, where anybody may."""
        chosen: dict[str, Any] = {
            "receiver": self.token,
            "to": self.token,
            "spender": self.token,
            "collateral_pool": self.eth,
            "pool": self.world.pools["btc"],
            "taken_pool": self.eth,
            "asset": self.token,
            "rate_model": self.token,
            "new_owner": self.token,
            "fee_recipient": self.token,
            "shares": UNIT * UNIT,
            "amount": UNIT,
            "debt_shares": UNIT,
            "start": 0,
            "limit": 10,
            "min_seized_shares": 0,
        }
        # A stranger's account where that is an attack, the token's own where it is not.
        is_attack = entry["name"] in ("liquidate", "seize", "recognize_bad_debt", "enter_debt")
        account = DEBTOR if is_attack else self.token
        made = []
        for parameter in entry["inputs"]:
            name, kind = parameter["name"], parameter["type"]
            if name in chosen:
                made.append(chosen[name])
            elif kind == "address":
                made.append(account)
            elif kind == "tuple":
                made.append(self.terms(self.token.address))
            elif kind.endswith("[]"):
                made.append([])
            elif kind == "bytes":
                made.append(b"")
            elif kind == "bytes32":
                made.append(bytes(32))
            else:
                made.append(27 if kind == "uint8" else 1)
        return made

    def calls(self, target: Contract) -> Iterator[tuple[Mapping[str, Any], bytes]]:
        for entries in target.artifact.functions.values():
            for entry in entries:
                types = types_of(entry["inputs"])
                head = selector(entry["name"], types)
                if target is self.curve and entry["name"] == "checkpoint":
                    yield entry, head + encode(types, [self.odd])
                    yield entry, head + encode(types, [self.eth])
                else:
                    yield entry, head + encode(types, self.arguments(entry))

    def figures(self) -> dict[tuple[str, str], Any]:
        """What everybody owns and owes, and the books."""
        seen: dict[tuple[str, str], Any] = {}
        holders = [*CAST, SEEDER, self.token.address, self.odd.address, self.eth.address]
        for name, pool in (("odd", self.odd), ("eth", self.eth)):
            for view in ("idle", "total_debt", "total_debt_shares", "totalSupply"):
                seen[name, view] = getattr(pool, view)()
            for holder in holders:
                seen[name, holder] = pool.balanceOf(holder), pool.debt_shares_of(holder)
        for holder in holders:
            seen["token", holder] = self.token.balanceOf(holder)
            seen["pledges", holder] = tuple(self.world.accounts.pledges_of(holder))
            seen["allowance", holder] = self.eth.allowance(self.token, holder)
        seen["debtors", ""] = frozenset(self.world.accounts.debtors(0, 100))
        return seen | self._later_figures()

    def _later_figures(self) -> dict[tuple[str, str], Any]:
        """Curve, factory and oracle. What a mean goes towards shows a minute later; no feed is asked."""
        seen: dict[tuple[str, str], Any] = {}
        curve, factory, oracle = self.curve, self.factory, self.world.oracle
        for name, pool in (("odd", self.odd), ("eth", self.eth)):
            seen["curve", name] = curve.rate_at_target_wad(pool), curve.checkpointed_at(pool)
        for index in range(factory.pool_count()):
            pool = factory.pools(index)
            listed = self.world.accounts.is_pool(pool), self.token.balanceOf(pool)
            seen["factory", pool] = (*listed, factory.is_pool(pool))
        with self.machine.undone():
            self.machine.wait(60)
            for name, asset in (("odd", self.token), ("eth", self.world.tokens["eth"])):
                sources = oracle.feeds_of(asset), oracle.max_age_seconds_of(asset)
                guards = oracle.guards_of(asset)
                seen["oracle", name] = (sources, guards, oracle.mean_usd_wad(asset))
        return seen


def build_house() -> House:
    """Everybody could do everything: the token holds shares, has pledged, owes, and has cash."""
    world = build_lending(CAST)
    curve = world.machine.deploy(compile_contract("rates/AdaptiveRate.vy"), *SHAPE)
    token, pool = add_pool(world, hooked_token(), CAST, curve, (DECIMALS,))
    eth, usd, accounts = world.pools["eth"], world.pools["usd"], world.accounts
    eth.set_rate_model(curve, sender=OWNER)
    house = House(world, token, pool, curve)
    pool.deposit(10**6 * UNIT, LENDER, sender=LENDER)
    token.mint(token, 10**9 * UNIT)
    for owner in (BORROWER, DEBTOR):
        eth.deposit(100 * ETH, owner, sender=owner)
        accounts.pledge(owner, eth, sender=owner)
        pool.borrow(1_000 * UNIT, owner, sender=owner)
    # The token owns shares of both pools, and a debt behind those of the other.
    pool.deposit(1_000 * UNIT, token, sender=LENDER)
    eth.deposit(100 * ETH, token, sender=LENDER)
    token.act(accounts, accounts.calldata("pledge", token, eth))
    token.act(pool, pool.calldata("borrow", 100 * UNIT, token))
    token.act(pool, pool.calldata("approve", LENDER, MAX_UINT256))
    token.act(pool, pool.calldata("approve", token, MAX_UINT256))
    token.act(eth, eth.calldata("approve", token, MAX_UINT256))
    usd.deposit(10**9, LENDER, sender=LENDER)
    # One loan is unhealthy, so that liquidation is possible within the others.
    debtor_sub = f"0x{int(DEBTOR, 16) ^ 1:040x}"
    eth.deposit(ETH // 2, debtor_sub, sender=DEBTOR)
    accounts.batch(
        [
            (accounts.address, debtor_sub, accounts.calldata("pledge", debtor_sub, eth)),
            (pool.address, debtor_sub, pool.calldata("borrow", 1_100 * UNIT, DEBTOR)),
        ],
        sender=DEBTOR,
    )
    # Prices leave their means, and pools their targets: refresh and checkpoint have work to do.
    for asset in (token, world.tokens["eth"]):
        world.oracle.set_guards(asset, *GUARDS, sender=OWNER)
    for asked in (pool, eth):
        curve.checkpoint(asked)
    world.set_price("eth", PRICES_USD_WAD["eth"] * 85 // 100)
    world.feed.set_price(token, WAD * 1_001 // 1_000, sender=OWNER)
    world.machine.wait(600)
    # Interest of this pool is booked: a view in mid-call is then as before the call or as after it.
    pool.accrue(sender=LENDER)
    return house


def debtor_account() -> str:
    return f"0x{int(DEBTOR, 16) ^ 1:040x}"


NO_PERMIT = (MAX_UINT256, 27, bytes(32), bytes(32))

Outer = Callable[[House], Any]

# Calls of a pool that move its token.
MOVING: dict[str, Outer] = {
    "deposit": lambda house: house.odd.deposit(UNIT + 1, LENDER, sender=LENDER),
    "deposit_with_permit": lambda house: house.odd.deposit_with_permit(
        UNIT + 1, LENDER, *NO_PERMIT, sender=LENDER
    ),
    "mint": lambda house: house.odd.mint(UNIT * UNIT + 1, LENDER, sender=LENDER),
    "withdraw": lambda house: house.odd.withdraw(UNIT + 1, LENDER, LENDER, sender=LENDER),
    "redeem": lambda house: house.odd.redeem(UNIT * UNIT + 1, LENDER, LENDER, sender=LENDER),
    "borrow": lambda house: house.odd.borrow(UNIT + 1, BORROWER, sender=BORROWER),
    "repay": lambda house: house.odd.repay(UNIT + 1, BORROWER, sender=BORROWER),
    "repay_with_permit": lambda house: house.odd.repay_with_permit(
        UNIT + 1, BORROWER, *NO_PERMIT, sender=BORROWER
    ),
    "repay_shares": lambda house: house.odd.repay_shares(UNIT + 1, BORROWER, sender=BORROWER),
    "liquidate": lambda house: house.odd.liquidate(
        debtor_account(), house.eth, 100 * UNIT, 0, sender=LIQUIDATOR
    ),
    # The token is its own borrower.
    "flashLoan": lambda house: house.odd.flashLoan(
        house.token, house.token, UNIT, b"", sender=LENDER
    ),
}


def in_batch(name: str, owner: str, *arguments: Any) -> Outer:
    def call(house: House) -> Any:
        data = house.odd.calldata(name, *arguments)
        return house.world.accounts.batch([(house.odd.address, owner, data)], sender=owner)

    return call


BATCHED: dict[str, Outer] = {
    "batch of withdraw": in_batch("withdraw", LENDER, UNIT + 1, LENDER, LENDER),
    "batch of borrow": in_batch("borrow", BORROWER, UNIT + 1, BORROWER),
    "batch of repay": in_batch("repay", BORROWER, UNIT + 1, BORROWER),
}
# Calls of the factory that move a token.
CREATING: dict[str, Outer] = {
    "create_pool": lambda house: house.factory.create_pool(house.terms(LENDER), sender=LENDER),
}
ROWS = MOVING | BATCHED | CREATING
COLUMNS = ["the pool itself", "another pool", "accounts", "terms", "oracle", "curve", "factory"]


@pytest.fixture(scope="module")
def house() -> House:
    return build_house()


def is_view(entry: Mapping[str, Any]) -> bool:
    return entry["stateMutability"] in ("view", "pure")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize("row", ROWS)
def test_reentry__from_a_token__is_refused_or_as_good_as_in_turn(
    house: House, row: str, is_late: bool, column: str
) -> None:
    target, token, machine = house.targets[column], house.token, house.machine
    with machine.undone():
        ROWS[row](house)
        alone = house.figures()

    wrong = []
    for entry, data in house.calls(target):
        with machine.undone():
            token.set_hook(target, data, is_late)
            ROWS[row](house)
            assert token.hook_count() == 1, f"{row} calls no token"
            answer, together = token.hook_answer(), house.figures()
            is_through = token.is_hook_successful()
        fault = _fault(house, row, target, entry, data, is_through, answer, alone == together)
        if fault and not _is_in_turn(house, row, target, data, together, is_through, entry):
            wrong.append(f"{entry['name']}: {fault}")
        if fault == NOT_LOCKED:
            wrong.append(f"{entry['name']}: {fault}")
    assert not wrong, f"within {row}: {wrong}"


@pytest.mark.parametrize("column", COLUMNS)
def test_reentry__from_a_flash_callback__is_refused_or_as_good_as_in_turn(
    house: House, column: str
) -> None:
    row, target, token = "flashLoan", house.targets[column], house.token
    with house.machine.undone():
        ROWS[row](house)
        alone = house.figures()

    wrong = []
    for entry, data in house.calls(target):
        with house.machine.undone():
            token.set_hook_in_callback(target, data)
            ROWS[row](house)
            assert token.hook_count() == 1
            answer, together = token.hook_answer(), house.figures()
            is_through = token.is_hook_successful()
        fault = _fault(house, row, target, entry, data, is_through, answer, alone == together)
        if fault == NOT_LOCKED or (
            fault and not _is_in_turn(house, row, target, data, together, is_through, entry)
        ):
            wrong.append(f"{entry['name']}: {fault}")
    assert not wrong, f"within the callback: {wrong}"


NOT_LOCKED = "went past the lock"


def _fault(
    house: House,
    row: str,
    target: Contract,
    entry: Mapping[str, Any],
    data: bytes,
    is_through: bool,
    answer: bytes,
    is_unchanged: bool,
) -> str:
    """What speaks against a cell, before the calls are made in turn."""
    at_work = house.factory if row in CREATING else house.odd
    is_locked = target is at_work and entry["name"] not in UNLOCKED
    if is_locked and (is_through or answer != b""):
        return NOT_LOCKED
    if not is_through:
        return "" if is_unchanged else "was refused and left a trace"
    if is_view(entry):
        if entry["name"] in ONLY_WITHIN or answer in _answers(house, row, target, data):
            return ""
        return "saw what never was"
    return "went through"


def _answers(house: House, row: str, target: Contract, data: bytes) -> list[bytes]:
    """What a view says before the outer call and after it."""
    said = []
    for is_after in (False, True):
        with house.machine.undone():
            if is_after:
                ROWS[row](house)
            said.append(_act(house, target, data)[1])
    return said


def _act(house: House, target: Contract, data: bytes) -> tuple[bool, bytes]:
    return house.token.act(target, data)


def _is_in_turn(
    house: House,
    row: str,
    target: Contract,
    data: bytes,
    together: Mapping[Any, Any],
    is_through: bool,
    entry: Mapping[str, Any],
) -> bool:
    """Whether the two calls, one after the other, end the same."""
    if not is_through or is_view(entry):
        return False
    for is_first in (True, False):
        with house.machine.undone():
            if is_first:
                _act(house, target, data)
            ROWS[row](house)
            if not is_first:
                _act(house, target, data)
            if house.figures() == together:
                return True
    return False


# What the token may do by itself at any other time. It has no tETH to give.
MOVES = {"withdraw", "redeem", "transfer", "transferFrom", "approve", "accrue"}
POTENT = {
    "the pool itself": MOVES | {"deposit", "mint", "borrow", "repay", "repay_shares", "flashLoan"},
    "another pool": MOVES,
    "accounts": {"pledge", "batch"},
    "oracle": {"refresh"},
    "curve": {"checkpoint"},
    "factory": {"create_pool"},
}


def test_work_of_refresh_and_checkpoint__shows_in_the_figures(house: House) -> None:
    """Else a cell in which they went through would look like one in which nothing happened."""
    alone = house.figures()
    for name, target, data in (
        ("oracle", house.world.oracle, house.world.oracle.calldata("refresh", house.token)),
        ("curve", house.curve, house.curve.calldata("checkpoint", house.odd)),
        ("curve", house.curve, house.curve.calldata("checkpoint", house.eth)),
        ("factory", house.factory, house.factory.calldata("create_pool", house.terms(LENDER))),
    ):
        with house.machine.undone():
            assert _act(house, target, data)[0]
            figures = house.figures()
        changed = {key for key in figures if figures[key] != alone.get(key)}
        assert name in {kind for kind, _ in changed}


def test_columns__made_by_the_token_alone__mostly_go_through(house: House) -> None:
    """A cell that would be refused anyway teaches nothing: most are not."""
    done = set()
    for name, target in house.targets.items():
        for entry, data in house.calls(target):
            with house.machine.undone():
                if not is_view(entry) and _act(house, target, data)[0]:
                    done.add((name, entry["name"]))
    missing = {(column, name) for column, names in POTENT.items() for name in names} - done
    assert not missing, f"these are refused without any lock: {missing}"


# --- Feeds and rate models: they are asked by static calls ---


@pytest.fixture(scope="module")
def viewed() -> tuple[House, Contract]:
    """A house whose feed of tETH and of the token, and whose odd pool's curve, call strangers."""
    house = build_house()
    double = house.machine.deploy(hooked_view())
    double.set_rate(RATE)
    price = PRICES_USD_WAD["eth"] * 85 // 100
    for token, said in ((house.world.tokens["eth"], price), (house.token, WAD * 1_001 // 1_000)):
        double.set_price(token, said)
        house.world.oracle.set_feeds(token, [double.address], 3_600, 10_000, said, sender=OWNER)
    house.odd.set_rate_model(double, sender=OWNER)
    house.machine.wait(1_000)
    house.world.set_price("eth", PRICES_USD_WAD["eth"] * 85 // 100)
    return house, double


def reading_of_eth(house: House) -> tuple[Contract, Contract]:
    return house.world.oracle, house.world.tokens["eth"]


def set_feeds_again(house: House) -> None:
    oracle, token = reading_of_eth(house)
    price, feeds = PRICES_USD_WAD["eth"] * 85 // 100, oracle.feeds_of(token)
    oracle.set_feeds(token, feeds, 3_600, 0, price, sender=OWNER)


def set_guards_again(house: House) -> None:
    oracle, token = reading_of_eth(house)
    oracle.set_guards(token, 100, 500, 1_200, sender=OWNER)


def refresh(house: House) -> None:
    oracle, token = reading_of_eth(house)
    oracle.refresh(token, sender=LENDER)


# Calls of the oracle that write after they have asked feeds.
PRICING: dict[str, Outer] = {
    "refresh": refresh,
    "set_feeds": set_feeds_again,
    "set_guards": set_guards_again,
}
# What the rows run, by contract: see test_rows.
ROWED = {
    "LendingPool": {*MOVING},
    "Accounts": {"batch"},
    "PoolFactory": {*CREATING},
    "PriceOracle": {*PRICING},
}
# Calls that ask for a price or a rate.
ASKING: dict[str, Outer] = {
    **PRICING,
    "create_pool": CREATING["create_pool"],
    "borrow": MOVING["borrow"],
    "liquidate": MOVING["liquidate"],
    "batch of borrow": BATCHED["batch of borrow"],
    "withdraw pledged": lambda house: house.eth.withdraw(1, BORROWER, BORROWER, sender=BORROWER),
    "transfer pledged": lambda house: house.eth.transfer(LENDER, 10**6, sender=BORROWER),
    "deposit": MOVING["deposit"],
    "repay": MOVING["repay"],
    "accrue": lambda house: house.odd.accrue(sender=LENDER),
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("row", ASKING)
def test_reentry__from_a_feed_or_a_rate_model__changes_nothing(
    viewed: tuple[House, Contract], row: str, column: str
) -> None:
    house, double = viewed
    target, machine = house.targets[column], house.machine
    with machine.undone():
        ASKING[row](house)
        alone = house.figures()

    wrong = []
    for entry, data in house.calls(target):
        if is_view(entry):
            continue
        with machine.undone():
            double.set_hook(target, data, True, bytes(32))
            try:
                ASKING[row](house)
                is_same = house.figures() == alone
            except Reverted:
                is_same = False
            if not is_same:
                wrong.append(entry["name"])
    assert not wrong, f"within {row}: {wrong}"


@pytest.mark.parametrize("row", [*PRICING, "borrow"])
def test_reentry__of_a_feed_into_views_of_the_oracle__is_refused_while_it_writes(
    viewed: tuple[House, Contract], row: str
) -> None:
    """A loan only reads prices: there the oracle is not locked, and the double tells the difference."""
    house, double = viewed
    oracle, machine = house.world.oracle, house.machine
    with machine.undone():
        ASKING[row](house)
        alone = house.figures()

    seen, views = set(), set()
    for entry, data in house.calls(oracle):
        if not is_view(entry) or entry["name"] in UNLOCKED:
            continue
        views.add(entry["name"])
        with machine.undone():
            double.set_hook(oracle, data, True, bytes(32))
            try:
                ASKING[row](house)
                double.set_hook(NOBODY, b"", False, bytes(32))
                is_same = house.figures() == alone
            except Reverted:
                is_same = False
            if not is_same:
                seen.add(entry["name"])
    assert views
    assert seen == (set() if row in PRICING else views)


@pytest.mark.parametrize("row", ["borrow", "accrue", "refresh", "create_pool"])
def test_hooked_view__that_is_let_through__is_noticed(
    viewed: tuple[House, Contract], row: str
) -> None:
    """The test above can fail: a call that no lock stops shows in what the outer one does."""
    house, double = viewed
    with house.machine.undone():
        ASKING[row](house)
        alone = house.figures()
    with house.machine.undone():
        double.set_hook(house.odd, house.odd.calldata("asset"), True, keccak(b""))
        try:
            ASKING[row](house)
            double.set_hook(NOBODY, b"", False, bytes(32))
            assert house.figures() != alone
        except Reverted as refusal:
            assert refusal.reason == "oracle: stale price"
