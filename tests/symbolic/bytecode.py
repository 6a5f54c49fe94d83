# SPDX-License-Identifier: Apache-2.0
"""Have halmos go through the bytecode of harness.vy: `python -m tests.symbolic.bytecode`.

halmos asks forge to build and then reads JSON. There is nothing to build: the artefact is written
here, and what stands for forge succeeds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts import compiler
from scripts.compiler import ROOT

FOLDER = ROOT / ".build" / "symbolic"
HALMOS = ROOT / ".build" / "prove" / "bin" / "halmos"
HARNESS = Path(__file__).with_name("harness.vy")
# Where it stands for the compiler, so that it may import the modules.
STANDS_AT = "mocks/Harness.vy"
NAME = "Harness"

# Names of checks that are false on purpose begin so.
PLANTED = "check_false"
SECONDS = os.environ.get("HEADWATER_PROVE_SECONDS", "120")

# halmos' own: all paths hold, and a counterexample was found.
PASSED, REFUTED = 0, 1


def write_artefact() -> None:
    from vyper.compiler import compile_from_file_input

    sources = compiler.closure({STANDS_AT: HARNESS.read_text()})
    with compiler.laid_out(sources, "none") as layout:
        made = compile_from_file_input(
            layout.bundle.load_file(layout.folder / STANDS_AT),
            input_bundle=layout.bundle,
            output_formats=["abi", "bytecode", "bytecode_runtime", "method_identifiers"],
            settings=layout.settings,
        )
    folder = FOLDER / "out" / f"{NAME}.sol"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.json").write_text(json.dumps(artefact(made)))
    forge = FOLDER / "bin" / "forge"
    forge.parent.mkdir(exist_ok=True)
    forge.write_text("#!/bin/sh\nexit 0\n")
    forge.chmod(0o755)


def artefact(made: dict[str, Any]) -> dict[str, Any]:
    """What forge would have written of a contract."""
    return {
        "abi": made["abi"],
        "bytecode": {"object": made["bytecode"], "linkReferences": {}},
        "deployedBytecode": {"object": made["bytecode_runtime"], "linkReferences": {}},
        "methodIdentifiers": {
            name: selector.removeprefix("0x")
            for name, selector in made["method_identifiers"].items()
        },
        "metadata": {"compiler": {"version": "0.4.3"}},
        "id": 0,
        "ast": {
            "absolutePath": HARNESS.name,
            "nodes": [{"nodeType": "ContractDefinition", "name": NAME, "contractKind": "contract"}],
        },
    }


def run_halmos() -> list[dict[str, Any]]:
    result = FOLDER / "result.json"
    result.unlink(missing_ok=True)
    path = os.pathsep.join([str(FOLDER / "bin"), str(HALMOS.parent), os.environ["PATH"]])
    done = subprocess.run(
        (
            *(str(HALMOS), "--root", str(FOLDER), "--contract", NAME, "--no-status"),
            *("--storage-layout", "generic", "--solver", "yices"),
            *("--solver-timeout-assertion", f"{SECONDS}s", "--json-output", str(result)),
        ),
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    if not result.exists():
        raise RuntimeError(f"halmos wrote no result:\n{done.stdout}\n{done.stderr}")
    (checks,) = json.loads(result.read_text())["test_results"].values()
    return checks


def main() -> int:
    if not HALMOS.exists():
        print("error: halmos is not installed; run `make prove`", file=sys.stderr)
        return 2
    write_artefact()
    print("halmos, every path of the unoptimised bytecode, numbers of the types given:")
    checks, wrong = run_halmos(), 0
    for check in checks:
        expected = REFUTED if check["name"].startswith(PLANTED) else PASSED
        names = {PASSED: "proven", REFUTED: "refuted"}
        verdict = names.get(check["exitcode"], "unknown")
        is_wrong = check["exitcode"] != expected
        wrong += is_wrong
        mark = f"  <-- {names[expected]} is expected" if is_wrong else ""
        print(f"  {verdict:<8}           {check['name']}{mark}")
    print(f"bytecode: {len(checks)} checks, {wrong} not as expected")
    return int(wrong > 0 or not checks)


if __name__ == "__main__":
    sys.exit(main())
