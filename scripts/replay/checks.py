# SPDX-License-Identifier: Apache-2.0
"""What a replay must show, each as a sentence with its figures."""

from dataclasses import dataclass

from ..operate.publisher import WAD
from .journal import finished_ticks, read_intents
from .run import Outcome
from .watch import LIQUIDATION_DELAY_BLOCKS

HARVEST_FUNCTIONS = ("harvest", "process_report")


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_passed: bool
    figures: str


def check_outcome(outcome: Outcome, eth_price_usd_wad: int) -> list[Check]:
    return [
        _held_and_owed(outcome),
        _fees(outcome),
        _health(outcome),
        _compounded(outcome, eth_price_usd_wad),
        *_keeper(outcome),
    ]


def check_same_state(first: Outcome, second: Outcome) -> Check:
    name = "a second run with the same seed gives the same final state"
    if first.kills:
        name = f"killed {first.kills} times, the run ends in the state of one not killed"
    return Check(
        name,
        first.state_root == second.state_root,
        f"state root {first.state_root[:18]}... and {second.state_root[:18]}... at block "
        f"{first.final_block} and {second.final_block}",
    )


def _held_and_owed(outcome: Outcome) -> Check:
    exact = sum(one.is_exact for one in outcome.balances)
    covered = len(outcome.balances) - exact
    figures = (
        f"{len(outcome.balances)} balances of {len({one.contract for one in outcome.balances})} "
        f"contracts at {outcome.ledger_blocks} blocks: {exact} equal to the last unit at the end"
    )
    if covered:
        reasons = sorted({one.surplus_reason for one in outcome.balances if not one.is_exact})
        figures += f", {covered} above by {'; '.join(reason for reason in reasons if reason)}"
    for number, fault in outcome.balance_faults[:3]:
        figures += f"; block {number}: {fault.contract} holds {fault.held} {fault.token}, owes {fault.owed}"
    return Check("tokens held equal tokens owed", not outcome.balance_faults, figures)


def _fees(outcome: Outcome) -> Check:
    dust = max((one.paid - one.claimed - one.claimable for one in outcome.fees), default=0)
    streams = [one for one in outcome.fees if one.paid]
    figures = (
        f"{len(streams)} streams of fees at {outcome.ledger_blocks} blocks, at the end at most "
        f"{dust} base units below what was paid in"
    )
    for number, fault in outcome.fee_faults[:3]:
        figures += (
            f"; block {number}: {fault.source} {fault.token} paid {fault.paid}, claimed "
            f"{fault.claimed}, claimable {fault.claimable}"
        )
    return Check(
        "fees claimed and claimable never exceed fees paid in",
        not outcome.fee_faults and bool(streams),
        figures,
    )


def _health(outcome: Outcome) -> Check:
    health = outcome.health
    figures = (
        f"{health.unhealthy_seen} times an account was unhealthy, longest {health.longest_blocks} "
        f"blocks, {health.liquidations} liquidations, {health.bad_debts} write-offs"
    )
    for late in health.late[:3]:
        figures += (
            f"; {late.account} since block {late.since_block}: {late.blocks} blocks, "
            f"health {late.health:.4f}"
        )
    return Check(
        f"no account is left unhealthy longer than {LIQUIDATION_DELAY_BLOCKS} blocks",
        not health.late,
        figures,
    )


def _compounded(outcome: Outcome, eth_price_usd_wad: int) -> Check:
    positions = outcome.positions
    assert positions is not None, "a finished run has its positions"
    gas_wei = 0
    harvests = 0
    for intent in read_intents(outcome.folder / "journal.sqlite"):
        receipt = outcome.receipts.get(intent.transaction_hash or "")
        if intent.function in HARVEST_FUNCTIONS and receipt is not None:
            harvests += intent.function == "harvest"
            gas_wei += int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    gas_usd = gas_wei * eth_price_usd_wad // WAD / WAD
    gain = positions.compounded_usd_wad - positions.alone_usd_wad
    return Check(
        "the compounded position ends above the one that was not",
        gain > 0,
        f"{positions.compounded_usd_wad / WAD:,.2f} USD "
        f"({positions.compounded_unlocked_usd_wad / WAD:,.2f} unlocked, "
        f"{positions.compounded_fees_usd_wad / WAD:,.2f} not harvested yet) against "
        f"{positions.alone_usd_wad / WAD:,.2f} (of it {positions.alone_fees_usd_wad / WAD:,.2f} "
        f"unclaimed fees): {gain / WAD:+,.2f} USD by {harvests} harvests, gas {gas_usd:,.2f} USD "
        "paid by the keeper",
    )


def _keeper(outcome: Outcome) -> list[Check]:
    """The journal and the chain tell the same story."""
    path = outcome.folder / "journal.sqlite"
    intents = read_intents(path)
    by_hash: dict[str, int] = {}
    for intent in intents:
        if intent.transaction_hash and intent.status in ("mined", "reverted"):
            by_hash[intent.transaction_hash] = by_hash.get(intent.transaction_hash, 0) + 1
    on_chain = outcome.keeper.hashes
    actions = [(intent.block_number, intent.action) for intent in intents]
    twice = len(actions) - len(set(actions)) + len(on_chain) - len(set(on_chain))
    open_old = [
        intent
        for intent in intents
        if intent.status in ("intended", "signed", "sent")
        and intent.block_number < outcome.final_block
    ]
    missing_ticks = set(range(outcome.first_block + 1, outcome.final_block + 1)) - finished_ticks(
        path
    )
    lost = len(open_old) + len(missing_ticks) + len(outcome.unknown_to_chain)
    strangers = [one for one in on_chain if one not in by_hash]
    phantoms = [one for one in by_hash if one not in outcome.receipts]
    wrong = [
        intent
        for intent in intents
        if intent.status in ("mined", "reverted") and not _agrees(intent, outcome)
    ]
    return [
        Check(
            "no action of the keeper happened twice",
            twice == 0 and outcome.keeper_nonce == len(on_chain),
            f"{len(intents)} intents, {len(on_chain)} transactions, nonce {outcome.keeper_nonce}, "
            f"{outcome.kills} kills",
        ),
        Check(
            "no action of the keeper was lost",
            lost == 0,
            f"{outcome.blocks} blocks: {len(missing_ticks)} without a finished tick, "
            f"{len(open_old)} old intents open, {len(outcome.unknown_to_chain)} sent and unknown",
        ),
        Check(
            "the journal agrees with the chain",
            not (strangers or phantoms or wrong),
            f"{len(by_hash)} mined by the journal, {len(on_chain)} by the chain, "
            f"{len(strangers)} not in the journal, {len(phantoms)} not on the chain, "
            f"{len(wrong)} with other block, status or gas",
        ),
    ]


def _agrees(intent, outcome: Outcome) -> bool:
    receipt = outcome.receipts.get(intent.transaction_hash or "")
    if receipt is None:
        return False
    is_mined = int(receipt["status"], 16) == 1
    return (
        int(receipt["blockNumber"], 16) == intent.mined_block
        and (intent.status == "mined") == is_mined
        and int(receipt["gasUsed"], 16) == intent.gas_used
    )
