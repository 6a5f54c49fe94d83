# SPDX-License-Identifier: Apache-2.0
"""Give each module and each test of an Ape suite the chain as its fixtures found it.

A conftest imports both fixtures. pytest sets up what is autouse first within its scope, so a
module's snapshot is older than its deployments and a test's is younger than all of them.
"""

from collections.abc import Iterator

import pytest


def isolate(chain) -> Iterator[None]:
    snapshot, height = chain.snapshot(), chain.blocks.height
    yield
    chain.restore(snapshot)
    # A node that has lost the snapshot says so by a result that Ape drops.
    assert chain.blocks.height == height, "the chain was not restored"


@pytest.fixture(scope="module", autouse=True)
def isolated_module(chain) -> Iterator[None]:
    yield from isolate(chain)
    # The next module's contracts get the same addresses; Ape would read them by this one's ABIs.
    chain.contracts.clear_local_caches()


@pytest.fixture(autouse=True)
def isolated_test(chain, isolated_module) -> Iterator[None]:
    yield from isolate(chain)
