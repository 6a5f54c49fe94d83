# SPDX-License-Identifier: Apache-2.0
"""What the journal remembers, and whether the chain still agrees with it."""

import logging

from strategies.chain.journal import Journal
from strategies.chain.reader import block_hash
from strategies.chain.rpc import Rpc
from strategies.errors import JournalMismatch
from strategies.risk.limits import RiskHistory
from strategies.units import BlockReference

log = logging.getLogger("headwater")

PRICE_SUFFIX = ".price_per_share"


def follow_chain(rpc: Rpc, journal: Journal, block: BlockReference) -> None:
    """Undo what the journal says of blocks that are no longer part of the chain."""
    last = journal.last_tick()
    if last is None or _is_on_chain(rpc, last, block):
        return
    fork = last.block_number
    while last is not None and not _is_on_chain(rpc, last, block):
        fork = last.block_number
        last = journal.last_tick_before(fork)
    if last is None and fork > block.number:
        raise JournalMismatch(
            str(journal.path), "the last block", f"at least {fork}", str(block.number)
        )
    log.warning("blocks from %d on were replaced; their transactions are open again", fork)
    journal.reopen_from(fork)


def _is_on_chain(rpc: Rpc, tick, block: BlockReference) -> bool:
    if tick.block_number == block.number:
        return tick.block_hash == block.hash
    if tick.block_number > block.number:
        return False
    found = block_hash(rpc, tick.block_number)
    # A server that has forgotten old blocks says nothing against them.
    return found is None or found == tick.block_hash


def risk_history(journal: Journal) -> RiskHistory:
    count, failed_block, failure = journal.failures_in_a_row()
    failed_at = None
    if failed_block is not None:
        tick = journal.tick(failed_block) or journal.last_tick_before(failed_block)
        failed_at = None if tick is None else tick.block_timestamp
    prices = journal.last_samples(PRICE_SUFFIX)
    return RiskHistory(
        failed_in_a_row=count,
        last_failed_at=failed_at,
        last_failure=failure,
        share_prices=tuple(
            sorted((name.removesuffix(PRICE_SUFFIX), int(value)) for name, value in prices.items())
        ),
    )
