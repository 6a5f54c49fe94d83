# SPDX-License-Identifier: Apache-2.0
"""`python -m scripts.replay`: the devnet lives through days of real prices, an hour a block.

The chain of a replay mines only when told to, so the same prices and the same seed give the same
blocks: the keeper finishes its tick on block N, then prices and traffic are sent, then block N+1
is mined an hour later. Keeper transactions come first in it and meet the state they were decided on.
"""
