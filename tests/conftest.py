# SPDX-License-Identifier: Apache-2.0
"""What all Ape tests share: contracts by name, compiled once for all suites."""

from functools import cache
from typing import Any

import pytest

from scripts.compiler import compile_by_name


def pytest_configure(config: pytest.Config) -> None:
    """Leave isolation to tests/isolation.py.

    Ape's own lets one test's state into the next once many modules share a session.
    """
    config.option.disable_isolation = True
    if config.pluginmanager.hasplugin("ape_test") and config.option.verbose <= 0:
        _print_no_call_trees()


def _print_no_call_trees() -> None:
    """Ape draws the calls of every revert, the expected ones too: half of the suite's time."""
    from ape_ethereum.trace import Trace

    Trace.show = lambda *_arguments, **_options: None


class CompiledContracts:
    """`project.LendingPool` and the like, out of the compile cache."""

    @cache  # noqa: B019 - one object a session
    def __getattr__(self, name: str) -> Any:
        from ape.contracts import ContractContainer
        from ethpm_types import ContractType

        try:
            artifact = compile_by_name(name)
        except KeyError:
            raise AttributeError(f"no contract is called {name}") from None
        return ContractContainer(
            ContractType.model_validate(
                {
                    "contractName": name,
                    "abi": [dict(entry) for entry in artifact.abi],
                    "deploymentBytecode": {"bytecode": "0x" + artifact.bytecode.hex()},
                    "runtimeBytecode": {"bytecode": "0x" + artifact.runtime.hex()},
                }
            )
        )


@pytest.fixture(scope="session")
def project(pytestconfig: pytest.Config, chain: Any) -> Any:
    """Stand in for Ape's fixture of the same name, which would compile everything anew."""
    light = pytestconfig.pluginmanager.get_plugin("tests.light_ape")
    return light.Project(chain) if light else CompiledContracts()
