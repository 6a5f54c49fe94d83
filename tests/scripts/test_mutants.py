# SPDX-License-Identifier: Apache-2.0
"""The defects that `make mutants` plants are those that it says, and each can be planted."""

import pytest

from scripts.compiler import CONTRACTS
from scripts.mutants.__main__ import EQUIVALENT, equivalents, is_missed
from scripts.mutants.attacks import ATTACKS
from scripts.mutants.operators import mutants_of
from scripts.mutants.planted import PLANTED, Planted
from scripts.mutants.rooms import SOURCES
from scripts.mutants.runner import Verdict

SOURCE = '''
LIMIT: constant(uint256) = 10 // 3

@external
def pay(assets: uint256, total: uint256) -> uint256:
    """
    @notice Not assert a < b, nor 1 // 2: this is text.
    """
    assert assets > 0 and assets <= total, "pool: a // b"  # a < b
    self._check_cap(
        assets
    )
    shares: uint256 = share_math.to_shares_down(assets, total, min(total, 7))
    half: uint256 = shares * (total + 1) // (2 * units.WAD) + self._ceil_div(shares + 1, f(2, 3))
    return half
'''


def made(kind: str) -> list[tuple[str, str]]:
    found = [each for each in mutants_of("some.vy", SOURCE) if each.kind == kind]
    assert all(each.function == "pay" for each in found)
    return [(each.before, each.after) for each in found]


def test_comparisons__each_sign__is_moved_by_one() -> None:
    whole = 'assert assets > 0 and assets <= total, "pool: a // b" # a < b'
    assert made("comparison") == [
        (whole, whole.replace("> 0", ">= 0")),
        (whole, whole.replace("<= total", "< total")),
    ]


def test_roundings__each_call__goes_the_other_way() -> None:
    ((before, after),) = made("rounding")
    assert after == before.replace("to_shares_down", "to_shares_up")


def test_divisions__down_and_up__are_swapped() -> None:
    down, up = (after for _, after in made("division"))
    divisor = "(2 * units.WAD)"
    assert f"((shares * (total + 1) + {divisor} - 1) // {divisor}) + self._ceil_div(" in down
    assert up.endswith("+ ((shares + 1) // (f(2, 3)))")


def test_checks__assertions_and_calls__are_left_out() -> None:
    assert [after for _, after in made("skipped check")] == ["pass # a < b", "pass"]


def test_clamps_and_junctions__are_swapped() -> None:
    assert made("clamp")[0][1].endswith("max(total, 7))")
    assert "> 0 or assets" in made("junction")[0][1]


@pytest.mark.parametrize("planted", (*PLANTED, *ATTACKS), ids=str)
def test_repair__of_the_exploit_table__can_be_taken_out(planted: Planted) -> None:
    text = (CONTRACTS / planted.path).read_text()
    assert planted.plant(text) != text


def test_equivalents__name_mutants_that_there_are_with_a_reason() -> None:
    keys = {
        each.key for path in SOURCES for each in mutants_of(path, (CONTRACTS / path).read_text())
    }
    for key, reason in equivalents().items():
        assert key in keys, f"{EQUIVALENT.name}: {key} is no mutant"
        assert len(reason) > 20, f"{EQUIVALENT.name}: {key} wants a reason"


@pytest.mark.parametrize(
    ("outcome", "is_bad"),
    [("killed", False), ("survived", True), ("same", True), ("stillborn", True)],
)
def test_repair__that_leaves_no_mark__fails_the_run(outcome: str, is_bad: bool) -> None:
    assert is_missed(Verdict(outcome)) == is_bad
