# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title BlockCalls
@license AGPL-3.0-only
@notice A job of Heartbeat: calls that anybody may make and somebody should, such as
    accruing a pool, refreshing a price or streaming fees.
@dev The owner lists them, last things first: Heartbeat begins at the end. A call that fails
     says so by an event and waits for its next time like any other.

     This contract holds nothing and no contract of ours gives it a right, so that it does not
     matter what it is told to call. Only Heartbeat runs it, which vouches for the gas: else
     anybody could have a call fail for want of gas and be put off.
@custom:invariants BEAT-2
@custom:kill The owner removes the entry. Anybody may still make the call.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IBlockCalls
from ..interfaces import IBlockJob

implements: IBlockCalls
implements: IBlockJob

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_ENTRIES: constant(uint256) = 64

# A vault's report with ten strategies costs less.
MAX_CALL_GAS: constant(uint256) = 4_000_000

# What does not come round in a day is no matter of blocks.
MAX_INTERVAL_SECONDS: constant(uint256) = 86_400

# A selector.
MIN_PAYLOAD_BYTES: constant(uint256) = 4

HEARTBEAT: immutable(address)

_entries: DynArray[IBlockCalls.Entry, MAX_ENTRIES]

# When the entry at the same place was last tried, Unix seconds.
_tried_at: DynArray[uint256, MAX_ENTRIES]


@deploy
def __init__(heartbeat: address, owner: address):
    """
    @notice Starts with nothing to call.
    @custom:reverts
        "block-calls: not a contract"
        "block-calls: zero owner"
    @param heartbeat Who runs the entries.
    @param owner Who may list them.
    """
    assert heartbeat.is_contract, "block-calls: not a contract"
    assert owner != empty(address), "block-calls: zero owner"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    HEARTBEAT = heartbeat


@external
def run_item(position: uint256):
    """
    @notice Make the call at `position` if it is due.
    @custom:access Heartbeat.
    @custom:reverts "block-calls: not the heartbeat"
    @param position Place in the list; past its end nothing happens.
    """
    assert msg.sender == HEARTBEAT, "block-calls: not the heartbeat"
    if position >= len(self._entries):
        return
    interval_seconds: uint256 = self._entries[position].interval_seconds
    if interval_seconds > 0:
        if block.timestamp < self._tried_at[position] + interval_seconds:
            return
        self._tried_at[position] = block.timestamp

    entry: IBlockCalls.Entry = self._entries[position]
    is_made: bool = raw_call(
        entry.target, entry.payload, gas=entry.call_gas, revert_on_failure=False
    )
    if not is_made:
        log IBlockCalls.CallFailed(target=entry.target, payload=entry.payload)


# --- Views ---


@external
@view
def item_count() -> uint256:
    """
    @notice How many calls are listed.
    """
    return len(self._entries)


@external
@view
def entry(position: uint256) -> (IBlockCalls.Entry, uint256):
    """
    @notice The call at `position`.
    @custom:reverts "block-calls: no such entry"
    @return What is called, and when it was last tried, Unix seconds; zero for never, and
        for what is due in every block.
    """
    assert position < len(self._entries), "block-calls: no such entry"
    return self._entries[position], self._tried_at[position]


@external
@view
def heartbeat() -> address:
    """
    @notice Who runs the entries.
    """
    return HEARTBEAT


# --- For the owner ---


@external
def add_entry(entry: IBlockCalls.Entry):
    """
    @notice List a call, behind all others: it is made before them.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "block-calls: not a contract"
        "block-calls: no selector"
        "block-calls: gas out of range" when zero, or above 4,000,000
        "block-calls: interval too long" above a day
        "block-calls: too many entries" above 64
    @param entry What to call, with how much gas, how often.
    """
    ownable._check_owner()
    assert entry.target.is_contract, "block-calls: not a contract"
    assert len(entry.payload) >= MIN_PAYLOAD_BYTES, "block-calls: no selector"
    assert (
        entry.call_gas > 0 and entry.call_gas <= MAX_CALL_GAS
    ), "block-calls: gas out of range"
    assert entry.interval_seconds <= MAX_INTERVAL_SECONDS, "block-calls: interval too long"
    assert len(self._entries) < MAX_ENTRIES, "block-calls: too many entries"

    self._entries.append(entry)
    self._tried_at.append(0)

    log IBlockCalls.EntryAdded(
        target=entry.target,
        payload=entry.payload,
        call_gas=entry.call_gas,
        interval_seconds=entry.interval_seconds,
    )


@external
def remove_entry(position: uint256):
    """
    @notice Take a call off the list; the last one takes its place.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "block-calls: no such entry"
    @param position Place in the list.
    """
    ownable._check_owner()
    assert position < len(self._entries), "block-calls: no such entry"

    removed: IBlockCalls.Entry = self._entries[position]
    last: IBlockCalls.Entry = self._entries.pop()
    last_tried_at: uint256 = self._tried_at.pop()
    if position < len(self._entries):
        self._entries[position] = last
        self._tried_at[position] = last_tried_at

    log IBlockCalls.EntryRemoved(target=removed.target, payload=removed.payload)
