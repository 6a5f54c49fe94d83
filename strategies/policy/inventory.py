# SPDX-License-Identifier: Apache-2.0
"""Turn what liquidations seized back into the tokens that the next one will repay with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategies.policy import words
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import PairView, PoolView, Snapshot, TokenView, spread_bps
from strategies.units import BPS

POLICY = "liquidator"


@dataclass(frozen=True, slots=True)
class InventoryParameters:
    working_symbol: str  # what excess is swapped into; empty swaps nothing
    min_value_usd_wad: int
    slippage_bps: int
    deadline_seconds: int
    redeem_gas: int
    swap_gas: int
    approve_gas: int
    keep_assets: Mapping[str, int] = field(default_factory=dict)  # by symbol; absent keeps all


def decide(snapshot: Snapshot, parameters: InventoryParameters) -> Decision:
    decision = Decision()
    for pool in snapshot.pools:
        if pool.keeper_shares > 0:
            decision += _redeem(snapshot, pool, parameters)
    working = next((t for t in snapshot.tokens if t.symbol == parameters.working_symbol), None)
    if working is None or snapshot.router is None:
        return decision
    for token in snapshot.tokens:
        if token.symbol in parameters.keep_assets and token.address != working.address:
            decision += _swap(snapshot, token, working, parameters)
    return decision


def _skip(subject: str, code: str, reason: str) -> Decision:
    return Decision(skips=(Skip(POLICY, subject, code, reason),))


def _redeem(snapshot: Snapshot, pool: PoolView, parameters: InventoryParameters) -> Decision:
    subject = f"inventory.{pool.key}"
    token = snapshot.token(pool.asset)
    shares = min(pool.keeper_shares, pool.keeper_redeemable_shares)
    value = token.usd_wad_down(pool.to_assets_down(shares))
    if subject in snapshot.open_subjects:
        return _skip(subject, "pending", "a redemption is on its way")
    if value < parameters.min_value_usd_wad or shares == 0:
        held = words.usd(token.usd_wad_down(pool.to_assets_down(pool.keeper_shares)))
        reason = f"{words.usd(value)} of {held} can be redeemed, less than is worth it"
        return _skip(subject, "below_minimum", reason)
    action = Action(
        policy=POLICY,
        key=f"redeem:{pool.key}",
        subject=subject,
        group=subject,
        target=pool.address,
        contract="LendingPool",
        function="redeem",
        arguments=(shares, snapshot.keeper.address, snapshot.keeper.address),
        gas_limit=parameters.redeem_gas,
        effect=Effect.REDUCES,
        reason=f"redeems {words.usd(value)} of seized {pool.key} shares into {token.symbol}",
        figures={"shares": str(shares), "value_usd_wad": str(value)},
    )
    return Decision(actions=(action,))


def _swap(
    snapshot: Snapshot, token: TokenView, working: TokenView, parameters: InventoryParameters
) -> Decision:
    subject = f"inventory.{token.symbol}"
    excess = token.keeper_assets - parameters.keep_assets[token.symbol]
    value = token.usd_wad_down(max(0, excess))
    if subject in snapshot.open_subjects:
        return _skip(subject, "pending", "a swap is on its way")
    if excess <= 0 or value < parameters.min_value_usd_wad:
        return _skip(subject, "below_minimum", f"excess {words.usd(value)} is too small to swap")
    if not snapshot.has_fresh_prices(token.address, working.address):
        return _skip(subject, "price_stale", "a price is stale, so a fair swap cannot be bounded")
    pair = _pair(snapshot, token, working)
    if pair is None:
        return _skip(subject, "no_pair", f"no pair trades {token.symbol} for {working.symbol}")
    off = spread_bps(pair, snapshot.token(pair.token0), snapshot.token(pair.token1))
    if off > parameters.slippage_bps:
        return _skip(
            subject,
            "off_oracle",
            f"{pair.key} stands {off / 100:.2f} % off the oracle, more than "
            f"{parameters.slippage_bps / 100:.2f} %",
        )
    return _swap_actions(snapshot, pair, token, working, excess, parameters, subject)


def _pair(snapshot: Snapshot, token: TokenView, working: TokenView) -> PairView | None:
    wanted = {token.address, working.address}
    pairs = [pair for pair in snapshot.pairs if {pair.token0, pair.token1} == wanted]
    return max(pairs, key=lambda pair: (pair.reserve0, pair.key), default=None)


def _swap_actions(
    snapshot: Snapshot,
    pair: PairView,
    token: TokenView,
    working: TokenView,
    excess: int,
    parameters: InventoryParameters,
    subject: str,
) -> Decision:
    """At most what moves the price by half the slippage, so that a large excess goes in steps."""
    reserve = pair.reserve0 if pair.token0 == token.address else pair.reserve1
    assets = min(excess, reserve * parameters.slippage_bps // (2 * BPS))
    if assets == 0:
        return _skip(subject, "no_liquidity", f"{pair.key} is empty")
    fair = working.assets_down(token.usd_wad_down(assets))
    minimum = fair * (BPS - pair.fee_bps - parameters.slippage_bps) // BPS
    allowance = dict(snapshot.router_allowances).get(token.address, 0)
    amount = words.assets(assets, token.decimals, token.symbol)
    common = {
        "policy": POLICY,
        "subject": subject,
        "group": subject,
        "effect": Effect.NEUTRAL,
    }
    actions = []
    if allowance < assets:
        actions.append(
            Action(
                key=f"approve:router:{token.symbol}",
                target=token.address,
                contract="TestToken",
                function="approve",
                arguments=(snapshot.router, assets),
                gas_limit=parameters.approve_gas,
                reason=f"allows the router to take {amount} for the swap that follows",
                **common,
            )
        )
    actions.append(
        Action(
            key=f"swap:{token.symbol}",
            target=snapshot.router,
            contract="Router",
            function="swap_exact_in",
            arguments=(
                ((pair.address, token.address),),
                assets,
                minimum,
                snapshot.keeper.address,
                snapshot.block.timestamp + parameters.deadline_seconds,
            ),
            gas_limit=parameters.swap_gas,
            reason=(
                f"swaps {amount} of seized collateral back for at least "
                f"{words.assets(minimum, working.decimals, working.symbol)}"
            ),
            figures={"assets_in": str(assets), "min_assets_out": str(minimum)},
            **common,
        )
    )
    return Decision(actions=tuple(actions))
