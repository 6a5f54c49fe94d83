# SPDX-License-Identifier: Apache-2.0
"""A vault's locked gains: shares that it holds itself and that count as burned along a line.

Mirrors `contracts/modules/profit_unlock.vy`.
"""

from dataclasses import dataclass

from strategies.units import Shares, Timestamp

RATE_SCALE = 10**12


@dataclass(slots=True)
class ProfitUnlock:
    max_unlock_seconds: int
    locked: int = 0  # shares at the vault, unlocked ones not yet burned among them
    ends_at: int = 0
    rate: int = 0  # shares per second, times RATE_SCALE
    updated_at: int = 0

    def unlocked(self, now: Timestamp) -> Shares:
        if self.ends_at > now:
            return Shares(self.rate * (now - self.updated_at) // RATE_SCALE)
        return Shares(self.locked)

    def lock(self, now: Timestamp, shares: int) -> int:
        """Lock new `shares`; old and new end together. Return by how much the supply grows."""
        burned = self._settle(now)
        if shares == 0:
            return -burned
        share_seconds = self.locked * self._seconds_left(now) + shares * self.max_unlock_seconds
        self._schedule(now, self.locked + shares, share_seconds // (self.locked + shares))
        return shares - burned

    def cut(self, now: Timestamp, shares: int) -> int:
        """Burn up to `shares` of the locked ones. Return by how much the supply grows."""
        unlocked = self._settle(now)
        burned = min(shares, self.locked)
        if burned:
            self._schedule(now, self.locked - burned, self._seconds_left(now))
        return -(unlocked + burned)

    def release(self, now: Timestamp) -> int:
        """Unlock everything at once. Return by how much the supply grows."""
        self.ends_at = 0
        return -self._settle(now)

    def _settle(self, now: Timestamp) -> int:
        burned = self.unlocked(now)
        self.locked -= burned
        self.updated_at = now
        if self.locked == 0:
            self.ends_at = self.rate = 0
        return burned

    def _seconds_left(self, now: Timestamp) -> int:
        return max(0, self.ends_at - now)

    def _schedule(self, now: Timestamp, locked: int, duration_seconds: int) -> None:
        self.locked = locked
        if locked == 0:
            self.ends_at = self.rate = 0
            return
        self.ends_at = now + duration_seconds
        self.rate = locked * RATE_SCALE // duration_seconds
