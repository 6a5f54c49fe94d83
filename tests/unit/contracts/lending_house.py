# SPDX-License-Identifier: Apache-2.0
"""A small lending house to test against: three tokens, three pools, prices that tests set.

Borrowing costs nothing until a test sets a rate, so that figures are exact.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Any

WAD = 10**18
BPS = 10_000
FOREVER = 2**256 - 1
NOBODY = "0x0000000000000000000000000000000000000000"
GRAVE = "0x000000000000000000000000000000000000dEaD"

USD = 10**6
BTC = 10**8
ETH = 10**18
# Shares of a fresh pool: a million per base unit.
SHARES = 10**6

MAX_AGE_SECONDS = 604_800
CAP = 10**30
RESERVE_FACTOR_BPS = 1_000
PURSE = 10**25

BORROW_BPS = 7_500
LIQUIDATION_BPS = 8_000


class Action(IntFlag):
    """What an operator may be granted, and what the Lens foresees."""

    SUPPLY = 1
    WITHDRAW = 2
    BORROW = 4
    REPAY = 8
    PLEDGE = 16
    UNPLEDGE = 32


def ceil_div(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def sub_account(owner: Any, number: int) -> str:
    """Account `number` of `owner`, as the contracts derive it."""
    from eth_utils import to_checksum_address

    return to_checksum_address(f"0x{int(str(owner.address), 16) ^ number:040x}")


def logs(receipt: Any, event: Any) -> list[dict[str, Any]]:
    """All logs of `event` in `receipt`, as dictionaries of all their fields."""
    return [dict(log.event_arguments) for log in event.from_receipt(receipt)]


@dataclass
class House:
    """The contracts, and the few moves that most tests start with."""

    terms: Any
    accounts: Any
    oracle: Any
    feed: Any
    rate: Any
    usd: Any
    btc: Any
    eth: Any
    usd_pool: Any
    btc_pool: Any
    eth_pool: Any
    owner: Any
    chain: Any

    @property
    def pools(self) -> tuple[Any, Any, Any]:
        return self.usd_pool, self.btc_pool, self.eth_pool

    def set_price(self, token: Any, dollars: float | int) -> None:
        price_usd_wad = round(dollars * 10**6) * 10**12
        self.feed.set_price(token, price_usd_wad, self.chain.pending_timestamp, sender=self.owner)

    def collateralize(self, account: Any, pool: Any, assets: int) -> None:
        """Deposit `assets` and pledge the shares."""
        pool.deposit(assets, account, sender=account)
        if not self.accounts.is_pledged(account, pool):
            self.accounts.pledge(account, pool, sender=account)

    def lend_and_borrow(
        self, lender: Any, borrower: Any, eth: int = 10 * ETH, usd: int = 10_000 * USD
    ) -> None:
        """100,000 tUSD lent; `usd` of it borrowed against `eth` at 2,000 USD."""
        self.usd_pool.deposit(100_000 * USD, lender, sender=lender)
        self.collateralize(borrower, self.eth_pool, eth)
        self.usd_pool.borrow(usd, borrower, sender=borrower)

    def call(self, target: Any, account: Any, method: str, *arguments: Any) -> tuple:
        """One step of a batch."""
        data = getattr(target, method).encode_input(*arguments)
        return (target.address, str(getattr(account, "address", account)), data)


def build_house(project: Any, chain: Any, owner: Any, treasury: Any, actors: list[Any]) -> House:
    """Deploy everything, fund and approve the actors, seed, list and connect the pools."""
    tokens = [
        owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner),
        owner.deploy(project.TestToken, "Test Bitcoin", "tBTC", 8, owner),
        owner.deploy(project.TestToken, "Test Ether", "tETH", 18, owner),
    ]
    terms = owner.deploy(project.RiskTerms)
    accounts = owner.deploy(project.Accounts, owner, terms)
    oracle = owner.deploy(project.PriceOracle, owner)
    feed = owner.deploy(project.SettableFeed)
    rate = owner.deploy(project.SettableRate)

    pools = []
    for token, price in zip(tokens, (1, 50_000, 2_000), strict=True):
        feed.set_price(token, price * WAD, chain.pending_timestamp, sender=owner)
        oracle.set_feeds(token, [feed], MAX_AGE_SECONDS, 0, price * WAD, sender=owner)
        pools.append(make_pool(project, owner, treasury, token, terms, accounts, oracle, rate))
        for actor in actors:
            token.mint(actor, PURSE, sender=owner)
            token.approve(pools[-1], FOREVER, sender=actor)
    usd_pool, btc_pool, eth_pool = pools
    terms.set_collateral(usd_pool, eth_pool, BORROW_BPS, LIQUIDATION_BPS, sender=owner)
    terms.set_collateral(usd_pool, btc_pool, BORROW_BPS, LIQUIDATION_BPS, sender=owner)
    terms.set_collateral(eth_pool, usd_pool, 8_000, 8_500, sender=owner)

    return House(
        terms, accounts, oracle, feed, rate, *tokens, usd_pool, btc_pool, eth_pool, owner, chain
    )


def make_pool(
    project: Any,
    owner: Any,
    treasury: Any,
    token: Any,
    terms: Any,
    accounts: Any,
    oracle: Any,
    rate: Any,
    is_listed: bool = True,
) -> Any:
    """A pool with wide caps, a seed that nobody owns, and a reserve factor of 10 %."""
    pool = owner.deploy(
        project.LendingPool, token, "Headwater Pool", "hwP", accounts, oracle, rate, treasury, owner
    )
    terms.set_caps(pool, CAP, CAP, sender=owner)
    terms.set_reserve_factor(pool, RESERVE_FACTOR_BPS, sender=owner)
    token.mint(owner, PURSE, sender=owner)
    token.approve(pool, FOREVER, sender=owner)
    pool.deposit(10**6, GRAVE, sender=owner)
    if is_listed:
        accounts.list_pool(pool, sender=owner)
    return pool
