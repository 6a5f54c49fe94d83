# SPDX-License-Identifier: Apache-2.0
"""What the checks look at: the files of a checkout, and what a check has to say about them."""

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.compiler import ROOT


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One rule broken at one place."""

    path: str
    line: int
    fact: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.fact}"


@dataclass(frozen=True)
class House:
    """A checkout; the tests of the checks give a folder of their own."""

    root: Path = ROOT

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file that is tracked or would be."""
        if not (self.root / ".git").exists():
            return tuple(sorted(path for path in self.root.rglob("*") if path.is_file()))
        listed = subprocess.run(
            ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        paths = {self.root / name for name in listed.split("\0") if name}
        return tuple(sorted(path for path in paths if path.is_file()))

    @cached_property
    def vyper_files(self) -> tuple[Path, ...]:
        return tuple(
            path
            for path in self.files
            if path.suffix in (".vy", ".vyi") and self.area(path) is not None
        )

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if self.root in path.parents else path.name

    def area(self, path: Path) -> str | None:
        """The folder under contracts/ that holds `path`; None elsewhere."""
        parts = path.relative_to(self.root).parts if self.root in path.parents else ()
        return parts[1] if len(parts) > 2 and parts[0] == "contracts" else None

    def finding(self, path: Path, line: int, fact: str) -> Finding:
        return Finding(self.name(path), line, fact)
