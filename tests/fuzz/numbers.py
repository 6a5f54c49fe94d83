# SPDX-License-Identifier: Apache-2.0
"""Integers as attackers choose them: nothing, one, powers of two and ten and their neighbours."""

from hypothesis import strategies as st

EDGES = sorted(
    {0, 1, 2, 999, 1_000, 1_001, 2**256 - 1}
    | {10**exponent + step for exponent in (6, 8, 12, 18, 24) for step in (-1, 0, 1)}
    | {2**exponent + step for exponent in (64, 96, 104, 112, 120, 128) for step in (-1, 0, 1)}
)


def up_to(largest: int) -> st.SearchStrategy[int]:
    """Any size is as likely as any other; the edges within reach come often."""
    edges = st.sampled_from([edge for edge in EDGES if edge <= largest] + [largest])
    sizes = st.integers(0, largest.bit_length()).flatmap(
        lambda bits: st.integers(0, min(largest, 2**bits))
    )
    return st.one_of(edges, sizes)


# From the same block to three years later.
gaps_seconds = st.sampled_from([0, 1, 12, 3_600, 86_400, 30 * 86_400, 3 * 31_536_000])
