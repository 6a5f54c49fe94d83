# SPDX-License-Identifier: Apache-2.0
"""The checked-in files are what the model says, and what the contracts say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from strategies.model.order_sizes import NO_DEBT_WAD
from tests.evm import Contract, Machine, compile_contract
from tests.vectors.make import FOLDER, GENERATORS, render
from tests.worlds.doubles import module_window


def cases(name: str) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    for case in json.loads((FOLDER / f"{name}.json").read_text())["cases"]:
        yield {key: int(text) for key, text in case["in"].items()}, case["out"]


@pytest.fixture(scope="module")
def window(built: None) -> Contract:
    return Machine().deploy(module_window())


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_file__made_again__is_unchanged(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text() == render(name), "run python -m tests.vectors.make"


def test_shares__on_chain__equal_the_file(window: Contract) -> None:
    for given, out in cases("shares"):
        question = (given["quantity"], given["total_assets"], given["total_shares"])
        found = {function: str(getattr(window, function)(*question)) for function in out}
        assert found == out, given


def test_interest__on_chain__equals_the_file(window: Contract) -> None:
    for given, out in cases("interest"):
        assert str(window.growth_wad_down(*given.values())) == out["growth_wad_down"], given


def test_kinked_rate__on_chain__equals_the_file() -> None:
    machine = Machine()
    artifact = compile_contract("rates/KinkedRate.vy")
    for given, out in cases("kinked_rate"):
        *curve, idle, total_debt = given.values()
        found: Any = machine.deploy(artifact, *curve).rate_per_second_wad(idle, total_debt)
        assert str(found) == out["rate_per_second_wad"], given


def test_order_sizes__on_chain__equal_the_file(window: Contract) -> None:
    for given, out in cases("order_sizes"):
        loan = (given["debt_usd_wad"], given["limit_usd_wad"], given["target_wad"])
        terms = (given["threshold_bps"], given["kept_bps"])
        worth = (given["usd_wad"], given["price_usd_wad"], given["decimals"])
        found = {
            "sale_usd_wad_up": window.sale_usd_wad_up(*loan, *terms),
            "whole_sale_usd_wad_up": window.sale_usd_wad_up(*loan[:2], NO_DEBT_WAD, *terms),
            "supply_usd_wad_up": window.supply_usd_wad_up(*loan, terms[0]),
            "repayment_usd_wad_up": window.repayment_usd_wad_up(*loan),
            "assets_up": window.order_assets_up(*worth),
        }
        assert {name: str(each) for name, each in found.items()} == out, given
