# SPDX-License-Identifier: Apache-2.0
"""The seconds that this repository's Ape suite takes on a network: its tests alone."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

from bench.errors import LaneFailed
from scripts.compiler import ROOT

NETWORKS = {"headwater": "headwater:local:engine", "anvil": "ethereum:local:foundry"}
SUITES = ("tests/unit", "tests/integration", "tests/regression")
SMOKE = ("tests/unit/contracts/exchange",)


def seconds(network: str, paths: tuple[str, ...], folder: Path) -> float:
    """Sum of the durations that pytest gives for each test, with its fixtures.

    What is compiled already is not compiled again; Ape's start and the collection of the tests are
    left out, being the same on any network.
    """
    report = folder / "report.xml"
    command = [
        str(ROOT / ".venv" / "bin" / "ape"), "test", *paths, "-q", "--network", network,
        f"--junitxml={report}",
    ]  # fmt: skip
    ran = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        said = (ran.stdout + ran.stderr).strip().splitlines() or ["it said nothing"]
        # The first test that failed says more than how many there were.
        failed = [line for line in said if line.startswith(("FAILED", "ERROR"))]
        raise LaneFailed(f"ape test --network {network}", ran.returncode, (failed or said[-1:])[0])
    cases = ElementTree.parse(report).iter("testcase")
    return sum(float(case.get("time", "0")) for case in cases)
