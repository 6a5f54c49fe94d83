# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Timelock
@license AGPL-3.0-only
@notice Owns what governs the protocol, and does nothing that was not announced before.
@dev Snekmate's controller, less what could go around it. Operations are batches, so that
     terms that bind each other change together. Only named executors execute: where
     anybody may, a stranger picks which part of a change comes first, as in the theft
     from Sonne. Roles and delay are given at birth and cannot be granted or shortened;
     a role may be renounced, or revoked by an operation. Another constitution is another
     timelock, to which this one hands what it owns. It takes no tokens.

     It is born owning: its constructor accepts what its deployer has offered to the address
     that it is about to have, all or nothing. No function accepts an ownership later, for
     that would be a call without notice to whatever contract somebody names, in the name of
     the owner of everything; what is offered later is accepted by an operation.
@custom:kill A canceller calls off what is announced. What it owns goes on as it is set.
"""

from snekmate.auth import access_control
from snekmate.governance import timelock_controller as controller

from ..interfaces import IOwned
from ..interfaces import IRoleManaged
from ..interfaces import IYieldVault

initializes: access_control
initializes: controller[access_control := access_control]

exports: (
    access_control.hasRole,
    access_control.revokeRole,
    access_control.renounceRole,
    controller.PROPOSER_ROLE,
    controller.EXECUTOR_ROLE,
    controller.CANCELLER_ROLE,
    controller.get_minimum_delay,
    controller.get_timestamp,
    controller.is_operation,
    controller.is_operation_pending,
    controller.is_operation_ready,
    controller.is_operation_done,
    controller.get_operation_state,
    controller.hash_operation_batch,
    controller.schedule_batch,
    controller.execute_batch,
    controller.cancel,
)

MAX_HOLDERS: constant(uint256) = 8
MAX_OWNED: constant(uint256) = 64
MAX_VAULTS: constant(uint256) = 16

# Less than an hour warns nobody; more than a month leaves a danger standing.
MIN_DELAY_SECONDS: constant(uint256) = 3_600
MAX_DELAY_SECONDS: constant(uint256) = 2_592_000


@deploy
def __init__(
    delay_seconds: uint256,
    proposers: DynArray[address, MAX_HOLDERS],
    executors: DynArray[address, MAX_HOLDERS],
    cancellers: DynArray[address, MAX_HOLDERS],
    owned: DynArray[address, MAX_OWNED],
    vaults: DynArray[address, MAX_VAULTS],
):
    """
    @notice Starts with nothing announced, answers to itself alone, and owns what it is given.
    @dev A contract named here is called while this one has no code yet: nothing that it
         calls back runs. Where `accept_ownership` means something else, `owner` tells, and
         all is undone; one that lies has given nothing, and no later call goes to it but by
         an operation.
    @custom:reverts
        "timelock: delay out of range" unless an hour to 30 days
        "timelock: nobody proposes"
        "timelock: nobody executes"
        "timelock: anybody executes" when the empty address is named
        "timelock: not the owner" when a contract named did not come over
    @param delay_seconds Least time between announcing and executing.
    @param proposers Who announce, and may cancel.
    @param executors Who execute what has waited.
    @param cancellers Who cancel, beside the proposers.
    @param owned Contracts whose ownership has been offered to this address.
    @param vaults Vaults whose place of role manager has; it takes every role there.
    """
    assert (
        delay_seconds >= MIN_DELAY_SECONDS and delay_seconds <= MAX_DELAY_SECONDS
    ), "timelock: delay out of range"
    assert len(proposers) > 0, "timelock: nobody proposes"
    assert len(executors) > 0, "timelock: nobody executes"
    assert empty(address) not in executors, "timelock: anybody executes"

    access_control.__init__()
    controller.__init__(delay_seconds, proposers, executors, empty(address))
    for canceller: address in cancellers:
        access_control._grant_role(controller.CANCELLER_ROLE, canceller)

    for each: address in owned:
        self._take_over(each)
    for vault: address in vaults:
        self._take_over_vault(vault)


# --- Internals ---


@internal
def _take_over(target: address):
    """
    @custom:reverts "timelock: not the owner"
    """
    extcall IOwned(target).accept_ownership()

    owner: address = staticcall IOwned(target).owner()
    assert owner == self, "timelock: not the owner"


@internal
def _take_over_vault(vault: address):
    """
    @custom:reverts "timelock: not the owner"
    """
    extcall IRoleManaged(vault).accept_role_manager()

    manager: address = staticcall IRoleManaged(vault).role_manager()
    assert manager == self, "timelock: not the owner"
    extcall IRoleManaged(vault).set_role(self, ~empty(IYieldVault.Roles))
