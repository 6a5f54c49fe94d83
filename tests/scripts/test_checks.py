# SPDX-License-Identifier: Apache-2.0
"""Each check finds what it is there for when it is planted, and is silent when it is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import abi, compiler
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

HEAD = """# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""

SOUND = (
    HEAD
    + '''
held: uint256


@external
def put(assets: uint256) -> uint256:
    """
    @notice Put assets in.
    @custom:reverts "box: zero assets"
    """
    assert assets > 0, "box: zero assets"
    before: uint256 = self._add(assets)
    return before


@internal
def _add(assets: uint256) -> uint256:
    before: uint256 = self.held
    self.held += assets
    return before
'''
)

Plant = Callable[..., House]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    def write(text: str | bytes, path: str = "contracts/lending/Box.vy") -> House:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return House(tmp_path)

    return write


def facts(check, house: House) -> list[str]:
    return [finding.fact for finding in check.findings(house)]


def replaced(old: str, new: str) -> str:
    assert SOUND.count(old) == 1
    return SOUND.replace(old, new)


@pytest.mark.parametrize(
    "check", [compiler_rules, contract_imports, licence_lines, portable_files, revert_reasons]
)
def test_sound_source__is_left_in_peace(check, plant: Plant) -> None:
    assert facts(check, plant(SOUND)) == []


@pytest.mark.parametrize("hidden", [b"\x0c", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\t", b"\r"])
def test_hidden_character__is_found(hidden: bytes, plant: Plant) -> None:
    spoilt = SOUND.encode().replace(b"held: uint256", b"held: uint256 # " + hidden, 1)

    (fact,) = facts(compiler_rules, plant(spoilt))

    assert f"0x{hidden[0]:02x}" in fact


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("return before\n\n\n@int", "return before if assets > 1 else 0\n\n\n@int", "ternary"),
        ("= self._add(assets)", "= 1 + self._add(assets)", "side effect"),
        (
            "assert assets > 0,",
            "assert self._add(assets) >= 0,",
            "side effect",
        ),
        (
            "before: uint256 = self._add(assets)",
            "before: uint256 = 0\n    before += self._add(assets)",
            "side effect",
        ),
        (
            "before: uint256 = self._add(assets)",
            "before: uint256 = 0\n    for i: uint256 in range(self._add(assets), bound=9):\n"
            "        before += i",
            "side effect",
        ),
        ("# pragma evm-version cancun\n", "", "evm-version"),
        ("# pragma nonreentrancy on\n", "", "nonreentrancy on"),
        ("# pragma version 0.4.3\n", "", "pragma version"),
        (
            "# pragma version 0.4.3\n",
            "# pragma version 0.4.3\n# pragma experimental-codegen\n",
            "experimental",
        ),
    ],
)
def test_what_the_compiler_gets_wrong__is_found(
    old: str, new: str, expected: str, plant: Plant
) -> None:
    found = facts(compiler_rules, plant(replaced(old, new)))

    assert len(found) == 1
    assert expected in found[0]


def test_external_call_in_an_event__is_found(plant: Plant) -> None:
    text = SOUND.replace(
        "    return before\n\n\n@int",
        "    log Taken(assets=extcall IERC20(self).approve(self, 1))\n    return before\n\n\n@int",
    ).replace(
        "held: uint256",
        "from ethereum.ercs import IERC20\nevent Taken:\n    assets: bool\nheld: uint256",
    )

    assert ["side effect" in fact for fact in facts(compiler_rules, plant(text))] == [True]


def test_blueprint_without_literal_offset_or_size__is_found(plant: Plant) -> None:
    text = SOUND.replace(
        "before: uint256 = self._add(assets)",
        "made: address = create_from_blueprint(self, code_offset=assets)\n"
        "    before: uint256 = self._add(assets)",
    )

    found = facts(compiler_rules, plant(text))

    assert ["literal" in found[0], ".codesize" in found[1]] == [True, True]


def test_raw_share_transfer__is_found(plant: Plant) -> None:
    imported = (
        "from snekmate.tokens import erc20\nfrom snekmate.auth import ownable\n"
        "initializes: ownable\ninitializes: erc20[ownable := ownable]\n"
        "exports: (erc20.approve, erc20.transfer)\nheld: uint256"
    )

    found = facts(compiler_rules, plant(SOUND.replace("held: uint256", imported, 1)))

    assert ["erc20.transfer raw" in fact for fact in found] == [True]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('    @custom:reverts "box: zero assets"\n', "", "does not list it"),
        ('"box: zero assets"\n    """', '"box: zero shares"\n    """', "nothing raises it"),
        ("    @notice Put assets in.\n", "", "no @notice"),
    ],
)
def test_docstring_that_says_other_than_the_code__is_found(
    old: str, new: str, expected: str, plant: Plant
) -> None:
    assert any(expected in fact for fact in facts(revert_reasons, plant(replaced(old, new))))


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("box: the assets given are nil here", "longer than 32 bytes"),
        ("no assets", "not of the form"),
        ("box: Zero assets", "not of the form"),
        ("box: zero assets.", "not of the form"),
    ],
)
def test_reason_of_another_form__is_found(reason: str, expected: str, plant: Plant) -> None:
    found = facts(revert_reasons, plant(SOUND.replace("box: zero assets", reason)))

    assert any(expected in fact for fact in found)


