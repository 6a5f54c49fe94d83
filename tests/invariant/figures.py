# SPDX-License-Identifier: Apache-2.0
"""Draw quantities as people and attackers do."""

from random import Random


def part_of(random: Random, whole: int) -> int:
    """All, nearly all, a unit, a bit too much, or any part of `whole`."""
    kind = random.randrange(8)
    if kind == 0:
        return whole
    if kind == 1:
        return max(0, whole - 1)
    if kind == 2:
        return whole + 1
    if kind == 3:
        return random.choice([0, 1, 2, 1_000])
    return random.randint(0, whole) if kind < 6 else whole // random.choice([2, 3, 7, 1_000])


def any_size(random: Random, bits: int) -> int:
    """Small numbers are as likely as large ones."""
    return random.getrandbits(random.randint(1, bits))
