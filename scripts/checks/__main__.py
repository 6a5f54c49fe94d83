# SPDX-License-Identifier: Apache-2.0
"""Run every check, one line each, and what it found below."""

import sys
import time

from scripts.checks import (
    artefacts,
    bytecode_size,
    compiler_rules,
    contract_imports,
    licence_lines,
    linked_tests,
    portable_files,
    revert_reasons,
    tested_reasons,
)
from scripts.checks.house import House

CHECKS = (
    licence_lines,
    portable_files,
    contract_imports,
    compiler_rules,
    revert_reasons,
    tested_reasons,
    linked_tests,
    bytecode_size,
    artefacts,
)


def main() -> int:
    house = House()
    failed = 0
    for check in CHECKS:
        started = time.monotonic()
        found = sorted(check.findings(house))
        failed += bool(found)
        verdict = f"{len(found)} found" if found else "ok"
        print(f"{check.TITLE}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        for finding in found:
            print(f"  {finding}", flush=True)
    print(f"{len(CHECKS) - failed} checks passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
