# SPDX-License-Identifier: Apache-2.0
"""One tick for each block seen: reconcile, decide, record, sign, send, finish.

Everything a decision rests on is the state of one block and the journal, never a clock. So a tick
that a kill cut off comes out the same when it is run again.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eth_account.signers.local import LocalAccount

from strategies.chain.contract import AbiShelf
from strategies.chain.journal import Journal
from strategies.chain.reader import BlockHead, read_account, read_head
from strategies.chain.records import Intent, NewIntent, NewSkip, NewTick, Status, intent_id
from strategies.chain.rpc import Rpc, RpcRefused
from strategies.chain.simulation import Fork, Simulator
from strategies.chain.transaction import Call, fees, send_raw, sign
from strategies.errors import RpcAnswerInvalid, RpcUnreachable
from strategies.keeper.history import follow_chain, risk_history
from strategies.keeper.reconcile import reconcile
from strategies.keeper.trial import Prepared, prepare
from strategies.policy.decision import Decision
from strategies.risk.limits import RiskHistory, RiskState, RiskVerdict
from strategies.units import Address, ChainId

log = logging.getLogger("headwater")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine makes of a block: what to do, under which risk state, and what to note."""

    decision: Decision
    risk: RiskVerdict
    samples: dict[str, int | str]


class Engine(Protocol):
    """Reads the state of one block and decides on it. The deciding half is pure."""

    def collect(
        self, head: BlockHead, gas_wei: int, nonce: int, open_subjects: frozenset[str]
    ) -> object: ...

    def decide(self, snapshot: object, history: RiskHistory, sampled_at: int | None) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class LoopSettings:
    chain_id: ChainId
    keeper: Address
    priority_fee_wei: int
    poll_seconds: float
    bump_after_blocks: int
    # Tries what is decided on a copy in memory; without it the server simulates.
    fork: Fork | None = None


def no_step(_name: str) -> None:
    """The loop calls its `on_step` between any two writes; tests stop it there."""


