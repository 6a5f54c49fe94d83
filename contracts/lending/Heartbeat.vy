# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Heartbeat
@license AGPL-3.0-only
@notice Does the jobs of a block's boundary: prices, interest, liquidations, exits, streams.
@dev Our chain calls `open_block` as the first transaction of every block and `close_block`
     as the last; on any other chain whoever likes does.

     A job is a list of items. Each call goes on where the last one stopped, towards the
     front, and then from the end to the front, until it has been round or has spent what the
     job may spend. Where an item leaves, the last of its list takes its place: on the way from
     the end to the front, that one has been met. Nothing that an item does holds up another:
     it has a gas bound, what it reverts with is not even copied, and an event says that it
     failed.

     An item starts only if it can have all of its gas. So whoever calls with too little
     leaves work to the next caller, and cannot make an item fail for want of gas. Once all
     opening jobs have had their turn in a block, `open_block` does nothing more in it: where
     the chain opens blocks, no user's transaction moves a cursor of them.

     It holds nothing and may do nothing: jobs are done by anybody's right.
@custom:invariants BEAT-1, BEAT-2
@custom:kill The owner sets empty lists. All that a job does, anybody may still do.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IBlockJob
from ..interfaces import IHeartbeat

implements: IHeartbeat

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_JOBS: constant(uint256) = 12

# All jobs of one call together: below what EIP-7825 lets a transaction have.
MAX_PHASE_GAS: constant(uint256) = 16_000_000

# Enough for a job that reads a length elsewhere.
COUNT_GAS: constant(uint256) = 50_000

# What a round of a job costs before its first item.
ROUND_GAS: constant(uint256) = 60_000

# What is left when an item has been called: to note the cursor, the block and a failure.
RESERVE_GAS: constant(uint256) = 80_000

# More than MAX_PHASE_GAS pays for; Vyper wants a bound.
MAX_ITEMS: constant(uint256) = 10_000

# The last block in which all opening jobs had their turn.
opened_in: public(uint256)

_opening_jobs: DynArray[IHeartbeat.Job, MAX_JOBS]
_closing_jobs: DynArray[IHeartbeat.Job, MAX_JOBS]

# The item that was run last; a job that stands in both lists has one cursor.
cursor_of: public(HashMap[address, uint256])


@deploy
def __init__(owner: address):
    """
    @notice Starts without jobs.
    @custom:reverts "heartbeat: zero owner"
    @param owner Who may choose the jobs.
    """
    assert owner != empty(address), "heartbeat: zero owner"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)


@external
def open_block():
    """
    @notice Do the opening jobs, once a block.
    @dev Never fails for what a job does. A call that has too little gas for all of them does
         what it can, and the next one in the block goes on.
    @custom:access Anyone.
    """
    if self.opened_in == block.number:
        return
    is_done: bool = self._run_jobs(self._opening_jobs)
    if is_done:
        self.opened_in = block.number


@external
def close_block():
    """
    @notice Do the closing jobs.
    @dev As `open_block`, but as often as anybody likes: what comes before the end of a
         block cannot know that nothing follows.
    @custom:access Anyone.
    """
    is_done: bool = self._run_jobs(self._closing_jobs)


# --- Views ---


@external
@view
def opening_jobs() -> DynArray[IHeartbeat.Job, 12]:
    """
    @notice What `open_block` does, in this order.
    """
    return self._opening_jobs


@external
@view
def closing_jobs() -> DynArray[IHeartbeat.Job, 12]:
    """
    @notice What `close_block` does, in this order.
    """
    return self._closing_jobs


# --- For the owner ---


@external
def set_opening_jobs(jobs: DynArray[IHeartbeat.Job, 12]):
    """
    @notice Choose what is done before anybody else acts in a block.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "heartbeat: not a contract"
        "heartbeat: job listed twice"
        "heartbeat: too much gas" for all jobs together, above 16,000,000
        "heartbeat: gas out of range" when none for an item, or its job could not run even one
    @param jobs Up to 12, in the order in which they are to be done.
    """
    ownable._check_owner()
    self._check_jobs(jobs)
    log IHeartbeat.JobsChanged(is_opening=True, old_jobs=self._opening_jobs, new_jobs=jobs)
    self._opening_jobs = jobs


