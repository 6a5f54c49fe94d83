# SPDX-License-Identifier: Apache-2.0
"""What opening a block costs is a change of tests/snapshots; a block bears it."""

import pytest

from tests.boundary_gas import SNAPSHOT, measure, render

# What our node gives open_block, of 60 million that a block has.
OPEN_GAS = 10_000_000


@pytest.fixture(scope="module")
def costs() -> dict[str, int]:
    return measure()


def test_boundary_gas__is_as_in_the_snapshot(costs: dict[str, int]) -> None:
    assert SNAPSHOT.read_text() == render(costs), "run `make snapshot`"


def test_round_of_a_thousand_accounts__ends_within_a_quarter_of_a_minute(
    costs: dict[str, int],
) -> None:
    assert costs["blocks for these"] <= 15
    assert costs["one liquidation"] < OPEN_GAS // 10
