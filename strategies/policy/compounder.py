# SPDX-License-Identifier: Apache-2.0
"""Turn the fees of liquidity strategies into more liquidity, at the moment that pays best."""

from dataclasses import dataclass

from strategies.policy import words
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.harvest import (
    HarvestRule,
    loss_to_continuous_wad,
    optimal_harvest,
    reward_rate_wad,
    seconds_until,
)
from strategies.policy.snapshot import LiquidityStrategyView, PairView, Snapshot, VaultView
from strategies.units import BPS, WAD

POLICY = "compounder"

# LiquidityStrategy refuses to harvest when its pair stands further off the oracle.
MAX_DEVIATION_BPS = 100


@dataclass(frozen=True, slots=True)
class CompounderParameters:
    cost_usd_wad: int  # what a harvest costs beside its gas
    max_delay_seconds: int
    slippage_bps: int
    harvest_gas: int
    report_gas: int
    expected_gas: int  # of both calls together, for the cost


@dataclass(frozen=True, slots=True)
class _Position:
    """What the rule needs to know of one strategy, all in USD WAD."""

    value: int
    pending: int
    pending_net: int  # what is left after the surplus side paid the swap fee
    cost: int
    elapsed_seconds: int


def decide(snapshot: Snapshot, parameters: CompounderParameters) -> Decision:
    decision = Decision()
    for vault in snapshot.vaults:
        for strategy in vault.liquidity:
            decision += _decide_harvest(snapshot, vault, strategy, parameters)
    return decision


def _decide_harvest(
    snapshot: Snapshot,
    vault: VaultView,
    strategy: LiquidityStrategyView,
    parameters: CompounderParameters,
) -> Decision:
    pair = snapshot.pair(strategy.pair)

    def skip(code: str, reason: str, **figures: str) -> Decision:
        return Decision(skips=(Skip(POLICY, strategy.key, code, reason, figures),))

    if strategy.key in snapshot.open_subjects:
        return skip("pending", "a harvest is on its way; the next is decided once it is in a block")
    if strategy.assets == 0:
        return skip(
            "no_position", "the strategy holds no liquidity, so there is nothing to harvest"
        )
    if not snapshot.has_fresh_prices(pair.token0, pair.token1):
        return skip("price_stale", "a price is stale, and a harvest must not swap without one")
    if not strategy.is_keeper_allowed:
        return skip(
            "not_allowed",
            f"{snapshot.keeper.address} may not harvest; its owner must call set_keeper",
        )

    if strategy.deviation_bps > MAX_DEVIATION_BPS:
        return skip(
            "off_oracle",
            f"{pair.key} stands {strategy.deviation_bps / 100:.2f} % off the oracle, and a harvest "
            f"swaps only within {MAX_DEVIATION_BPS / 100:.2f} %",
        )

    position = _position(snapshot, strategy, pair, parameters)
    rule = optimal_harvest(position.value, position.cost)
    if rule is None:
        return skip(
            "position_too_small",
            f"position {words.usd(position.value)} is worth no more than one harvest, "
            f"{words.usd(position.cost)}",
        )

    figures = _figures(position, rule)
    ceiling = parameters.max_delay_seconds - position.elapsed_seconds
    if position.pending_net == 0:
        return skip("nothing_pending", "no fees have come in since the last harvest", **figures)
    if position.pending_net >= rule.threshold_usd_wad:
        reason = (
            f"pending {words.usd(position.pending_net)} has reached the optimum "
            f"{words.usd(rule.threshold_usd_wad)} for a position of {words.usd(position.value)} "
            f"at {words.usd(position.cost)} a harvest, {words.duration(position.elapsed_seconds)} "
            "after the last"
        )
    elif ceiling <= 0 and position.pending_net >= position.cost:
        reason = (
            f"pending {words.usd(position.pending_net)} is below the optimum "
            f"{words.usd(rule.threshold_usd_wad)}, but the last harvest is "
            f"{words.duration(position.elapsed_seconds)} ago, beyond the longest delay "
            f"{words.duration(parameters.max_delay_seconds)}"
        )
    else:
        return skip("below_optimum", _waiting(position, rule, ceiling), **figures)
    return _harvest(snapshot, vault, strategy, parameters, reason, figures)


