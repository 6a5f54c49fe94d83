# SPDX-License-Identifier: Apache-2.0
"""Move a vault's assets between the pools that its strategies lend to, when that pays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategies.policy import words
from strategies.policy.allocation import (
    Allocation,
    PoolOption,
    allocate,
    gain_over_down,
    useful_seconds,
)
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import LendingStrategyView, Snapshot, TokenView, VaultView
from strategies.units import BPS

POLICY = "allocator"


@dataclass(frozen=True, slots=True)
class AllocatorParameters:
    horizon_seconds: int
    half_life_seconds: int
    cost_usd_wad: int  # of each move, beside its gas
    margin_usd_wad: int  # what must be left over, for the whole set of moves
    min_move_usd_wad: int
    max_move_usd_wad: int  # by strategy and decision
    deposit_buffer_bps: int  # of a pool's room, left free under its cap
    move_gas: int
    weight_caps_bps: Mapping[str, int] = field(default_factory=dict)  # by strategy key


@dataclass(frozen=True, slots=True)
class _Plan:
    vault: VaultView
    token: TokenView
    options: tuple[PoolOption, ...]
    allocation: Allocation
    moves: tuple[int, ...]  # in the order of `vault.lending`; below zero withdraws


def decide(snapshot: Snapshot, parameters: AllocatorParameters) -> Decision:
    decision = Decision()
    for vault in snapshot.vaults:
        if vault.lending:
            decision += _decide_lending(snapshot, vault, parameters)
        elif vault.liquidity:
            decision += _decide_idle(snapshot, vault, parameters)
    return decision


def _skip(subject: str, code: str, reason: str, **figures: str) -> Decision:
    return Decision(skips=(Skip(POLICY, subject, code, reason, figures),))


# --- A vault over lending pools ---


def _decide_lending(
    snapshot: Snapshot, vault: VaultView, parameters: AllocatorParameters
) -> Decision:
    if vault.key in snapshot.open_subjects:
        return _skip(vault.key, "pending", "moves are on their way; the next are decided after")
    if vault.is_shutdown:
        return _skip(vault.key, "shut_down", "the vault is shut down and takes no new debt")
    token = snapshot.token(vault.asset)
    if token.price_usd_wad == 0:
        return _skip(vault.key, "no_price", f"{token.symbol} has no price to weigh the cost with")

    budget = _budget(vault)
    options = tuple(
        _option(snapshot, vault, strategy, token, parameters, budget) for strategy in vault.lending
    )
    allocation = allocate(options, budget)
    if allocation is None:
        return _skip(
            vault.key,
            "no_room",
            "what cannot be withdrawn today is more than the vault may place",
        )
    plan = _Plan(vault, token, options, allocation, _moves(snapshot, vault, allocation, parameters))
    return _weigh(snapshot, plan, parameters) + _explain_empty(plan)


def _budget(vault: VaultView) -> int:
    placed = sum(strategy.assets for strategy in vault.lending)
    return max(0, vault.total_idle - vault.minimum_total_idle) + placed


def _option(
    snapshot: Snapshot,
    vault: VaultView,
    strategy: LendingStrategyView,
    token: TokenView,
    parameters: AllocatorParameters,
    budget: int,
) -> PoolOption:
    """What this strategy may hold after the move, given cash, caps, debt limit and step limit."""
    pool = snapshot.pool(strategy.pool)
    own = strategy.assets
    step = token.assets_down(parameters.max_move_usd_wad)
    out = min(strategy.withdrawable_assets, strategy.current_debt, own, step)
    room = strategy.depositable_assets
    room -= room * parameters.deposit_buffer_bps // BPS
    into = max(0, min(room, strategy.max_debt - strategy.current_debt, step))
    weight = parameters.weight_caps_bps.get(strategy.key, BPS)
    low = own - out
    high = max(low, min(own + into, budget * weight // BPS))
    return PoolOption(
        key=strategy.key,
        curve=pool.curve,
        others=max(0, pool.idle + pool.total_debt - own),
        debt=pool.total_debt,
        reserve_factor_bps=pool.reserve_factor_bps,
        low=low,
        high=high,
    )


def _moves(
    snapshot: Snapshot,
    vault: VaultView,
    allocation: Allocation,
    parameters: AllocatorParameters,
) -> tuple[int, ...]:
    """Differences worth a transaction; deposits fit what is idle once withdrawals are in."""
    token = snapshot.token(vault.asset)
    smallest = max(1, token.assets_down(parameters.min_move_usd_wad))
    wanted = [
        target - strategy.assets
        for target, strategy in zip(allocation.deposits, vault.lending, strict=True)
    ]
    moves = [move if abs(move) >= smallest else 0 for move in wanted]
    available = max(0, vault.total_idle - vault.minimum_total_idle)
    available -= sum(move for move in moves if move < 0)
    for index, move in enumerate(moves):
        if move > 0:
            moves[index] = move if move <= available else available
            if moves[index] < smallest:
                moves[index] = 0
            available -= moves[index]
    return tuple(moves)


def _weigh(snapshot: Snapshot, plan: _Plan, parameters: AllocatorParameters) -> Decision:
    """Move only if what the gap earns while it lasts exceeds cost and margin."""
    vault, token, allocation = plan.vault, plan.token, plan.allocation
    before = sum(
        option.yield_wad(strategy.assets)
        for option, strategy in zip(plan.options, vault.lending, strict=True)
    )
    after = sum(
        option.yield_wad(strategy.assets + move)
        for option, strategy, move in zip(plan.options, vault.lending, plan.moves, strict=True)
    )
    count = sum(1 for move in plan.moves if move)
    seconds = useful_seconds(parameters.horizon_seconds, parameters.half_life_seconds)
    gain = token.usd_wad_down(max(0, gain_over_down(after - before, seconds)))
    gas_usd_wad = snapshot.gas_cost_usd_wad(parameters.move_gas)
    cost = count * (gas_usd_wad + parameters.cost_usd_wad) + parameters.margin_usd_wad
    budget = _budget(vault)
    figures = {
        "yield_before_wad": str(before // budget if budget else 0),
        "yield_best_wad": str(allocation.yield_wad // budget if budget else 0),
        "multiplier_wad": str(allocation.multiplier_wad),
        "gap_wad": str(allocation.gap_wad // budget if budget else 0),
        "gain_usd_wad": str(gain),
        "cost_usd_wad": str(cost),
        "choices": str(allocation.choices),
    }
    rates = _rates(before, allocation, budget)
    if count == 0:
        return _skip(
            vault.key,
            "at_optimum",
            f"{rates}; no pool is off its target by {words.usd(parameters.min_move_usd_wad)}",
            **figures,
        )
    if gain <= cost:
        return _skip(
            vault.key,
            "inside_band",
            f"{rates}; {count} moves would bring {words.usd(gain)} in the "
            f"{words.duration(seconds)} that such a gap lasts, and must bring more than "
            f"{words.usd(cost)}",
            **figures,
        )
    reason = (
        f"{rates}; brings {words.usd(gain)} in {words.duration(seconds)} "
        f"for {words.usd(cost)}; lambda {words.percent(allocation.multiplier_wad)}, "
        f"no allocation earns more than {words.bps(int(figures['gap_wad']))} above it"
    )
    return Decision(actions=_actions(plan, parameters, reason, figures))


def _rates(before: int, allocation: Allocation, budget: int) -> str:
    if budget == 0:
        return "the vault has nothing to place"
    return (
        f"earns {words.percent(before // budget)} a year, best is "
        f"{words.percent(allocation.yield_wad // budget)}"
    )


def _actions(
    plan: _Plan, parameters: AllocatorParameters, reason: str, figures: Mapping[str, str]
) -> tuple[Action, ...]:
    """Withdrawals first: they pay for the deposits."""
    vault, token = plan.vault, plan.token
    order = sorted(range(len(plan.moves)), key=lambda index: (plan.moves[index] > 0, index))
    actions = []
    for index in order:
        move, strategy = plan.moves[index], vault.lending[index]
        if move == 0:
            continue
        verb = "withdraws" if move < 0 else "deposits"
        amount = words.assets(abs(move), token.decimals, token.symbol)
        preposition = "from" if move < 0 else "to"
        actions.append(
            Action(
                policy=POLICY,
                key=f"update_debt:{strategy.key}",
                subject=vault.key,
                group=f"allocate:{vault.key}",
                target=vault.address,
                contract="YieldVault",
                function="update_debt",
                arguments=(strategy.address, max(0, strategy.current_debt + move)),
                gas_limit=parameters.move_gas,
                effect=Effect.REDUCES if move < 0 else Effect.EXPOSES,
                reason=f"{verb} {amount} {preposition} {strategy.key}: {reason}",
                figures={**figures, "move_assets": str(move)},
            )
        )
    return tuple(actions)


def _explain_empty(plan: _Plan) -> Decision:
    """Why a pool gets nothing, or nothing more: its next unit earns less than lambda."""
    decision = Decision()
    multiplier = plan.allocation.multiplier_wad
    for option, deposit in zip(plan.options, plan.allocation.deposits, strict=True):
        if deposit > option.low or option.high == option.low:
            if option.high == option.low and option.low > 0:
                decision += _skip(option.key, "fixed", "cash, caps or limits leave no room to move")
            elif option.high == 0:
                decision += _skip(option.key, "closed", "caps or limits allow no deposit")
            continue
        marginal = option.marginal_wad(deposit)
        decision += _skip(
            option.key,
            "below_multiplier",
            f"gets no more: its next unit would add {words.percent(marginal)} a year, while "
            f"lambda is {words.percent(multiplier)}",
            marginal_wad=str(marginal),
            multiplier_wad=str(multiplier),
        )
    return decision


# --- A vault over one liquidity strategy: what is idle joins it ---


def _decide_idle(snapshot: Snapshot, vault: VaultView, parameters: AllocatorParameters) -> Decision:
    if vault.key in snapshot.open_subjects:
        return _skip(vault.key, "pending", "a deposit is on its way")
    if vault.is_shutdown:
        return _skip(vault.key, "shut_down", "the vault is shut down and takes no new debt")

    strategy = vault.liquidity[0]
    pair = snapshot.pair(strategy.pair)
    idle = max(0, vault.total_idle - vault.minimum_total_idle)
    amount = min(idle, max(0, strategy.max_debt - strategy.current_debt))
    value = snapshot.liquidity_usd_wad(pair, amount)
    if amount == 0 or value < parameters.min_move_usd_wad:
        return _skip(
            vault.key,
            "below_minimum",
            f"{words.usd(value)} can join {strategy.key}, less than the smallest move "
            f"{words.usd(parameters.min_move_usd_wad)}",
        )
    action = Action(
        policy=POLICY,
        key=f"update_debt:{strategy.key}",
        subject=vault.key,
        group=f"allocate:{vault.key}",
        target=vault.address,
        contract="YieldVault",
        function="update_debt",
        arguments=(strategy.address, strategy.current_debt + amount),
        gas_limit=parameters.move_gas,
        effect=Effect.EXPOSES,
        reason=f"{words.usd(value)} idle in {vault.key} joins {strategy.key}, where it earns fees",
        figures={"move_assets": str(amount), "value_usd_wad": str(value)},
    )
    return Decision(actions=(action,))
