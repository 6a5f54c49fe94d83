# SPDX-License-Identifier: Apache-2.0
"""Files that are whole or absent, whatever stops us."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from strategies.errors import FileMalformed


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace `path` by `text` in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any) -> None:
    write_whole(path, json.dumps(content, indent=1) + "\n")


def read_json(path: Path) -> Any:
    """The parsed file, or None where there is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return json.loads(text)
    except ValueError as failure:
        raise FileMalformed(
            str(path), f"is not JSON ({failure}); remove or restore it"
        ) from failure
