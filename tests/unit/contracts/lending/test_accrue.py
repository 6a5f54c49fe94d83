# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    BPS,
    FOREVER,
    RESERVE_FACTOR_BPS,
    SHARES,
    USD,
    WAD,
    logs,
)

DEBT = 10_000 * USD
RATE_WAD = 10**10  # about 32 % a year
MAX_RATE_WAD = 10 * WAD // 31_536_000
YEAR = 31_536_000


def growth_wad(rate_wad: int, seconds: int) -> int:
    x = min(rate_wad * seconds, 10 * WAD)
    second = x * x // (2 * WAD)
    return x + second + second * x // (3 * WAD)


@pytest.fixture
def owing(house, owner, lender, borrower):
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.rate.set_rate(RATE_WAD, sender=owner)
    house.usd_pool.accrue(sender=owner)
    return house


def elapse(chain, pool, stranger, seconds):
    """Accrue once after about `seconds`; answer the receipt and the exact time."""
    since = pool.last_accrued_at()
    chain.mine(deltatime=seconds)
    receipt = pool.accrue(sender=stranger)
    return receipt, pool.last_accrued_at() - since


def test_accrue__after_a_day__charges_three_taylor_terms(owing, chain, stranger, treasury):
    pool = owing.usd_pool
    debt, assets, supply = pool.total_debt(), pool.totalAssets(), pool.totalSupply()
    # Interest of the seconds before may have left a fraction: below one unit.
    receipt, seconds = elapse(chain, pool, stranger, 86_400)

    interest = debt * growth_wad(RATE_WAD, seconds) // WAD
    charged = pool.total_debt() - debt
    assert charged in (interest, interest + 1)
    # fee / (assets - fee), of a fee that is not rounded to base units.
    divisor = -(-(assets + charged + 1) * BPS // RESERVE_FACTOR_BPS) - charged
    fee_shares = charged * (supply + SHARES) // divisor
    assert fee_shares > 0
    assert pool.balanceOf(treasury) == fee_shares
    assert pool.totalSupply() == supply + fee_shares
    assert pool.totalAssets() == assets + charged
    assert logs(receipt, pool.Accrued) == [
        {"interest_assets": charged, "fee_shares": fee_shares, "total_debt": debt + charged}
    ]


def test_accrue__in_many_steps__charges_what_one_step_does(owing, chain, stranger):
    pool = owing.usd_pool
    start, debt = pool.last_accrued_at(), pool.total_debt()
    for _ in range(40):
        chain.mine(deltatime=3)
        pool.accrue(sender=stranger)

    seconds = pool.last_accrued_at() - start
    once = debt * growth_wad(RATE_WAD, seconds) // WAD
    # Not one unit per step: the fraction is carried on.
    assert abs(pool.total_debt() - debt - once) <= 1


def test_accrue__twice_in_a_block__charges_once(owing, chain, stranger):
    pool = owing.usd_pool
    elapse(chain, pool, stranger, 1_000)
    debt = pool.total_debt()
    chain.mine(deltatime=10)

    calls = [owing.call(pool, stranger, "accrue")] * 2
    receipt = owing.accounts.batch(calls, sender=stranger)

    assert len(logs(receipt, pool.Accrued)) == 1
    assert pool.total_debt() - debt == logs(receipt, pool.Accrued)[0]["interest_assets"]


def test_accrue__without_debt__charges_nothing(house, owner, chain, stranger):
    house.rate.set_rate(MAX_RATE_WAD, sender=owner)

    receipt, _seconds = elapse(chain, house.usd_pool, stranger, YEAR)

    assert logs(receipt, house.usd_pool.Accrued) == []
    assert house.usd_pool.total_debt() == 0


def test_views__show_interest_before_anybody_accrues(owing, chain, lender, borrower):
    pool = owing.usd_pool
    chain.mine(deltatime=86_400)
    seen = (
        pool.total_debt(),
        pool.debt_of(borrower),
        pool.totalAssets(),
        pool.convertToAssets(10**12),
        pool.previewRedeem(10**12),
        pool.previewMint(10**12),
        pool.previewDeposit(10**6),
        pool.previewWithdraw(10**6),
    )
    timestamp = chain.blocks.head.timestamp

    chain.provider.make_request("anvil_setBlockTimestampInterval", [0])
    pool.accrue(sender=lender)
    chain.provider.make_request("anvil_removeBlockTimestampInterval", [])

    assert chain.blocks.head.timestamp == timestamp
    assert seen == (
        pool.total_debt(),
        pool.debt_of(borrower),
        pool.totalAssets(),
        pool.convertToAssets(10**12),
        pool.previewRedeem(10**12),
        pool.previewMint(10**12),
        pool.previewDeposit(10**6),
        pool.previewWithdraw(10**6),
    )


def test_accrue__when_the_model_reverts__goes_on_at_the_last_rate(owing, owner, chain, stranger):
    pool = owing.usd_pool
    elapse(chain, pool, stranger, 100)
    owing.rate.set_broken(True, sender=owner)
    debt = pool.total_debt()

    _receipt, seconds = elapse(chain, pool, stranger, 86_400)

    interest = debt * growth_wad(RATE_WAD, seconds) // WAD
    assert pool.total_debt() - debt in (interest, interest + 1)
    assert pool.borrow_rate_per_second_wad() == RATE_WAD


def test_accrue__of_a_pool_without_debt__keeps_the_rate_of_its_last_debt(
    owing, owner, chain, borrower, stranger
):
    pool = owing.usd_pool
    elapse(chain, pool, stranger, 100)
    pool.repay(FOREVER, borrower, sender=borrower)
    owing.rate.set_rate(2 * RATE_WAD, sender=owner)
    elapse(chain, pool, stranger, 100)

    owing.rate.set_broken(True, sender=owner)

    assert pool.borrow_rate_per_second_wad() == RATE_WAD


def test_accrue__when_the_model_burns_its_gas__goes_on_at_the_last_rate(
    owing, owner, chain, stranger
):
    pool = owing.usd_pool
    elapse(chain, pool, stranger, 100)
    owing.rate.set_wasteful(True, sender=owner)
    debt = pool.total_debt()

    receipt, _seconds = elapse(chain, pool, stranger, 86_400)

    assert pool.total_debt() > debt
    assert receipt.gas_used < 500_000


def test_accrue__when_the_model_asks_too_much__is_clamped(owing, owner, chain, stranger):
    pool = owing.usd_pool
    owing.rate.set_rate(2**255, sender=owner)
    elapse(chain, pool, stranger, 1)
    debt = pool.total_debt()

    _receipt, seconds = elapse(chain, pool, stranger, 86_400)

    interest = debt * growth_wad(MAX_RATE_WAD, seconds) // WAD
    assert pool.total_debt() - debt in (interest, interest + 1)
    assert pool.borrow_rate_per_second_wad() == MAX_RATE_WAD


def test_accrue__after_a_century_at_the_largest_rate__does_not_revert(
    owing, owner, chain, stranger
):
    pool = owing.usd_pool
    owing.rate.set_rate(2**256 - 1, sender=owner)
    for _ in range(20):
        elapse(chain, pool, stranger, 100 * YEAR)

    # 226-fold each time would be 10**57: it stops at the bound.
    assert pool.total_debt() == 2**120
    with ape.reverts("pool: zero shares"):
        pool.deposit(USD, stranger, sender=stranger)
    elapse(chain, pool, stranger, YEAR)
    assert pool.total_debt() == 2**120


def test_rates__of_a_pool__follow_utilization(owing):
    pool = owing.usd_pool
    debt, idle = pool.total_debt(), pool.idle()
    utilization = debt * WAD // (debt + idle)

    assert pool.utilization_wad() == utilization
    assert pool.borrow_rate_per_second_wad() == RATE_WAD
    assert pool.supply_rate_per_second_wad() == RATE_WAD * utilization // WAD * 9_000 // BPS


def test_rates__of_an_idle_pool__are_zero(house):
    assert house.btc_pool.utilization_wad() == 0
    assert house.btc_pool.supply_rate_per_second_wad() == 0


def test_share_value__over_accruals__never_falls(owing, chain, stranger):
    pool = owing.usd_pool
    value = pool.convertToAssets(10**24)
    for seconds in (1, 7, 61, 3_600, 86_400):
        elapse(chain, pool, stranger, seconds)
        assert pool.convertToAssets(10**24) >= value
        value = pool.convertToAssets(10**24)
