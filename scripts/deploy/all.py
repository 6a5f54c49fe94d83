# SPDX-License-Identifier: Apache-2.0
"""Every subsystem in order; a second run changes nothing, a run that was cut off goes on."""

from scripts.deploy import (
    boundary,
    exchange,
    governance,
    lending,
    lens,
    oracle,
    staking,
    tokens,
    vaults,
)
from scripts.deploy._entry import deployment_command

STEPS_OF_ALL = {
    "tokens": tokens.deploy,
    "staking": staking.deploy,
    "oracle": oracle.deploy,
    "lending": lending.deploy,
    "exchange": exchange.deploy,
    "vaults": vaults.deploy,
    "boundary": boundary.deploy,
    "lens": lens.deploy,
    "governance": governance.deploy,
}

cli = deployment_command("all", STEPS_OF_ALL)
