# SPDX-License-Identifier: Apache-2.0
"""The engine's only door to the network and to its own record: reads, sends, journal.

Nothing is imported here, so that the command line answers `--help` without loading web3.
"""
