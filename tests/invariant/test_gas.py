# SPDX-License-Identifier: Apache-2.0
"""A change of what a call costs is a change of tests/snapshots; what is below Aave's stays below."""

import pytest

from tests.gas import AAVE, SNAPSHOT, measure, render


@pytest.fixture(scope="module")
def costs() -> dict[str, int]:
    return measure()


def test_gas__of_each_action__is_as_in_the_snapshot(costs: dict[str, int]) -> None:
    assert SNAPSHOT.read_text() == render(costs), "run `make snapshot`"


@pytest.mark.parametrize("action", sorted(AAVE))
def test_gas__of_an_action__is_no_more_than_aaves(costs: dict[str, int], action: str) -> None:
    assert costs[action] <= AAVE[action]
