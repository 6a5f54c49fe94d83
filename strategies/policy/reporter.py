# SPDX-License-Identifier: Apache-2.0
"""Book gains and losses of lending strategies, and move protocol fees on to stakers.

None of this earns for who does it: a lending index compounds by itself. So the rule is not an
optimum but a bound on what share of the amount its booking may cost, and a longest delay.
"""

from dataclasses import dataclass

from strategies.policy import words
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import LendingStrategyView, PoolView, Snapshot, TokenView, VaultView
from strategies.units import BPS

POLICY = "compounder"

# Shares earn between the reading and the call; a whole percent covers an hour at any legal rate.
RELEASE_BUFFER_BPS = 100


@dataclass(frozen=True, slots=True)
class ReporterParameters:
    cost_multiple: int  # move or book an amount once it is this many times the cost
    cost_usd_wad: int
    max_delay_seconds: int
    report_gas: int
    stream_gas: int


def decide(snapshot: Snapshot, parameters: ReporterParameters) -> Decision:
    decision = Decision()
    for vault in snapshot.vaults:
        for strategy in vault.lending:
            decision += _decide_report(snapshot, vault, strategy, parameters)
    return decision + _decide_collector(snapshot, parameters)


def _decide_report(
    snapshot: Snapshot,
    vault: VaultView,
    strategy: LendingStrategyView,
    parameters: ReporterParameters,
) -> Decision:
    subject = f"{strategy.key}.report"

    def skip(code: str, reason: str) -> Decision:
        return Decision(skips=(Skip(POLICY, subject, code, reason),))

    if subject in snapshot.open_subjects:
        return skip("pending", "a report is on its way")
    if strategy.current_debt == 0 and strategy.assets == 0:
        return skip("no_position", "the strategy holds nothing")

    token = snapshot.token(vault.asset)
    cost = snapshot.gas_cost_usd_wad(parameters.report_gas) + parameters.cost_usd_wad
    gain = strategy.assets - strategy.current_debt
    gain_usd = token.usd_wad_down(abs(gain))
    elapsed = max(0, snapshot.block.timestamp - strategy.last_report)
    threshold = parameters.cost_multiple * cost
    # A wei of rounding is not a loss that anybody needs to see at once.
    if gain < 0 and gain_usd > cost:
        reason = f"a loss of {words.usd(gain_usd)} is booked at once, so that nobody leaves ahead"
    elif gain > 0 and gain_usd >= threshold:
        reason = (
            f"gain {words.usd(gain_usd)} has reached {parameters.cost_multiple} times the cost "
            f"{words.usd(cost)} of booking it"
        )
    elif gain > 0 and elapsed >= parameters.max_delay_seconds and gain_usd > cost:
        reason = (
            f"gain {words.usd(gain_usd)} was last booked {words.duration(elapsed)} ago, beyond "
            f"the longest delay {words.duration(parameters.max_delay_seconds)}"
        )
    else:
        wait = max(0, parameters.max_delay_seconds - elapsed)
        return skip(
            "below_threshold",
            f"unbooked gain {words.usd(gain_usd if gain > 0 else 0)} is below "
            f"{words.usd(threshold)} ({parameters.cost_multiple} times the cost); next report at "
            f"that gain or in {words.duration(wait)}",
        )
    action = Action(
        policy=POLICY,
        key=f"report:{strategy.key}",
        subject=subject,
        group=f"report:{strategy.key}",
        target=vault.address,
        contract="YieldVault",
        function="process_report",
        arguments=(strategy.address,),
        gas_limit=parameters.report_gas,
        effect=Effect.NEUTRAL,
        reason=reason,
        figures={"gain_assets": str(gain), "cost_usd_wad": str(cost)},
    )
    return Decision(actions=(action,))


# --- Protocol fees: pairs and pools -> collector -> stakers ---


