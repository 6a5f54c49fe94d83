# SPDX-License-Identifier: Apache-2.0
"""Expect a refusal, by its exact reason."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.evm.machine import Reverted


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """What happens in here must revert with this reason; "" is a lock, or a number out of range."""
    with pytest.raises(Reverted) as caught:
        yield
    assert caught.value.reason == reason, caught.value.detail
