# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import balances_of, fields_of
from tests.unit.contracts.staking.conftest import (
    COOLDOWN_SECONDS,
    PURSE,
    STAKE,
    VIRTUAL_SHARES,
    WINDOW_SECONDS,
)

ZERO = "0x0000000000000000000000000000000000000000"
MONTH = 30 * 86_400


def test_constructor__stores_what_it_was_given(staking, head, dollar, owner, stranger):
    assert staking.asset() == head.address
    assert [staking.name(), staking.symbol()] == ["Staked Headwater", "sHEAD"]
    assert staking.decimals() == 24
    assert staking.cooldown_seconds() == COOLDOWN_SECONDS
    assert staking.window_seconds() == WINDOW_SECONDS
    assert staking.owner() == owner.address
    assert staking.slasher() == ZERO
    assert staking.reward_tokens() == [dollar.address, head.address]
    assert not staking.is_distributor(stranger)


@pytest.mark.parametrize(
    ("position", "value", "reason"),
    [
        (0, "0x0000000000000000000000000000000000000001", "staking: not a token"),
        (1, MONTH + 1, "staking: cooldown too long"),
        (2, 0, "staking: bad window"),
        (2, MONTH + 1, "staking: bad window"),
        (3, ZERO, "staking: zero owner"),
    ],
)
def test_constructor__with_a_bad_argument__reverts(project, owner, head, position, value, reason):
    arguments = [head.address, COOLDOWN_SECONDS, WINDOW_SECONDS, owner.address]
    arguments[position] = value

    with ape.reverts(reason):
        owner.deploy(project.StakingPool, *arguments)


def test_deposit__first__mints_a_million_shares_per_unit(staking, head, staker, receiver):
    assert staking.previewDeposit(STAKE) == STAKE * VIRTUAL_SHARES

    receipt = staking.deposit(STAKE, receiver, sender=staker)

    assert fields_of(receipt, staking.Deposit) == {
        "sender": staker.address,
        "owner": receiver.address,
        "assets": STAKE,
        "shares": STAKE * VIRTUAL_SHARES,
    }
    assert balances_of(staking, receiver, staker) == [STAKE * VIRTUAL_SHARES, 0]
    assert balances_of(head, staker, staking) == [PURSE - STAKE, STAKE]
    assert staking.totalAssets() == STAKE
    assert staking.convertToAssets(STAKE * VIRTUAL_SHARES) == STAKE
    assert staking.convertToShares(STAKE) == STAKE * VIRTUAL_SHARES


def test_mint__rounds_against_the_caller_after_a_slash(staked, head, owner, slasher, other_staker):
    staked.set_slasher(slasher, sender=owner)
    staked.slash(STAKE + 1, slasher, sender=slasher)
    assets, supply = staked.totalAssets(), staked.totalSupply()
    shares = 10**24 + 1
    cost = -(-shares * (assets + 1) // (supply + VIRTUAL_SHARES))
    held = head.balanceOf(other_staker)
    assert staked.previewMint(shares) == cost

    receipt = staked.mint(shares, other_staker, sender=other_staker)

    assert fields_of(receipt, staked.Deposit)["assets"] == cost
    assert fields_of(receipt, staked.Deposit)["shares"] == shares
    assert head.balanceOf(other_staker) == held - cost
    assert staked.totalAssets() == assets + cost
    minted = staked.previewDeposit(10**18)
    assert minted == 10**18 * (supply + shares + VIRTUAL_SHARES) // (assets + cost + 1)


def test_deposit_and_mint__of_nothing__revert(staking, staker):
    with ape.reverts("staking: zero shares"):
        staking.deposit(0, staker, sender=staker)
    with ape.reverts("staking: zero shares"):
        staking.mint(0, staker, sender=staker)


def test_deposit_and_mint__to_nobody_or_the_pool__revert(staking, staker):
    for receiver in (ZERO, staking.address):
        with ape.reverts("staking: bad receiver"):
            staking.deposit(1, receiver, sender=staker)
        with ape.reverts("staking: bad receiver"):
            staking.mint(1, receiver, sender=staker)


def test_mint__above_the_largest_supply__reverts(staking, staker):
    most = staking.maxMint(staker)
    assert most == 2**160 - 1
    assert staking.maxDeposit(staker) > 10**27

    with ape.reverts("staking: too many shares"):
        staking.mint(most + 1, staker, sender=staker)


def test_donation__moves_nothing(staked, head, owner, staker):
    supply = staked.totalSupply()

    head.transfer(staked, 10**24, sender=owner)

    assert staked.totalAssets() == 4 * STAKE
    assert staked.convertToAssets(supply) == 4 * STAKE


def test_first_staker__cannot_inflate_the_share_against_the_next(
    staking, head, owner, staker, other_staker
):
    staking.deposit(1, staker, sender=staker)
    head.transfer(staking, 10_000 * 10**18, sender=owner)

    staking.deposit(STAKE, other_staker, sender=other_staker)

    assert staking.convertToAssets(staking.balanceOf(other_staker)) == STAKE


@pytest.mark.parametrize("assets", [1, 2, 3, 7])
def test_round_trip_of_single_units__never_profits(
    chain, staked, head, owner, slasher, other_staker, receiver, assets
):
    staked.set_slasher(slasher, sender=owner)
    staked.slash(STAKE // 3 + 1, slasher, sender=slasher)
    before = staked.balanceOf(other_staker)
    shares = staked.previewDeposit(assets)

    staked.deposit(assets, other_staker, sender=other_staker)
    assert staked.balanceOf(other_staker) == before + shares
    staked.start_cooldown(shares, sender=other_staker)
    chain.mine(deltatime=COOLDOWN_SECONDS)
    staked.redeem(shares, receiver, other_staker, sender=other_staker)

    assert head.balanceOf(receiver) <= assets


def test_maxima_and_previews__agree_with_each_other(staked, staker):
    held = staked.balanceOf(staker)
    assert staked.previewRedeem(held) == staked.convertToAssets(held) == 3 * STAKE
    assert staked.previewWithdraw(3 * STAKE) == held
    assert staked.maxWithdraw(staker) == staked.maxRedeem(staker) == 0