def _decide_collector(snapshot: Snapshot, parameters: ReporterParameters) -> Decision:
    collector = snapshot.collector
    if collector is None:
        return Decision()

    cost = snapshot.gas_cost_usd_wad(parameters.stream_gas) + parameters.cost_usd_wad
    threshold = parameters.cost_multiple * cost
    decision = Decision()
    for pair in snapshot.pairs:
        token0, token1 = snapshot.token(pair.token0), snapshot.token(pair.token1)
        value = token0.usd_wad_down(pair.protocol_claimable0)
        value += token1.usd_wad_down(pair.protocol_claimable1)
        decision += _move(
            snapshot, parameters, "claim_pair_fees", (pair.address,), pair.key, value, threshold
        )
    for pool in snapshot.pools:
        shares = _redeemable_shares(pool)
        value = snapshot.token(pool.asset).usd_wad_down(pool.to_assets_down(shares))
        decision += _move(
            snapshot,
            parameters,
            "redeem_pool_shares",
            (pool.address, shares),
            pool.key,
            value,
            threshold,
        )
    for stream in collector.streams:
        token = snapshot.token(stream.token)
        arrived = token.usd_wad_down(stream.arrived)
        decision += _move(
            snapshot, parameters, "collect", (stream.token,), token.symbol, arrived, threshold
        )
        elapsed = snapshot.block.timestamp - stream.last_streamed_at
        due = stream.streamable > 0 and elapsed >= parameters.max_delay_seconds
        decision += _move_stream(
            snapshot, parameters, token, stream.streamable, threshold, elapsed, due
        )
    return decision


def _redeemable_shares(pool: PoolView) -> int:
    """Of the collector's, those that the pool can pay for, even once they are worth more."""
    releasable = pool.releasable * (BPS - RELEASE_BUFFER_BPS) // BPS
    return min(pool.collector_shares, pool.to_shares_down(releasable))


def _move_stream(
    snapshot: Snapshot,
    parameters: ReporterParameters,
    token: TokenView,
    streamable: int,
    threshold: int,
    elapsed_seconds: int,
    is_due: bool,
) -> Decision:
    value = token.usd_wad_down(streamable)
    cost = threshold // max(1, parameters.cost_multiple)
    return _move(
        snapshot,
        parameters,
        "stream",
        (token.address,),
        token.symbol,
        value,
        cost if is_due else threshold,
        f", {words.duration(elapsed_seconds)} after the last time" if is_due else "",
    )


_WORDS = {
    "claim_pair_fees": "protocol fees of the pair",
    "redeem_pool_shares": "pool shares earned from interest",
    "collect": "arrived at the collector",
    "stream": "vested for stakers and treasury",
}


def _move(
    snapshot: Snapshot,
    parameters: ReporterParameters,
    function: str,
    arguments: tuple,
    subject_name: str,
    value_usd_wad: int,
    threshold_usd_wad: int,
    suffix: str = "",
) -> Decision:
    subject = f"FeeCollector.{function}.{subject_name}"
    if subject in snapshot.open_subjects:
        return Decision(skips=(Skip(POLICY, subject, "pending", "one is on its way"),))
    if value_usd_wad == 0 or value_usd_wad < threshold_usd_wad:
        reason = (
            f"{words.usd(value_usd_wad)} {_WORDS[function]}, not worth moving before "
            f"{words.usd(threshold_usd_wad)}"
        )
        return Decision(skips=(Skip(POLICY, subject, "below_threshold", reason),))
    action = Action(
        policy=POLICY,
        key=f"{function}:{subject_name}",
        subject=subject,
        group=subject,
        target=snapshot.collector.address,
        contract="FeeCollector",
        function=function,
        arguments=arguments,
        gas_limit=parameters.stream_gas,
        effect=Effect.NEUTRAL,
        reason=(
            f"{words.usd(value_usd_wad)} {_WORDS[function]} is worth its cost "
            f"(threshold {words.usd(threshold_usd_wad)}){suffix}"
        ),
        figures={"value_usd_wad": str(value_usd_wad)},
    )
    return Decision(actions=(action,))
