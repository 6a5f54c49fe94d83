# SPDX-License-Identifier: Apache-2.0
"""Deployed systems, ready to be driven: contracts, actors with money, prices that tests move."""
