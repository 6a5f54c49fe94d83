# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import balances_of, fields_of
from tests.unit.contracts.staking.conftest import COOLDOWN_SECONDS, STAKE, VIRTUAL_SHARES

ZERO = "0x0000000000000000000000000000000000000000"
SHARES = STAKE * VIRTUAL_SHARES
DOLLARS = 1_000 * 10**6 + 3


def assert_claims_within_rewards(staking, token, *holders):
    """STAKE-2: claimed and claimable never exceed what was paid in."""
    position = staking.reward_tokens().index(token.address)
    claimable = sum(staking.claimable_rewards(holder)[position] for holder in holders)
    left = staking.rewards_paid_in(token) - staking.rewards_claimed(token) - claimable
    assert left >= 0, "STAKE-2"
    return left


def test_notify_reward__pays_stakers_by_their_shares(
    staked, dollar, head, distributor, staker, other_staker
):
    held = dollar.balanceOf(distributor)

    receipt = staked.notify_reward(dollar, DOLLARS, sender=distributor)

    assert fields_of(receipt, staked.RewardNotified) == {
        "token": dollar.address,
        "assets": DOLLARS,
    }
    assert balances_of(dollar, distributor, staked) == [held - DOLLARS, DOLLARS]
    assert staked.claimable_rewards(staker) == [DOLLARS * 3 // 4, 0]
    assert staked.claimable_rewards(other_staker) == [DOLLARS // 4, 0]
    assert staked.rewards_paid_in(dollar) == DOLLARS
    assert staked.rewards_paid_in(head) == 0
    assert staked.totalAssets() == 4 * STAKE
    assert assert_claims_within_rewards(staked, dollar, staker, other_staker) <= 1


def test_claim_rewards__pays_all_tokens_once(staked, dollar, head, distributor, staker, receiver):
    staked.notify_reward(dollar, DOLLARS, sender=distributor)
    staked.notify_reward(head, 10**18, sender=distributor)
    due = {dollar.address: DOLLARS * 3 // 4, head.address: 10**18 * 3 // 4}
    assert staked.claimable_rewards(staker) == list(due.values())

    receipt = staked.claim_rewards(receiver, sender=staker)

    logs = [dict(log.event_arguments) for log in receipt.decode_logs(staked.RewardClaimed)]
    assert logs == [
        {
            "account": staker.address,
            "token": token,
            "receiver": receiver.address,
            "assets": assets,
        }
        for token, assets in due.items()
    ]
    assert [dollar.balanceOf(receiver), head.balanceOf(receiver)] == list(due.values())
    assert staked.rewards_claimed(dollar) == due[dollar.address]
    assert staked.claimable_rewards(staker) == [0, 0]
    assert staked.totalAssets() == 4 * STAKE

    receipt = staked.claim_rewards(receiver, sender=staker)
    assert list(receipt.decode_logs(staked.RewardClaimed)) == []
    assert dollar.balanceOf(receiver) == due[dollar.address]


def test_claim_reward__of_one_token__is_not_stopped_by_another(
    project, staked, dollar, owner, distributor, staker, receiver
):
    hostile = owner.deploy(project.PairHostileToken)
    hostile.mint(distributor, 10**18, sender=owner)
    hostile.approve(staked, 10**18, sender=distributor)
    staked.add_reward_token(hostile, sender=owner)
    staked.notify_reward(hostile, 10**18, sender=distributor)
    staked.notify_reward(dollar, DOLLARS, sender=distributor)
    hostile.set_refusing(True, sender=owner)

    with ape.reverts("token: transfer refused"):
        staked.claim_rewards(receiver, sender=staker)
    receipt = staked.claim_reward(dollar, receiver, sender=staker)

    assert fields_of(receipt, staked.RewardClaimed) == {
        "account": staker.address,
        "token": dollar.address,
        "receiver": receiver.address,
        "assets": DOLLARS * 3 // 4,
    }
    assert dollar.balanceOf(receiver) == DOLLARS * 3 // 4
    # Neither does it stop transfers and deposits, which settle it without sending it.
    staked.transfer(receiver, 10**6, sender=staker)
    staked.deposit(STAKE, staker, sender=staker)


def test_claims__to_nobody_or_of_an_unlisted_token__revert(staked, staker, stranger):
    for receiver in (ZERO, staked.address):
        with ape.reverts("staking: bad receiver"):
            staked.claim_rewards(receiver, sender=staker)
        with ape.reverts("staking: bad receiver"):
            staked.claim_reward(stranger, receiver, sender=staker)
    with ape.reverts("staking: unknown reward"):
        staked.claim_reward(stranger, staker, sender=staker)


def test_reward__while_nobody_stakes__waits_for_the_next_stakers(
    staking, dollar, distributor, staker, other_staker
):
    staking.notify_reward(dollar, DOLLARS, sender=distributor)
    assert staking.rewards_paid_in(dollar) == DOLLARS

    staking.deposit(3 * STAKE, staker, sender=staker)
    staking.deposit(STAKE, other_staker, sender=other_staker)
    assert staking.claimable_rewards(staker)[0] == 0
    staking.notify_reward(dollar, 1, sender=distributor)

    assert staking.claimable_rewards(staker)[0] == (DOLLARS + 1) * 3 // 4
    assert staking.claimable_rewards(other_staker)[0] == (DOLLARS + 1) // 4
    assert assert_claims_within_rewards(staking, dollar, staker, other_staker) <= 1


def test_reward__after_all_have_left__waits_too(
    chain, staking, dollar, distributor, staker, other_staker
):
    staking.deposit(STAKE, staker, sender=staker)
    staking.notify_reward(dollar, DOLLARS, sender=distributor)
    staking.start_cooldown(SHARES, sender=staker)
    chain.mine(deltatime=COOLDOWN_SECONDS)
    staking.redeem(SHARES, staker, staker, sender=staker)
    assert staking.totalSupply() == 0

    staking.notify_reward(dollar, 500, sender=distributor)
    staking.deposit(STAKE, other_staker, sender=other_staker)
    staking.notify_reward(dollar, 7, sender=distributor)

    assert staking.claimable_rewards(staker)[0] == DOLLARS
    assert staking.claimable_rewards(other_staker)[0] == 507


def test_staker__earns_nothing_of_the_time_before(staked, dollar, distributor, staker, head):
    staked.notify_reward(dollar, DOLLARS, sender=distributor)
    earned = staked.claimable_rewards(staker)

    staked.deposit(10 * STAKE, staker, sender=staker)

    assert staked.claimable_rewards(staker) == earned


def test_cooling_and_slashed_shares__go_on_earning(
    staked, dollar, owner, slasher, distributor, staker, other_staker
):
    staked.start_cooldown(3 * SHARES, sender=staker)
    staked.set_slasher(slasher, sender=owner)
    staked.slash(2 * STAKE, slasher, sender=slasher)

    staked.notify_reward(dollar, DOLLARS, sender=distributor)

    assert staked.claimable_rewards(staker)[0] == DOLLARS * 3 // 4
    assert staked.claimable_rewards(other_staker)[0] == DOLLARS // 4


@pytest.mark.parametrize("by_allowance", [False, True])
def test_transfer__settles_the_rewards_of_both_sides(
    staked, dollar, distributor, staker, other_staker, stranger, by_allowance
):
    staked.notify_reward(dollar, DOLLARS, sender=distributor)
    before = [staked.claimable_rewards(holder)[0] for holder in (staker, other_staker)]

    if by_allowance:
        staked.approve(stranger, SHARES, sender=staker)
        staked.transferFrom(staker, other_staker, SHARES, sender=stranger)
    else:
        staked.transfer(other_staker, SHARES, sender=staker)

    holders = (staker, other_staker)
    assert [staked.claimable_rewards(holder)[0] for holder in holders] == before
    staked.notify_reward(dollar, 4_000, sender=distributor)
    gains = [
        staked.claimable_rewards(holder)[0] - earlier
        for holder, earlier in zip(holders, before, strict=True)
    ]
    assert 4_000 - 2 <= sum(gains) <= 4_000 + 1
    assert abs(gains[0] - gains[1]) <= 1
    assert assert_claims_within_rewards(staked, dollar, *holders) <= 1


def test_single_units__claimed_one_by_one__add_up(
    staked, dollar, distributor, staker, other_staker, receiver
):
    # One base unit at a time over four parts of shares: three of four go to one staker.
    for _ in range(8):
        staked.notify_reward(dollar, 1, sender=distributor)
        staked.claim_reward(dollar, receiver, sender=staker)
        assert assert_claims_within_rewards(staked, dollar, staker, other_staker) <= 2

    assert 5 <= dollar.balanceOf(receiver) <= 6
    assert 1 <= staked.claimable_rewards(other_staker)[0] <= 2


def test_notify_reward__refused__reverts(
    project, staked, dollar, head, owner, distributor, stranger
):
    with ape.reverts("staking: not a distributor"):
        staked.notify_reward(dollar, 1, sender=stranger)
    with ape.reverts("staking: unknown reward"):
        staked.notify_reward(stranger, 1, sender=distributor)
    with ape.reverts("staking: zero assets"):
        staked.notify_reward(dollar, 0, sender=distributor)
    with ape.reverts("staking: reward too large"):
        staked.notify_reward(dollar, 2**128, sender=distributor)

    taxed = owner.deploy(project.PairHostileToken)
    taxed.mint(distributor, 10**20, sender=owner)
    taxed.approve(staked, 10**20, sender=distributor)
    taxed.set_tax(1, sender=owner)
    staked.add_reward_token(taxed, sender=owner)
    with ape.reverts("token: fee on transfer"):
        staked.notify_reward(taxed, 10**18, sender=distributor)
    assert staked.rewards_paid_in(taxed) == 0


def test_add_reward_token__lists_up_to_eight(project, staking, dollar, owner, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        staking.add_reward_token(dollar, sender=stranger)
    for not_a_token in (stranger.address, staking.address):
        with ape.reverts("staking: not a token"):
            staking.add_reward_token(not_a_token, sender=owner)
    with ape.reverts("staking: reward listed"):
        staking.add_reward_token(dollar, sender=owner)

    for number in range(6):
        token = owner.deploy(project.TestToken, "Reward", "RWD", number, owner)
        receipt = staking.add_reward_token(token, sender=owner)
        assert fields_of(receipt, staking.RewardTokenAdded) == {"token": token.address}
        assert staking.is_reward_token(token)
    assert len(staking.reward_tokens()) == 8
    ninth = owner.deploy(project.TestToken, "Reward", "RWD", 9, owner)
    with ape.reverts("staking: too many rewards"):
        staking.add_reward_token(ninth, sender=owner)


def test_set_distributor__grants_and_takes_away(staking, dollar, owner, distributor, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        staking.set_distributor(stranger, True, sender=stranger)

    receipt = staking.set_distributor(distributor, False, sender=owner)

    assert fields_of(receipt, staking.DistributorChanged) == {
        "distributor": distributor.address,
        "old_allowed": True,
        "new_allowed": False,
    }
    with ape.reverts("staking: not a distributor"):
        staking.notify_reward(dollar, 1, sender=distributor)


REENTRIES = {
    "deposit": lambda pool, me: pool.deposit.encode_input(1, me),
    "mint": lambda pool, me: pool.mint.encode_input(1, me),
    "withdraw": lambda pool, me: pool.withdraw.encode_input(0, me, me),
    "redeem": lambda pool, me: pool.redeem.encode_input(0, me, me),
    "start_cooldown": lambda pool, me: pool.start_cooldown.encode_input(1),
    "cancel_cooldown": lambda pool, me: pool.cancel_cooldown.encode_input(),
    "notify_reward": lambda pool, me: pool.notify_reward.encode_input(me, 1),
    "claim_rewards": lambda pool, me: pool.claim_rewards.encode_input(me),
    "claim_reward": lambda pool, me: pool.claim_reward.encode_input(me, me),
    "transfer": lambda pool, me: pool.transfer.encode_input(me, 0),
    "transferFrom": lambda pool, me: pool.transferFrom.encode_input(me, me, 0),
    "slash": lambda pool, me: pool.slash.encode_input(1, me),
    "totalAssets": lambda pool, me: pool.totalAssets.encode_input(),
    "convertToAssets": lambda pool, me: pool.convertToAssets.encode_input(10**24),
    "previewMint": lambda pool, me: pool.previewMint.encode_input(10**24),
    "claimable_rewards": lambda pool, me: pool.claimable_rewards.encode_input(me),
    "rewards_paid_in": lambda pool, me: pool.rewards_paid_in.encode_input(me),
    "cooldown_of": lambda pool, me: pool.cooldown_of.encode_input(me),
}


def test_callback__reaches_no_function_of_the_pool(project, staked, owner, distributor, staker):
    hostile = owner.deploy(project.PairHostileToken)
    hostile.mint(distributor, 10**20, sender=owner)
    hostile.approve(staked, 10**20, sender=distributor)
    staked.add_reward_token(hostile, sender=owner)
    staked.set_distributor(hostile, True, sender=owner)
    staked.set_slasher(hostile, sender=owner)
    staked.transfer(hostile, SHARES, sender=staker)

    for name, encode in REENTRIES.items():
        hostile.arm(staked, encode(staked, hostile.address), sender=owner)
        for entry in ("notify", "claim"):
            if entry == "notify":
                staked.notify_reward(hostile, 10**6, sender=distributor)
            else:
                staked.claim_reward(hostile, staker, sender=staker)
            assert hostile.calls_made() > 0
            assert not hostile.last_call_succeeded(), f"{name} was reached from within {entry}"
            assert hostile.last_response() == b"", f"{name} failed, but not for the lock"
