# SPDX-License-Identifier: Apache-2.0
"""What a contract's test asks of a node through Ape, answered by the engine within the process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.settings import ROOT

DAY_SECONDS = 86_400
# Its tests call and send, and what they cost is in Ape's report.
GAS_SUITE = "tests/unit/contracts/rates"


pytestmark = pytest.mark.usefixtures("isolated_test")


def test_send__that_reverts__names_the_contracts_reason(token, accounts):
    import ape

    with ape.reverts("token: not the minter"):
        token.mint(accounts[1], 1, sender=accounts[1])
    with ape.reverts("token: not the minter"):
        token.mint.call(accounts[1], 1, sender=accounts[1])


def test_send__that_reverts_and_may__is_a_failed_receipt(token, accounts):
    receipt = token.mint(accounts[1], 1, sender=accounts[1], raise_on_revert=False)

    assert receipt.failed
    assert receipt.error.revert_message == "token: not the minter"
    assert token.balanceOf(accounts[1]) == 0


def test_send__out_of_gas__says_so(token, accounts):
    from ape.exceptions import OutOfGasError

    with pytest.raises(OutOfGasError):
        token.mint(accounts[1], 1, sender=accounts[0], gas_limit=30_000)


def test_send__of_more_than_the_sender_owns__is_refused(chain, accounts):
    from ape.exceptions import AccountsError

    with pytest.raises(AccountsError, match="exceeds account balance"):
        accounts[0].transfer(accounts[1], accounts[0].balance + 1)


def test_receipt__has_events_and_the_calls_made(token, accounts):
    receipt = token.mint(accounts[1], 7, sender=accounts[0])

    (transfer,) = receipt.decode_logs(token.Transfer)
    assert transfer.event_arguments == {
        "sender": "0x" + "00" * 20,
        "receiver": accounts[1].address,
        "value": 7,
    }
    assert "mint" in str(receipt.trace)
    assert receipt.gas_used == receipt.provider.get_receipt(receipt.txn_hash).gas_used


def test_restore__takes_back_state_blocks_and_nonces(token, chain, accounts):
    height, nonce = chain.blocks.height, accounts[0].nonce
    snapshot = chain.snapshot()
    token.mint(accounts[1], 7, sender=accounts[0])
    chain.mine(3)

    chain.restore(snapshot)

    assert token.balanceOf(accounts[1]) == 0
    assert (chain.blocks.height, accounts[0].nonce) == (height, nonce)


def test_trace__of_a_transaction_sent_again_after_a_restore__is_of_the_last_one(
    token, chain, accounts
):
    token.set_minter(accounts[3], sender=accounts[0])
    snapshot = chain.snapshot()
    refused = token.mint(accounts[1], 1, sender=accounts[0], raise_on_revert=False)
    assert refused.trace.get_calltree().failed
    chain.restore(snapshot)

    token.set_minter(accounts[0], sender=accounts[3])
    minted = token.mint(accounts[1], 1, sender=accounts[0])

    assert minted.txn_hash == refused.txn_hash
    assert not minted.trace.get_calltree().failed


def test_time__goes_where_it_is_set(chain):
    later = chain.pending_timestamp + DAY_SECONDS

    chain.mine(timestamp=later)

    assert chain.blocks.head.timestamp == later
    assert later <= chain.pending_timestamp <= later + 5


def test_mine__by_hand__keeps_what_waits_for_the_next_block(chain, accounts):
    provider = chain.provider
    balance = accounts[1].balance
    provider.auto_mine = False
    try:
        receipt = accounts[0].transfer(accounts[1], 5, required_confirmations=0)
        assert accounts[1].balance == balance
        provider.mine()
    finally:
        provider.auto_mine = True

    assert accounts[1].balance == balance + 5
    assert provider.get_receipt(receipt.txn_hash).block_number == chain.blocks.height


def test_state__can_be_written(provider, token, accounts):
    someone = accounts[2].address
    provider.set_balance(someone, 123)
    provider.set_code(someone, "0x6001")
    provider.set_storage(someone, 7, b"\x09")

    assert provider.get_balance(someone) == 123
    assert provider.get_code(someone) == b"\x60\x01"
    assert int.from_bytes(provider.get_storage(someone, 7)) == 9


def test_impersonated__contract__sends(token, accounts):
    # It holds the minter's right and no key.
    token.set_minter(token.address, sender=accounts[0])

    with accounts.use_sender(token.address) as minter:
        token.mint(accounts[1], 3, sender=minter)

    assert token.balanceOf(accounts[1]) == 3


def test_block__by_number_hash_and_name__is_one(chain, provider):
    chain.mine()
    head = provider.get_block("latest")

    assert provider.get_block(head.number).hash == head.hash
    assert provider.get_block(head.hash).number == head.number


def test_block__that_is_not_there__is_named(provider):
    from ape.exceptions import BlockNotFoundError

    with pytest.raises(BlockNotFoundError, match="999999"):
        provider.get_block(999_999)


def gas_report(network: str) -> str:
    """What `ape test --gas` prints of gas, by contract and method."""
    command = [str(Path(sys.executable).parent / "ape"), "test", GAS_SUITE, "-q", "--gas"]
    done = subprocess.run(
        [*command, "--network", network],
        cwd=ROOT,
        env={
            **os.environ,
            "APE_DATA_FOLDER": os.environ.get("APE_DATA_FOLDER", str(ROOT / ".ape")),
        },
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    _, title, report = done.stdout.partition("Gas Profile")
    assert title, done.stdout
    return report.partition(" passed")[0].rsplit("\n", 1)[0]


def test_gas_report__on_the_engine__is_anvils():
    on_engine = gas_report("headwater:local:engine")

    assert "Gas" in on_engine and "Mean" in on_engine
    assert on_engine == gas_report("ethereum:local:foundry")