class Keeper:
    def __init__(
        self,
        rpc: Rpc,
        journal: Journal,
        shelf: AbiShelf,
        engine: Engine,
        settings: LoopSettings,
        account: LocalAccount | None,
        on_step: Callable[[str], None] = no_step,
    ) -> None:
        """Without an account the loop runs on paper: the same decisions, nothing signed."""
        self._rpc = rpc
        self._journal = journal
        self._shelf = shelf
        self._engine = engine
        self._settings = settings
        self._account = account
        self._on_step = on_step
        self._simulator = Simulator(rpc, settings.keeper, settings.fork)

    # --- The loop ---

    def run(self, is_stopped: Callable[[], bool], max_ticks: int | None) -> int:
        """Tick until stopped; the number of ticks made. A silent server is waited for."""
        ticks, is_silent = 0, False
        while not is_stopped() and (max_ticks is None or ticks < max_ticks):
            try:
                head = read_head(self._rpc, "latest")
                if self._is_done(head):
                    time.sleep(self._settings.poll_seconds)
                    continue
                self.tick(head)
                ticks, is_silent = ticks + 1, False
            except (RpcUnreachable, RpcAnswerInvalid, RpcRefused) as error:
                if not is_silent:
                    log.warning("%s; waiting for it", error)
                is_silent = True
                time.sleep(self._settings.poll_seconds)
        return ticks

    def _is_done(self, head: BlockHead) -> bool:
        tick = self._journal.tick(head.reference.number)
        return tick is not None and tick.is_finished and tick.block_hash == head.reference.hash

    def tick(self, head: BlockHead) -> None:
        block = head.reference
        follow_chain(self._rpc, self._journal, block)
        if self._account is not None:
            reconcile(self._rpc, self._journal, self._account, head, self._settings, self._on_step)
        self._on_step("reconciled")
        if self._journal.tick(block.number) is None:
            self._decide(head)
            self._on_step("recorded")
        if self._account is not None:
            self._deliver(head)
        self._on_step("delivered")
        self._journal.finish_tick(block.number)
        self._on_step("finished")

    # --- Deciding ---

    def _decide(self, head: BlockHead) -> None:
        block = head.reference
        waiting = self._journal.open_intents()
        open_subjects = frozenset(intent.subject for intent in waiting)
        gas_wei, nonce = read_account(self._rpc, block, self._settings.keeper)
        snapshot = self._engine.collect(head, gas_wei, nonce, open_subjects)
        history = risk_history(self._journal)
        verdict = self._engine.decide(snapshot, history, self._journal.last_sampled_at())
        prepared, refused = prepare(self._shelf, self._simulator, block, verdict.decision.actions)
        self._on_step("decided")

        skips = (*verdict.decision.skips, *refused)
        next_nonce = max([nonce] + [intent.nonce + 1 for intent in waiting])
        tick = NewTick(
            block=block,
            risk_state=verdict.risk.state,
            risk_reasons=verdict.risk.reasons,
            intents=self._intents(head, prepared, next_nonce),
            skips=tuple(
                NewSkip(one.policy, one.subject, one.code, one.reason, one.figures) for one in skips
            ),
            samples=verdict.samples,
        )
        status = Status.PAPER if self._account is None else Status.INTENDED
        self._journal.write_decision(tick, status)
        self._tell(block.number, prepared, len(skips), verdict.risk)

    def _intents(
        self, head: BlockHead, prepared: list[Prepared], next_nonce: int
    ) -> tuple[NewIntent, ...]:
        max_fee, priority_fee = fees(head.base_fee_wei, self._settings.priority_fee_wei)
        return tuple(
            NewIntent(
                id=intent_id(
                    self._settings.chain_id, head.reference, one.action.policy, one.action.key
                ),
                policy=one.action.policy,
                action=one.action.key,
                subject=one.action.subject,
                contract=one.action.contract,
                function=one.action.function,
                target=one.action.target,
                arguments=one.action.arguments,
                data=one.data,
                gas_limit=one.action.gas_limit,
                reason=one.action.reason,
                figures=one.action.figures,
                nonce=None if self._account is None else next_nonce + offset,
                max_fee_wei=max_fee,
                priority_fee_wei=priority_fee,
            )
            for offset, one in enumerate(prepared)
        )

    def _tell(
        self, block_number: int, prepared: list[Prepared], skipped: int, risk: RiskVerdict
    ) -> None:
        for one in prepared:
            log.info("block %d: %s: %s", block_number, one.action.key, one.action.reason)
        if risk.state != RiskState.ACTIVE:
            log.warning("block %d: %s: %s", block_number, risk.state, "; ".join(risk.reasons))
        log.debug("block %d: %d actions, %d skips", block_number, len(prepared), skipped)

    # --- Delivering ---

    def _deliver(self, head: BlockHead) -> None:
        """Sign and send in nonce order; the first refusal ends it, the rest is decided afresh."""
        for intent in self._journal.intents_of(head.reference.number):
            if intent.status == Status.INTENDED and not self._deliver_one(intent, head):
                return

    def _deliver_one(self, intent: Intent, head: BlockHead) -> bool:
        signed = sign(self._account, call_of(intent, self._settings.chain_id))
        self._journal.mark_signed(intent, signed, head.reference.number)
        self._on_step("signed")
        refusal = send_raw(self._rpc, signed.raw)
        self._on_step("sent")
        if refusal:
            self._journal.mark_refused(intent, refusal)
            log.warning("%s was refused: %s", intent.action, refusal)
            return False
        self._journal.mark_sent(intent)
        self._on_step("noted")
        return True


def call_of(intent: Intent, chain_id: ChainId) -> Call:
    return Call(
        chain_id=chain_id,
        nonce=intent.nonce,
        target=intent.target,
        data=intent.data,
        gas_limit=intent.gas_limit,
        max_fee_wei=intent.max_fee_wei,
        priority_fee_wei=intent.priority_fee_wei,
    )
