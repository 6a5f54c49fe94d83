# SPDX-License-Identifier: Apache-2.0
"""Jobs of good and bad items, blocks opened and closed with much gas and with little.

The driver knows each item's kind and where the cursor stood, and from that which items must have had
their turn, and in which order.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.evm import Machine, Mutation, Reverted, actor, compile_contract
from tests.invariant.driver import Step, must
from tests.worlds.lending import OWNER

SYSTEM = actor("system")
# As contracts/mocks/SettableJob.vy numbers them.
GOOD, REVERTS, EATS_GAS, RETURNS_MUCH, REVERTS_WITH_MUCH, CALLS_BACK, LEAVES, GONE = range(8)
FAILING = {REVERTS, EATS_GAS, REVERTS_WITH_MUCH, CALLS_BACK}

ITEM_GAS = 300_000
# For two items that eat their gas, for five, and for more than a call visits.
JOB_GAS = (700_000, 1_650_000, 7_500_000)
# A job's start, and what an item costs beside its gas: the call, and the word that it failed.
ROUND_GAS, ITEM_COST = 60_000, 12_000
MOST_ITEMS = 10

WEIGHTS = {
    "open_block": 8,
    "open_again": 2,
    "close_block": 3,
    "open_with_little": 8,
    "set_kind": 14,
    "set_count": 6,
    "set_broken": 1,
    "set_gas": 3,
}


@dataclass
class Turn:
    """What a call of the heartbeat did with a job, and what stood there before."""

    cursor: int
    count: int
    kinds: dict[int, int]
    is_counted: bool
    cursor_after: int = 0
    ran: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)

    @property
    def most(self) -> int:
        """The rest of a round and another one."""
        rest = self.cursor if self.cursor < self.count else 0
        return rest + self.count if self.is_counted else 0

    @property
    def left(self) -> int:
        return sum(self.kinds.get(each, GOOD) == LEAVES for each in self.ran)

    def walk(self) -> "Walk":
        """Go again from where the last call stopped, and hold what ran and failed to it."""
        walk = Walk(self.cursor, list(range(self.count)), dict(self.kinds))
        ran, failed = deque(self.ran), deque(self.failed)
        while (ran or failed or walk.position != self.cursor_after) and walk.steps < self.most:
            kind = walk.step(self.count)
            seen = failed if kind in FAILING else ran
            if kind != GONE and (not seen or seen.popleft() != walk.position):
                break
            if kind == LEAVES:
                walk.leave()
        walk.is_as_due = not ran and not failed and walk.position == self.cursor_after
        return walk


@dataclass
class Walk:
    """Items by the place at which they stood when the call began."""

    position: int
    items: list[int]
    kinds: dict[int, int]
    met: set[int] = field(default_factory=set)
    steps: int = 0
    is_as_due: bool = False

    def step(self, count: int) -> int:
        """Towards the front, or from the end; the kind of what is met there."""
        if self.position == 0 or self.position > count:
            self.position = count
        self.position -= 1
        self.steps += 1
        if self.position < len(self.items):
            self.met.add(self.items[self.position])
        return self.kinds.get(self.position, GOOD)

    def leave(self) -> None:
        """The last one takes its place."""
        last = len(self.items) - 1
        self.items[self.position] = self.items[last]
        self.kinds[self.position] = self.kinds.get(last, GOOD)
        self.items.pop()
        self.kinds[last] = GONE


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

    @property
    def affordable(self) -> int:
        """Items that a job's gas pays for, if each spends all of its own."""
        return (self.job_gas - ROUND_GAS) // (ITEM_GAS + ITEM_COST)

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        job = random.randrange(2)
        if action == "set_kind":
            kind = random.choice((GOOD, LEAVES, LEAVES, *range(7)))
            return Step(action, (job, random.randrange(MOST_ITEMS), kind))
        if action == "set_count":
            return Step(action, (job, random.choice((0, 1, 6, 8, MOST_ITEMS))))
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
        for position in range(count):
            if self.kinds[job].get(position) == GONE:
                self._set_kind(job, position, GOOD)

    def _set_broken(self, job: int, is_broken: bool) -> None:
        self.jobs[job].set_count_broken(is_broken, sender=OWNER)
        self.broken[job] = is_broken

    def _set_gas(self, job_gas: int) -> None:
        jobs = [(job.address, ITEM_GAS, job_gas) for job in self.jobs]
        self.beat.set_opening_jobs(jobs, sender=OWNER)
        self.beat.set_closing_jobs(jobs, sender=OWNER)
        self.job_gas = job_gas

    def _open_block(self) -> None:
        self.machine.wait(1)
        self._turn("open_block", None, is_due=True)

    def _open_again(self) -> None:
        self._turn("open_block", None, is_due=self.beat.opened_in() != self.machine.number)

    def _close_block(self) -> None:
        self._turn("close_block", None, is_due=True)

    def _open_with_little(self, gas: int) -> None:
        self.machine.wait(1)
        self._turn("open_block", gas, is_due=True)

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
            turn.cursor_after = self.beat.cursor_of(job)
            if turn.left:
                self.counts[place] = job.count()
                self.kinds[place] = {each: job.kinds(each) for each in range(MOST_ITEMS)}
        self.turns = turns

    def _newly_ran(self, place: int) -> Iterator[int]:
        while True:
            try:
                position = self.jobs[place].ran(self.ran_before[place])
            except Reverted:
                return
            self.ran_before[place] += 1
            yield position

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_beat_1(driver: BeatDriver, step: Step) -> None:
    """Only bad items fail, each had all of its gas, and none kept another from its turn."""
    must("BEAT-1", not driver.refusal, f"{step} was refused: {driver.refusal}")
    for job, turn in zip(driver.jobs, driver.turns, strict=False):
        # In the place of one that left there is another, which is as it is.
        bad = {turn.kinds.get(each, GOOD) for each in turn.failed} - {LEAVES}
        must("BEAT-1", bad <= FAILING, f"{step} had items of kinds {bad} fail")
        fact = f"an item of {job} had {job.least_gas()} gas"
        must("BEAT-1", job.least_gas() == 0 or job.least_gas() > ITEM_GAS - 1_000, fact)
        if driver.is_ample:
            # What has left leaves places at the end where nothing happens.
            visited = len(turn.ran) + len(turn.failed) + turn.left
            least = min(turn.most, driver.affordable)
            fact = f"{step} visited {visited} items, and could {least}"
            must("BEAT-1", visited >= least, fact)


def check_beat_2(driver: BeatDriver, step: Step) -> None:
    """In order from the cursor on, and once round: nobody who is still there was passed over."""
    for turn in driver.turns:
        walk = turn.walk()
        fact = f"{step} ran {turn.ran}, {turn.failed} failed, the cursor is {turn.cursor_after}"
        must("BEAT-2", walk.is_as_due, f"{fact}; it began at {turn.cursor} of {turn.count}")
        if driver.is_ample and turn.is_counted and driver.affordable >= turn.most:
            missed = set(walk.items) - walk.met
            must("BEAT-2", not missed, f"{step} passed over {missed}")


CHECKS: dict[str, Callable[[BeatDriver, Step], None]] = {
    "BEAT-1": check_beat_1,
    "BEAT-2": check_beat_2,
}
