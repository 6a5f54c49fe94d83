# SPDX-License-Identifier: Apache-2.0
import asyncio
import inspect
from collections.abc import Iterator

import pytest

from tests.node.running import Running, running
from tests.scripts.conftest import devnet_environment, run_module

__all__ = ["devnet_environment", "run_module"]


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    """A development chain that mines at once, shared by a file's tests."""
    with running("--call-gas-limit", "50000000") as started:
        yield started


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop of a file's coroutines: a client of one loop cannot be used in another."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run coroutine tests, which web3.py's own are, on their file's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = pyfuncitem.funcargs.get("loop") or pyfuncitem._request.getfixturevalue("loop")
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    loop.run_until_complete(pyfuncitem.obj(**arguments))
    return True
