# SPDX-License-Identifier: Apache-2.0
"""Tokens that misbehave, and tokens that call back in the middle of a transfer."""

import ape
import pytest
from eth_abi import decode

from tests.unit.contracts.lending_house import (
    ETH,
    FOREVER,
    MAX_AGE_SECONDS,
    SHARES,
    USD,
    WAD,
    make_pool,
)


@pytest.fixture(scope="module")
def hostile(house, project, chain, owner, treasury, lender, borrower, stranger):
    """A pool for a hostile token at 1 USD, listed, that accepts tETH."""
    token = owner.deploy(project.LendingHostileToken)
    house.feed.set_price(token, WAD, chain.pending_timestamp, sender=owner)
    house.oracle.set_feeds(token, [house.feed], MAX_AGE_SECONDS, 0, WAD, sender=owner)
    for actor in (owner, lender, borrower, stranger):
        token.mint(actor, 10**15, sender=owner)
    pool = make_hostile_pool(project, owner, treasury, token, house)
    for actor in (lender, borrower, stranger):
        token.approve(pool, FOREVER, sender=actor)
    house.terms.set_collateral(pool, house.eth_pool, 7_500, 8_000, sender=owner)
    pool.deposit(100_000 * USD, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    return token, pool


def make_hostile_pool(project, owner, treasury, token, house):
    token.mint(owner, 10**30, sender=owner)
    return make_pool(
        project, owner, treasury, token, house.terms, house.accounts, house.oracle, house.rate
    )


def reason(answer: bytes) -> str:
    assert answer[:4] == bytes.fromhex("08c379a0"), answer.hex()
    return decode(["string"], bytes(answer)[4:])[0]


def test_deposit__of_a_token_that_keeps_a_fee__reverts(hostile, lender):
    token, pool = hostile
    token.set_fee(1, sender=lender)
    with ape.reverts("token: fee on transfer"):
        pool.deposit(USD, lender, sender=lender)


def test_transfer__that_answers_false__reverts_both_ways(hostile, lender, borrower):
    token, pool = hostile
    token.set_refusing(True, sender=lender)
    with ape.reverts("token: transfer refused"):
        pool.deposit(USD, lender, sender=lender)
    with ape.reverts("token: transfer refused"):
        pool.withdraw(USD, lender, lender, sender=lender)
    with ape.reverts("token: transfer refused"):
        pool.borrow(USD, borrower, sender=borrower)


def test_pool__of_a_token_that_answers_nothing__works(
    house, project, chain, owner, treasury, lender, receiver
):
    token = owner.deploy(project.LendingSilentToken)
    pool = make_pool(
        project, owner, treasury, token, house.terms, house.accounts, house.oracle, house.rate
    )
    token.mint(lender, 10 * USD, sender=owner)
    token.approve(pool, FOREVER, sender=lender)

    pool.deposit(10 * USD, lender, sender=lender)
    pool.redeem(10 * USD * SHARES, receiver, lender, sender=lender)

    assert token.balanceOf(receiver) == 10 * USD


REENTRIES = {
    "deposit": lambda pool, actor: pool.deposit.encode_input(1, actor),
    "mint": lambda pool, actor: pool.mint.encode_input(1, actor),
    "withdraw": lambda pool, actor: pool.withdraw.encode_input(1, actor, actor),
    "redeem": lambda pool, actor: pool.redeem.encode_input(SHARES, actor, actor),
    "transfer": lambda pool, actor: pool.transfer.encode_input(actor, 0),
    "transferFrom": lambda pool, actor: pool.transferFrom.encode_input(actor, actor, 0),
    "approve": lambda pool, actor: pool.approve.encode_input(actor, 0),
    "borrow": lambda pool, actor: pool.borrow.encode_input(1, actor),
    "repay": lambda pool, actor: pool.repay.encode_input(1, actor),
    "repay_shares": lambda pool, actor: pool.repay_shares.encode_input(1, actor),
    "accrue": lambda pool, actor: pool.accrue.encode_input(),
    "liquidate": lambda pool, actor: pool.liquidate.encode_input(actor, pool, 1, 0),
    "seize": lambda pool, actor: pool.seize.encode_input(actor, actor, 1),
    "recognize_bad_debt": lambda pool, actor: pool.recognize_bad_debt.encode_input(actor),
    "check_caps": lambda pool, actor: pool.check_caps.encode_input(),
    "set_rate_model": lambda pool, actor: pool.set_rate_model.encode_input(pool),
    # Views that say what the pool is worth are locked too, but for what Accounts reads.
    "totalAssets": lambda pool, actor: pool.totalAssets.encode_input(),
    "maxWithdraw": lambda pool, actor: pool.maxWithdraw.encode_input(actor),
    "total_debt": lambda pool, actor: pool.total_debt.encode_input(),
    "idle": lambda pool, actor: pool.idle.encode_input(),
}


@pytest.mark.parametrize("entry", sorted(REENTRIES))
def test_reentry__into_any_function__is_refused_by_the_lock(hostile, lender, entry):
    token, pool = hostile
    token.set_hook(pool, REENTRIES[entry](pool, lender), sender=lender)

    pool.withdraw(USD, lender, lender, sender=lender)

    assert token.hook_count() == 1
    assert not token.is_hook_successful()
    assert bytes(token.hook_answer()) == b""  # the lock gives no reason


@pytest.mark.parametrize("movement", ["deposit", "withdraw", "borrow", "repay"])
def test_read_only_reentry__sees_a_finished_state(hostile, lender, borrower, movement):
    token, pool = hostile
    value = pool.convertToAssets(10**15)
    token.set_hook(pool, pool.convertToAssets.encode_input(10**15), sender=lender)

    if movement == "deposit":
        pool.deposit(7 * USD + 3, lender, sender=lender)
    elif movement == "withdraw":
        pool.withdraw(7 * USD + 3, lender, lender, sender=lender)
    else:
        pool.borrow(7 * USD + 3, borrower, sender=borrower)
        if movement == "repay":
            pool.repay(7 * USD + 3, borrower, sender=borrower)

    assert token.is_hook_successful()
    assert int.from_bytes(token.hook_answer(), "big") == value


def test_hook__during_borrow__sees_the_debt_already_charged(hostile, lender, borrower):
    token, pool = hostile
    token.set_hook(pool, pool.debt_of.encode_input(borrower), sender=lender)

    pool.borrow(5 * USD, borrower, sender=borrower)

    assert int.from_bytes(token.hook_answer(), "big") == 5 * USD


def test_hook__during_a_batch__cannot_start_another(hostile, house, lender):
    token, pool = hostile
    token.set_hook(house.accounts, house.accounts.batch.encode_input([]), sender=lender)

    house.accounts.batch([house.call(pool, lender, "withdraw", USD, lender, lender)], sender=lender)

    assert not token.is_hook_successful()
    assert reason(token.hook_answer()) == "accounts: nested batch"


def test_hook__during_a_batch__does_not_act_for_the_account(hostile, house, lender, borrower):
    # In mid-batch the borrower acts; the token tries to use that on another pool.
    token, pool = hostile
    steal = house.eth_pool.redeem.encode_input(SHARES, token, borrower)
    token.set_hook(house.eth_pool, steal, sender=lender)

    house.accounts.batch([house.call(pool, borrower, "borrow", USD, borrower)], sender=borrower)

    assert not token.is_hook_successful()
    assert reason(token.hook_answer()) == "erc20: insufficient allowance"
    assert house.eth_pool.balanceOf(borrower) == 10 * ETH * SHARES


def test_hook__unpledging_for_the_account__is_refused(hostile, house, lender, borrower):
    token, pool = hostile
    unpledge = house.accounts.unpledge.encode_input(borrower, house.eth_pool)
    token.set_hook(house.accounts, unpledge, sender=lender)

    house.accounts.batch([house.call(pool, borrower, "borrow", USD, borrower)], sender=borrower)

    assert not token.is_hook_successful()
    assert reason(token.hook_answer()) == "accounts: not the owner"
