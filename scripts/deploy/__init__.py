# SPDX-License-Identifier: Apache-2.0
"""Deployment by Ape: `ape run deploy all --network <network or URL> --account <alias>`.

One file per subsystem, each also an entry point of its own (`ape run deploy lending ...`).
"""

import os
import sys
from pathlib import Path

# Ape runs these files as the top-level package `deploy`; they import the project's own packages.
_root = str(Path(__file__).resolve().parent.parent.parent)
if _root not in sys.path:
    sys.path.append(_root)

# Ape takes the `vyper` on PATH: the locked one, also when the environment is not activated.
_programs = str(Path(sys.executable).parent)
if _programs not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = _programs + os.pathsep + os.environ.get("PATH", "")