def _position(
    snapshot: Snapshot,
    strategy: LiquidityStrategyView,
    pair: PairView,
    parameters: CompounderParameters,
) -> _Position:
    value0 = snapshot.token(pair.token0).usd_wad_down(strategy.pending0)
    value1 = snapshot.token(pair.token1).usd_wad_down(strategy.pending1)
    # Half of the surplus side is swapped into the other, at the pair's own fee.
    swap_fee = abs(value0 - value1) // 2 * pair.fee_bps // BPS
    gas_usd_wad = snapshot.gas_cost_usd_wad(parameters.expected_gas)
    return _Position(
        value=snapshot.liquidity_usd_wad(pair, strategy.assets),
        pending=value0 + value1,
        pending_net=max(0, value0 + value1 - swap_fee),
        cost=gas_usd_wad + parameters.cost_usd_wad,
        elapsed_seconds=max(0, snapshot.block.timestamp - strategy.last_report),
    )


def _figures(position: _Position, rule: HarvestRule) -> dict[str, str]:
    rate = reward_rate_wad(position.pending_net, position.value, position.elapsed_seconds)
    wait = seconds_until(rule.threshold_usd_wad, position.pending_net, position.elapsed_seconds)
    return {
        "position_usd_wad": str(position.value),
        "pending_usd_wad": str(position.pending),
        "pending_net_usd_wad": str(position.pending_net),
        "cost_usd_wad": str(position.cost),
        "threshold_usd_wad": str(rule.threshold_usd_wad),
        "threshold_small_cost_usd_wad": str(rule.small_cost_threshold_usd_wad),
        "reward_rate_wad": str(rate),
        "loss_to_continuous_wad": str(loss_to_continuous_wad(rule, rate)),
        "seconds_until_threshold": "" if wait is None else str(wait),
    }


def _waiting(position: _Position, rule: HarvestRule, ceiling: int) -> str:
    rate = reward_rate_wad(position.pending_net, position.value, position.elapsed_seconds)
    wait = seconds_until(rule.threshold_usd_wad, position.pending_net, position.elapsed_seconds)
    if ceiling <= 0:
        return (
            f"the longest delay has passed, but pending {words.usd(position.pending_net)} is less "
            f"than a harvest costs, {words.usd(position.cost)}"
        )
    if wait is None:
        when = f"in {words.duration(ceiling)} at the latest"
    elif wait > ceiling:
        when = f"in {words.duration(ceiling)}, at the longest delay"
    else:
        when = f"in {words.duration(wait)}"
    return (
        f"next harvest at pending {words.usd(rule.threshold_usd_wad)}, {when}; "
        f"pending is {words.usd(position.pending_net)} on {words.usd(position.value)} "
        f"({words.percent(rate)} a year), a harvest costs {words.usd(position.cost)}; "
        f"waiting costs {words.bps(loss_to_continuous_wad(rule, rate))} a year against continuous"
    )


def _harvest(
    snapshot: Snapshot,
    vault: VaultView,
    strategy: LiquidityStrategyView,
    parameters: CompounderParameters,
    reason: str,
    figures: dict[str, str],
) -> Decision:
    group = f"harvest:{strategy.key}"
    min_liquidity = _min_liquidity_down(snapshot, strategy, parameters.slippage_bps)
    harvest = Action(
        policy=POLICY,
        key=group,
        subject=strategy.key,
        group=group,
        target=strategy.address,
        contract="LiquidityStrategy",
        function="harvest",
        arguments=(min_liquidity,),
        gas_limit=parameters.harvest_gas,
        effect=Effect.NEUTRAL,
        reason=reason,
        figures=figures,
    )
    report = Action(
        policy=POLICY,
        key=f"report:{strategy.key}",
        subject=strategy.key,
        group=group,
        target=vault.address,
        contract="YieldVault",
        function="process_report",
        arguments=(strategy.address,),
        gas_limit=parameters.report_gas,
        effect=Effect.NEUTRAL,
        reason=f"books the harvest of {strategy.key} in {vault.key}, which unlocks it over time",
        figures={},
    )
    return Decision(actions=(harvest, report))


def _min_liquidity_down(
    snapshot: Snapshot, strategy: LiquidityStrategyView, slippage_bps: int
) -> int:
    """LP tokens that the pending fees buy at oracle prices, less the slippage that we bear."""
    pair = snapshot.pair(strategy.pair)
    token0, token1 = snapshot.token(pair.token0), snapshot.token(pair.token1)
    pending = token0.usd_wad_down(strategy.pending0) + token1.usd_wad_down(strategy.pending1)
    whole = snapshot.liquidity_usd_wad(pair, WAD)
    if whole == 0:
        return 0
    return pending * WAD // whole * (BPS - slippage_bps) // BPS
