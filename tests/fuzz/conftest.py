# SPDX-License-Identifier: Apache-2.0
"""The same examples in every run; HEADWATER_FUZZ_EXAMPLES says how many."""

import os

from hypothesis import HealthCheck, Phase, settings

from tests.builds import built

__all__ = ["built"]

settings.register_profile(
    "headwater",
    max_examples=int(os.environ.get("HEADWATER_FUZZ_EXAMPLES", "120")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
settings.load_profile("headwater")
