# SPDX-License-Identifier: Apache-2.0
"""What the actors do next: a pure plan from what they see and one seeded chance.

Floats are good enough here: a demo trader's guess is not accounting, the contracts round.
"""

import math
import random
from dataclasses import dataclass

from .cast import Arbitrageur, Borrower, Cast, Lender, asset_of_pool
from .world import DECIMALS, PAIR_NAMES, PairState, World

# Noise traders turn over this part of a pair's value in an hour.
TURNOVER_PER_HOUR = 0.10
TRADES_PER_HOUR_STEP = {"eth_usd": 4, "btc_usd": 2, "head_usd": 1}
# Below this a trade costs more gas than it is worth watching.
MIN_TRADE_USD = 20.0
MIN_LOAN_USD = 200.0


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that one actor does; `encoding.py` turns it into a transaction."""

    actor: int
    kind: str
    place: str
    token: str = ""
    assets: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How much happens in one step: an hour in a replay, some seconds on a live devnet."""

    step_seconds: float
    trades: dict[str, int]
    loan_moves: int
    # Chance that one of the loan moves happens at all.
    loan_chance: float
    claim_chance: float


REPLAY_PACE = Pace(3_600.0, TRADES_PER_HOUR_STEP, 2, 0.8, 0.03)
LIVE_PACE = Pace(4.0, {"eth_usd": 1, "btc_usd": 1, "head_usd": 1}, 1, 0.25, 0.01)


def plan_moves(world: World, cast: Cast, pace: Pace, chance: random.Random) -> list[Move]:
    """Loans first, then trades, then arbitrage on what the trades left."""
    moves = _loan_moves(world, cast, pace, chance)
    pairs = dict(world.pairs)
    # A purse's balance as the moves of this step will leave it.
    purses = dict(world.balances)
    for pair in PAIR_NAMES:
        moves += _noise(world, cast, pair, pairs, purses, pace, chance)
    for arbitrageur in cast.arbitrageurs:
        moves += _arbitrage(world, arbitrageur, pairs)
    return moves + _claims(cast, pace, chance)


# --- Trades ---


def _noise(
    world: World,
    cast: Cast,
    pair: str,
    pairs: dict[str, PairState],
    purses: dict[tuple[int, str], int],
    pace: Pace,
    chance: random.Random,
) -> list[Move]:
    count = pace.trades[pair]
    volume_usd = pairs[pair].value_usd() * TURNOVER_PER_HOUR * pace.step_seconds / 3_600
    moves = []
    for number in range(count):
        trader = chance.choice(cast.traders)
        size_usd = volume_usd / count * chance.uniform(0.5, 1.5)
        base = pairs[pair].base
        sells_base = _sells_base(pair, pairs[pair], number, chance)
        token = base if sells_base else "tUSD"
        assets = min(
            world.assets_for(token, size_usd), purses.get((trader.index, token), 0) * 9 // 10
        )
        if world.dollars_of(token, assets) < MIN_TRADE_USD:
            continue
        purses[(trader.index, token)] -= assets
        pairs[pair] = after_swap(pairs[pair], token, assets)
        moves.append(Move(trader.index, "swap", pair, token, assets))
    return moves


