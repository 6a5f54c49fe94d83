# SPDX-License-Identifier: Apache-2.0
"""Run random calls against a world, check every invariant after each, and shrink what breaks one.

A run is cut into episodes, each from the same first state, so that a failure is reported as a
seed, an invariant's id and a short list of concrete calls that replays by itself.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from tests.evm import Machine, Reverted

EPISODE_CALLS = 150
SHRINK_REPLAYS = 120

# A run that is over in a minute says nothing on its way; a longer one, every 15,000 calls.
SILENT_CALLS = 50_000
REPORT_EPISODES = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One call with all its figures, so that it can be made again without the dice."""

    action: str
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.action}({', '.join(map(str, self.arguments))})"


class Broken(Exception):
    """An invariant does not hold."""

    def __init__(self, identifier: str, fact: str) -> None:
        super().__init__(f"{identifier}: {fact}")
        self.identifier = identifier
        self.fact = fact


def must(identifier: str, holds: bool, fact: str) -> None:
    if not holds:
        raise Broken(identifier, fact)


class World(Protocol):
    machine: Machine

    def begin(self) -> None:
        """Forget what was noted in the episode before."""

    def choose(self, random: Random) -> Step:
        """Draw a call that is worth making in this state."""

    def perform(self, step: Step) -> None:
        """Make the call; `Reverted` is a fair outcome."""

    def check(self, step: Step) -> None:
        """Raise `Broken` unless every invariant holds after the call."""


@dataclass
class Failure:
    identifier: str
    fact: str
    seed: int
    steps: list[Step]

    def __str__(self) -> str:
        calls = "\n".join(f"    {step}" for step in self.steps)
        return f"{self.identifier} is broken: {self.fact}\n  seed {self.seed}, calls:\n{calls}"


@dataclass
class Outcome:
    """How often each action went through, and how often it was refused."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failure: Failure | None = None


def calls_from_environment(default: int) -> int:
    return int(os.environ.get("HEADWATER_FUZZ_CALLS", default))


def seed_from_environment() -> int:
    return int(os.environ.get("HEADWATER_FUZZ_SEED", "1"))


def run(world: World, seed: int, calls: int, shrink_replays: int = SHRINK_REPLAYS) -> Outcome:
    """Make `calls` random calls; stop at the first broken invariant."""
    random, outcome = Random(seed), Outcome()
    began = time.monotonic()
    for start in range(0, calls, EPISODE_CALLS):
        if calls > SILENT_CALLS and start // EPISODE_CALLS % REPORT_EPISODES == 0:
            _report(type(world).__name__, start, calls, time.monotonic() - began)
        steps: list[Step] = []
        snapshot = world.machine.snapshot()
        try:
            world.begin()
            for _ in range(min(EPISODE_CALLS, calls - start)):
                steps.append(world.choose(random))
                _make(world, steps[-1], outcome)
        except Broken as broken:
            world.machine.revert(snapshot)
            steps, broken = shrink(world, steps, broken, shrink_replays)
            outcome.failure = Failure(broken.identifier, broken.fact, seed, steps)
            return outcome
        world.machine.revert(snapshot)
    return outcome


def replay(world: World, steps: Sequence[Step]) -> Broken | None:
    """Make the given calls from the first state; return what broke, and undo everything."""
    with world.machine.undone():
        world.begin()
        try:
            for step in steps:
                _make(world, step, Outcome())
        except Broken as broken:
            return broken
    return None


def shrink(
    world: World, steps: list[Step], broken: Broken, most_replays: int
) -> tuple[list[Step], Broken]:
    """Drop ever smaller runs of calls as long as the same invariant still breaks."""
    size, replays = len(steps) // 2, 0
    while size >= 1 and replays < most_replays:
        start = 0
        while start < len(steps) and replays < most_replays:
            shorter = steps[:start] + steps[start + size :]
            found = replay(world, shorter)
            replays += 1
            if found is not None and found.identifier == broken.identifier:
                steps, broken = shorter, found
            else:
                start += size
        size //= 2
    return steps, broken


def _report(world: str, done: int, calls: int, seconds: float) -> None:
    """To the terminal itself: what a test prints pytest keeps until it fails."""
    left = f", {seconds * (calls - done) / done / 60:.0f} min left" if done else ""
    print(f"{world}: {done:,} of {calls:,} calls{left}", file=sys.__stderr__, flush=True)


def _make(world: World, step: Step, outcome: Outcome) -> None:
    try:
        world.perform(step)
    except Reverted:
        outcome.refused[step.action] += 1
    else:
        outcome.done[step.action] += 1
    world.check(step)
