# SPDX-License-Identifier: Apache-2.0
"""Bring the journal's open intents and the chain to agree, before anything new is decided.

An intent that was signed may have been sent: only its own bytes may be sent again. An intent that
was never signed and whose block has passed was certainly not sent: it is dropped, and decided
afresh on the state of today.
"""

import logging
from collections.abc import Callable

from eth_account.signers.local import LocalAccount

from strategies.chain.journal import Journal
from strategies.chain.reader import BlockHead, read_account
from strategies.chain.records import Intent, Status
from strategies.chain.rpc import Rpc, RpcRefused
from strategies.chain.transaction import Call, Outcome, bumped, fees, outcomes, send_raw, sign

log = logging.getLogger("headwater")


def reconcile(
    rpc: Rpc,
    journal: Journal,
    account: LocalAccount,
    head: BlockHead,
    settings,
    on_step: Callable[[str], None],
) -> None:
    block = head.reference
    for intent in journal.open_intents():
        if intent.status == Status.INTENDED and intent.block_number != block.number:
            journal.mark_dropped(
                intent,
                f"decided at block {intent.block_number} and not signed before the chain moved to "
                f"{block.number}; decided afresh",
            )
            on_step("dropped")
    for tick in journal.unfinished_ticks():
        if tick.block_number != block.number:
            journal.finish_tick(tick.block_number)

    signed = [one for one in journal.open_intents() if one.status != Status.INTENDED]
    if not signed:
        return
    _, nonce = read_account(rpc, block, settings.keeper)
    for intent in signed:
        _reconcile_one(rpc, journal, account, head, settings, intent, nonce, on_step)


def _reconcile_one(
    rpc: Rpc,
    journal: Journal,
    account: LocalAccount,
    head: BlockHead,
    settings,
    intent: Intent,
    nonce: int,
    on_step: Callable[[str], None],
) -> None:
    block = head.reference
    hashes = journal.attempts_of(intent)
    found = dict(zip(hashes, outcomes(rpc, hashes), strict=True))
    mined = next(((h, o) for h, o in found.items() if o.is_mined), None)
    if mined is not None:
        # A receipt from beyond the block that we decide on is taken up with its own block.
        if mined[1].block_number <= block.number:
            _adopt(rpc, journal, settings, intent, *mined)
            on_step("adopted")
        return
    if intent.nonce < nonce:
        journal.mark_dropped(
            intent, f"nonce {intent.nonce} was used by a transaction that is not in this journal"
        )
        on_step("dropped")
        return
    is_known = any(outcome.is_known for outcome in found.values())
    if is_known and intent.status == Status.SIGNED:
        journal.mark_sent(intent)
        on_step("noted")
    # A pool also forgets what cannot pay its base fee: offering the same again would not help.
    if block.number - (intent.signed_at_block or 0) >= settings.bump_after_blocks:
        _bump(rpc, journal, account, head, settings, intent)
        on_step("bumped")
    elif not is_known:
        _offer(rpc, journal, intent, intent.raw_transaction)
        on_step("offered")


def _adopt(
    rpc: Rpc, journal: Journal, settings, intent: Intent, tx_hash: str, outcome: Outcome
) -> None:
    if outcome.is_success:
        status, error = Status.MINED, None
    else:
        status = Status.REVERTED
        error = _why_reverted(rpc, settings.keeper, intent, outcome.block_number)
        log.warning("%s reverted in block %d: %s", intent.action, outcome.block_number, error)
    journal.mark_executed(intent, status, tx_hash, outcome.block_number, outcome.gas_used, error)


def _why_reverted(rpc: Rpc, keeper: str, intent: Intent, block_number: int) -> str:
    """Tried once more on the state before its block, where most reverts show their reason."""
    request = {
        "from": keeper,
        "to": intent.target,
        "data": intent.data,
        "gas": hex(intent.gas_limit),
    }
    try:
        rpc.call("eth_call", request, hex(block_number - 1))
    except RpcRefused as refused:
        return refused.reason
    return "no reason given; it succeeds on the state before its block"


def _offer(rpc: Rpc, journal: Journal, intent: Intent, raw: str) -> None:
    """The very same bytes: at most one transaction of this nonce can ever execute."""
    refusal = send_raw(rpc, raw)
    if refusal:
        journal.mark_refused(intent, refusal)
        log.warning("%s was refused: %s", intent.action, refusal)
    else:
        journal.mark_sent(intent)


def _bump(
    rpc: Rpc, journal: Journal, account: LocalAccount, head: BlockHead, settings, intent: Intent
) -> None:
    """Same nonce, same call, higher fee: it replaces the one that waits, never joins it."""
    max_fee, priority_fee = fees(head.base_fee_wei, settings.priority_fee_wei)
    call = Call(
        chain_id=settings.chain_id,
        nonce=intent.nonce,
        target=intent.target,
        data=intent.data,
        gas_limit=intent.gas_limit,
        max_fee_wei=max(bumped(intent.max_fee_wei), max_fee),
        priority_fee_wei=max(bumped(intent.priority_fee_wei), priority_fee),
    )
    signed = sign(account, call)
    journal.mark_signed(intent, signed, head.reference.number)
    _offer(rpc, journal, intent, signed.raw)
