# SPDX-License-Identifier: Apache-2.0
"""What an operator may do for an account, and that it is not a base unit more."""

import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    FOREVER,
    MAX_AGE_SECONDS,
    NOBODY,
    SHARES,
    USD,
    WAD,
    Action,
    logs,
    sub_account,
)

DAY = 86_400


@pytest.fixture
def indebted(house, operators, lender, borrower):
    """The borrower owes 10,000 tUSD against 10 tETH at 2,000: health 1.6."""
    house.lend_and_borrow(lender, borrower)
    return house


@pytest.fixture
def give(chain, operators, borrower, stranger, receiver):
    """Grant the stranger something on the borrower's account."""

    def give(action, pool, assets=FOREVER, to=receiver, min_health_wad=0, seconds=DAY, **changed):
        account = changed.get("account", borrower)
        bounds = (assets, to, chain.pending_timestamp + seconds, min_health_wad)
        return operators.grant(account, stranger, action, pool, bounds, sender=borrower)

    return give


def test_set_operators__is_for_good(project, house, owner, operators, stranger):
    assert house.accounts.operators() == operators
    assert operators.accounts() == house.accounts
    with ape.reverts("accounts: operators are set"):
        house.accounts.set_operators(operators, sender=owner)
    with ape.reverts("ownable: caller is not the owner"):
        house.accounts.set_operators(operators, sender=stranger)


def test_set_operators__of_another_layer__reverts(project, house, owner):
    other = owner.deploy(project.Accounts, owner, house.terms)
    foreign = owner.deploy(project.Operators, house.accounts)
    own = owner.deploy(project.Operators, other)

    with ape.reverts("accounts: foreign operators"):
        other.set_operators(foreign, sender=owner)
    receipt = other.set_operators(own, sender=owner)

    assert logs(receipt, other.OperatorsSet) == [{"operators": own}]


def test_batch_for__is_for_the_operators_contract(indebted, borrower):
    with ape.reverts("accounts: not the operators"):
        indebted.accounts.batch_for(borrower, borrower, [], sender=borrower)


def test_grant__is_logged_and_readable(
    indebted, chain, operators, borrower, stranger, receiver, give
):
    receipt = give(Action.WITHDRAW, indebted.eth_pool, ETH, min_health_wad=WAD)

    (granted,) = logs(receipt, operators.OperatorGranted)
    # The block may be a second later than the one the end was counted from.
    assert receipt.timestamp < granted["expires_at"] <= receipt.timestamp + DAY
    assert granted == {
        "account": borrower,
        "operator": stranger,
        "pool": indebted.eth_pool,
        "action": Action.WITHDRAW,
        "assets": ETH,
        "receiver": receiver,
        "expires_at": granted["expires_at"],
        "min_health_wad": WAD,
    }
    held = operators.grant_of(borrower, stranger, Action.WITHDRAW, indebted.eth_pool)
    assert tuple(held) == (ETH, receiver, granted["expires_at"], WAD)
    assert tuple(operators.grant_of(borrower, stranger, Action.BORROW, indebted.eth_pool)) == (
        *(0, NOBODY, 0, 0),
    )


@pytest.mark.parametrize("action", [0, 3, 63])
def test_grant__of_none_or_several_actions__reverts(indebted, give, action):
    with ape.reverts("operators: not one action"):
        give(action, indebted.eth_pool)


def test_grant__without_bounds__reverts(indebted, chain, operators, borrower, give):
    with ape.reverts("operators: zero assets"):
        give(Action.SUPPLY, indebted.eth_pool, 0)
    with ape.reverts("operators: no receiver"):
        give(Action.BORROW, indebted.usd_pool, USD, to=NOBODY)
    with ape.reverts("operators: already expired"):
        give(Action.SUPPLY, indebted.eth_pool, USD, seconds=-DAY)
    # Its last second is the one before its end.
    with ape.reverts("operators: already expired"):
        give(Action.SUPPLY, indebted.eth_pool, USD, seconds=0)
    bounds = (1, NOBODY, chain.pending_timestamp + DAY, 0)
    with ape.reverts("operators: no operator"):
        operators.grant(borrower, NOBODY, Action.SUPPLY, indebted.eth_pool, bounds, sender=borrower)


