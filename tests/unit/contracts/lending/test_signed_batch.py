# SPDX-License-Identifier: Apache-2.0
"""Batches that an owner signs and a relayer sends."""

import ape
import pytest

from tests.permits import NEVER
from tests.signed_batches import batch_message, digest, signed_by
from tests.unit.contracts.lending_house import ETH, FOREVER, NOBODY, SHARES, USD, logs, sub_account

DAY = 86_400
IS_VALID = bytes.fromhex("1626ba7e")


@pytest.fixture
def steps(house, borrower, receiver):
    """Open a loan: lend ether, pledge it, borrow dollars."""
    return [
        house.call(house.eth_pool, borrower, "deposit", ETH, borrower),
        house.call(house.accounts, borrower, "pledge", borrower, house.eth_pool),
        house.call(house.usd_pool, borrower, "borrow", 500 * USD, receiver),
    ]


@pytest.fixture
def lent(house, lender):
    house.usd_pool.deposit(100_000 * USD, lender, sender=lender)
    return house


@pytest.fixture
def sign(chain, operators, borrower):
    def sign(calls, relayer=NOBODY, nonce=0, deadline=NEVER, signer=borrower, owner=borrower):
        message = batch_message(operators, chain.chain_id, owner, relayer, calls, nonce, deadline)
        return (owner, relayer, calls, nonce, deadline, signed_by(signer, message))

    return sign


def test_batch_signed__opens_a_loan_for_an_owner_never_seen(
    lent, operators, steps, sign, borrower, stranger, receiver
):
    receipt = operators.batch_signed(*sign(steps), sender=stranger)

    assert lent.usd.balanceOf(receiver) == 500 * USD
    assert lent.usd_pool.debt_of(borrower) == 500 * USD
    assert lent.accounts.owner_of(borrower) == borrower
    assert logs(receipt, operators.NonceUsed) == [
        {"owner": borrower, "sender": stranger, "nonce": 0}
    ]
    assert operators.next_nonce(borrower, 0) == 1


def test_batch_signed__twice__reverts(lent, operators, steps, sign, stranger):
    arguments = sign(steps)
    operators.batch_signed(*arguments, sender=stranger)
    with ape.reverts("operators: nonce used"):
        operators.batch_signed(*arguments, sender=stranger)


def test_batch_signed__under_two_keys__in_any_order(lent, operators, sign, borrower, stranger):
    def lend(assets):
        return [lent.call(lent.eth_pool, borrower, "deposit", assets, borrower)]

    first, second = sign(lend(1), nonce=0), sign(lend(2), nonce=1)
    other = sign(lend(4), nonce=7 << 64)
    with ape.reverts("operators: nonce used"):
        operators.batch_signed(*second, sender=stranger)

    for arguments in (other, first, second):
        operators.batch_signed(*arguments, sender=stranger)

    assert lent.eth_pool.balanceOf(borrower) == 7 * SHARES
    assert operators.next_nonce(borrower, 0) == 2
    assert operators.next_nonce(borrower, 7) == (7 << 64) + 1
    with ape.reverts("operators: key out of range"):
        operators.next_nonce(borrower, 2**192)


def test_batch_signed__that_reverts__leaves_the_nonce(
    lent, operators, steps, sign, borrower, stranger
):
    arguments = sign(steps[2:])
    with ape.reverts("accounts: unhealthy"):
        operators.batch_signed(*arguments, sender=stranger)
    assert operators.next_nonce(borrower, 0) == 0

    lent.collateralize(borrower, lent.eth_pool, ETH)
    operators.batch_signed(*arguments, sender=stranger)


def test_batch_signed__by_another__reverts(lent, operators, steps, sign, stranger):
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*sign(steps, signer=stranger), sender=stranger)


@pytest.mark.parametrize("place", range(5))
def test_batch_signed__with_anything_changed__reverts(
    lent, operators, steps, sign, lender, stranger, place
):
    changed = (lender, stranger, steps[:2], 1, NEVER - 1)[place]
    arguments = list(sign(steps))
    arguments[place] = changed
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*arguments, sender=stranger)


@pytest.mark.parametrize("cut", [0, 64, 66])
def test_batch_signed__with_a_signature_of_wrong_length__reverts(
    lent, operators, steps, sign, stranger, cut
):
    *rest, signature = sign(steps)
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*rest, (signature + bytes(1))[:cut], sender=stranger)


