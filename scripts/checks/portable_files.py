# SPDX-License-Identifier: Apache-2.0
"""Nothing in the repository names a package registry or a folder of one machine.

A lock that names a host only installs where that host is reached; exact versions and hashes are what
makes an installation repeatable.
"""

import re
from collections.abc import Iterator

from scripts.checks.house import Finding, House

TITLE = "no registry host and no path of one machine in tracked files"

BINARY_SUFFIXES = {".png", ".ico", ".woff2", ".parquet", ".gz", ".svg"}
LOCKS = ("package-lock.json", ".lock")

# Words, not names: whatever the mirror is called, its address holds one of these.
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:registry|pypi|pythonhosted|crates|npmjs|npmmirror)[\w.-]*"
)
MACHINE_PATH = re.compile(r"(?<![\w./$}~-])/(?:root|work|home/[a-z]\w*|tmp/h[w])/\w+")
ADDRESS = re.compile(r"https?://")
# Cargo names its standard index in each entry, whatever mirror is reached, and takes no lock without.
CARGO_SOURCE = re.compile(r'^source = "registry\+[^"]+"$')
RESOLVED = re.compile(r'"resolved"\s*:')


def findings(house: House) -> Iterator[Finding]:
    for path in house.files:
        if path.suffix in BINARY_SUFFIXES:
            continue
        is_lock = path.name.endswith(LOCKS)
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), start=1):
            if path.name == "Cargo.lock" and CARGO_SOURCE.match(line):
                continue
            if REGISTRY.search(line):
                yield house.finding(path, number, "names the host of a package registry")
            elif found := MACHINE_PATH.search(line):
                yield house.finding(path, number, f"names a path of one machine, {found.group()}")
            elif is_lock and RESOLVED.search(line):
                yield house.finding(
                    path, number, "has a `resolved` address; see scripts/devnet/.npmrc"
                )
            elif path.suffix == ".lock" and ADDRESS.search(line):
                yield house.finding(
                    path, number, "has an address; a lock holds versions and hashes"
                )