def test_grant__on_anothers_account__reverts(indebted, chain, operators, borrower, stranger):
    bounds = (1, stranger, chain.pending_timestamp + DAY, 0)
    arguments = (borrower, stranger, Action.WITHDRAW, indebted.eth_pool)
    with ape.reverts("operators: not the owner"):
        operators.grant(*arguments, bounds, sender=stranger)
    with ape.reverts("operators: not the owner"):
        operators.revoke(*arguments, sender=stranger)
    with ape.reverts("operators: not the owner"):
        operators.revoke_all(borrower, sender=stranger)
    # Nor by a batch of one's own.
    step = indebted.call(operators, stranger, "grant", *arguments, bounds)
    with ape.reverts("operators: not the owner"):
        indebted.accounts.batch([step], sender=stranger)


def test_grant__by_whom_the_layer_never_saw__takes_a_batch(
    house, chain, operators, receiver, stranger
):
    bounds = (USD, stranger, chain.pending_timestamp + DAY, 0)
    arguments = (receiver, stranger, Action.WITHDRAW, house.usd_pool, bounds)
    with ape.reverts("operators: not the owner"):
        operators.grant(*arguments, sender=receiver)

    house.accounts.batch([house.call(operators, receiver, "grant", *arguments)], sender=receiver)

    assert house.accounts.owner_of(receiver) == receiver
    assert operators.grant_of(*arguments[:4])[0] == USD


