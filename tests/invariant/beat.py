# SPDX-License-Identifier: Apache-2.0
"""Jobs of good and bad items, blocks opened and closed with much gas and with little.

The driver knows each item's kind and where the cursor stood, and from that which items must have had
their turn, and in which order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.evm import Machine, Mutation, Reverted, actor, compile_contract
from tests.invariant.driver import Step, must
from tests.worlds.lending import OWNER

SYSTEM = actor("system")
# As contracts/mocks/SettableJob.vy numbers them.
GOOD, REVERTS, EATS_GAS, RETURNS_MUCH, REVERTS_WITH_MUCH, CALLS_BACK, LEAVES = range(7)
FAILING = {REVERTS, EATS_GAS, REVERTS_WITH_MUCH, CALLS_BACK}

ITEM_GAS = 300_000
# For two items that eat their gas, and for more than a round.
JOB_GAS = (700_000, 1_650_000, 4_000_000)
# A job's start, and what an item costs beside its gas: the call, and the word that it failed.
ROUND_GAS, ITEM_COST = 60_000, 12_000
MOST_ITEMS = 10

WEIGHTS = {
    "open_block": 10,
    "close_block": 4,
    "open_with_little": 6,
    "set_kind": 10,
    "set_count": 5,
    "set_broken": 1,
    "set_gas": 2,
    "wait": 5,
}


@dataclass
class Turn:
    """What a call of the heartbeat did with a job."""

    cursor: int
    count: int
    kinds: dict[int, int]
    is_counted: bool
    ran: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)

    @property
    def visited(self) -> int:
        return len(self.ran) + len(self.failed)

    def due(self) -> Iterator[int]:
        """From where the last call stopped towards the front, and from there to the end again."""
        position = self.cursor
        while True:
            if position == 0 or position > self.count:
                position = self.count
            position -= 1
            yield position


class BeatDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.machine = Machine()
        self.beat = self.machine.deploy(compile_contract("lending/Heartbeat.vy", mutation), OWNER)
        job = compile_contract("mocks/SettableJob.vy")
        self.jobs = [self.machine.deploy(job) for _ in range(2)]
        self._set_gas(JOB_GAS[-1])
        self.begin()

    def begin(self) -> None:
        self.kinds: list[dict[int, int]] = [{}, {}]
        self.counts, self.broken = [0, 0], [False, False]
        self.job_gas = JOB_GAS[-1]
        self.ran_before = [0, 0]
        self.turns: list[Turn] = []
        self.is_ample = False
        self.refusal = ""

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        job = random.randrange(2)
        if action == "set_kind":
            kind = random.choice((GOOD, GOOD, *range(7)))
            return Step(action, (job, random.randrange(MOST_ITEMS), kind))
        if action == "set_count":
            return Step(action, (job, random.randrange(MOST_ITEMS + 1)))
        if action == "set_broken":
            return Step(action, (job, random.random() < 0.3))
        if action == "set_gas":
            return Step(action, (random.choice(JOB_GAS),))
        if action == "open_with_little":
            return Step(action, (random.randrange(100_000, 2_500_000),))
        return Step(action)

    # --- What is done ---

    def perform(self, step: Step) -> None:
        self.turns, self.refusal = [], ""
        getattr(self, f"_{step.action}")(*step.arguments)

    def _set_kind(self, job: int, position: int, kind: int) -> None:
        self.jobs[job].set_kind(position, kind, sender=OWNER)
        self.kinds[job][position] = kind

    def _set_count(self, job: int, count: int) -> None:
        self.jobs[job].set_count(count, sender=OWNER)
        self.counts[job] = count

    def _set_broken(self, job: int, is_broken: bool) -> None:
        self.jobs[job].set_count_broken(is_broken, sender=OWNER)
        self.broken[job] = is_broken

    def _set_gas(self, job_gas: int) -> None:
        jobs = [(job.address, ITEM_GAS, job_gas) for job in self.jobs]
        self.beat.set_opening_jobs(jobs, sender=OWNER)
        self.beat.set_closing_jobs(jobs, sender=OWNER)
        self.job_gas = job_gas

    def _wait(self) -> None:
        self.machine.wait(1)

    def _open_block(self) -> None:
        self._turn("open_block", None, is_due=self.beat.opened_in() != self.machine.number)

    def _close_block(self) -> None:
        self._turn("close_block", None, is_due=True)

    def _open_with_little(self, gas: int) -> None:
        self._turn("open_block", gas, is_due=self.beat.opened_in() != self.machine.number)

    def _turn(self, name: str, gas: int | None, *, is_due: bool) -> None:
        turns = [
            Turn(self.beat.cursor_of(job), self.counts[place], dict(kinds), not self.broken[place])
            for place, (job, kinds) in enumerate(zip(self.jobs, self.kinds, strict=True))
        ]
        try:
            self.machine.send(SYSTEM, self.beat.address, self.beat.calldata(name), gas=gas)
        except Reverted as refusal:
            # Of too little gas alone.
            self.refusal = str(refusal) if gas is None else ""
            raise
        logs = self.beat.logs()
        self.is_ample = gas is None and is_due
        for place, (job, turn) in enumerate(zip(self.jobs, turns, strict=True)):
            turn.failed = [
                log.fields["position"]
                for log in logs
                if log.event == "ItemFailed" and log.fields["job"] == job.address
            ]
            turn.ran = list(self._newly_ran(place))
            for position in turn.ran:
                if turn.kinds.get(position, GOOD) == LEAVES:
                    self._leave(place, position)
        self.turns = turns

    def _newly_ran(self, place: int) -> Iterator[int]:
        while True:
            try:
                position = self.jobs[place].ran(self.ran_before[place])
            except Reverted:
                return
            self.ran_before[place] += 1
            yield position

    def _leave(self, place: int, position: int) -> None:
        """The last one takes its place."""
        self.counts[place] -= 1
        last = self.kinds[place].get(self.counts[place], GOOD)
        self.kinds[place][position] = last

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_beat_1(driver: BeatDriver, step: Step) -> None:
    """Only bad items fail, each had all of its gas, and none kept another from its turn."""
    must("BEAT-1", not driver.refusal, f"{step} was refused: {driver.refusal}")
    for job, turn in zip(driver.jobs, driver.turns, strict=False):
        bad = [turn.kinds.get(each, GOOD) for each in turn.failed]
        must("BEAT-1", FAILING.issuperset(bad), f"{step} had items of kinds {bad} fail")
        fact = f"an item of {job} had {job.least_gas()} gas"
        must("BEAT-1", job.least_gas() == 0 or job.least_gas() > ITEM_GAS - 1_000, fact)
        if driver.is_ample and turn.is_counted:
            least = min(turn.count, (driver.job_gas - ROUND_GAS) // (ITEM_GAS + ITEM_COST))
            fact = f"{step} visited {turn.visited} of {turn.count} items, and could {least}"
            must("BEAT-1", turn.visited >= least, fact)


def check_beat_2(driver: BeatDriver, step: Step) -> None:
    """No item twice in a round, in order from the cursor on, which stands where the round stopped."""
    for job, turn in zip(driver.jobs, driver.turns, strict=False):
        most = turn.count if turn.is_counted else 0
        must("BEAT-2", turn.visited <= most, f"{step} visited {turn.visited} of {most} items")
        due = turn.due()
        visited = [next(due) for _ in range(turn.visited)]
        kept = [each for each in visited if each not in turn.failed]
        fact = f"{step} ran {turn.ran}, {turn.failed} failed; due was {visited}"
        must("BEAT-2", turn.ran == kept and set(turn.failed) <= set(visited), fact)
        cursor = driver.beat.cursor_of(job)
        last = visited[-1] if visited else turn.cursor
        must("BEAT-2", cursor == last, f"the cursor is {cursor} after {visited}")


CHECKS: dict[str, Callable[[BeatDriver, Step], None]] = {
    "BEAT-1": check_beat_1,
    "BEAT-2": check_beat_2,
}
