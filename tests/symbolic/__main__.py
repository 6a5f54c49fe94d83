# SPDX-License-Identifier: Apache-2.0
"""Both halves, one after the other; the exit status is 0 if all is as expected."""

import subprocess
import sys

from scripts.compiler import ROOT
from tests.symbolic import bytecode

PROVER = ROOT / ".build" / "prove" / "bin" / "python"


def main() -> int:
    if not PROVER.exists():
        print("error: z3 and halmos are not installed; run `make prove`", file=sys.stderr)
        return 2
    integers = subprocess.run((str(PROVER), "-m", "tests.symbolic.integers"), cwd=ROOT).returncode
    return max(integers, bytecode.main())


if __name__ == "__main__":
    sys.exit(main())
