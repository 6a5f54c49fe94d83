# SPDX-License-Identifier: Apache-2.0
"""Run a folder's tests on what is deployed and on a build without optimisation.

Both are compared with the same expectations, so the two agree: what the optimiser gets wrong in
one of them shows. A fixture that compiles asks for `built`.
"""

from collections.abc import Iterator

import pytest

from tests.evm import BUILDS, build


@pytest.fixture(scope="module", params=list(BUILDS), autouse=True)
def built(request: pytest.FixtureRequest) -> Iterator[None]:
    with build(request.param):
        yield
