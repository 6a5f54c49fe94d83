# SPDX-License-Identifier: Apache-2.0
"""Re-entrance: while a strategy holds the call, no function of the vault that matters answers."""

import pytest

from .conftest import DOLLAR, NOBODY

# Outside the lock: they read or write nothing that a share is priced by.
OUTSIDE_THE_LOCK = {
    "DOMAIN_SEPARATOR",
    "accept_role_manager",
    "add_role",
    "allowance",
    "approve",
    "decimals",
    "deposit_limit",
    "future_role_manager",
    "name",
    "nonces",
    "permit",
    "remove_role",
    "role_manager",
    "roles",
    "set_role",
    "symbol",
    "transfer_role_manager",
}


def plain_arguments(entry, account):
    values = {"address": account, "uint256": 1, "bool": True, "address[]": [], "uint8": 27}
    return [values.get(str(item.type), b"\0" * 32) for item in entry.inputs]


@pytest.fixture
def probe(invested, strategies, owner, depositor):
    """A strategy listed with every role, so that only the lock can stop it."""
    strategy = strategies[0]
    invested.set_role(strategy, 2**14 - 1, sender=owner)
    invested.approve(strategy, 2**256 - 1, sender=depositor)
    invested.transfer(strategy, 10 * DOLLAR, sender=depositor)
    return strategy


def test_every_function__called_back_from_a_strategy__is_locked(
    invested, probe, strategies, keeper, depositor, owner
):
    entries = [entry for entry in invested.contract_type.abi if entry.type == "function"]
    debt = 400_000 * DOLLAR
    answered = set()
    for entry in entries:
        handler = getattr(invested, entry.name)
        data = handler.encode_input(*plain_arguments(entry, depositor.address))
        probe.set_hook(invested, data, sender=owner)
        debt -= DOLLAR
        count = probe.hook_count()

        invested.update_debt(probe, debt, sender=keeper)

        assert probe.hook_count() == count + 1
        if probe.is_hook_successful():
            answered.add(entry.name)

    assert answered <= OUTSIDE_THE_LOCK
    assert {"approve", "roles"} <= answered
    assert invested.role_manager() != NOBODY
