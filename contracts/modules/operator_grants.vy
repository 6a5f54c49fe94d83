# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title operator_grants
@license AGPL-3.0-only
@notice Keeps what an owner lets others do with an account: which action, on which pool,
    for how many assets, until when, to whom, and down to which health.
@dev A grant names one action. What an operator sends is read word by word at fixed places
     and must be exactly as long as those words, so that nothing can stand beside what is
     read. An account's grants are kept under its epoch: to revoke all of them is to begin
     the next.
"""

from ..interfaces import IAccounts
from ..interfaces import IOperators

# What a grant without end says; it is not counted down.
UNLIMITED: constant(uint256) = max_value(uint256)

SELECTOR_BYTES: constant(uint256) = 4
WORD_BYTES: constant(uint256) = 32

# One step of an operator, as far as a grant cares.
struct Step:
    action: IOperators.Action
    pool: address
    # Base units of the pool's asset; zero where nothing moves.
    assets: uint256
    # Who is paid, or whose shares or debt grow or fall.
    other: address

# Grants by account, epoch, operator, pool and action.
_grants: HashMap[bytes32, IOperators.Grant]

# How often an account has revoked everything.
_epochs: HashMap[address, uint256]


@internal
@view
def of(
    account: address, operator: address, action: IOperators.Action, pool: address
) -> IOperators.Grant:
    """
    @notice What is left of a grant; zeros if there is none.
    """
    return self._grants[self._key(account, operator, action, pool)]


@internal
def give(
    account: address,
    operator: address,
    action: IOperators.Action,
    pool: address,
    grant: IOperators.Grant,
):
    """
    @notice Let `operator` do `action` on `pool` for `account`; replaces an earlier grant.
    @custom:reverts
        "operators: no operator"
        "operators: not one action"
        "operators: already expired"
        "operators: zero assets"
        "operators: no receiver" where the action pays somebody
    """
    number: uint256 = convert(action, uint256)
    assert operator != empty(address), "operators: no operator"
    assert number != 0 and number & (number - 1) == 0, "operators: not one action"
    assert grant.expires_at > block.timestamp, "operators: already expired"
    assert grant.assets > 0 or self._moves_nothing(action), "operators: zero assets"
    assert grant.receiver != empty(address) or not self._pays(action), "operators: no receiver"

    self._grants[self._key(account, operator, action, pool)] = grant

    log IOperators.OperatorGranted(
        account=account,
        operator=operator,
        pool=pool,
        action=action,
        assets=grant.assets,
        receiver=grant.receiver,
        expires_at=grant.expires_at,
        min_health_wad=grant.min_health_wad,
    )


@internal
def take(account: address, operator: address, action: IOperators.Action, pool: address):
    """
    @notice Forget a grant, at once; none is no error.
    """
    self._grants[self._key(account, operator, action, pool)] = empty(IOperators.Grant)

    log IOperators.OperatorRevoked(
        account=account, operator=operator, pool=pool, action=action
    )


@internal
def take_all(account: address):
    """
    @notice Forget every grant of `account`, at once.
    """
    self._epochs[account] += 1

    log IOperators.AllOperatorsRevoked(account=account)


@internal
def spend(operator: address, call: IAccounts.Call, layer: address) -> uint256:
    """
    @notice Check that `operator` may send `call`, and count it.
    @custom:reverts
        "operators: not grantable" unless it is one of the six actions, word for word
        "operators: foreign account" when it is about somebody else's shares or debt
        "operators: no grant"
        "operators: grant expired"
        "operators: grant exceeded"
        "operators: wrong receiver"
    @param layer The account layer, to which pledges are sent.
    @return Health that the account must have afterwards, WAD; zero if it need not.
    """
    step: Step = self._read(call, layer)
    key: bytes32 = self._key(call.account, operator, step.action, step.pool)
    grant: IOperators.Grant = self._grants[key]
    assert grant.expires_at > 0, "operators: no grant"
    assert grant.expires_at > block.timestamp, "operators: grant expired"
    assert step.assets <= grant.assets, "operators: grant exceeded"
    if self._pays(step.action):
        assert step.other == grant.receiver, "operators: wrong receiver"

    if grant.assets != UNLIMITED:
        self._grants[key].assets -= step.assets

    if self._is_risky(step.action):
        return grant.min_health_wad
    return 0


@internal
@view
def _read(call: IAccounts.Call, layer: address) -> Step:
    """
    @custom:reverts
        "operators: not grantable"
        "operators: foreign account"
    """
    size: uint256 = len(call.data)
    assert size >= SELECTOR_BYTES, "operators: not grantable"
    selector: Bytes[4] = slice(call.data, 0, SELECTOR_BYTES)
    action: IOperators.Action = self._action(selector)
    words: uint256 = 2
    if action == IOperators.Action.WITHDRAW:
        words = 3
    assert size == SELECTOR_BYTES + words * WORD_BYTES, "operators: not grantable"
    moves_nothing: bool = self._moves_nothing(action)
    assert (call.target == layer) == moves_nothing, "operators: not grantable"

    if moves_nothing:
        pledger: address = convert(self._word(call.data, 0), address)
        assert pledger == call.account, "operators: foreign account"
        pledged: address = convert(self._word(call.data, 1), address)
        return Step(action=action, pool=pledged, assets=0, other=pledger)

    step: Step = Step(
        action=action,
        pool=call.target,
        assets=self._word(call.data, 0),
        other=convert(self._word(call.data, 1), address),
    )
    if action == IOperators.Action.WITHDRAW:
        holder: address = convert(self._word(call.data, 2), address)
        assert holder == call.account, "operators: foreign account"
    if not self._pays(action):
        # What is paid in stays with the owner's accounts.
        is_family: bool = (
            convert(step.other, uint256) >> 8 == convert(call.account, uint256) >> 8
        )
        assert is_family, "operators: foreign account"
    return step


@internal
@view
def _action(selector: Bytes[4]) -> IOperators.Action:
    """
    @custom:reverts "operators: not grantable"
    """
    if selector == method_id("deposit(uint256,address)"):
        return IOperators.Action.SUPPLY
    if selector == method_id("withdraw(uint256,address,address)"):
        return IOperators.Action.WITHDRAW
    if selector == method_id("borrow(uint256,address)"):
        return IOperators.Action.BORROW
    if selector == method_id("repay(uint256,address)"):
        return IOperators.Action.REPAY
    if selector == method_id("pledge(address,address)"):
        return IOperators.Action.PLEDGE
    assert selector == method_id("unpledge(address,address)"), "operators: not grantable"
    return IOperators.Action.UNPLEDGE


@internal
@view
def _is_risky(action: IOperators.Action) -> bool:
    # What may lower health.
    return self._pays(action) or action == IOperators.Action.UNPLEDGE


@internal
@view
def _pays(action: IOperators.Action) -> bool:
    return action in (IOperators.Action.WITHDRAW | IOperators.Action.BORROW)


@internal
@view
def _moves_nothing(action: IOperators.Action) -> bool:
    return action in (IOperators.Action.PLEDGE | IOperators.Action.UNPLEDGE)


@internal
@pure
def _word(data: Bytes[1024], index: uint256) -> uint256:
    return extract32(data, SELECTOR_BYTES + index * WORD_BYTES, output_type=uint256)


@internal
@view
def _key(
    account: address, operator: address, action: IOperators.Action, pool: address
) -> bytes32:
    return keccak256(abi_encode(account, self._epochs[account], operator, pool, action))
