# SPDX-License-Identifier: Apache-2.0
"""The story of a dollar vault that a keeper spreads over pools, through interest and drought."""

import pytest

from tests.unit.contracts.lending_house import CAP, ETH, USD, build_house, make_pool

FOREVER = 2**256 - 1
UNLOCK_SECONDS = 86_400


@pytest.fixture(scope="module")
def roles(accounts):
    names = ("owner", "treasury", "saver", "other_saver", "borrower", "keeper")
    return dict(zip(names, accounts, strict=False))


@pytest.fixture(scope="module")
def world(project, chain, roles):
    owner, treasury = roles["owner"], roles["treasury"]
    actors = [roles[name] for name in ("saver", "other_saver", "borrower")]
    house = build_house(project, chain, owner, treasury, actors)
    second_pool = make_pool(
        project, owner, treasury, house.usd, house.terms, house.accounts, house.oracle, house.rate
    )
    house.terms.set_collateral(second_pool, house.eth_pool, 7_000, 7_500, sender=owner)
    vault = owner.deploy(project.YieldVault, house.usd, "Dollars", "hwV", owner, UNLOCK_SECONDS)
    vault.set_role(owner, 2**14 - 1, sender=owner)
    vault.set_role(roles["keeper"], 96, sender=owner)
    vault.set_deposit_limit(CAP, sender=owner)
    strategies = []
    for pool in (house.usd_pool, second_pool):
        strategy = owner.deploy(project.LendingStrategy, vault, pool)
        vault.add_strategy(strategy, sender=owner)
        vault.update_max_debt_for_strategy(strategy, CAP, sender=owner)
        strategies.append(strategy)
    for name in ("saver", "other_saver"):
        house.usd.approve(vault, FOREVER, sender=roles[name])
    return house, second_pool, vault, strategies


def test_savers_earn_interest_and_leave_in_turn(world, roles, chain):
    house, _second_pool, vault, strategies = world
    saver, other_saver = roles["saver"], roles["other_saver"]
    borrower, keeper = roles["borrower"], roles["keeper"]
    vault.deposit(100_000 * USD, saver, sender=saver)
    vault.deposit(100_000 * USD, other_saver, sender=other_saver)
    vault.update_debt(strategies[0], 120_000 * USD, sender=keeper)
    vault.update_debt(strategies[1], 80_000 * USD, sender=keeper)
    assert vault.totalIdle() == 0

    # A borrower takes nearly everything in the first pool; a month passes.
    house.collateralize(borrower, house.eth_pool, 1_000 * ETH)
    house.usd_pool.borrow(115_000 * USD, borrower, sender=borrower)
    house.rate.set_rate(3 * 10**9, sender=roles["owner"])
    house.usd_pool.accrue(sender=keeper)
    chain.mine(deltatime=30 * 86_400)
    gain = vault.process_report(strategies[0], sender=keeper).return_value[0]
    vault.process_report(strategies[1], sender=keeper)
    assert 800 * USD < gain < 850 * USD
    chain.mine(deltatime=UNLOCK_SECONDS)

    # The first pool is dry but for 5,001 dollars: the second pays the first saver out.
    worth = vault.convertToAssets(vault.balanceOf(saver))
    assert 100_390 * USD < worth < 100_425 * USD
    free = strategies[0].maxWithdraw(vault) + strategies[1].maxWithdraw(vault)
    assert free < worth
    assert vault.maxWithdraw(saver) in range(free - 2, free + 1)
    held = house.usd.balanceOf(saver)
    vault.withdraw(vault.maxWithdraw(saver), saver, saver, sender=saver)
    assert house.usd.balanceOf(saver) - held in range(free - 2, free + 1)
    assert vault.maxWithdraw(other_saver) <= 2

    # The loan is repaid; both leave with what is theirs.
    house.usd_pool.repay(FOREVER, borrower, sender=borrower)
    vault.process_report(strategies[0], sender=keeper)
    for who in (saver, other_saver):
        vault.redeem(vault.maxRedeem(who), who, who, sender=who)
        assert vault.balanceOf(who) == 0
    assert vault.totalSupply() - vault.balanceOf(vault) == 1_000
    assert house.usd.balanceOf(vault) == vault.totalIdle()
