# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableOwned
@license AGPL-3.0-only
@notice Says that it belongs to whom a test names, and makes a test's call, once, when accepted.
@dev For tests only.
"""

MAX_PAYLOAD: constant(uint256) = 4_096

owner: public(address)
_accepting_owner: address
_target: address
_payload: Bytes[MAX_PAYLOAD]

was_called_back: public(bool)


@external
def plan(accepting_owner: address, target: address, payload: Bytes[MAX_PAYLOAD]):
    """
    @notice Name the owner from the next acceptance on, and what to call then.
    """
    self._accepting_owner = accepting_owner
    self._target = target
    self._payload = payload


@external
@view
def role_manager() -> address:
    return self.owner


@external
def accept_ownership():
    self._accept()


@external
def accept_role_manager():
    self._accept()


@internal
def _accept():
    self.owner = self._accepting_owner
    self.was_called_back = True
    target: address = self._target
    if target != empty(address):
        self._target = empty(address)
        raw_call(target, self._payload)
