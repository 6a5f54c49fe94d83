# SPDX-License-Identifier: Apache-2.0
"""`headwater node` and `headwater follow`: the chain's own program, under the one command's name.

The program is Rust and is replaced by nothing of Python: this process becomes it.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from strategies.errors import ProgramMissing

# Each command of ours, with the program's own.
COMMANDS = {
    "node": ("run", "order, execute and serve a chain"),
    "follow": ("follow", "rebuild a chain from the L1 alone and check every block"),
}
PROGRAM_VARIABLE = "HEADWATER_NODE"
BUILT = Path(__file__).resolve().parent.parent / "appchain/target/release/headwater-node"


def program_path() -> Path:
    """The program that HEADWATER_NODE names, or the one that `make node` builds."""
    path = Path(os.environ.get(PROGRAM_VARIABLE) or BUILT)
    if not path.is_file():
        raise ProgramMissing(str(path), f"run `make node`, or set {PROGRAM_VARIABLE}")
    return path


def become_node(command: str, arguments: Sequence[str]) -> NoReturn:
    """Run the program in this process's place."""
    path = program_path()
    os.execv(path, [path.name, COMMANDS[command][0], *arguments])
