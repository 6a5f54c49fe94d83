# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableJob
@license AGPL-3.0-only
@notice A job whose items a test makes good or bad, and that notes which were run.
@dev For tests only.
"""

# What an item does.
GOOD: constant(uint256) = 0
REVERTS: constant(uint256) = 1
EATS_GAS: constant(uint256) = 2
RETURNS_MUCH: constant(uint256) = 3
REVERTS_WITH_MUCH: constant(uint256) = 4
CALLS_BACK: constant(uint256) = 5
LEAVES: constant(uint256) = 6
# What is past the end once an item has left: nothing happens there.
GONE: constant(uint256) = 7

MUCH: constant(uint256) = 65_536

count: public(uint256)
is_count_broken: public(bool)
kinds: public(HashMap[uint256, uint256])
ran: public(DynArray[uint256, 1000])

# Least gas that an item had.
least_gas: public(uint256)


@external
def set_count(count: uint256):
    self.count = count


@external
def set_count_broken(is_broken: bool):
    self.is_count_broken = is_broken


@external
def set_kind(position: uint256, kind: uint256):
    self.kinds[position] = kind


@external
@view
def item_count() -> uint256:
    assert not self.is_count_broken, "job: broken"
    return self.count


@external
@raw_return
def run_item(position: uint256) -> Bytes[MUCH]:
    gas_given: uint256 = msg.gas
    if self.least_gas == 0 or gas_given < self.least_gas:
        self.least_gas = gas_given
    kind: uint256 = self.kinds[position]
    if kind == GONE:
        return b""
    assert kind != REVERTS, "job: reverts"
    if kind == EATS_GAS:
        for i: uint256 in range(max_value(uint256)):
            self.least_gas = i
    if kind == CALLS_BACK:
        raw_call(msg.sender, method_id("open_block()"))
    if kind == LEAVES:
        # The last one takes its place.
        self.count -= 1
        self.kinds[position] = self.kinds[self.count]
        self.kinds[self.count] = GONE
    if kind == REVERTS_WITH_MUCH:
        raw_revert(self._much())
    self.ran.append(position)
    if kind == RETURNS_MUCH:
        return self._much()
    return b""


@internal
@pure
def _much() -> Bytes[MUCH]:
    return abi_encode(empty(uint256[2048]))
