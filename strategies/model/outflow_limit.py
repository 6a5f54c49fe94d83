# SPDX-License-Identifier: Apache-2.0
"""How much may leave a pool at once, refilled in a straight line.

Mirrors `contracts/modules/outflow_limit.vy`. The capacity is the pool's to say: a share of its
total assets before the call.
"""

from dataclasses import dataclass

from strategies.model.arithmetic import require
from strategies.units import MAX_UINT256, Assets, Timestamp


@dataclass(slots=True)
class OutflowLimit:
    window_seconds: int = 0
    used: int = 0
    since: int = 0

    def room(self, now: Timestamp, capacity: int) -> Assets:
        """What may leave now; the largest number without a limit."""
        if self.window_seconds == 0:
            return Assets(MAX_UINT256)
        return Assets(max(0, capacity - self._used(now, capacity)))

    def take(self, now: Timestamp, assets: int, capacity: int) -> None:
        if self.window_seconds == 0:
            return
        used = self._used(now, capacity) + assets
        require(used <= capacity, "pool: outflow limit")
        self.used, self.since = used, now

    def give_back(self, now: Timestamp, assets: int, capacity: int) -> None:
        if self.window_seconds == 0:
            return
        used = self._used(now, capacity)
        if used:
            self.used, self.since = max(0, used - assets), now

    def _used(self, now: Timestamp, capacity: int) -> int:
        return max(0, self.used - capacity * (now - self.since) // self.window_seconds)
