# SPDX-License-Identifier: Apache-2.0
"""Roles: each function asks for its own and no other; a stolen keeper key takes nothing out."""

from ape import reverts
from ape.exceptions import ContractLogicError

from .conftest import (
    ALL_ROLES,
    DEBT_MANAGER,
    DOLLAR,
    FIRST_DEPOSIT,
    FOREVER,
    NOBODY,
    REPORTING_MANAGER,
    fields_of,
)

# What each role may call, with arguments that work on the `invested` vault.
ROLE_OF = {
    "add_strategy": 1,
    "revoke_strategy": 2,
    "force_revoke_strategy": 4,
    "set_accountant": 8,
    "set_default_queue": 16,
    "set_use_default_queue": 16,
    "process_report": REPORTING_MANAGER,
    "update_debt": DEBT_MANAGER,
    "set_auto_allocate": DEBT_MANAGER,
    "update_max_debt_for_strategy": 128,
    "set_deposit_limit": 256,
    "set_minimum_total_idle": 1_024,
    "setProfitMaxUnlockTime": 2_048,
    "set_max_growth": 2_048,
    "shutdown_vault": 8_192,
}
FOR_ANYBODY = {
    "approve",
    "deposit",
    "mint",
    "permit",
    "redeem",
    "transfer",
    "transferFrom",
    "withdraw",
}
FOR_THE_ROLE_MANAGER = {
    "accept_role_manager",
    "add_role",
    "remove_role",
    "set_role",
    "transfer_role_manager",
}


def arguments_of(project, vault, strategies, token, owner):
    fresh = owner.deploy(project.VaultSettableStrategy, token)
    idle_strategy = owner.deploy(project.VaultSettableStrategy, token)
    vault.add_strategy(idle_strategy, sender=owner)
    return {
        "add_strategy": (fresh,),
        "revoke_strategy": (idle_strategy,),
        "force_revoke_strategy": (strategies[0],),
        "set_accountant": (NOBODY,),
        "set_default_queue": ([],),
        "set_use_default_queue": (True,),
        "process_report": (strategies[1],),
        "update_debt": (strategies[1], 0),
        "set_auto_allocate": (True,),
        "update_max_debt_for_strategy": (strategies[1], 5),
        "set_deposit_limit": (7,),
        "set_minimum_total_idle": (8,),
        "setProfitMaxUnlockTime": (9,),
        "set_max_growth": (10,),
        "shutdown_vault": (),
    }


def state_changing_functions(vault):
    return {
        entry.name
        for entry in vault.contract_type.abi
        if entry.type == "function" and entry.stateMutability == "nonpayable"
    }


def test_every_function_has_a_known_caller(vault):
    assert state_changing_functions(vault) == set(ROLE_OF) | FOR_ANYBODY | FOR_THE_ROLE_MANAGER


def test_each_function__without_its_role__reverts_and_with_it_alone_works(
    project, invested, strategies, token, owner, stranger
):
    arguments = arguments_of(project, invested, strategies, token, owner)
    for name, role in ROLE_OF.items():
        function = getattr(invested, name)
        invested.set_role(stranger, ALL_ROLES - role, sender=owner)
        with reverts("vault: not allowed"):
            function(*arguments[name], sender=stranger)

        invested.set_role(stranger, role, sender=owner)
        function(*arguments[name], sender=stranger)


def test_roles__are_set_added_and_removed_by_the_manager(vault, owner, stranger):
    receipts = [
        vault.set_role(stranger, 3, sender=owner),
        vault.add_role(stranger, 8, sender=owner),
        vault.remove_role(stranger, 2, sender=owner),
    ]

    written = [fields_of(receipt, vault.RoleSet)[0] for receipt in receipts]
    assert written == [{"account": stranger.address, "role": role} for role in (3, 11, 9)]
    assert vault.roles(stranger) == 9
    for function in (vault.set_role, vault.add_role, vault.remove_role):
        with reverts("vault: not role manager"):
            function(stranger, 1, sender=stranger)


