# SPDX-License-Identifier: Apache-2.0
"""Demo traffic: seeded lenders, borrowers, traders, liquidity providers and stakers.

They are paid test tokens once, at the opening; every yield after that comes from their own trades
and loans, through the contracts.
"""