def test_operate__withdraw__pays_the_receiver_and_counts(
    indebted, operators, borrower, stranger, receiver, give
):
    house = indebted
    give(Action.WITHDRAW, house.eth_pool, ETH)
    step = house.call(house.eth_pool, borrower, "withdraw", ETH // 4, receiver, borrower)

    operators.operate([step], sender=stranger)

    assert house.eth.balanceOf(receiver) == ETH // 4
    left = operators.grant_of(borrower, stranger, Action.WITHDRAW, house.eth_pool)[0]
    assert left == 3 * ETH // 4
    too_much = house.call(house.eth_pool, borrower, "withdraw", left + 1, receiver, borrower)
    with ape.reverts("operators: grant exceeded"):
        operators.operate([too_much], sender=stranger)
    # Nor in two steps.
    half = house.call(house.eth_pool, borrower, "withdraw", left // 2 + 1, receiver, borrower)
    with ape.reverts("operators: grant exceeded"):
        operators.operate([half, half], sender=stranger)


def test_operate__borrow__pays_the_receiver_down_to_the_agreed_health(
    indebted, operators, borrower, stranger, receiver, give
):
    house = indebted
    give(Action.BORROW, house.usd_pool, min_health_wad=128 * WAD // 100)
    # 16,000 of limit over 1.28 is 12,500, to the unit.
    most = 2_500 * USD

    operators.operate(
        [house.call(house.usd_pool, borrower, "borrow", most, receiver)], sender=stranger
    )

    assert house.usd.balanceOf(receiver) == most
    assert house.usd_pool.debt_of(borrower) == 10_000 * USD + most
    # The grant had no end and was not counted down.
    assert operators.grant_of(borrower, stranger, Action.BORROW, house.usd_pool)[0] == FOREVER
    with ape.reverts("operators: below agreed health"):
        operators.operate(
            [house.call(house.usd_pool, borrower, "borrow", 1, receiver)], sender=stranger
        )


def test_operate__without_an_agreed_health__asks_for_no_price(
    indebted, chain, operators, borrower, stranger, give
):
    house = indebted
    give(Action.REPAY, house.usd_pool, 500 * USD, seconds=30 * DAY)
    chain.mine(deltatime=MAX_AGE_SECONDS + 1)
    with ape.reverts("oracle: stale price"):
        house.accounts.health_wad(borrower)

    operators.operate(
        [house.call(house.usd_pool, borrower, "repay", 500 * USD, borrower)], sender=stranger
    )

    assert house.usd_pool.debt_of(borrower) == 9_500 * USD


def test_operate__repay_and_supply__are_paid_by_the_account(
    indebted, operators, borrower, stranger, give
):
    house, account = indebted, sub_account(borrower, 3)
    give(Action.REPAY, house.usd_pool, 500 * USD)
    give(Action.SUPPLY, house.eth_pool, ETH)
    dollars, ether = house.usd.balanceOf(borrower), house.eth.balanceOf(borrower)

    operators.operate(
        [
            house.call(house.usd_pool, borrower, "repay", 500 * USD, borrower),
            house.call(house.eth_pool, borrower, "deposit", ETH, account),
        ],
        sender=stranger,
    )

    assert house.usd_pool.debt_of(borrower) == 9_500 * USD
    assert house.eth_pool.balanceOf(account) == ETH * SHARES
    assert house.usd.balanceOf(borrower) == dollars - 500 * USD
    assert house.eth.balanceOf(borrower) == ether - ETH


def test_operate__pledge_and_unpledge(indebted, operators, borrower, stranger, give):
    house = indebted
    give(Action.PLEDGE, house.usd_pool, 0, to=NOBODY)
    give(Action.UNPLEDGE, house.eth_pool, 0, to=NOBODY)

    operators.operate(
        [house.call(house.accounts, borrower, "pledge", borrower, house.usd_pool)],
        sender=stranger,
    )

    assert house.accounts.is_pledged(borrower, house.usd_pool)
    # What the debt stands on stays.
    with ape.reverts("accounts: unhealthy"):
        operators.operate(
            [house.call(house.accounts, borrower, "unpledge", borrower, house.eth_pool)],
            sender=stranger,
        )


def test_operate__unpledge__is_held_to_the_agreed_health_and_repay_is_not(
    indebted, operators, borrower, stranger, give
):
    house = indebted
    # 8,000 of limit beside the 16,000: health 2.4.
    house.collateralize(borrower, house.btc_pool, 2 * 10**7)
    for action, pool in ((Action.UNPLEDGE, house.btc_pool), (Action.REPAY, house.usd_pool)):
        give(action, pool, min_health_wad=3 * WAD)

    with ape.reverts("operators: below agreed health"):
        operators.operate(
            [house.call(house.accounts, borrower, "unpledge", borrower, house.btc_pool)],
            sender=stranger,
        )
    operators.operate(
        [house.call(house.usd_pool, borrower, "repay", USD, borrower)], sender=stranger
    )
    assert WAD < house.accounts.health_wad(borrower) < 3 * WAD


def test_operate__without_a_grant__reverts(indebted, operators, borrower, stranger, give):
    house = indebted
    step = house.call(house.usd_pool, borrower, "borrow", USD, stranger)
    with ape.reverts("operators: no grant"):
        operators.operate([step], sender=stranger)
    # Another pool, another action and another account are other grants.
    give(Action.BORROW, house.eth_pool)
    give(Action.WITHDRAW, house.usd_pool)
    with ape.reverts("operators: no grant"):
        operators.operate([step], sender=stranger)
    give(Action.BORROW, house.usd_pool, account=sub_account(borrower, 1))
    with ape.reverts("operators: no grant"):
        operators.operate([step], sender=stranger)
    with ape.reverts("operators: no steps"):
        operators.operate([], sender=stranger)


def test_operate__after_the_grant_expired__reverts(
    indebted, chain, operators, borrower, stranger, receiver, give
):
    step = indebted.call(indebted.usd_pool, borrower, "borrow", USD, receiver)
    give(Action.BORROW, indebted.usd_pool)
    chain.pending_timestamp += DAY + 2
    with ape.reverts("operators: grant expired"):
        operators.operate([step], sender=stranger)


def test_operate__to_another_receiver__reverts(indebted, operators, borrower, stranger, give):
    house = indebted
    give(Action.BORROW, house.usd_pool)
    give(Action.WITHDRAW, house.eth_pool)
    with ape.reverts("operators: wrong receiver"):
        operators.operate(
            [house.call(house.usd_pool, borrower, "borrow", USD, stranger)], sender=stranger
        )
    with ape.reverts("operators: wrong receiver"):
        operators.operate(
            [house.call(house.eth_pool, borrower, "withdraw", 1, stranger, borrower)],
            sender=stranger,
        )


def test_operate__about_anothers_shares_or_debt__reverts(
    indebted, operators, lender, borrower, stranger, receiver, give
):
    house = indebted
    give(Action.WITHDRAW, house.usd_pool)
    give(Action.SUPPLY, house.usd_pool)
    give(Action.REPAY, house.usd_pool)
    give(Action.PLEDGE, house.usd_pool)
    for step in (
        house.call(house.usd_pool, borrower, "withdraw", USD, receiver, lender),
        house.call(house.usd_pool, borrower, "deposit", USD, stranger),
        house.call(house.usd_pool, borrower, "repay", USD, stranger),
        house.call(house.accounts, borrower, "pledge", stranger, house.usd_pool),
    ):
        with ape.reverts("operators: foreign account"):
            operators.operate([step], sender=stranger)


def test_operate__of_anything_else__is_not_grantable(
    indebted, operators, lender, borrower, stranger, receiver, give
):
    house = indebted
    for action in Action:
        give(action, house.usd_pool)
    target, account, deposit = house.call(house.usd_pool, borrower, "deposit", USD, borrower)
    _, _, withdraw = house.call(house.usd_pool, borrower, "withdraw", 1, receiver, borrower)
    bounds = (FOREVER, stranger, FOREVER, 0)
    for step in (
        house.call(house.usd_pool, borrower, "approve", stranger, FOREVER),
        house.call(house.usd_pool, borrower, "transfer", stranger, 1),
        house.call(house.usd_pool, borrower, "redeem", 1, receiver, borrower),
        house.call(house.usd_pool, borrower, "mint", 1, borrower),
        # Of the same form as to unpledge.
        house.call(house.accounts, borrower, "is_pledged", borrower, target),
        house.call(operators, borrower, "grant", borrower, stranger, Action.BORROW, target, bounds),
        (target, account, b""),
        (target, account, bytes(deposit)[:-1]),
        # A word more, in which something could hide.
        (target, account, bytes(deposit) + bytes(32)),
        (target, account, bytes(withdraw)[:-32]),
        # Right calls at wrong places.
        (house.accounts.address, account, deposit),
        (target, account, house.call(house.accounts, borrower, "pledge", borrower, target)[2]),
    ):
        with ape.reverts("operators: not grantable"):
            operators.operate([step], sender=stranger)


def test_operate__on_a_pool_that_is_not_listed__reverts(
    indebted, operators, borrower, stranger, give
):
    give(Action.SUPPLY, indebted.usd)
    deposit = indebted.usd_pool.deposit.encode_input(1, borrower)
    with ape.reverts("accounts: target not a pool"):
        operators.operate([(indebted.usd.address, borrower.address, deposit)], sender=stranger)


def test_operate__before_the_layer_names_the_contract__reverts(
    project, indebted, chain, owner, borrower, stranger, receiver
):
    unnamed = owner.deploy(project.Operators, indebted.accounts)
    bounds = (USD, receiver, chain.pending_timestamp + DAY, 0)
    unnamed.grant(borrower, stranger, Action.BORROW, indebted.usd_pool, bounds, sender=borrower)
    with ape.reverts("accounts: not the operators"):
        unnamed.operate(
            [indebted.call(indebted.usd_pool, borrower, "borrow", USD, receiver)], sender=stranger
        )


def test_operate__cannot_name_an_owner_for_a_family_never_seen(
    house, chain, operators, receiver, stranger, lender
):
    # Nobody has granted, for a grant takes a registered owner; and the owner is the layer's word.
    house.usd_pool.deposit(100 * USD, receiver, sender=lender)
    step = house.call(house.usd_pool, receiver, "withdraw", USD, stranger, receiver)
    with ape.reverts("operators: no grant"):
        operators.operate([step], sender=stranger)
    assert house.accounts.owner_of(receiver) == NOBODY


def test_revoke__takes_one_grant_at_once(indebted, operators, borrower, stranger, receiver, give):
    house = indebted
    give(Action.BORROW, house.usd_pool)
    give(Action.WITHDRAW, house.eth_pool)

    receipt = operators.revoke(borrower, stranger, Action.BORROW, house.usd_pool, sender=borrower)

    assert logs(receipt, operators.OperatorRevoked) == [
        {
            "account": borrower,
            "operator": stranger,
            "pool": house.usd_pool,
            "action": Action.BORROW,
        }
    ]
    with ape.reverts("operators: no grant"):
        operators.operate(
            [house.call(house.usd_pool, borrower, "borrow", USD, receiver)], sender=stranger
        )
    operators.operate(
        [house.call(house.eth_pool, borrower, "withdraw", 1, receiver, borrower)], sender=stranger
    )


def test_revoke_all__takes_every_grant_at_once(
    indebted, operators, borrower, stranger, receiver, give
):
    house = indebted
    give(Action.BORROW, house.usd_pool)
    give(Action.WITHDRAW, house.eth_pool)

    receipt = operators.revoke_all(borrower, sender=borrower)

    assert logs(receipt, operators.AllOperatorsRevoked) == [{"account": borrower}]
    for step in (
        house.call(house.usd_pool, borrower, "borrow", USD, receiver),
        house.call(house.eth_pool, borrower, "withdraw", 1, receiver, borrower),
    ):
        with ape.reverts("operators: no grant"):
            operators.operate([step], sender=stranger)


def test_operate__with_a_callback__unwinds_a_loan_in_one_transaction(
    project, chain, indebted, operators, owner, borrower
):
    # A stop-loss: take the collateral, sell it (here: what it holds already), pay the debt.
    house = indebted
    seller = owner.deploy(project.LendingSmartAccount)
    house.usd.mint(seller, 20_000 * USD, sender=owner)
    approve = house.usd.approve.encode_input(house.usd_pool, FOREVER)
    seller.send(house.usd, approve, sender=owner)
    bounds = (10 * ETH, seller, chain.pending_timestamp + DAY, WAD)
    operators.grant(borrower, seller, Action.WITHDRAW, house.eth_pool, bounds, sender=borrower)
    repay = house.usd_pool.repay.encode_input(FOREVER, borrower)
    come_back = seller.come_back.encode_input(house.usd_pool, repay)
    take = house.call(house.eth_pool, borrower, "withdraw", 10 * ETH, seller, borrower)

    calls = [take, (seller.address, borrower.address, come_back)]
    seller.send(operators, operators.operate.encode_input(calls), sender=owner)

    assert house.usd_pool.debt_of(borrower) == 0
    assert house.eth.balanceOf(seller) == 10 * ETH
    assert seller.callback_count() == 1
    assert seller.last_caller() == house.accounts

    # Without the repayment the batch does not stand.
    house.collateralize(borrower, house.eth_pool, ETH)
    house.usd_pool.borrow(1_000 * USD, borrower, sender=borrower)
    operators.grant(borrower, seller, Action.WITHDRAW, house.eth_pool, bounds, sender=borrower)
    take = house.call(house.eth_pool, borrower, "withdraw", ETH, seller, borrower)
    with ape.reverts("accounts: unhealthy"):
        seller.send(operators, operators.operate.encode_input([take]), sender=owner)


def test_operate__a_callback__acts_for_nobody(
    project, chain, indebted, operators, owner, borrower, receiver
):
    house = indebted
    thief = owner.deploy(project.LendingSmartAccount)
    bounds = (1, thief, chain.pending_timestamp + DAY, 0)
    operators.grant(borrower, thief, Action.WITHDRAW, house.eth_pool, bounds, sender=borrower)
    take = house.call(house.eth_pool, borrower, "withdraw", 1, thief, borrower)
    borrow = house.usd_pool.borrow.encode_input(USD, receiver)
    more = house.eth_pool.withdraw.encode_input(1, thief, borrower)

    for target, payload, reason in (
        (house.usd_pool, borrow, "accounts: unhealthy"),
        (house.eth_pool, more, "erc20: insufficient allowance"),
    ):
        come_back = thief.come_back.encode_input(target, payload)
        calls = [take, (thief.address, borrower.address, come_back)]
        with ape.reverts(reason):
            thief.send(operators, operators.operate.encode_input(calls), sender=owner)
    come_back = thief.come_back.encode_input(operators, operators.operate.encode_input([take]))
    calls = [(thief.address, borrower.address, come_back), take]
    with ape.reverts("operators: grant exceeded"):
        thief.send(operators, operators.operate.encode_input(calls), sender=owner)