def test_role_manager__is_handed_over_in_two_steps(vault, owner, stranger, receiver):
    with reverts("vault: not role manager"):
        vault.transfer_role_manager(stranger, sender=stranger)
    receipt = vault.transfer_role_manager(stranger, sender=owner)
    assert fields_of(receipt, vault.UpdateFutureRoleManager) == [
        {"future_role_manager": stranger.address}
    ]
    assert (vault.role_manager(), vault.future_role_manager()) == (owner.address, stranger.address)
    with reverts("vault: not next role manager"):
        vault.accept_role_manager(sender=receiver)

    receipt = vault.accept_role_manager(sender=stranger)

    assert fields_of(receipt, vault.UpdateRoleManager) == [{"role_manager": stranger.address}]
    assert (vault.role_manager(), vault.future_role_manager()) == (stranger.address, NOBODY)
    with reverts("vault: not role manager"):
        vault.set_role(owner, 0, sender=owner)


def hostile_arguments(vault, strategies, token, keeper, depositor):
    """For every state-changing function, what a thief with the keeper's key would try."""
    thief, victim = keeper.address, depositor.address
    signature = (FOREVER, 27, b"\1" * 32, b"\2" * 32)
    return {
        "accept_role_manager": [()],
        "add_role": [(thief, ALL_ROLES)],
        "add_strategy": [(thief,), (token,), (thief, False)],
        "approve": [(thief, FOREVER)],
        "deposit": [(1, thief)],
        "force_revoke_strategy": [(strategies[0],)],
        "mint": [(1, thief)],
        "permit": [(victim, thief, FOREVER, *signature)],
        "process_report": [(strategies[0],), (strategies[1],), (vault,), (thief,)],
        "redeem": [(1, thief, victim), (1, thief, thief), (1, thief, vault, 10_000, [])],
        "remove_role": [(depositor, ALL_ROLES)],
        "revoke_strategy": [(strategies[0],)],
        "setProfitMaxUnlockTime": [(0,)],
        "set_accountant": [(thief,)],
        "set_auto_allocate": [(True,), (False,)],
        "set_default_queue": [([],), ([thief],)],
        "set_deposit_limit": [(0,)],
        "set_max_growth": [(0,), (FOREVER,)],
        "set_minimum_total_idle": [(0,), (FOREVER,)],
        "set_role": [(thief, ALL_ROLES)],
        "set_use_default_queue": [(True,)],
        "shutdown_vault": [()],
        "transfer": [(thief, 1), (vault, 1)],
        "transferFrom": [(victim, thief, 1), (vault, thief, 1)],
        "transfer_role_manager": [(thief,)],
        "update_debt": [
            (thief, 1),
            (token, FOREVER),
            (strategies[0], FOREVER),
            (strategies[1], 0, 10_000),
            (strategies[1], FOREVER),
            (strategies[0], 0),
        ],
        "update_max_debt_for_strategy": [(strategies[0], FOREVER)],
        "withdraw": [(1, thief, victim), (1, thief, thief), (1, thief, victim, 10_000, [])],
    }


def test_a_stolen_keeper_key__takes_nothing_out(
    invested, strategies, token, owner, keeper, depositor, stranger
):
    token.mint(strategies[0], 50_000 * DOLLAR, sender=owner)
    for strategy, max_debt in zip(strategies, (500_000, 600_000), strict=True):
        invested.update_max_debt_for_strategy(strategy, max_debt * DOLLAR, sender=owner)
    shares = invested.balanceOf(depositor)
    attempts = hostile_arguments(invested, strategies, token, keeper, depositor)
    assert set(attempts) == state_changing_functions(invested)

    succeeded = set()
    for _ in range(2):
        for name, tries in attempts.items():
            for arguments in tries:
                try:
                    getattr(invested, name)(*arguments, sender=keeper)
                except ContractLogicError:
                    continue
                succeeded.add(name)

    # Only these went through, and none of them moved value to the thief or off the books.
    assert succeeded == {"approve", "process_report", "set_auto_allocate", "update_debt"}
    assert token.balanceOf(keeper) == invested.balanceOf(keeper) == 0
    assert invested.balanceOf(depositor) == shares
    assert token.balanceOf(invested) == invested.totalIdle()
    held = sum(token.balanceOf(place) for place in (invested, *strategies))
    assert held == invested.totalAssets() == FIRST_DEPOSIT + 50_000 * DOLLAR
    for strategy in strategies:
        params = invested.strategies(strategy)
        assert params.current_debt <= params.max_debt
    assert invested.roles(keeper) == REPORTING_MANAGER + DEBT_MANAGER
