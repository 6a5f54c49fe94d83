# SPDX-License-Identifier: Apache-2.0
"""One run of a replay: block after block, then what the final state says."""

import dataclasses
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..devnet.processes import stop_service
from ..operate.publisher import WAD, Publisher
from ..operate.sending import Intent
from ..operate.traffic.cast import Cast, build_cast
from ..operate.traffic.encoding import intent_of
from ..operate.traffic.flows import REPLAY_PACE, plan_moves
from ..operate.traffic.world import World, WorldReader
from ..settings import DEPLOYER_INDEX, FIRST_ACTOR_INDEX, KEEPER_INDEX, Settings
from .ledger import Balance, Fees, Ledger
from .position import PositionValue, value_positions
from .prices import Tape
from .stage import KeeperProcess, Stage, kill_plan, set_stage
from .watch import HealthWatch, KeeperWatch

LEDGER_EVERY_BLOCKS = 10


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is asked to do."""

    seed: int
    port: int
    kills: int


@dataclass(slots=True)
class Outcome:
    """What a run leaves for the checks."""

    folder: Path
    final_block: int
    state_root: str
    first_block: int
    blocks: int
    seconds: float
    stage_seconds: float
    transactions: int
    reverted_traffic: int
    kills: int
    health: HealthWatch
    keeper: KeeperWatch
    keeper_nonce: int
    unknown_to_chain: list[str]
    receipts: dict[str, dict]
    ledger_blocks: int
    balances: list[Balance]
    balance_faults: list[tuple[int, Balance]] = field(default_factory=list)
    fees: list[Fees] = field(default_factory=list)
    fee_faults: list[tuple[int, Fees]] = field(default_factory=list)
    positions: PositionValue | None = None


Progress = Callable[[int, int, str], None]


def play(
    settings: Settings, tape: Tape, wishes: Wishes, folder: Path, progress: Progress
) -> Outcome:
    """Set the stage, live through the tape, read the end, stop all that was started."""
    started_at = time.monotonic()
    cast = build_cast()
    progress(0, len(tape.times), "deploying with Ape")
    stage = set_stage(settings, wishes.port, folder, tape, cast)
    keeper = KeeperProcess(folder)
    try:
        keeper.prepare(stage.chain.rpc.url, stage.chain.record.path)
        keeper.start()
        stage_seconds = time.monotonic() - started_at
        run = _Run(stage, keeper, cast, tape, wishes, progress)
        outcome = run.live_through()
        outcome.stage_seconds = stage_seconds
        outcome.seconds = time.monotonic() - started_at
        return outcome
    finally:
        keeper.stop()
        stop_service(stage.node)


class _Run:
    def __init__(
        self, stage: Stage, keeper: KeeperProcess, cast: Cast, tape: Tape, wishes: Wishes,
        progress: Progress,
    ) -> None:  # fmt: skip
        self.stage, self.keeper, self.cast = stage, keeper, cast
        self.tape, self.wishes, self.progress = tape, wishes, progress
        self.chain, self.sender = stage.chain, stage.sender
        self.publisher = Publisher(self.chain, self.sender)
        self.reader = WorldReader(self.chain, cast, self.sender)
        self.health = HealthWatch(self.chain)
        self.watch = KeeperWatch(self.sender.address(KEEPER_INDEX))
        everyone = [DEPLOYER_INDEX, KEEPER_INDEX, *range(FIRST_ACTOR_INDEX, 60)]
        holders = tuple(self.sender.address(index) for index in everyone)
        stakers = tuple(self.sender.address(one.index) for one in cast.stakers)
        self.ledger = Ledger(self.chain, holders, (*stakers, holders[0], holders[1]))
        self.transactions = 0
        self.reverted = 0
        self.ledger_blocks = 0
        self.balance_faults: list[tuple[int, Balance]] = []
        self.fee_faults: list[tuple[int, Fees]] = []

    def live_through(self) -> Outcome:
        first_block = self.chain.rpc.block_number()
        kills = kill_plan(len(self.tape.times), self.wishes.kills, self.wishes.seed)
        usual_tick_seconds = 0.5
        for step, (timestamp, prices) in enumerate(
            zip(self.tape.times, self.tape.rows, strict=True)
        ):
            number = first_block + step
            part = kills.get(step)
            started_at = time.monotonic()
            self.keeper.wait_for_tick(number, None if part is None else part * usual_tick_seconds)
            if part is None and step > 0:
                usual_tick_seconds += 0.2 * (time.monotonic() - started_at - usual_tick_seconds)
            sent = self.sender.send(self._intents(number, timestamp, prices))
            self.stage.mine(timestamp)
            self._note(number + 1, sent)
            self.progress(step + 1, len(self.tape.times), self._status(number + 1))
        final_block = first_block + len(self.tape.times)
        self.keeper.wait_for_tick(final_block, None)
        return self._outcome(first_block, final_block)

    def _intents(self, number: int, timestamp: int, prices: dict[str, int]) -> list[Intent]:
        """The publication first, so that what follows in the block meets its price.

        Planned when the keeper has sent: arbitrageurs see its swaps waiting, as anybody would.
        """
        world = self._with_prices(self.reader.read(number, pairs_at="pending"), prices)
        chance = random.Random(f"{self.wishes.seed}/{number}")
        moves = plan_moves(world, self.cast, REPLAY_PACE, chance)
        return [
            self.publisher.intent(prices, timestamp),
            *(intent_of(self.chain, self.sender, move) for move in moves),
        ]

    def _with_prices(self, world: World, prices: dict[str, int]) -> World:
        shown = {asset: price / WAD for asset, price in prices.items()}
        return dataclasses.replace(world, prices_usd={**world.prices_usd, **shown})

    def _note(self, number: int, sent: list) -> None:
        block = self.chain.rpc.call("eth_getBlockByNumber", hex(number), True)
        self.transactions += self.watch.note(block)
        for receipt in self.sender.receipts(sent):
            self.reverted += receipt is None or int(receipt["status"], 16) != 1
        self.health.note(number)
        if number % LEDGER_EVERY_BLOCKS == 0:
            self._read_ledger(number)

    def _read_ledger(self, number: int) -> tuple[list[Balance], list[Fees]]:
        balances, fees = self.ledger.read(number)
        self.ledger_blocks += 1
        self.balance_faults += [(number, one) for one in balances if not one.is_covered]
        self.fee_faults += [(number, one) for one in fees if not one.is_covered]
        return balances, fees

    def _status(self, number: int) -> str:
        return (
            f"block {number}, {self.transactions} transactions, "
            f"{self.health.liquidations} liquidations"
        )

    def _outcome(self, first_block: int, final_block: int) -> Outcome:
        balances, fees = self._read_ledger(final_block)
        rpc = self.chain.rpc
        head = rpc.block(final_block) or {}
        receipts = rpc.batch([("eth_getTransactionReceipt", [one]) for one in self.watch.hashes])
        return Outcome(
            folder=self.stage.folder,
            final_block=final_block,
            state_root=head["stateRoot"],
            first_block=first_block,
            blocks=len(self.tape.times),
            seconds=0.0,
            stage_seconds=0.0,
            transactions=self.transactions,
            reverted_traffic=self.reverted,
            kills=self.keeper.restarts,
            health=self.health,
            keeper=self.watch,
            keeper_nonce=rpc.nonce(self.watch.keeper, "latest"),
            unknown_to_chain=self._unknown_to_chain(),
            receipts=dict(zip(self.watch.hashes, receipts, strict=True)),
            ledger_blocks=self.ledger_blocks,
            balances=balances,
            balance_faults=self.balance_faults,
            fees=fees,
            fee_faults=self.fee_faults,
            positions=value_positions(self.chain, self.cast, self.sender, final_block),
        )

    def _unknown_to_chain(self) -> list[str]:
        """Sent by the journal's word, and neither in a block nor waiting with the node."""
        from .journal import sent_hashes

        hashes = sent_hashes(self.keeper.journal_path)
        answers = self.chain.rpc.batch([("eth_getTransactionByHash", [one]) for one in hashes])
        return [one for one, answer in zip(hashes, answers, strict=True) if answer is None]
