# SPDX-License-Identifier: Apache-2.0
"""What opening a block costs is a change of tests/snapshots; a block bears it."""

import pytest

from scripts.deploy._parameters import OPENING_GAS
from tests.boundary_gas import SNAPSHOT, measure, measure_orders, render

# What our node gives open_block, of 60 million that a block has.
OPEN_GAS = 10_000_000


@pytest.fixture(scope="module")
def costs() -> dict[str, int]:
    return measure() | measure_orders()


def test_boundary_gas__is_as_in_the_snapshot(costs: dict[str, int]) -> None:
    assert SNAPSHOT.read_text() == render(costs), "run `make snapshot`"


def test_round_of_a_thousand_accounts__ends_within_a_quarter_of_a_minute(
    costs: dict[str, int],
) -> None:
    assert costs["blocks for these"] <= 15
    assert costs["one liquidation"] < OPEN_GAS // 10


def test_order__has_gas_to_spare_in_a_job(costs: dict[str, int]) -> None:
    # Here one pledge is sold over one pair: half is left for more of them.
    item_gas, _job_gas = OPENING_GAS["Orders"]
    assert 2 * costs["one stop-loss"] < item_gas
