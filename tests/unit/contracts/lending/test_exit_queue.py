# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    FOREVER,
    NOBODY,
    SHARES,
    USD,
    logs,
    sub_account,
)

LENT = 100_000 * USD


@pytest.fixture(scope="module")
def queue(project, house, owner, lender, stranger, liquidator):
    made = owner.deploy(project.ExitQueue, house.accounts)
    for holder in (lender, stranger, liquidator):
        house.usd_pool.approve(made, FOREVER, sender=holder)
    return made


@pytest.fixture
def dry(house, lender, stranger, borrower):
    """Two lenders, 100,000 and 50,000 tUSD; the pool is lent out to its last unit."""
    house.usd_pool.deposit(LENT, lender, sender=lender)
    house.usd_pool.deposit(LENT // 2, stranger, sender=stranger)
    house.collateralize(borrower, house.eth_pool, 1_000 * ETH)
    house.usd_pool.borrow(house.usd_pool.idle(), borrower, sender=borrower)
    return house


def join(queue, pool, who, shares) -> int:
    return queue.join(pool, shares, who, sender=who).return_value


def test_join__escrows_the_shares_and_gives_a_ticket(queue, dry, lender, stranger):
    pool = dry.usd_pool
    held = pool.balanceOf(lender)

    receipt = queue.join(pool, held // 4, stranger, sender=lender)

    assert receipt.return_value == queue.ticket_count() == 1
    assert logs(receipt, queue.Joined) == [
        {"ticket": 1, "pool": pool.address, "owner": stranger, "shares": held // 4}
    ]
    assert pool.balanceOf(lender) == held - held // 4
    assert pool.balanceOf(queue) == queue.waiting_shares(pool) == held // 4
    assert tuple(queue.ticket_of(1)) == (pool.address, stranger, held // 4, 0)
    assert list(queue.tickets_of(stranger, 0, 100)) == [1]
    assert queue.ticket_count_of(stranger) == 1
    assert queue.item_count() == 1
    assert queue.waiting_pool(0) == pool.address


def test_serve__shares_the_cash_in_proportion(queue, dry, lender, stranger, borrower, owner):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    join(queue, pool, stranger, LENT // 2 * SHARES)
    pool.repay(30_000 * USD, borrower, sender=borrower)

    receipt = queue.serve(pool, sender=owner)

    assert tuple(receipt.return_value) == (30_000 * USD * SHARES, 30_000 * USD)
    assert logs(receipt, queue.Served) == [
        {"pool": pool.address, "shares": 30_000 * USD * SHARES, "assets": 30_000 * USD}
    ]
    assert tuple(queue.ticket_of(1))[2:] == (80_000 * USD * SHARES, 20_000 * USD)
    assert tuple(queue.ticket_of(2))[2:] == (40_000 * USD * SHARES, 10_000 * USD)
    assert pool.idle() == 0
    assert dry.usd.balanceOf(queue) == 30_000 * USD


def test_serve__of_no_whole_part__keeps_the_fractions_here(queue, dry, lender, borrower, owner):
    pool, waiting, scale = dry.usd_pool, LENT * SHARES - 7, 10**36
    join(queue, pool, lender, waiting)
    pool.repay(33_333 * USD + 1, borrower, sender=borrower)

    shares, assets = queue.serve(pool, sender=owner).return_value

    # Owed to nobody else, and yet a share and a unit less than it came to.
    left = waiting - shares
    assert tuple(queue.ticket_of(1))[2:] == (left - 1, assets - 1)
    assert left - 1 == waiting * (scale * left // waiting) // scale
    assert assets - 1 == waiting * (assets * scale // waiting) // scale


def test_serve__of_who_came_later__pays_for_what_came_since(
    queue, dry, lender, stranger, borrower, owner
):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(60_000 * USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)
    join(queue, pool, stranger, 40_000 * USD * SHARES)
    pool.repay(20_000 * USD, borrower, sender=borrower)

    queue.serve(pool, sender=owner)

    assert tuple(queue.ticket_of(1))[2:] == (30_000 * USD * SHARES, 70_000 * USD)
    assert tuple(queue.ticket_of(2))[2:] == (30_000 * USD * SHARES, 10_000 * USD)


def test_serve__in_full__begins_anew(queue, dry, lender, stranger, borrower, owner):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(FOREVER, borrower, sender=borrower)

    receipt = queue.serve(pool, sender=owner)

    assert tuple(receipt.return_value) == (LENT * SHARES, LENT)
    assert queue.waiting_shares(pool) == queue.item_count() == 0
    assert queue.waiting_pool(0) == NOBODY
    assert tuple(queue.ticket_of(1))[2:] == (0, LENT)
    join(queue, pool, stranger, USD * SHARES)
    queue.serve(pool, sender=owner)
    assert tuple(queue.ticket_of(2))[2:] == (0, USD)
    assert tuple(queue.ticket_of(1))[2:] == (0, LENT)


def test_serve__of_all_but_a_billionth_again_and_again__keeps_the_digits(
    queue, dry, lender, stranger, borrower, owner
):
    pool = dry.usd_pool
    lot = 20_000 * USD
    served = []
    for ticket in (1, 2, 3, 4):
        join(queue, pool, lender, lot * SHARES)
        worth = pool.previewRedeem(queue.waiting_shares(pool))
        pool.repay(worth - 1, borrower, sender=borrower)
        queue.serve(pool, sender=owner)
        served.append(worth - 1)
        # The pool's cash is gone but for what a billionth of the shares would fetch.
        pool.borrow(pool.idle(), borrower, sender=borrower) if pool.idle() else None
        assert lot - 50 <= queue.ticket_of(ticket).assets <= lot

    left = [queue.ticket_of(ticket) for ticket in (1, 2, 3, 4)]
    assert sum(each.shares for each in left) <= queue.waiting_shares(pool)
    assert left[3].shares >= lot * SHARES // 10**9
    assert left[0].shares == left[1].shares == 0
    pool.repay(FOREVER, borrower, sender=borrower)
    queue.serve(pool, sender=owner)
    paid = [queue.cancel(ticket, lender, sender=lender).return_value[1] for ticket in (1, 2, 3, 4)]
    assert 4 * lot - 30 <= sum(paid) <= 4 * lot
    assert queue.item_count() == 0


def test_serve__without_cash_or_without_tickets__does_nothing(queue, dry, lender, owner):
    pool = dry.usd_pool
    for _ in range(2):
        receipt = queue.serve(pool, sender=owner)
        assert tuple(receipt.return_value) == (0, 0)
        assert logs(receipt, queue.Served) == []
        if queue.ticket_count() == 0:
            join(queue, pool, lender, LENT * SHARES)
    assert queue.servable_shares(pool) == 0
    assert queue.waiting_shares(pool) == LENT * SHARES


def test_serve__of_shares_that_earned__pays_the_interest_too(
    queue, dry, lender, borrower, owner, chain
):
    pool = dry.usd_pool
    pool.set_rate_model(dry.rate, sender=owner)
    dry.rate.set_rate(10**9, sender=owner)
    join(queue, pool, lender, LENT * SHARES)
    chain.mine(deltatime=30 * 86_400)
    pool.repay(FOREVER, borrower, sender=borrower)

    queue.serve(pool, sender=owner)

    assert queue.ticket_of(1).assets > LENT
    assert queue.ticket_of(1).shares == 0


def test_serve__after_a_loss__pays_what_shares_are_worth(
    queue, house, lender, stranger, borrower, liquidator, owner
):
    pool = house.usd_pool
    pool.deposit(LENT, lender, sender=lender)
    pool.deposit(LENT, stranger, sender=stranger)
    house.collateralize(borrower, house.eth_pool, 100 * ETH)
    pool.borrow(LENT, borrower, sender=borrower)
    join(queue, pool, lender, LENT * SHARES)
    house.set_price(house.eth, 500)
    pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)
    worth = pool.convertToAssets(LENT * SHARES)

    queue.serve(pool, sender=owner)

    assert worth < LENT
    assert queue.ticket_of(1).assets == worth
    assert abs(pool.convertToAssets(pool.balanceOf(stranger)) - worth) <= 1


def test_claim__pays_and_leaves_the_rest_waiting(queue, dry, lender, borrower, owner, receiver):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(25_000 * USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)

    receipt = queue.claim(1, receiver, sender=lender)

    assert receipt.return_value == 25_000 * USD == dry.usd.balanceOf(receiver)
    assert logs(receipt, queue.Claimed) == [
        {"ticket": 1, "receiver": receiver, "assets": 25_000 * USD}
    ]
    assert tuple(queue.ticket_of(1))[2:] == (75_000 * USD * SHARES, 0)
    assert dry.usd.balanceOf(queue) == 0
    with ape.reverts("queue: nothing to claim"):
        queue.claim(1, receiver, sender=lender)
    pool.repay(25_000 * USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)
    assert tuple(queue.ticket_of(1))[2:] == (50_000 * USD * SHARES, 25_000 * USD)


def test_claim__of_all__removes_the_ticket(queue, dry, lender, borrower, owner, receiver):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(FOREVER, borrower, sender=borrower)
    queue.serve(pool, sender=owner)

    queue.claim(1, receiver, sender=lender)

    assert tuple(queue.ticket_of(1)) == (NOBODY, NOBODY, 0, 0)
    assert queue.ticket_count_of(lender) == 0
    assert list(queue.tickets_of(lender, 0, 100)) == []
    assert dry.usd.balanceOf(receiver) == LENT
    with ape.reverts("queue: not the ticket's owner"):
        queue.claim(1, receiver, sender=lender)


def test_cancel__returns_shares_and_what_was_served(
    queue, dry, lender, stranger, borrower, owner, receiver
):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    join(queue, pool, stranger, LENT // 2 * SHARES)
    pool.repay(30_000 * USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)

    receipt = queue.cancel(1, receiver, sender=lender)

    assert len(logs(receipt, pool.Transfer)) == len(logs(receipt, dry.usd.Transfer)) == 1
    assert tuple(receipt.return_value) == (80_000 * USD * SHARES, 20_000 * USD)
    assert logs(receipt, queue.Cancelled) == [
        {
            "ticket": 1,
            "receiver": receiver,
            "shares": 80_000 * USD * SHARES,
            "assets": 20_000 * USD,
        }
    ]
    assert pool.balanceOf(receiver) == 80_000 * USD * SHARES
    assert dry.usd.balanceOf(receiver) == 20_000 * USD
    assert queue.waiting_shares(pool) == 40_000 * USD * SHARES
    assert tuple(queue.ticket_of(2))[2:] == (40_000 * USD * SHARES, 10_000 * USD)
    assert queue.ticket_count_of(lender) == 0


def test_cancel__by_the_last__leaves_an_empty_queue(queue, dry, lender, stranger, owner):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)

    receipt = queue.cancel(1, lender, sender=lender)

    # Nothing was served: some tokens refuse to send nothing.
    assert logs(receipt, dry.usd.Transfer) == []
    assert queue.waiting_shares(pool) == queue.item_count() == pool.balanceOf(queue) == 0
    assert pool.balanceOf(lender) == LENT * SHARES
    assert join(queue, pool, stranger, USD * SHARES) == 2
    assert queue.item_count() == 1


def test_cancel__of_what_was_served_whole__moves_no_shares(queue, dry, lender, borrower, owner):
    pool = dry.usd_pool
    join(queue, pool, lender, USD * SHARES)
    pool.repay(USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)

    receipt = queue.cancel(1, lender, sender=lender)

    assert tuple(receipt.return_value) == (0, USD)
    assert logs(receipt, pool.Transfer) == []


def test_transfer_ticket__hands_on_shares_and_assets(queue, dry, lender, stranger, borrower, owner):
    pool = dry.usd_pool
    for part in (1, 2, 3):
        join(queue, pool, lender, part * USD * SHARES)
    pool.repay(6 * USD, borrower, sender=borrower)
    queue.serve(pool, sender=owner)

    receipt = queue.transfer_ticket(1, stranger, sender=lender)

    assert logs(receipt, queue.TicketTransferred) == [
        {"ticket": 1, "old_owner": lender, "new_owner": stranger}
    ]
    assert list(queue.tickets_of(lender, 0, 100)) == [3, 2]
    assert list(queue.tickets_of(stranger, 0, 100)) == [1]
    with ape.reverts("queue: not the ticket's owner"):
        queue.claim(1, lender, sender=lender)
    assert queue.claim(1, stranger, sender=stranger).return_value == USD
    queue.cancel(3, lender, sender=lender)
    queue.cancel(2, lender, sender=lender)
    assert queue.ticket_count_of(lender) == 0


def test_tickets_of__goes_by_pages(queue, dry, lender):
    for _ in range(5):
        join(queue, dry.usd_pool, lender, USD * SHARES)

    assert list(queue.tickets_of(lender, 1, 3)) == [2, 3, 4]
    assert list(queue.tickets_of(lender, 4, 100)) == [5]
    assert list(queue.tickets_of(lender, 5, 100)) == []
    assert list(queue.tickets_of(lender, 0, 0)) == []


def test_gift_of_shares_or_cash__moves_nothing(
    queue, dry, lender, stranger, borrower, owner, receiver
):
    pool = dry.usd_pool
    join(queue, pool, lender, 10_000 * USD * SHARES)
    pool.transfer(queue, 10_000 * USD * SHARES, sender=stranger)
    dry.usd.transfer(queue, 777 * USD, sender=stranger)
    pool.repay(50_000 * USD, borrower, sender=borrower)

    receipt = queue.serve(pool, sender=owner)

    assert tuple(receipt.return_value) == (10_000 * USD * SHARES, 10_000 * USD)
    assert queue.claim(1, receiver, sender=lender).return_value == 10_000 * USD
    assert dry.usd.balanceOf(queue) == 777 * USD


def test_ticket_of_a_base_unit__takes_no_more_than_its_part(
    queue, dry, lender, stranger, borrower, owner
):
    pool = dry.usd_pool
    for _ in range(3):
        join(queue, pool, stranger, SHARES)
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(50_000 * USD, borrower, sender=borrower)

    queue.serve(pool, sender=owner)

    for ticket in (1, 2, 3):
        assert queue.ticket_of(ticket).assets == 0
    assert 50_000 * USD - 3 <= queue.ticket_of(4).assets <= 50_000 * USD


def test_withdraw__from_the_pool__goes_on_while_shares_wait(
    queue, dry, lender, stranger, borrower, receiver
):
    pool = dry.usd_pool
    join(queue, pool, lender, LENT * SHARES)
    pool.repay(1_000 * USD, borrower, sender=borrower)

    pool.withdraw(600 * USD, receiver, stranger, sender=stranger)

    assert dry.usd.balanceOf(receiver) == 600 * USD
    assert queue.servable_shares(pool) == 400 * USD * SHARES


def test_heartbeat__serves_the_queue(project, queue, dry, lender, borrower, owner, stranger):
    beat = owner.deploy(project.Heartbeat, owner)
    beat.set_opening_jobs([(queue, 500_000, 2_000_000)], sender=owner)
    join(queue, dry.usd_pool, lender, LENT * SHARES)
    dry.usd_pool.repay(10_000 * USD, borrower, sender=borrower)

    receipt = beat.open_block(sender=stranger)

    assert len(logs(receipt, queue.Served)) == 1
    assert queue.ticket_of(1).assets == 10_000 * USD


def test_run_item__past_the_end__does_nothing(queue, stranger):
    assert logs(queue.run_item(0, sender=stranger), queue.Served) == []


def test_join__badly__reverts(project, queue, dry, lender, stranger, owner, borrower):
    pool = dry.usd_pool
    with ape.reverts("queue: pool not listed"):
        queue.join(dry.usd, 1, lender, sender=lender)
    for bad in (NOBODY, queue.address, sub_account(borrower, 7), sub_account(lender, 7)):
        with ape.reverts("queue: bad receiver"):
            queue.join(pool, USD * SHARES, bad, sender=lender)
    for few in (0, SHARES - 1):
        with ape.reverts("queue: too few shares"):
            queue.join(pool, few, lender, sender=lender)
    with ape.reverts("pool: not enough shares"):
        queue.join(pool, LENT * SHARES + 1, lender, sender=lender)
    with ape.reverts("erc20: insufficient allowance"):
        queue.join(dry.eth_pool, SHARES, borrower, sender=borrower)


def test_join__of_pledged_shares_that_carry_a_debt__reverts(queue, dry, borrower):
    dry.eth_pool.approve(queue, FOREVER, sender=borrower)
    with ape.reverts("accounts: unhealthy"):
        queue.join(dry.eth_pool, 1_000 * ETH * SHARES, borrower, sender=borrower)


def test_ticket__of_another__cannot_be_touched(queue, dry, lender, stranger):
    join(queue, dry.usd_pool, lender, USD * SHARES)
    for call in (queue.claim, queue.cancel, queue.transfer_ticket):
        for ticket in (0, 1, 2):
            with ape.reverts("queue: not the ticket's owner"):
                call(ticket, stranger, sender=stranger)
        for bad in (NOBODY, queue.address, sub_account(lender, 7)):
            with ape.reverts("queue: bad receiver"):
                call(1, bad, sender=lender)


def test_deploy__without_accounts__reverts(project, owner, stranger):
    with ape.reverts("queue: not a contract"):
        owner.deploy(project.ExitQueue, stranger)


def test_accounts__is_the_layer(queue, house):
    assert queue.accounts() == house.accounts.address
