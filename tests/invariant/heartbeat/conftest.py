# SPDX-License-Identifier: Apache-2.0
"""A loan of 20,000 tUSD behind ten tETH, and a neighbour who may do something too."""

from collections.abc import Iterator

import pytest

from tests.invariant.heartbeat.books import NEIGHBOUR
from tests.worlds.boundary import BoundaryWorld, build_boundary


@pytest.fixture(scope="module")
def built_boundary() -> BoundaryWorld:
    world = build_boundary([NEIGHBOUR])
    world.lend_and_borrow()
    return world


@pytest.fixture
def world(built_boundary: BoundaryWorld) -> Iterator[BoundaryWorld]:
    with built_boundary.lending.machine.undone():
        yield built_boundary
