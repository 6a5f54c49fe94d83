# SPDX-License-Identifier: Apache-2.0
"""The contracts again, in integers: equal to the wei, without chain, clock or files.

`tests/fuzz` holds every function here to the compiled contract on random inputs, and
`tests/vectors` holds both, and the page, to the same checked-in cases.
"""
