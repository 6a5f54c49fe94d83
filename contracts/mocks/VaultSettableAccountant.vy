# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title VaultSettableAccountant
@license AGPL-3.0-only
@notice An accountant that asks for the fees that a test set.
"""

from ..interfaces import IAccountant

implements: IAccountant

fees: public(uint256)


@external
def set_fees(fees: uint256):
    """
    @notice Ask for this many assets at each report.
    """
    self.fees = fees


@external
def report(strategy: address, gain: uint256, loss: uint256) -> (uint256, uint256):
    """
    @notice The fees that the test set, and a refund that no vault of ours takes.
    """
    return self.fees, 1
