# SPDX-License-Identifier: Apache-2.0
"""Roles, HEAD, two reward tokens and a staking pool, deployed once per module."""

import pytest

COOLDOWN_SECONDS = 3 * 86_400
WINDOW_SECONDS = 2 * 86_400
VIRTUAL_SHARES = 10**6
PURSE = 1_000_000 * 10**18


@pytest.fixture(scope="module")
def owner(accounts):
    return accounts[0]


@pytest.fixture(scope="module")
def staker(accounts):
    return accounts[1]


@pytest.fixture(scope="module")
def other_staker(accounts):
    return accounts[2]


@pytest.fixture(scope="module")
def distributor(accounts):
    return accounts[3]


@pytest.fixture(scope="module")
def stranger(accounts):
    return accounts[4]


@pytest.fixture(scope="module")
def treasury(accounts):
    return accounts[5]


@pytest.fixture(scope="module")
def receiver(accounts):
    """Starts with nothing, so that what it holds is what it was sent."""
    return accounts[6]


@pytest.fixture(scope="module")
def slasher(accounts):
    return accounts[7]


@pytest.fixture(scope="module")
def head(project, owner, staker, other_staker, distributor):
    token = owner.deploy(project.HeadToken, owner)
    for holder in (staker, other_staker, distributor):
        token.transfer(holder, PURSE, sender=owner)
    return token


@pytest.fixture(scope="module")
def dollar(project, owner, distributor):
    token = owner.deploy(project.TestToken, "Dollar", "USD", 6, owner)
    token.mint(distributor, 10**18, sender=owner)
    return token


@pytest.fixture(scope="module")
def staking(project, owner, head, dollar, staker, other_staker, distributor):
    """Lists the dollar and HEAD as rewards, in this order."""
    pool = owner.deploy(project.StakingPool, head, COOLDOWN_SECONDS, WINDOW_SECONDS, owner)
    for token in (dollar, head):
        pool.add_reward_token(token, sender=owner)
        token.approve(pool, 2**256 - 1, sender=distributor)
    pool.set_distributor(distributor, True, sender=owner)
    for holder in (staker, other_staker):
        head.approve(pool, 2**256 - 1, sender=holder)
    return pool


STAKE = 1_000 * 10**18


@pytest.fixture
def staked(staking, staker, other_staker):
    """The pool with three parts staked by one and one part by the other."""
    staking.deposit(3 * STAKE, staker, sender=staker)
    staking.deposit(STAKE, other_staker, sender=other_staker)
    return staking


@pytest.fixture
def act_at(chain):
    """Runs a call in a block of exactly the time given."""

    def act(timestamp, call):
        chain.pending_timestamp = timestamp
        receipt = call()
        assert receipt.timestamp == timestamp
        return receipt

    return act
