# pragma version 0.4.3
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title vault_roles
@license AGPL-3.0-only
@notice Who may do what in a vault: one number per account, handed out by one manager.
@dev Functions, events and values of the roles are Yearn v3's.
"""

from ..interfaces import IYieldVault

# Sum of the roles that each account holds. Strategies may ask in mid-call: no role changes then.
roles: public(reentrant(HashMap[address, IYieldVault.Roles]))

# Who hands out roles, and who has been offered that place; likewise.
role_manager: public(reentrant(address))
future_role_manager: public(reentrant(address))


@deploy
def __init__(role_manager: address):
    self._set_role_manager(role_manager)


@external
def set_role(account: address, role: IYieldVault.Roles):
    """
    @notice Make `role` all that `account` may do.
    @custom:access The role manager.
    @custom:reverts "vault: not role manager"
    @param account Account to trust.
    @param role Sum of roles; replaces what the account held.
    """
    self._set(account, role)


@external
def add_role(account: address, role: IYieldVault.Roles):
    """
    @notice Add `role` to what `account` may do.
    @custom:access The role manager.
    @custom:reverts "vault: not role manager"
    @param account Account to trust.
    @param role Sum of the roles to add.
    """
    self._set(account, self.roles[account] | role)


@external
def remove_role(account: address, role: IYieldVault.Roles):
    """
    @notice Take `role` from what `account` may do.
    @custom:access The role manager.
    @custom:reverts "vault: not role manager"
    @param account Account to trust less.
    @param role Sum of the roles to take.
    """
    self._set(account, self.roles[account] & ~role)


@external
def transfer_role_manager(role_manager: address):
    """
    @notice Offer the place of role manager to `role_manager`.
    @custom:access The role manager.
    @custom:reverts "vault: not role manager"
    @param role_manager Account that may accept; the zero address takes the offer back.
    """
    self._check_manager()

    self.future_role_manager = role_manager

    log IYieldVault.UpdateFutureRoleManager(future_role_manager=role_manager)


@external
def accept_role_manager():
    """
    @notice Take the place of role manager.
    @custom:access The account that it was offered to.
    @custom:reverts "vault: not next role manager"
    """
    assert msg.sender == self.future_role_manager, "vault: not next role manager"

    self.future_role_manager = empty(address)

    self._set_role_manager(msg.sender)


@internal
@view
def check(role: IYieldVault.Roles):
    """
    @notice Stops a caller who does not hold `role`.
    @custom:reverts "vault: not allowed"
    """
    assert role in self.roles[msg.sender], "vault: not allowed"


@internal
def grant(account: address, role: IYieldVault.Roles):
    """
    @notice Adds `role` to what `account` may do, without asking the manager.
    """
    self._write(account, self.roles[account] | role)


@internal
def _set(account: address, role: IYieldVault.Roles):
    self._check_manager()
    self._write(account, role)


@internal
@view
def _check_manager():
    """
    @custom:reverts "vault: not role manager"
    """
    assert msg.sender == self.role_manager, "vault: not role manager"


@internal
def _write(account: address, role: IYieldVault.Roles):
    self.roles[account] = role
    log IYieldVault.RoleSet(account=account, role=role)


@internal
def _set_role_manager(role_manager: address):
    self.role_manager = role_manager
    log IYieldVault.UpdateRoleManager(role_manager=role_manager)
