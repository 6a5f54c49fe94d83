# SPDX-License-Identifier: Apache-2.0
import ape
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

SUPPLY = 100_000_000 * 10**18
ZERO = "0x0000000000000000000000000000000000000000"
SIGNER_KEY = "0x" + "4e" * 32


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


def signed_permit(head, chain, spender, assets, nonce, deadline):
    message = {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Permit": [
                {"name": "owner", "type": "address"},
                {"name": "spender", "type": "address"},
                {"name": "value", "type": "uint256"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ],
        },
        "primaryType": "Permit",
        "domain": {
            "name": head.name(),
            "version": "1",
            "chainId": chain.chain_id,
            "verifyingContract": head.address,
        },
        "message": {
            "owner": Account.from_key(SIGNER_KEY).address,
            "spender": spender.address,
            "value": assets,
            "nonce": nonce,
            "deadline": deadline,
        },
    }
    signature = Account.sign_message(encode_typed_data(full_message=message), SIGNER_KEY)
    return signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")


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
    signer = Account.from_key(SIGNER_KEY).address
    head.transfer(signer, 10**18, sender=holder)
    deadline = chain.blocks.head.timestamp + 3_600
    v, r, s = signed_permit(head, chain, stranger, 10**18, 0, deadline)

    head.permit(signer, stranger, 10**18, deadline, v, r, s, sender=holder)
    head.transferFrom(signer, stranger, 10**18, sender=stranger)

    assert head.balanceOf(stranger) == 10**18
    assert head.nonces(signer) == 1
    with ape.reverts("erc20: invalid signature"):
        head.permit(signer, stranger, 10**18, deadline, v, r, s, sender=holder)


def test_permit__expired_or_for_other_terms__reverts(chain, head, holder, stranger):
    signer = Account.from_key(SIGNER_KEY).address
    now = chain.blocks.head.timestamp
    v, r, s = signed_permit(head, chain, stranger, 10**18, 0, now)
    with ape.reverts("erc20: expired deadline"):
        head.permit(signer, stranger, 10**18, now, v, r, s, sender=holder)

    v, r, s = signed_permit(head, chain, stranger, 10**18, 0, now + 3_600)
    with ape.reverts("erc20: invalid signature"):
        head.permit(signer, stranger, 10**18 + 1, now + 3_600, v, r, s, sender=holder)
    assert head.allowance(signer, stranger) == 0