def test_reason_that_no_test_meets__is_found(plant: Plant) -> None:
    house = plant(SOUND)
    assert facts(tested_reasons, house) == ['no test meets "box: zero assets"']

    test = 'def test_put():\n    with ape.reverts("box: zero assets"):\n        box.put(0)\n'
    assert facts(tested_reasons, plant(test, "tests/test_box.py")) == []


def test_reason_of_a_module__counts_for_the_function_that_reaches_it(plant: Plant) -> None:
    module = (
        "# SPDX-License-Identifier: AGPL-3.0-only\n@internal\n@pure\ndef held(assets: uint256):\n"
        '    assert assets < 9, "box: too many"\n'
    )
    plant(module, "contracts/modules/bounds.vy")
    text = SOUND.replace("held: uint256", "from ..modules import bounds\nheld: uint256", 1)
    text = text.replace(
        "    self.held += assets", "    bounds.held(assets)\n    self.held += assets"
    )

    found = facts(revert_reasons, plant(text))

    assert found == ['put can revert with "box: too many" but does not list it']


def test_import_of_a_neighbour__is_found(plant: Plant) -> None:
    plant(SOUND, "contracts/lending/Other.vy")

    found = facts(
        contract_imports,
        plant(SOUND.replace("held: uint256", "from . import Other\nheld: uint256", 1)),
    )

    assert found == ["lending must not import contracts/lending/Other.vy; use its interface"]


def test_import_of_a_deployable_by_a_module__is_found(plant: Plant) -> None:
    plant(SOUND, "contracts/lending/Other.vy")
    module = "# SPDX-License-Identifier: AGPL-3.0-only\nfrom ..lending import Other\n"

    assert len(facts(contract_imports, plant(module, "contracts/modules/low.vy"))) == 1


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("scripts/up.py", "x = 1\n", "no SPDX line"),
        ("scripts/up.py", "# SPDX-License-Identifier: MIT\n", "says MIT"),
        ("contracts/a/B.vy", "# SPDX-License-Identifier: Apache-2.0\n", "AGPL-3.0-only"),
    ],
)
def test_wrong_licence__is_found(path: str, text: str, expected: str, plant: Plant) -> None:
    (fact,) = facts(licence_lines, plant(text, path))

    assert expected in fact


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.lock", "--index-url https://" + "registry.example.org/simple", "registry"),
        ("b.lock", "pkg @ https://example.org/pkg.whl", "an address"),
        ("x/Cargo.lock", 'source = "git+https://' + 'example.org/crate"', "an address"),
        ("x/package-lock.json", '  "resolved": "a.tgz",', "resolved"),
        ("c.py", "p = '/" + "root/project/file'", "one machine"),
    ],
)
def test_what_ties_to_one_machine__is_found(
    path: str, text: str, expected: str, plant: Plant
) -> None:
    (fact,) = facts(portable_files, plant(text, path))

    assert expected in fact


def test_oversized_contract__is_found() -> None:
    limit = bytecode_size.LIMIT_BYTES

    found = list(bytecode_size.oversized({"Small": limit, "Large": limit + 1}))

    assert [name for name, _ in found] == ["Large"]


def test_stale_size__is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode_size, "sizes", lambda: {"Box": 100})

    stale = facts(bytecode_size, plant("# old\nBox 99\n", bytecode_size.SNAPSHOT))
    fresh = facts(
        bytecode_size, plant(bytecode_size.snapshot_text({"Box": 100}), bytecode_size.SNAPSHOT)
    )

    assert (len(stale), fresh) == (1, [])


def test_changed_abi__is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deployments" / "abi"
    folder.mkdir(parents=True)
    (folder / "Gone.json").write_text("[]\n")
    (folder / "Box.json").write_text("[]\n")
    entry = {"type": "function", "name": "put", "inputs": [], "outputs": []}
    monkeypatch.setattr(abi, "COMMITTED_ABI", folder)
    monkeypatch.setattr(abi, "COMMITTED_BYTECODE", tmp_path / "deployments" / "bytecode")
    monkeypatch.setattr(abi, "wanted_files", lambda: {folder / "Box.json": abi.abi_text((entry,))})

    found = {Path(each.path).name: each.fact for each in artefacts.findings(House(tmp_path))}

    assert found["Gone.json"].startswith("belongs to no contract")
    assert found["Box.json"].startswith("differs")


def test_abi_text__has_one_sorted_entry_a_line() -> None:
    event = {"type": "event", "name": "Put", "inputs": []}
    function = {"type": "function", "name": "a", "inputs": [], "outputs": []}

    lines = abi.abi_text((function, event)).splitlines()

    assert [lines[0], '"Put"' in lines[1], '"a"' in lines[2], lines[3]] == ["[", True, True, "]"]


def test_compiler__finds_every_deployable_by_name() -> None:
    paths = list(compiler.deployables(with_mocks=True))
    names = [Path(path).stem for path in paths]

    assert "lending/LendingPool.vy" in paths
    assert len(names) == len(set(names))


def test_linked_tests__of_a_file_or_a_name_that_is_not_there__are_found(plant: Plant) -> None:
    plant("def test_there():\n    pass\n", "tests/test_some.py")
    house = plant(
        "[test_there](../tests/test_some.py)\n[test_gone](../tests/test_some.py)\n"
        "[test_there](../tests/test_none.py)\n",
        "docs/comparison.md",
    )

    assert [(each.line, each.fact) for each in linked_tests.findings(house)] == [
        (2, "../tests/test_some.py holds no test_gone"),
        (3, "../tests/test_none.py is not there"),
    ]
