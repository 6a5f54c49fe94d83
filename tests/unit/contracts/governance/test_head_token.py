# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.permits import sign_permit

SUPPLY = 100_000_000 * 10**18
ZERO = "0x0000000000000000000000000000000000000000"


@pytest.fixture(scope="module")
def deployer(accounts):
    return accounts[0]


@pytest.fixture(scope="module")
def holder(accounts):
    return accounts[1]


@pytest.fixture(scope="module")
def stranger(accounts):
    return accounts[2]


@pytest.fixture(scope="module")
def head(project, deployer, holder):
    return deployer.deploy(project.HeadToken, holder)


def test_constructor__gives_the_whole_supply_to_the_holder(head, holder, deployer):
    assert [head.name(), head.symbol(), head.decimals()] == ["Headwater", "HEAD", 18]
    assert head.totalSupply() == SUPPLY
    assert head.balanceOf(holder) == SUPPLY
    assert head.balanceOf(deployer) == 0


def test_constructor__for_nobody__reverts(project, deployer):
    with ape.reverts("erc20: mint to the zero address"):
        deployer.deploy(project.HeadToken, ZERO)


def test_supply__cannot_grow(head):
    forbidden = {"mint", "set_minter", "owner", "transfer_ownership", "renounce_ownership"}

    assert forbidden.isdisjoint(
        entry.name for entry in head.contract_type.abi if entry.type == "function"
    )


def test_transfer__moves_and_burn__destroys(head, holder, stranger):
    head.transfer(stranger, 10**18, sender=holder)
    head.burn(4 * 10**17, sender=stranger)

    assert head.balanceOf(stranger) == 6 * 10**17
    assert head.balanceOf(holder) == SUPPLY - 10**18
    assert head.totalSupply() == SUPPLY - 4 * 10**17

    head.approve(holder, 10**17, sender=stranger)
    head.burn_from(stranger, 10**17, sender=holder)
    assert head.totalSupply() == SUPPLY - 5 * 10**17
    with ape.reverts("erc20: insufficient allowance"):
        head.burn_from(stranger, 1, sender=holder)
    with ape.reverts("erc20: burn amount exceeds balance"):
        head.burn(10**18, sender=stranger)


def test_permit__lets_a_spender_move_once(chain, head, holder, stranger):
    deadline = chain.pending_timestamp + 3_600
    signature = sign_permit(head, chain.chain_id, holder, stranger, 10**18, deadline)

    head.permit(holder, stranger, 10**18, deadline, *signature, sender=stranger)
    head.transferFrom(holder, stranger, 10**18, sender=stranger)

    assert head.balanceOf(stranger) == 10**18
    assert head.nonces(holder) == 1
    with ape.reverts("erc20: invalid signature"):
        head.permit(holder, stranger, 10**18, deadline, *signature, sender=stranger)


def test_permit__expired_or_for_other_terms__reverts(chain, head, holder, stranger):
    # Blocks of one test may share a second; the one before is over for all of them.
    past, future = chain.blocks.head.timestamp - 1, chain.pending_timestamp + 3_600
    signature = sign_permit(head, chain.chain_id, holder, stranger, 10**18, past)
    with ape.reverts("erc20: expired deadline"):
        head.permit(holder, stranger, 10**18, past, *signature, sender=stranger)

    signature = sign_permit(head, chain.chain_id, holder, stranger, 10**18, future)
    with ape.reverts("erc20: invalid signature"):
        head.permit(holder, stranger, 10**18 + 1, future, *signature, sender=stranger)
    assert head.allowance(holder, stranger) == 0
