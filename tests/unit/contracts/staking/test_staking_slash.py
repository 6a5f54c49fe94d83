# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import balances_of, fields_of
from tests.unit.contracts.staking.conftest import COOLDOWN_SECONDS, STAKE, VIRTUAL_SHARES

ZERO = "0x0000000000000000000000000000000000000000"
SHARES = STAKE * VIRTUAL_SHARES
MIN_ASSETS_LEFT = 10**18


@pytest.fixture
def backed(staked, owner, slasher):
    staked.set_slasher(slasher, sender=owner)
    return staked


def test_slash__takes_from_all_alike(backed, head, slasher, receiver, staker, other_staker):
    receipt = backed.slash(STAKE, receiver, sender=slasher)

    assert fields_of(receipt, backed.Slashed) == {"receiver": receiver.address, "assets": STAKE}
    assert balances_of(head, receiver, backed) == [STAKE, 3 * STAKE]
    assert backed.totalAssets() == 3 * STAKE
    assert balances_of(backed, staker, other_staker) == [3 * SHARES, SHARES]
    assert backed.convertToAssets(3 * SHARES) == 9 * STAKE // 4
    assert backed.convertToAssets(SHARES) == 3 * STAKE // 4


def test_slash__reaches_shares_in_their_window(
    chain, backed, head, slasher, receiver, other_staker
):
    backed.start_cooldown(SHARES, sender=other_staker)
    chain.mine(deltatime=COOLDOWN_SECONDS)
    assert backed.maxWithdraw(other_staker) == STAKE

    backed.slash(2 * STAKE, slasher, sender=slasher)

    assert backed.maxWithdraw(other_staker) == STAKE // 2
    backed.redeem(SHARES, receiver, other_staker, sender=other_staker)
    assert head.balanceOf(receiver) == STAKE // 2


def test_slash__leaves_the_floor_and_no_less(backed, head, slasher, receiver):
    backed.slash(2**256 - 1, receiver, sender=slasher)

    assert backed.totalAssets() == MIN_ASSETS_LEFT
    assert balances_of(head, receiver, backed) == [4 * STAKE - MIN_ASSETS_LEFT, MIN_ASSETS_LEFT]
    with ape.reverts("staking: nothing to slash"):
        backed.slash(1, receiver, sender=slasher)


def test_slash__never_touches_rewards(backed, head, distributor, slasher, receiver, staker):
    backed.notify_reward(head, 10**18, sender=distributor)

    backed.slash(2**256 - 1, slasher, sender=slasher)

    assert head.balanceOf(backed) == MIN_ASSETS_LEFT + 10**18
    backed.claim_rewards(receiver, sender=staker)
    assert head.balanceOf(receiver) == 10**18 * 3 // 4


def test_slash__refused__reverts(backed, slasher, stranger, owner):
    for caller in (stranger, owner):
        with ape.reverts("staking: not the slasher"):
            backed.slash(1, caller, sender=caller)
    for receiver in (ZERO, backed.address):
        with ape.reverts("staking: bad receiver"):
            backed.slash(1, receiver, sender=slasher)
    with ape.reverts("staking: nothing to slash"):
        backed.slash(0, slasher, sender=slasher)
    assert backed.totalAssets() == 4 * STAKE


def test_set_slasher__by_the_owner__replaces(backed, owner, slasher, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        backed.set_slasher(stranger, sender=stranger)

    receipt = backed.set_slasher(ZERO, sender=owner)

    assert fields_of(receipt, backed.SlasherChanged) == {
        "old_slasher": slasher.address,
        "new_slasher": ZERO,
    }
    with ape.reverts("staking: not the slasher"):
        backed.slash(1, slasher, sender=slasher)
