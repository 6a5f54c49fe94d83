# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator

import pytest

from tests.strategies.chainlab import Chain


@pytest.fixture
def chain() -> Iterator[Chain]:
    chain = Chain()
    yield chain
    chain.stop()


@pytest.fixture
def second_chain() -> Iterator[Chain]:
    chain = Chain()
    yield chain
    chain.stop()
