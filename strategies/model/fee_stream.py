# SPDX-License-Identifier: Apache-2.0
"""One token's linear stream from the fee collector to stakers and treasury.

Mirrors the streams of `contracts/staking/FeeCollector.vy`.
"""

from dataclasses import dataclass, replace

from strategies.units import BPS, WAD, Assets, Timestamp


@dataclass(frozen=True, slots=True)
class FeeStream:
    unvested: int = 0  # vests evenly from `last_streamed_at` to `ends_at`
    vested: int = 0  # waits to be paid
    last_streamed_at: int = 0
    ends_at: int = 0

    @property
    def unstreamed(self) -> Assets:
        return Assets(self.unvested + self.vested)

    @property
    def rate_per_second_wad(self) -> int:
        seconds_left = self.ends_at - self.last_streamed_at
        return self.unvested * WAD // seconds_left if seconds_left > 0 else 0

    def vested_at(self, now: Timestamp) -> "FeeStream":
        """The stream with vesting counted up to `now`: in proportion to time, down."""
        until = min(now, self.ends_at)
        if until <= self.last_streamed_at:
            return self
        elapsed_seconds = until - self.last_streamed_at
        vested = self.unvested * elapsed_seconds // (self.ends_at - self.last_streamed_at)
        return FeeStream(self.unvested - vested, self.vested + vested, until, self.ends_at)

    def collected(self, now: Timestamp, arrived: int, stream_seconds: int) -> "FeeStream":
        """The stream once `arrived` joined: its seconds left become the average by assets."""
        if arrived == 0:
            return self
        stream = self.vested_at(now)
        total = stream.unvested + arrived
        seconds_left = stream.ends_at - stream.last_streamed_at
        seconds = (stream.unvested * seconds_left + arrived * stream_seconds) // total
        return FeeStream(total, stream.vested, now, now + seconds)

    def streamed(self, now: Timestamp, staker_share_bps: int) -> tuple["FeeStream", int, int]:
        """Pay what has vested: the stream after it, the stakers' part and the treasury's."""
        stream = self.vested_at(now)
        if stream.vested == 0:
            return self, 0, 0
        to_stakers = stream.vested * staker_share_bps // BPS
        return replace(stream, vested=0), to_stakers, stream.vested - to_stakers
