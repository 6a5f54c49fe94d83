# SPDX-License-Identifier: Apache-2.0
"""Every lane of `make bench` runs, on sizes that show nothing of speed."""

import pytest

from bench.figures import STAGES

RATES = ("native_transfers", "erc20_transfers", "mix", "rpc_http")


@pytest.mark.parametrize("lane", RATES)
def test_rate__ours_beside_anvil__has_both_and_their_ratio(lane, measure, tmp_path):
    results = measure(lane)

    found = results["lanes"][lane]
    assert found["tps"] > 0
    assert found["anvil_tps"] > 0
    assert found["ratio"] == pytest.approx(found["tps"] / found["anvil_tps"], abs=0.01)
    assert found["transactions"] == 200
    assert results["cpu"].endswith("cores")
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("lane", RATES[:3])
def test_rate__through_the_bulk_door__shows_what_each_stage_took(lane, measure):
    found = measure(lane)["lanes"][lane]

    assert tuple(found["stage_microseconds"]) == tuple(STAGES)
    assert all(microseconds > 0 for microseconds in found["stage_microseconds"].values())
    assert found["batch_bytes"] > 0
    assert found["log_bytes"] > 0


def test_rebuild__from_an_l1_alone__gives_the_chain_that_was_produced(measure):
    found = measure("rebuild")["lanes"]["rebuild"]

    assert found["tps"] > 0
    assert found["produced_tps"] > 0
    assert found["transactions"] == 200
    assert found["batches"] > 0


def test_accounts__two_chains__shows_memory_and_the_cost_of_a_transfer(measure):
    found = measure("accounts")["accounts"]

    assert found["megabytes_per_million_accounts"] > 0
    assert list(found["by_accounts"]) == ["100", "1000"]


def test_lanes__measured_one_by_one__stand_together(measure):
    measure("mix")
    results = measure("native_transfers")

    assert list(results["lanes"]) == ["native_transfers", "mix"]


def test_lane__of_no_such_name__is_refused_in_one_line(run_module, tmp_path):
    run = run_module("bench", "--smoke", "nft_mints", "--output", str(tmp_path / "results.json"))

    assert run.returncode == 1
    assert run.stderr.startswith("error: no lane is called nft_mints; there are native_transfers,")
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "results.json").exists()
