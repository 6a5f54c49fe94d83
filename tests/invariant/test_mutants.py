# SPDX-License-Identifier: Apache-2.0
"""Each invariant can fail: a contract with one planted defect breaks it within a short run."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.evm import Mutation
from tests.invariant.backstop import BackstopDriver
from tests.invariant.beat import BeatDriver
from tests.invariant.driver import World, replay, run
from tests.invariant.exit_queue import ExitQueueDriver
from tests.invariant.lending import LendingDriver
from tests.invariant.liquidator import LiquidatorDriver
from tests.invariant.operators import OperatorsDriver
from tests.invariant.oracle import OracleDriver
from tests.invariant.orders import OrdersDriver
from tests.invariant.pair import PairDriver
from tests.invariant.staking import StakingDriver
from tests.invariant.vault import VaultDriver

POOL, ACCOUNTS = "lending/LendingPool.vy", "lending/Accounts.vy"
PAIR, INDEX = "exchange/VolatilePair.vy", "modules/reward_index.vy"
STAKING, COLLECTOR = "staking/StakingPool.vy", "staking/FeeCollector.vy"
VAULT, UNLOCK = "vaults/YieldVault.vy", "modules/profit_unlock.vy"
GRANTS = "modules/operator_grants.vy"
LIQUIDATION, OUTFLOW = "modules/liquidation.vy", "modules/outflow_limit.vy"
QUEUE, ORDERS = "lending/ExitQueue.vy", "lending/Orders.vy"
ORACLE, FEED = "oracles/PriceOracle.vy", "oracles/PublisherFeed.vy"
BEAT, LIQUIDATOR = "lending/Heartbeat.vy", "lending/BlockLiquidator.vy"
BACKSTOP = "staking/Backstop.vy"

CALLS, SEED = 3_000, 7

# Nobody reads the calls that kill a mutant; a little shrinking shows that it works.
SHRINK_REPLAYS = 12


@dataclass(frozen=True)
class Mutant:
    identifier: str
    defect: str
    driver: type
    mutation: Mutation

    def __str__(self) -> str:
        return f"{self.identifier}-{self.defect.replace(' ', '-')}"


MUTANTS = [
    Mutant(
        "LEND-1",
        "a withdrawal leaves idle as it was",
        LendingDriver,
        (
            POOL,
            "    self._take_idle(assets, 0, terms)\n    self._burn(owner, shares)",
            "    self._burn(owner, shares)",
        ),
    ),
    Mutant(
        "LEND-2",
        "repaid debt shares stay in the total",
        LendingDriver,
        (POOL, "    self.total_debt_shares -= debt_shares\n", ""),
    ),
    Mutant(
        "LEND-3",
        "fee shares are priced before the interest",
        LendingDriver,
        (
            POOL,
            "ledger.idle() + books.total_debt + units.VIRTUAL_ASSETS",
            "ledger.idle() + books.interest_assets + units.VIRTUAL_ASSETS",
        ),
    ),
    Mutant(
        "LEND-4",
        "the last debtor leaves the virtual share's interest behind",
        LendingDriver,
        (POOL, "        return max(assets, total_debt)\n", "        return assets\n"),
    ),
    Mutant(
        "LEND-5",
        "health is measured by the borrow limit",
        LendingDriver,
        (
            ACCOUNTS,
            "            result.liquidation_limit_usd_wad * units.WAD // result.debt_usd_wad",
            "            result.borrow_limit_usd_wad * units.WAD // result.debt_usd_wad",
        ),
    ),
    Mutant(
        "LEND-5",
        "the bonus has no upper bound",
        LendingDriver,
        (LIQUIDATION, "min(linear_bps, MAX_BONUS_BPS)", "linear_bps * 3"),
    ),
    Mutant(
        "LEND-6",
        "the supply cap is not checked",
        LendingDriver,
        (
            POOL,
            "        self._verify_supply_cap(terms.supply_cap)\n",
            "        pass\n",
        ),
    ),
    Mutant(
        "OUT-1",
        "what has left counts for nothing",
        LendingDriver,
        (OUTFLOW, "    self._word = used | (block.timestamp << 128)\n", "    pass\n"),
    ),
    Mutant(
        "TERMS-1",
        "a withdrawal waits for supply to be open",
        LendingDriver,
        (
            POOL,
            "self._settle(UNSTOPPABLE)\n\n    shares: uint256 = share_math.to_shares_up(",
            "self._settle(IRiskTerms.Action.SUPPLY)\n\n"
            "    shares: uint256 = share_math.to_shares_up(",
        ),
    ),
    Mutant(
        "ACC-1",
        "pledged shares leave without a check",
        LendingDriver,
        (
            ACCOUNTS,
            "    if msg.sender in self._pledges[account]:\n        self._require_check(account)",
            "    if msg.sender in self._pledges[account]:\n        pass",
        ),
    ),
    Mutant(
        "ACC-2",
        "the debtor stays listed",
        LendingDriver,
        (POOL, "        extcall ACCOUNTS.leave_debt(account)\n", "        pass\n"),
    ),
    Mutant(
        "ACC-3",
        "a stranger's allowance is not asked for",
        LendingDriver,
        (
            POOL,
            "    if caller != owner:\n        erc20._spend_allowance(owner, caller, shares)\n",
            "",
        ),
    ),
    Mutant(
        "ACC-4",
        "the touched accounts stay after a batch",
        LendingDriver,
        (ACCOUNTS, "    self._touched_accounts = []\n", ""),
    ),
    Mutant(
        "ACC-5",
        "an operator is paid wherever it likes",
        OperatorsDriver,
        (
            GRANTS,
            '        assert step.other == grant.receiver, "operators: wrong receiver"',
            "        pass",
        ),
    ),
    Mutant(
        "ACC-5",
        "what an operator has moved is not counted",
        OperatorsDriver,
        (GRANTS, "self._grants[key].assets -= step.assets", "pass"),
    ),
    Mutant(
        "ACC-5",
        "revoking everything revokes nothing",
        OperatorsDriver,
        (GRANTS, "    self._epochs[account] += 1\n", "    pass\n"),
    ),
    Mutant(
        "ORD-1",
        "a health above the trigger is low enough",
        OrdersDriver,
        (
            ORDERS,
            "    elif current.health_wad >= order.trigger_wad:\n        return 0\n",
            "",
        ),
    ),
    Mutant(
        "ORD-1",
        "an order outlives its end",
        OrdersDriver,
        (
            ORDERS,
            '    assert order.expires_at > block.timestamp, "orders: expired"\n',
            "",
        ),
    ),
    Mutant(
        "ORD-1",
        "a sale may fetch whatever it fetches",
        OrdersDriver,
        (ORDERS, '    assert is_fair, "orders: sale below bound"\n', ""),
    ),
    Mutant(
        "ORD-1",
        "a run without a bounty pays one",
        OrdersDriver,
        (
            ORDERS,
            "self._execute(id, order, assets, empty(address))",
            "self._execute(id, order, assets, msg.sender)",
        ),
    ),
    Mutant(
        "ORD-1",
        "what an order has moved is not counted",
        OrdersDriver,
        ("modules/order_book.vy", "self._orders[id].assets -= assets", "pass"),
    ),
    Mutant(
        "ORD-2",
        "what is left over stays",
        OrdersDriver,
        (ORDERS, "    if left_assets > 0:\n", "    if left_assets == max_value(uint256):\n"),
    ),
    Mutant(
        "ORC-1",
        "a feed never grows too old",
        OracleDriver,
        (ORACLE, "if observed_at + max_age_seconds >= block.timestamp:", "if observed_at > 0:"),
    ),
    Mutant(
        "ORC-1",
        "a stale price is relied on",
        OracleDriver,
        (
            ORACLE,
            '    assert reading.is_fresh, "oracle: stale price"\n    return',
            "    return",
        ),
    ),
    Mutant(
        "ORC-2",
        "an older report takes the place of a newer",
        OracleDriver,
        (
            FEED,
            "report.observed_at > newest.observed_at",
            "report.observed_at > 0",
        ),
    ),
    Mutant(
        "ORC-2",
        "one signature is enough",
        OracleDriver,
        (FEED, "len(signatures) >= self.threshold", "len(signatures) > 0"),
    ),
    Mutant(
        "ORC-6",
        "a report counts in its own block",
        OracleDriver,
        (FEED, "        if standing.observed_at > 0:", "        if standing.observed_at == 0:"),
    ),
    Mutant(
        "EXIT-1",
        "shares taken back go on waiting",
        ExitQueueDriver,
        (QUEUE, "        self._queues[entry.pool].shares = waiting\n", ""),
    ),
    Mutant(
        "EXIT-2",
        "what was served stays claimable",
        ExitQueueDriver,
        (QUEUE, "        entry.assets = 0\n        self._entries", "        self._entries"),
    ),
    Mutant(
        "EXIT-3",
        "a ticket gains from before it joined",
        ExitQueueDriver,
        (
            QUEUE,
            "        index=self._indices[pool][queue.epoch][queue.scale],\n        scale",
            "        index=0,\n        scale",
        ),
    ),
    Mutant(
        "EXIT-3",
        "the product takes no step",
        ExitQueueDriver,
        (QUEUE, "        if product < P_MIN:", "        if product == 0:"),
    ),
    Mutant(
        "EXIT-3",
        "a step is forgotten by who saw it",
        ExitQueueDriver,
        (
            QUEUE,
            "left = entry.shares * queue.product // entry.product // divisor",
            "left = entry.shares * queue.product // entry.product",
        ),
    ),
    Mutant(
        "EXIT-4",
        "anybody may cancel a ticket",
        ExitQueueDriver,
        (
            QUEUE,
            "    self._check_owner(ticket)\n    self._check_receiver(receiver)\n\n"
            "    entry: Entry = self._settled(ticket)\n    self._drop_ticket(ticket)",
            "    self._check_receiver(receiver)\n\n"
            "    entry: Entry = self._settled(ticket)\n    self._drop_ticket(ticket)",
        ),
    ),
    Mutant(
        "EXIT-5",
        "all shares held are said to wait",
        ExitQueueDriver,
        (
            QUEUE,
            "    return self._queues[pool].shares\n",
            "    return staticcall IERC20(pool).balanceOf(self)\n",
        ),
    ),
    Mutant(
        "BEAT-1",
        "an item may burn all the gas there is",
        BeatDriver,
        (BEAT, "            gas=job.item_gas,\n", ""),
    ),
    Mutant(
        "BEAT-1",
        "an item that fails ends the round",
        BeatDriver,
        (
            BEAT,
            "            log IHeartbeat.ItemFailed(job=job.target, position=position)\n",
            "            log IHeartbeat.ItemFailed(job=job.target, position=position)\n"
            "            break\n",
        ),
    ),
    Mutant(
        "BEAT-1",
        "an item starts with whatever gas is left",
        BeatDriver,
        (BEAT, "if not self._can_spend(job.item_gas):", "if not self._can_spend(0):"),
    ),
    Mutant(
        "BEAT-1",
        "a job that cannot be counted ends the block's work",
        BeatDriver,
        (
            BEAT,
            "        log IHeartbeat.JobFailed(job=job.target)\n        return True\n",
            '        raise "job"\n',
        ),
    ),
    Mutant(
        "BEAT-2",
        "where a round stopped is not kept",
        BeatDriver,
        (BEAT, "        self.cursor_of[job.target] = position\n", "        pass\n"),
    ),
    Mutant(
        "BEAT-2",
        "a round goes on past its beginning",
        BeatDriver,
        (BEAT, "if i == items or gas_at_start", "if items == 0 or gas_at_start"),
    ),
    Mutant(
        "BEAT-2",
        "a round begun midway ends where it began",
        BeatDriver,
        (BEAT, "        items += cursor\n", "        pass\n"),
    ),
    Mutant(
        "BEAT-2",
        "a list that became shorter is gone on with behind its end",
        BeatDriver,
        (BEAT, "if position == 0 or position > count:", "if position == 0:"),
    ),
    Mutant(
        "BEAT-3",
        "profit is whatever lies there",
        LiquidatorDriver,
        (
            LIQUIDATOR,
            "self._pay_profit(asset, after, after - before)",
            "self._pay_profit(asset, after, after)",
        ),
    ),
    Mutant(
        "BEAT-3",
        "a hundredth of the collateral is kept",
        LiquidatorDriver,
        (
            LIQUIDATOR,
            "self._sell(sold_asset, asset, sold_assets, plan.returned_assets)",
            "self._sell(sold_asset, asset, sold_assets * 99 // 100, 0)",
        ),
    ),
    Mutant(
        "BEAT-3",
        "a pool may take what it likes from then on",
        LiquidatorDriver,
        (
            LIQUIDATOR,
            "fair_sale.approve(asset, plan.debt_pool, plan.repaid_assets)",
            "fair_sale.approve(asset, plan.debt_pool, max_value(uint256))",
        ),
    ),
    Mutant(
        "BACK-1",
        "the stake pays before the reserve",
        BackstopDriver,
        (
            BACKSTOP,
            "        self._sell_stake(asset, wanted - reserve)\n",
            "        self._sell_stake(asset, wanted)\n",
        ),
    ),
    Mutant(
        "BACK-1",
        "all of the reserve is sent",
        BackstopDriver,
        (
            BACKSTOP,
            "covered_assets: uint256 = min(wanted, reserve)",
            "covered_assets: uint256 = reserve",
        ),
    ),
    Mutant(
        "BACK-2",
        "what a pool was paid is not counted",
        BackstopDriver,
        (BACKSTOP, "assets=paid_today + covered_assets", "assets=covered_assets"),
    ),
    Mutant(
        "BACK-2",
        "what was slashed is not counted",
        BackstopDriver,
        (
            BACKSTOP,
            "    self._slashed = Used(day=day, assets=slashed_today + taken)\n",
            "",
        ),
    ),
    Mutant(
        "BACK-2",
        "any sale is fair",
        BackstopDriver,
        (
            BACKSTOP,
            "if is_fair and foreseen_assets > 0:",
            "if foreseen_assets > 0:",
        ),
    ),
    Mutant(
        "PAIR-1",
        "the fee joins the reserves too",
        PairDriver,
        (PAIR, "+= assets_in - lp_fee - protocol_fee", "+= assets_in"),
    ),
    Mutant(
        "PAIR-2",
        "assets for liquidity are rounded down",
        PairDriver,
        (
            PAIR,
            "(liquidity * self._reserves[side] - 1) // supply + 1",
            "liquidity * self._reserves[side] // supply",
        ),
    ),
    Mutant(
        "PAIR-3",
        "a transfer does not settle the receiver",
        PairDriver,
        (
            PAIR,
            "    self._settle(msg.sender)\n    self._settle(to)\n",
            "    self._settle(msg.sender)\n",
        ),
    ),
    Mutant(
        "PAIR-3",
        "the remainder of the index is dropped",
        PairDriver,
        (
            INDEX,
            "numerator // total_shares, carry=numerator % total_shares",
            "numerator // total_shares // SCALE * SCALE, carry=0",
        ),
    ),
    Mutant(
        "PAIR-4",
        "the quote forgets the fee",
        PairDriver,
        (
            PAIR,
            "    assets_out, lp_fee, protocol_fee = self._quote_swap(side_in, assets_in)\n    return assets_out\n",
            "    assets_out, lp_fee, protocol_fee = self._quote_swap(side_in, assets_in)\n    return assets_out + lp_fee\n",
        ),
    ),
    Mutant(
        "PAIR-5",
        "no liquidity is locked",
        PairDriver,
        (
            PAIR,
            "        erc20._mint(LOCKED_LIQUIDITY_HOLDER, MINIMUM_LIQUIDITY)\n",
            "        pass\n",
        ),
    ),
    Mutant(
        "STAKE-1",
        "a slash leaves the books as they were",
        StakingDriver,
        (STAKING, "    self._total_assets = total_assets - taken\n", ""),
    ),
    Mutant(
        "STAKE-2",
        "a claim leaves the entitlement as it was",
        StakingDriver,
        (STAKING, "    self._entitlements[msg.sender][token] = reward_index.claimed(earned)\n", ""),
    ),
    Mutant(
        "STAKE-3",
        "a withdrawal burns shares rounded down",
        StakingDriver,
        (
            STAKING,
            "    shares: uint256 = share_math.to_shares_up(assets, self._total_assets, erc20.totalSupply)\n    self._unstake",
            "    shares: uint256 = share_math.to_shares_down(assets, self._total_assets, erc20.totalSupply)\n    self._unstake",
        ),
    ),
    Mutant(
        "STAKE-4",
        "the window does not close",
        StakingDriver,
        (
            STAKING,
            "    if block.timestamp > cooldown.closes_at:\n        return empty(Cooldown)\n",
            "",
        ),
    ),
    Mutant(
        "FEE-1",
        "what is paid stays vested",
        StakingDriver,
        (COLLECTOR, "    stream.vested = 0\n", ""),
    ),
    Mutant(
        "FEE-2",
        "each arrival puts the end off",
        StakingDriver,
        (
            COLLECTOR,
            "    stream.ends_at = block.timestamp + seconds_to_end_down\n",
            "    stream.ends_at = stream.ends_at + STREAM_SECONDS\n",
        ),
    ),
    Mutant(
        "VLT-1",
        "money sent to a strategy stays idle in the books",
        VaultDriver,
        (VAULT, "        self.total_idle -= spent\n", ""),
    ),
    Mutant(
        "VLT-2",
        "locked shares count as unlocked from the start",
        VaultDriver,
        (
            VAULT,
            "        return erc20.balanceOf[self] - profit_unlock.unlocked()\n",
            "        return erc20.balanceOf[self]\n",
        ),
    ),
    Mutant(
        "VLT-3",
        "gains are not locked",
        VaultDriver,
        (VAULT, "        profit_unlock.lock(gain_shares - fee_shares)\n", "        pass\n"),
    ),
    Mutant(
        "VLT-4",
        "the maximum debt is not asked for",
        VaultDriver,
        (VAULT, "min(target, self.strategies[strategy].max_debt)", "target"),
    ),
    Mutant(
        "VLT-5",
        "gains step into the price at once",
        VaultDriver,
        (
            UNLOCK,
            "    self.rate = locked * RATE_SCALE // duration_seconds",
            "    self.rate = 0\n    self.ends_at = 0",
        ),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mutant__under_random_calls__breaks_its_invariant(mutant: Mutant) -> None:
    driver: World = mutant.driver(mutant.mutation)
    # The other checks of the same world would often see the same defect first.
    only: Any = _only(driver, mutant.identifier)
    outcome = run(only, SEED, CALLS, shrink_replays=SHRINK_REPLAYS)
    assert outcome.failure is not None, f"{mutant} was not noticed in {CALLS} calls"
    assert outcome.failure.identifier == mutant.identifier
    again = replay(only, outcome.failure.steps)
    assert again is not None, "the shortened calls do not break it again"


def _only(driver: World, identifier: str) -> World:
    check = import_module(type(driver).__module__).CHECKS[identifier]
    driver.check = lambda step: check(driver, step)  # type: ignore[method-assign]
    return driver


def test_every_invariant__of_the_drivers__has_a_mutant() -> None:
    here = Path(__file__).parent
    modules = [
        import_module(f"tests.invariant.{path.stem}")
        for path in here.glob("*.py")
        if not path.stem.startswith("test_")
    ]
    checked = {each for module in modules for each in getattr(module, "CHECKS", ())}
    assert checked == {mutant.identifier for mutant in MUTANTS}
