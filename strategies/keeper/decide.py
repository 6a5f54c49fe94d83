# SPDX-License-Identifier: Apache-2.0
"""All policies over one snapshot, then the risk gate. Pure: paper and live mode share every line."""

from collections.abc import Mapping
from dataclasses import dataclass

from strategies.keeper.samples import sample
from strategies.policy import allocator, compounder, inventory, liquidator, orders, reporter
from strategies.policy.decision import Decision
from strategies.policy.snapshot import Snapshot
from strategies.risk.gate import admit
from strategies.risk.limits import RiskHistory, RiskLimits, RiskVerdict, assess


@dataclass(frozen=True, slots=True)
class Parameters:
    policies: tuple[str, ...]
    sample_seconds: int
    compounder: compounder.CompounderParameters
    reporter: reporter.ReporterParameters
    allocator: allocator.AllocatorParameters
    liquidator: liquidator.LiquidatorParameters
    inventory: inventory.InventoryParameters
    orders: orders.OrdersParameters
    risk: RiskLimits


@dataclass(frozen=True, slots=True)
class Outcome:
    decision: Decision
    risk: RiskVerdict
    samples: Mapping[str, int | str]


def decide_all(
    snapshot: Snapshot, parameters: Parameters, history: RiskHistory, sampled_at: int | None
) -> Outcome:
    """The most urgent first: nonces follow this order."""
    decision = Decision()
    # What an owner ordered comes before what a liquidator would take. Both are decided: should the
    # order not go through when it is tried, the liquidation that follows it does.
    if orders.POLICY in parameters.policies:
        decision += orders.decide(snapshot, parameters.orders)
    if liquidator.POLICY in parameters.policies:
        decision += liquidator.decide(snapshot, parameters.liquidator)
        decision += inventory.decide(snapshot, parameters.inventory)
    if compounder.POLICY in parameters.policies:
        decision += compounder.decide(snapshot, parameters.compounder)
        decision += reporter.decide(snapshot, parameters.reporter)
    if allocator.POLICY in parameters.policies:
        decision += allocator.decide(snapshot, parameters.allocator)
    verdict = assess(snapshot, parameters.risk, history)
    is_due = (
        sampled_at is None or snapshot.block.timestamp - sampled_at >= parameters.sample_seconds
    )
    return Outcome(
        admit(decision, verdict), verdict, sample(snapshot, verdict.state) if is_due else {}
    )
