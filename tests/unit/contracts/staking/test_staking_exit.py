# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import balances_of, fields_of
from tests.unit.contracts.staking.conftest import (
    COOLDOWN_SECONDS,
    STAKE,
    VIRTUAL_SHARES,
    WINDOW_SECONDS,
)

ZERO = "0x0000000000000000000000000000000000000000"
SHARES = STAKE * VIRTUAL_SHARES


@pytest.fixture
def cooled(staked, staker):
    """(pool, opening, closing): the staker has SHARES of three times as many in cooldown."""
    receipt = staked.start_cooldown(SHARES, sender=staker)
    opens_at = receipt.timestamp + COOLDOWN_SECONDS
    return staked, opens_at, opens_at + WINDOW_SECONDS


def test_start_cooldown__says_when_the_window_is(staked, staker):
    receipt = staked.start_cooldown(SHARES, sender=staker)

    opens_at = receipt.timestamp + COOLDOWN_SECONDS
    assert fields_of(receipt, staked.CooldownStarted) == {
        "account": staker.address,
        "shares": SHARES,
        "opens_at": opens_at,
        "closes_at": opens_at + WINDOW_SECONDS,
    }
    assert staked.cooldown_of(staker) == (SHARES, opens_at, opens_at + WINDOW_SECONDS)
    assert staked.balanceOf(staker) == 3 * SHARES


def test_start_cooldown__again__starts_over(chain, cooled, staker):
    staked, opens_at, _ = cooled
    chain.mine(timestamp=opens_at)
    assert staked.maxRedeem(staker) == SHARES

    receipt = staked.start_cooldown(2 * SHARES, sender=staker)

    assert staked.cooldown_of(staker)[:2] == (2 * SHARES, receipt.timestamp + COOLDOWN_SECONDS)
    assert staked.maxRedeem(staker) == 0
    with ape.reverts("staking: not cooled"):
        staked.redeem(1, staker, staker, sender=staker)


def test_start_cooldown__of_nothing_or_too_much__reverts(staked, staker, stranger):
    with ape.reverts("staking: zero shares"):
        staked.start_cooldown(0, sender=staker)
    with ape.reverts("staking: more than balance"):
        staked.start_cooldown(3 * SHARES + 1, sender=staker)
    with ape.reverts("staking: more than balance"):
        staked.start_cooldown(1, sender=stranger)


def test_cancel_cooldown__frees_the_shares(cooled, staker, stranger):
    staked, _, _ = cooled

    receipt = staked.cancel_cooldown(sender=staker)

    assert fields_of(receipt, staked.CooldownCancelled) == {
        "account": staker.address,
        "shares": SHARES,
    }
    assert staked.cooldown_of(staker) == (0, 0, 0)
    staked.transfer(stranger, 3 * SHARES, sender=staker)
    for account in (staker, stranger):
        with ape.reverts("staking: no cooldown"):
            staked.cancel_cooldown(sender=account)


@pytest.mark.parametrize(
    ("offset", "is_open"),
    [
        (-COOLDOWN_SECONDS + 1, False),
        (-1, False),
        (0, True),
        (WINDOW_SECONDS, True),
        (WINDOW_SECONDS + 1, False),
    ],
)
def test_redeem__only_within_the_window(cooled, act_at, head, staker, receiver, offset, is_open):
    staked, opens_at, _ = cooled

    def redeem():
        return staked.redeem(SHARES, receiver, staker, sender=staker)

    if not is_open:
        with ape.reverts("staking: not cooled"):
            act_at(opens_at + offset, redeem)
        assert head.balanceOf(receiver) == 0
        return

    receipt = act_at(opens_at + offset, redeem)

    assert fields_of(receipt, staked.Withdraw) == {
        "sender": staker.address,
        "receiver": receiver.address,
        "owner": staker.address,
        "assets": STAKE,
        "shares": SHARES,
    }
    assert balances_of(head, receiver, staked) == [STAKE, 3 * STAKE]
    assert staked.balanceOf(staker) == 2 * SHARES
    assert staked.totalAssets() == 3 * STAKE
    assert staked.cooldown_of(staker) == (0, 0, 0)


