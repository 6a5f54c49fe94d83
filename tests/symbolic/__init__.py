# SPDX-License-Identifier: Apache-2.0
"""Proofs of the share, interest and liquidation arithmetic: `make prove`.

`integers` proves the formulas for whole numbers of any size with z3; the vectors hold the formulas to
the contracts. `bytecode` has halmos go through every path of the compiled modules for small numbers.
"""
