# SPDX-License-Identifier: Apache-2.0
"""Where defects are planted, and which suites may notice one beside the tests that reach its line."""

from dataclasses import dataclass

INVARIANTS = "tests/invariant"

# For what nothing else notices: what a refused call reached is in no figures of coverage, for its
# marks are undone with it.
EVERYTHING = (
    "tests/unit/contracts/lending",
    "tests/unit/contracts/oracles",
    "tests/unit/contracts/rates",
    "tests/integration/lending",
    "tests/regression",
    f"{INVARIANTS}/edges",
)


@dataclass(frozen=True)
class Room:
    """Sources that are judged alike; `contracts` are what they are compiled into."""

    sources: tuple[str, ...]
    contracts: tuple[str, ...]
    # Quick ones, against a model, and slow ones, by random calls.
    models: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()


CORE = Room(
    sources=(
        "lending/LendingPool.vy",
        "lending/Accounts.vy",
        "lending/RiskTerms.vy",
        "modules/interest.vy",
        "modules/shares.vy",
        "modules/liquidation.vy",
        "modules/collateral_terms.vy",
        "modules/pool_ledger.vy",
        "modules/outflow_limit.vy",
        "modules/debt_record.vy",
        "oracles/PriceOracle.vy",
        "rates/KinkedRate.vy",
    ),
    contracts=(
        "lending/LendingPool.vy",
        "lending/Accounts.vy",
        "lending/RiskTerms.vy",
        "oracles/PriceOracle.vy",
        "rates/KinkedRate.vy",
    ),
    models=(
        "tests/vectors",
        "tests/fuzz/test_arithmetic.py",
        "tests/fuzz/test_lending.py",
        "tests/fuzz/test_oracle.py",
    ),
    drivers=(f"{INVARIANTS}/test_lending.py", f"{INVARIANTS}/test_oracle.py"),
)

ROOMS = (
    CORE,
    Room(
        sources=("rates/AdaptiveRate.vy", "modules/exponential.vy"),
        contracts=("rates/AdaptiveRate.vy", "oracles/PriceOracle.vy"),
        models=("tests/fuzz/test_adaptive_rate.py", "tests/fuzz/test_oracle.py"),
    ),
    Room(
        sources=("lending/ExitQueue.vy",),
        contracts=("lending/ExitQueue.vy",),
        drivers=(f"{INVARIANTS}/test_exit_queue.py",),
    ),
    Room(
        sources=("lending/Operators.vy", "modules/operator_grants.vy", "modules/signed_batch.vy"),
        contracts=("lending/Operators.vy",),
        drivers=(f"{INVARIANTS}/test_operators.py",),
    ),
    Room(
        sources=(
            "lending/Orders.vy",
            "modules/order_book.vy",
            "modules/order_sizes.vy",
            "modules/fair_sale.vy",
        ),
        contracts=("lending/Orders.vy", "lending/BlockLiquidator.vy", "staking/Backstop.vy"),
        models=("tests/vectors", "tests/fuzz/test_orders.py"),
        drivers=(f"{INVARIANTS}/test_orders.py", f"{INVARIANTS}/heartbeat/test_liquidator.py"),
    ),
    Room(
        sources=("lending/Lens.vy", "modules/account_preview.vy", "modules/patient_read.vy"),
        contracts=("lending/Lens.vy",),
        models=("tests/fuzz/test_lens.py",),
    ),
    Room(
        sources=("lending/PoolFactory.vy",),
        contracts=("lending/PoolFactory.vy",),
    ),
    Room(
        sources=(
            "lending/Heartbeat.vy",
            "lending/BlockCalls.vy",
            "lending/BlockLiquidator.vy",
            "staking/Backstop.vy",
        ),
        contracts=(
            "lending/Heartbeat.vy",
            "lending/BlockCalls.vy",
            "lending/BlockLiquidator.vy",
            "staking/Backstop.vy",
        ),
        drivers=(
            f"{INVARIANTS}/heartbeat",
            f"{INVARIANTS}/test_beat.py",
            f"{INVARIANTS}/test_liquidator.py",
            f"{INVARIANTS}/test_backstop.py",
            f"{INVARIANTS}/test_orders.py",
        ),
    ),
)

SOURCES = tuple(source for room in ROOMS for source in room.sources)


def room_of(source: str) -> Room:
    return next(room for room in ROOMS if source in room.sources)