def test_batch_signed__in_its_last_second__passes_and_a_second_later_reverts(
    lent, chain, operators, steps, sign, stranger
):
    deadline = chain.pending_timestamp + DAY
    arguments = sign(steps, deadline=deadline)
    with chain.isolate():
        chain.pending_timestamp = deadline
        operators.batch_signed(*arguments, sender=stranger)
    chain.pending_timestamp = deadline + 1
    with ape.reverts("operators: signature expired"):
        operators.batch_signed(*arguments, sender=stranger)


def test_batch_signed__for_a_relayer__is_for_it_alone(
    lent, operators, steps, sign, lender, stranger, receiver
):
    arguments = sign(steps, relayer=stranger)
    with ape.reverts("operators: wrong relayer"):
        operators.batch_signed(*arguments, sender=lender)
    operators.batch_signed(*arguments, sender=stranger)
    assert lent.usd.balanceOf(receiver) == 500 * USD


def test_batch_signed__acts_for_the_signers_accounts_alone(
    lent, operators, sign, borrower, lender, stranger
):
    step = lent.call(lent.usd_pool, lender, "withdraw", USD, borrower, lender)
    with ape.reverts("accounts: not the owner"):
        operators.batch_signed(*sign([step]), sender=stranger)
    account = sub_account(borrower, 9)
    step = lent.call(lent.accounts, account, "pledge", account, lent.eth_pool)
    operators.batch_signed(*sign([step]), sender=stranger)
    assert lent.accounts.is_pledged(account, lent.eth_pool)


def test_cancel_nonce__takes_back_what_was_signed(lent, operators, steps, sign, borrower, stranger):
    arguments = sign(steps)
    receipt = operators.cancel_nonce(0, sender=borrower)

    assert logs(receipt, operators.NonceUsed) == [
        {"owner": borrower, "sender": borrower, "nonce": 0}
    ]
    with ape.reverts("operators: nonce used"):
        operators.batch_signed(*arguments, sender=stranger)
    with ape.reverts("operators: nonce used"):
        operators.cancel_nonce(0, sender=borrower)


def test_batch_signed__may_grant(lent, chain, operators, sign, borrower, stranger, receiver):
    bounds = (USD, receiver, chain.pending_timestamp + DAY, 0)
    step = lent.call(operators, borrower, "grant", borrower, stranger, 4, lent.usd_pool, bounds)
    operators.batch_signed(*sign([step]), sender=stranger)
    assert operators.grant_of(borrower, stranger, 4, lent.usd_pool)[0] == USD


def test_batch_signed__by_a_wallet_with_code__is_asked_of_the_wallet(
    project, lent, chain, operators, owner, stranger
):
    wallet = owner.deploy(project.LendingSmartAccount)
    calls = [lent.call(lent.accounts, wallet, "pledge", wallet, lent.eth_pool)]
    message = batch_message(operators, chain.chain_id, wallet, NOBODY, calls, 0)
    signature = b"two of three" * 10
    arguments = (wallet, NOBODY, calls, 0, NEVER, signature)
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*arguments, sender=stranger)
    wallet.set_accepted(digest(message), signature, b"\x00\x00\x00\x01", sender=owner)
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*arguments, sender=stranger)
    wallet.set_accepted(digest(message), signature, IS_VALID, sender=owner)

    operators.batch_signed(*arguments, sender=stranger)

    assert lent.accounts.is_pledged(wallet, lent.eth_pool)


def test_batch_signed__by_a_contract_that_knows_no_signatures__reverts(
    lent, operators, sign, stranger
):
    with ape.reverts("operators: bad signature"):
        operators.batch_signed(*sign([], owner=lent.usd), sender=stranger)


def test_domain__is_as_wallets_read_it(operators, chain):
    domain = operators.eip712Domain()
    assert (domain[1], domain[2], domain[3], domain[4]) == (
        "Headwater operators",
        "1",
        chain.chain_id,
        operators,
    )


def test_simulate_batch__changes_nothing(lent, steps, borrower):
    with ape.reverts():
        lent.accounts.simulate_batch(steps, sender=borrower)
    assert lent.eth_pool.balanceOf(borrower) == 0
    assert lent.accounts.pledges_of(borrower) == []


def test_simulate_batch__for_anothers_account__reverts(lent, steps, stranger):
    with ape.reverts("accounts: not the owner"):
        lent.accounts.simulate_batch(steps, sender=stranger)
    with ape.reverts("accounts: target not a pool"):
        lent.accounts.simulate_batch(
            [lent.call(lent.usd, stranger, "transfer", stranger, FOREVER)], sender=stranger
        )
