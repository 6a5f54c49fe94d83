# SPDX-License-Identifier: Apache-2.0
"""The check of instruction counts says no when a stage grows, and only then."""

import json
import subprocess

import pytest
from rich.console import Console

from bench import counts

KEPT = dict.fromkeys(counts.STAGES, 1_000)


@pytest.fixture
def snapshot(tmp_path, monkeypatch):
    path = tmp_path / "instructions.json"
    path.write_text(json.dumps({"rustc": "rustc 1", "instructions_per_transaction": KEPT}))
    monkeypatch.setattr(counts, "SNAPSHOT", path)
    monkeypatch.setattr(counts.shutil, "which", lambda name: name)
    monkeypatch.setattr(counts, "rustc", lambda: "rustc 1")


@pytest.mark.parametrize(("found", "status"), [(1_050, 0), (1_051, 1), (500, 0)])
def test_check__a_stage_at_and_beyond_the_bound(snapshot, monkeypatch, found, status):
    monkeypatch.setattr(counts, "count", lambda stage: found if stage == "commit" else 1_000)

    assert counts.check(Console(quiet=True)) == status


def test_check__on_another_compiler__compares_nothing(snapshot, monkeypatch):
    monkeypatch.setattr(counts, "rustc", lambda: "rustc 2")
    monkeypatch.setattr(counts, "count", lambda stage: 9_000)

    assert counts.check(Console(quiet=True)) == 0


def test_snapshot__names_every_stage():
    kept = json.loads(counts.SNAPSHOT.read_text())

    assert tuple(kept["instructions_per_transaction"]) == counts.STAGES
    assert kept["rustc"].startswith("rustc ")


@pytest.mark.parametrize("stage", counts.STAGES)
def test_stage__alone__takes_all_its_transactions(stage):
    ran = subprocess.run(
        (str(counts.BINARY), "count", stage), capture_output=True, text=True, timeout=120
    )

    assert ran.returncode == 0, ran.stderr