def test_redeem_and_withdraw__more_than_was_cooled__revert(chain, cooled, staker):
    staked, opens_at, _ = cooled
    chain.mine(timestamp=opens_at)
    assert staked.maxRedeem(staker) == SHARES
    assert staked.maxWithdraw(staker) == STAKE

    with ape.reverts("staking: not cooled"):
        staked.redeem(SHARES + 1, staker, staker, sender=staker)
    with ape.reverts("staking: not cooled"):
        staked.withdraw(STAKE + 1, staker, staker, sender=staker)

    # In parts, and never more than the cooled shares in all.
    staked.redeem(SHARES // 4, staker, staker, sender=staker)
    assert staked.cooldown_of(staker)[0] == SHARES - SHARES // 4
    staked.withdraw(staked.maxWithdraw(staker), staker, staker, sender=staker)
    assert staked.maxRedeem(staker) == 0
    with ape.reverts("staking: not cooled"):
        staked.redeem(1, staker, staker, sender=staker)


def test_deposit__during_a_cooldown__does_not_cool_the_new_shares(chain, cooled, staker):
    staked, opens_at, _ = cooled
    staked.deposit(5 * STAKE, staker, sender=staker)
    chain.mine(timestamp=opens_at)

    assert staked.maxRedeem(staker) == SHARES
    with ape.reverts("staking: not cooled"):
        staked.redeem(SHARES + 1, staker, staker, sender=staker)


def test_withdraw__burns_shares_rounded_up(chain, staked, owner, slasher, staker, receiver, head):
    staked.set_slasher(slasher, sender=owner)
    staked.slash(STAKE + 1, slasher, sender=slasher)
    staked.start_cooldown(SHARES, sender=staker)
    chain.mine(deltatime=COOLDOWN_SECONDS)
    assets, supply = staked.totalAssets(), staked.totalSupply()
    wanted = 10**17 + 3
    shares = -(-wanted * (supply + VIRTUAL_SHARES) // (assets + 1))
    assert staked.previewWithdraw(wanted) == shares

    receipt = staked.withdraw(wanted, receiver, staker, sender=staker)

    assert fields_of(receipt, staked.Withdraw)["shares"] == shares
    assert head.balanceOf(receiver) == wanted
    assert staked.balanceOf(staker) == 3 * SHARES - shares


def test_exit__by_a_spender__spends_the_allowance_of_shares(
    chain, cooled, staker, stranger, receiver, head
):
    staked, opens_at, _ = cooled
    chain.mine(timestamp=opens_at)
    for exit_ in (staked.redeem, staked.withdraw):
        with ape.reverts("erc20: insufficient allowance"):
            exit_(10**6, receiver, staker, sender=stranger)

    staked.approve(stranger, SHARES // 2, sender=staker)
    staked.redeem(SHARES // 2, receiver, staker, sender=stranger)

    assert staked.allowance(staker, stranger) == 0
    assert head.balanceOf(receiver) == STAKE // 2
    with ape.reverts("erc20: insufficient allowance"):
        staked.redeem(1, receiver, staker, sender=stranger)


def test_exit__of_nothing_or_to_nobody__reverts(chain, cooled, staker):
    staked, opens_at, _ = cooled
    chain.mine(timestamp=opens_at)
    for exit_ in (staked.redeem, staked.withdraw):
        with ape.reverts("staking: zero shares"):
            exit_(0, staker, staker, sender=staker)
        for receiver in (ZERO, staked.address):
            with ape.reverts("staking: bad receiver"):
                exit_(10**6, receiver, staker, sender=staker)


@pytest.mark.parametrize("by_allowance", [False, True])
def test_transfer__of_cooling_shares__reverts(chain, cooled, staker, stranger, by_allowance):
    staked, opens_at, closes_at = cooled
    staked.approve(stranger, 2**256 - 1, sender=staker)

    def move(shares):
        if by_allowance:
            staked.transferFrom(staker, stranger, shares, sender=stranger)
        else:
            staked.transfer(stranger, shares, sender=staker)

    for moment in (None, opens_at, closes_at):
        if moment is not None:
            chain.pending_timestamp = moment
        with ape.reverts("staking: shares in cooldown"):
            move(2 * SHARES + 1)

    # What is not cooling moves, and what arrives elsewhere is not cooled.
    move(2 * SHARES)
    assert staked.maxRedeem(stranger) == 0
    with ape.reverts("staking: not cooled"):
        staked.redeem(1, stranger, stranger, sender=stranger)

    chain.mine(timestamp=closes_at + 1)
    assert staked.cooldown_of(staker) == (0, 0, 0)
    move(SHARES)
    assert balances_of(staked, staker, stranger) == [0, 3 * SHARES]


def test_transfer__beyond_balance_or_allowance__reverts(staked, staker, stranger):
    with ape.reverts("erc20: transfer amount exceeds balance"):
        staked.transfer(stranger, 3 * SHARES + 1, sender=staker)
    with ape.reverts("erc20: transfer to the zero address"):
        staked.transfer(ZERO, 1, sender=staker)
    with ape.reverts("erc20: insufficient allowance"):
        staked.transferFrom(staker, stranger, 1, sender=stranger)


def test_cooldown_cycle_through_a_friend__does_not_shorten_the_wait(
    chain, cooled, staker, stranger
):
    # The friend sends shares to the staker in the window: they are not cooled there.
    staked, opens_at, _ = cooled
    staked.transfer(stranger, 2 * SHARES, sender=staker)
    chain.mine(timestamp=opens_at)
    staked.redeem(SHARES, staker, staker, sender=staker)

    staked.transfer(staker, 2 * SHARES, sender=stranger)

    assert staked.maxRedeem(staker) == 0
    with ape.reverts("staking: not cooled"):
        staked.redeem(1, staker, staker, sender=staker)