@external
def set_closing_jobs(jobs: DynArray[IHeartbeat.Job, 12]):
    """
    @notice Choose what is done after everybody else has acted in a block.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "heartbeat: not a contract"
        "heartbeat: job listed twice"
        "heartbeat: too much gas" for all jobs together, above 16,000,000
        "heartbeat: gas out of range" when none for an item, or its job could not run even one
    @param jobs Up to 12, in the order in which they are to be done.
    """
    ownable._check_owner()
    self._check_jobs(jobs)
    log IHeartbeat.JobsChanged(is_opening=False, old_jobs=self._closing_jobs, new_jobs=jobs)
    self._closing_jobs = jobs


# --- Internals ---


@internal
@view
def _check_jobs(jobs: DynArray[IHeartbeat.Job, MAX_JOBS]):
    """
    @custom:reverts
        "heartbeat: not a contract"
        "heartbeat: job listed twice"
        "heartbeat: too much gas"
        "heartbeat: gas out of range"
    """
    seen: DynArray[address, MAX_JOBS] = []
    phase_gas: uint256 = 0
    for job: IHeartbeat.Job in jobs:
        assert job.target.is_contract, "heartbeat: not a contract"
        assert job.target not in seen, "heartbeat: job listed twice"
        assert job.job_gas <= MAX_PHASE_GAS - phase_gas, "heartbeat: too much gas"
        assert (
            job.item_gas > 0 and job.job_gas >= ROUND_GAS
            and job.item_gas <= job.job_gas - ROUND_GAS
        ), "heartbeat: gas out of range"
        phase_gas += job.job_gas
        seen.append(job.target)


@internal
def _run_jobs(jobs: DynArray[IHeartbeat.Job, MAX_JOBS]) -> bool:
    """
    @dev Whether no job was cut short by the caller's gas.
    """
    is_done: bool = True
    for job: IHeartbeat.Job in jobs:
        had_gas: bool = self._run_job(job)
        is_done = is_done and had_gas
    return is_done


@internal
def _run_job(job: IHeartbeat.Job) -> bool:
    """
    @dev The rest of a round and another one at most. Whether the caller's gas was enough.
    """
    gas_at_start: uint256 = msg.gas
    if not self._can_spend(COUNT_GAS):
        return False
    is_counted: bool = False
    count: uint256 = 0
    is_counted, count = self._item_count(job.target)
    if not is_counted:
        log IHeartbeat.JobFailed(job=job.target)
        return True

    had_gas: bool = True
    cursor: uint256 = self.cursor_of[job.target]
    position: uint256 = cursor
    items: uint256 = count
    if cursor < count:
        items += cursor
    for i: uint256 in range(MAX_ITEMS):
        if i == items or gas_at_start - msg.gas + job.item_gas > job.job_gas:
            break
        if not self._can_spend(job.item_gas):
            had_gas = False
            break
        # From the first item on to the last of a list that may have become shorter.
        if position == 0 or position > count:
            position = count
        position -= 1
        is_run: bool = raw_call(
            job.target,
            abi_encode(position, method_id=method_id("run_item(uint256)")),
            gas=job.item_gas,
            revert_on_failure=False,
        )
        if not is_run:
            log IHeartbeat.ItemFailed(job=job.target, position=position)

    if position != cursor:
        self.cursor_of[job.target] = position
    return had_gas


@internal
@view
def _can_spend(wanted_gas: uint256) -> bool:
    # A call gets what it asks for only if a 64th of what there is stays behind.
    return msg.gas >= wanted_gas + wanted_gas // 63 + RESERVE_GAS


@internal
@view
def _item_count(job: address) -> (bool, uint256):
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        job,
        method_id("item_count()"),
        max_outsize=32,
        gas=COUNT_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 32:
        return False, 0
    return True, extract32(answer, 0, output_type=uint256)
