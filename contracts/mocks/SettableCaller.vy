# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableCaller
@license AGPL-3.0-only
@notice Makes a test's call from a contract, with little gas or twice in a transaction.
@dev For tests only.
"""

MAX_PAYLOAD: constant(uint256) = 1_024


@external
def call_with(call_gas: uint256, target: address, payload: Bytes[MAX_PAYLOAD]):
    raw_call(target, payload, gas=call_gas)


@external
def call_twice(target: address, payload: Bytes[MAX_PAYLOAD]):
    raw_call(target, payload)
    raw_call(target, payload)
