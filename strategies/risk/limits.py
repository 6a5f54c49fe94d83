# SPDX-License-Identifier: Apache-2.0
"""ACTIVE, REDUCING or HALTED, from the snapshot and the record of what became of past actions."""

from dataclasses import dataclass
from enum import StrEnum

from strategies.policy.snapshot import Snapshot
from strategies.policy.words import duration
from strategies.units import BPS, format_units


class RiskState(StrEnum):
    ACTIVE = "active"  # everything goes
    REDUCING = "reducing"  # nothing that puts more at risk
    HALTED = "halted"  # nothing at all


@dataclass(frozen=True, slots=True)
class RiskLimits:
    halt_gas_wei: int
    low_gas_wei: int
    max_failed_in_a_row: int
    failure_memory_seconds: int
    max_share_price_drop_bps: int


@dataclass(frozen=True, slots=True)
class RiskHistory:
    """What the journal remembers: failures in a row, newest last, and the last share prices."""

    failed_in_a_row: int
    last_failed_at: int | None
    last_failure: str
    share_prices: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RiskVerdict:
    state: RiskState
    reasons: tuple[str, ...]


def assess(snapshot: Snapshot, limits: RiskLimits, history: RiskHistory) -> RiskVerdict:
    halting = _gas(snapshot, limits.halt_gas_wei) + _failures(snapshot, limits, history)
    if halting:
        return RiskVerdict(RiskState.HALTED, halting)
    reducing = (
        _gas(snapshot, limits.low_gas_wei)
        + _prices(snapshot)
        + _share_prices(snapshot, limits, history)
    )
    if reducing:
        return RiskVerdict(RiskState.REDUCING, reducing)
    return RiskVerdict(RiskState.ACTIVE, ())


def _gas(snapshot: Snapshot, least_wei: int) -> tuple[str, ...]:
    held = snapshot.keeper.gas_wei
    if held >= least_wei:
        return ()
    return (
        f"{snapshot.keeper.address} holds {format_units(held, 18)} for gas, less than "
        f"{format_units(least_wei, 18)}; fund it",
    )


def _failures(snapshot: Snapshot, limits: RiskLimits, history: RiskHistory) -> tuple[str, ...]:
    """Failures are forgotten after a while, so that a halt ends without a hand."""
    if history.last_failed_at is None or history.failed_in_a_row < limits.max_failed_in_a_row:
        return ()
    age = snapshot.block.timestamp - history.last_failed_at
    if age >= limits.failure_memory_seconds:
        return ()
    return (
        f"{history.failed_in_a_row} actions in a row failed, the last with "
        f"{history.last_failure!r}; tries again in "
        f"{duration(limits.failure_memory_seconds - age)}",
    )


def _prices(snapshot: Snapshot) -> tuple[str, ...]:
    """Only what pools lend must have a price; a token that is merely traded need not."""
    lent = {pool.asset for pool in snapshot.pools}
    stale = [one for one in snapshot.tokens if one.address in lent and not one.is_price_fresh]
    return tuple(
        f"the price of {token.symbol} is stale, last observed "
        f"{duration(max(0, snapshot.block.timestamp - token.price_observed_at))} ago"
        if token.price_observed_at
        else f"{token.symbol} has no price"
        for token in stale
    )


def _share_prices(snapshot: Snapshot, limits: RiskLimits, history: RiskHistory) -> tuple[str, ...]:
    before = dict(history.share_prices)
    reasons = []
    for vault in snapshot.vaults:
        last = before.get(vault.key, 0)
        floor = last * (BPS - limits.max_share_price_drop_bps) // BPS
        if vault.total_supply > 0 and vault.price_per_share < floor:
            reasons.append(
                f"the share price of {vault.key} fell from {last} to {vault.price_per_share}"
            )
    return tuple(reasons)
