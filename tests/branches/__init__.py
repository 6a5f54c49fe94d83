# SPDX-License-Identifier: Apache-2.0
"""Which lines and which outcomes of each decision the tests reach, per test.

`make coverage` prints what no test reaches; `make mutants` reads from the same figures which tests may
notice a defect in a line. A probe is compiled in before each line and on both ways out of each `if`,
`assert`, `and`, `or` and `for`: it looks at an account that nobody else looks at, and the in-process
EVM remembers every account looked at, also by a call that reverted.
"""
