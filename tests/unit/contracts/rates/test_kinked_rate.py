# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

WAD = 10**18
YEAR = 31_536_000
BASE, LOW, HIGH, KINK = WAD // 100, WAD * 4 // 100, WAD * 60 // 100, WAD * 8 // 10


@pytest.fixture(scope="module")
def curve(project, owner):
    return owner.deploy(project.KinkedRate, BASE, LOW, HIGH, KINK)


def test_curve__says_what_it_was_given(curve):
    assert tuple(curve.curve()) == (BASE, LOW, HIGH, KINK)


@pytest.mark.parametrize(
    ("idle", "debt", "annual_wad"),
    [
        (0, 0, BASE),
        (100, 0, BASE),
        (60, 40, BASE + LOW // 2),
        (20, 80, BASE + LOW),
        (10, 90, BASE + LOW + HIGH // 2),
        (0, 100, BASE + LOW + HIGH),
        (10**30, 1, BASE),
        (3, 1, BASE + LOW * (WAD // 4) // KINK),
    ],
)
def test_rate__at_each_utilization__lies_on_the_lines(curve, idle, debt, annual_wad):
    assert curve.rate_per_second_wad(idle, debt) == annual_wad // YEAR


@pytest.mark.parametrize(
    ("low", "high", "kink"),
    [(3 * 500 * YEAR - 1, 0, WAD * 3 // 4), (0, 3 * 1_000 * YEAR - 1, WAD // 4)],
)
def test_rate__a_fraction_of_a_wei_short_of_the_next__is_rounded_down(
    project, owner, low, high, kink
):
    # At half the pool two thirds of the low slope, or a third of the high one.
    curve = owner.deploy(project.KinkedRate, 0, low, high, kink)
    assert curve.rate_per_second_wad(1, 1) == 999


def test_rate__over_utilization__never_falls(curve):
    rates = [curve.rate_per_second_wad(100 - debt, debt) for debt in range(0, 101, 5)]
    assert rates == sorted(rates)


@pytest.mark.parametrize("kink", [0, WAD, WAD + 1])
def test_constructor__with_a_kink_out_of_range__reverts(project, owner, kink):
    with ape.reverts("rate: kink out of range"):
        owner.deploy(project.KinkedRate, BASE, LOW, HIGH, kink)


@pytest.mark.parametrize(
    "rates", [(10 * WAD + 1, 0, 0), (0, 10 * WAD, 1), (0, 0, 2**256 - 1), (2**255, 2**255, 0)]
)
def test_constructor__above_the_maximum__reverts(project, owner, rates):
    with ape.reverts("rate: above the maximum"):
        owner.deploy(project.KinkedRate, *rates, KINK)


def test_constructor__at_the_maximum__passes(project, owner):
    curve = owner.deploy(project.KinkedRate, 0, 0, 10 * WAD, KINK)
    assert curve.rate_per_second_wad(0, 1) == 10 * WAD // YEAR
