# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from tests.scripts.conftest import devnet_environment, run_module

__all__ = ["devnet_environment", "measure", "run_module"]


@pytest.fixture
def measure(run_module, tmp_path):
    """Measure a lane on sizes that show nothing of speed; the results so far."""
    output = tmp_path / "results.json"

    def run(lane):
        ran = run_module("bench", "--smoke", lane, "--output", str(output))
        assert ran.returncode == 0, ran.stderr
        return json.loads(output.read_text())

    return run