def _sells_base(pair: str, state: PairState, number: int, chance: random.Random) -> bool:
    """Alternate, so that noise moves fees rather than prices; HEAD leans back to a dollar."""
    if pair == "head_usd":
        return chance.random() < 1 / (1 + math.exp(-4 * math.log(state.price_usd())))
    return (number + chance.randrange(4) // 3) % 2 == 0


def after_swap(state: PairState, token: str, assets: int) -> PairState:
    """The reserves after a trade: fees are kept apart from them."""
    put_in = assets * (10_000 - state.fee_bps) // 10_000
    product = state.reserve_base * state.reserve_usd
    if token == "tUSD":
        usd = state.reserve_usd + put_in
        return PairState(state.base, -(-product // usd), usd, state.fee_bps)
    base = state.reserve_base + put_in
    return PairState(state.base, base, -(-product // base), state.fee_bps)


def arbitrage(state: PairState, price_usd: float) -> tuple[str, int] | None:
    """(token in, assets) that brings the pair to the edge of where a trade still pays.

    With k = x*y and fee f, buying base pays until y/x = price*(1-f), hence y' = sqrt(k*price*(1-f));
    selling base pays until (y/x)*(1-f) = price, hence x' = sqrt(k*(1-f)/price).
    """
    keeps = 1 - state.fee_bps / 10_000
    base_unit = 10 ** DECIMALS[state.base]
    reserve_base, reserve_usd = state.reserve_base / base_unit, state.reserve_usd / 10**6
    product = reserve_base * reserve_usd
    wanted_usd = math.sqrt(product * price_usd * keeps)
    if wanted_usd > reserve_usd:
        return "tUSD", int((wanted_usd - reserve_usd) / keeps * 10**6)
    wanted_base = math.sqrt(product * keeps / price_usd)
    if wanted_base > reserve_base:
        return state.base, int((wanted_base - reserve_base) / keeps * base_unit)
    return None


def _arbitrage(world: World, arbitrageur: Arbitrageur, pairs: dict[str, PairState]) -> list[Move]:
    state = pairs[arbitrageur.pair]
    found = arbitrage(state, world.prices_usd[state.base])
    if found is None:
        return []
    token, assets = found
    assets = min(assets, world.balances.get((arbitrageur.index, token), 0))
    if world.dollars_of(token, assets) < MIN_TRADE_USD:
        return []
    return [Move(arbitrageur.index, "swap", arbitrageur.pair, token, assets)]


# --- Loans ---


def _loan_moves(world: World, cast: Cast, pace: Pace, chance: random.Random) -> list[Move]:
    moves = []
    # The prudent watch their health at every step.
    for borrower in cast.borrowers:
        moves += _care(world, borrower)
    for _ in range(pace.loan_moves):
        if chance.random() >= pace.loan_chance:
            continue
        actor = chance.choice((*cast.lenders, *cast.borrowers))
        if isinstance(actor, Lender):
            moves += _lend(world, actor, chance)
        elif not any(move.actor == actor.index for move in moves):
            moves += _borrow_more(world, actor, chance)
    return moves


def _care(world: World, borrower: Borrower) -> list[Move]:
    """Repay so much that health is back well above what alarmed it."""
    loan = world.loans.get(borrower.index)
    if loan is None or loan.health * 10_000 >= borrower.prudent_health_bps:
        return []
    wanted = borrower.prudent_health_bps / 10_000 + 0.08
    token = asset_of_pool(borrower.debt_pool)
    dollars = loan.debt_usd * (1 - loan.health / wanted)
    assets = min(world.assets_for(token, dollars), world.balances.get((borrower.index, token), 0))
    if world.dollars_of(token, assets) < MIN_LOAN_USD:
        return []
    # What is left must be nothing or above the pool's least debt: never more than nine tenths.
    assets = min(assets, loan.debt_assets * 9 // 10)
    return [Move(borrower.index, "repay", borrower.debt_pool, token, assets)]


def _borrow_more(world: World, borrower: Borrower, chance: random.Random) -> list[Move]:
    loan = world.loans.get(borrower.index)
    if loan is None:
        return []
    room_usd = loan.borrow_limit_usd * borrower.target_bps / 10_000 - loan.debt_usd
    if room_usd < max(MIN_LOAN_USD, 0.02 * loan.debt_usd):
        return []
    token = asset_of_pool(borrower.debt_pool)
    wanted = world.assets_for(token, room_usd * chance.uniform(0.3, 0.8))
    assets = min(wanted, world.idle[borrower.debt_pool] // 5)
    if world.dollars_of(token, assets) < MIN_LOAN_USD:
        return []
    return [Move(borrower.index, "borrow", borrower.debt_pool, token, assets)]


def _lend(world: World, lender: Lender, chance: random.Random) -> list[Move]:
    token = asset_of_pool(lender.pool)
    wanted = world.assets_for(token, lender.lends_usd * chance.uniform(0.005, 0.03))
    if chance.random() < 0.5:
        assets = min(wanted, world.withdrawable.get(lender.index, 0) // 2)
        kind = "withdraw"
    else:
        assets = min(wanted, world.balances.get((lender.index, token), 0))
        kind = "deposit"
    if world.dollars_of(token, assets) < MIN_LOAN_USD:
        return []
    return [Move(lender.index, kind, lender.pool, token, assets)]


# --- Claims ---


def _claims(cast: Cast, pace: Pace, chance: random.Random) -> list[Move]:
    moves = []
    for provider in cast.providers:
        if provider.claims and chance.random() < pace.claim_chance:
            moves.append(Move(provider.index, "claim_fees", provider.pair))
    for staker in cast.stakers:
        if chance.random() < pace.claim_chance:
            moves.append(Move(staker.index, "claim_rewards", "StakingPool"))
    return moves
