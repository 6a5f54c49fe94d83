# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title units
@license AGPL-3.0-only
@notice The only scales of the house. No other file writes them as literals.
"""

# One, as a fixed-point number: ratios, rates and USD values.
WAD: constant(uint256) = 10**18

# One, in hundredths of a percent: thresholds, fees and bonuses.
BPS: constant(uint256) = 10_000

# 365 days. Annual rates become rates per second by this, down.
SECONDS_PER_YEAR: constant(uint256) = 31_536_000

# Shares and assets that every pool holds in thought and nobody owns: they fix the
# first share price at 1 asset = 10**6 shares and make a donation cost its giver.
VIRTUAL_SHARES: constant(uint256) = 10**6
VIRTUAL_ASSETS: constant(uint256) = 1
