# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title InboxCaller
@license AGPL-3.0-only
@notice A batcher that is a contract: its frames stand in no transaction's own calldata.
@custom:kill None; it exists only in tests.
"""

from ..interfaces import IBatchInbox


@external
def post(inbox: address, frame: Bytes[130_000]):
    """
    @notice Post a whole batch of the inbox's next block.
    @custom:access Anyone.
    @custom:reverts What the inbox says.
    @param inbox A BatchInbox.
    @param frame The bytes.
    """
    index: uint256 = staticcall IBatchInbox(inbox).next_index()
    block_number: uint256 = staticcall IBatchInbox(inbox).next_block()
    extcall IBatchInbox(inbox).post(
        index, block_number, block_number, empty(bytes32), 0, 1, frame
    )
