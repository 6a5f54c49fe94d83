# SPDX-License-Identifier: Apache-2.0
"""The formulas that `make prove` proves things of are those of the vectors, and so of the contracts."""

from random import Random

from strategies.model import liquidation
from tests.symbolic import formulas
from tests.symbolic.formulas import Numbers
from tests.vectors.test_vectors import cases

BY = Numbers()
EXAMPLES = 2_000


def test_shares__of_every_vector__are_the_formulas() -> None:
    for given, out in cases("shares"):
        arguments = (given["quantity"], given["total_assets"], given["total_shares"])
        assert {name: str(getattr(formulas, name)(BY, *arguments)) for name in out} == out


def test_growth__of_every_vector__is_the_formula() -> None:
    for given, out in cases("interest"):
        exponent = min(
            given["rate_per_second_wad"] * given["elapsed_seconds"], formulas.MAX_EXPONENT_WAD
        )
        assert str(formulas.growth_wad_down(BY, exponent)) == out["growth_wad_down"]


def test_liquidation__of_any_loan__is_the_model_of_it() -> None:
    random = Random(7)
    for _ in range(EXAMPLES):
        debt, debt_usd = random.getrandbits(80) + 1, random.getrandbits(90) + 1
        collateral, bonus = random.getrandbits(90), random.randint(200, 1_000)
        assert formulas.covered_assets_up(
            BY, debt, debt_usd, collateral, bonus
        ) == liquidation.covered_assets_up(debt, debt_usd, collateral, bonus)
