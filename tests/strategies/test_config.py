# SPDX-License-Identifier: Apache-2.0
"""The shown configuration is the default one; what is wrong is one line."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from strategies.cli import main
from strategies.config import SECTIONS, load_configuration
from strategies.errors import EXIT_USAGE

SHOWN = Path(__file__).resolve().parents[2] / "docs" / "keeper.toml"


def test_shown_configuration__has_every_key_at_its_default() -> None:
    configuration = load_configuration(SHOWN)
    lines = SHOWN.read_text("utf-8").splitlines()

    for name, kind in SECTIONS.items():
        section = getattr(configuration, name)
        for one in fields(kind):
            default = one.default
            if one.default_factory is not MISSING:
                default = one.default_factory()
                assert f"[{name}.{one.name}]" in " ".join(lines)
            else:
                assert any(line.startswith(f"{one.name} = ") for line in lines), one.name
            if default is not MISSING:
                assert getattr(section, one.name) == default, f"{name}.{one.name}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"orders"]', '"order"]', "keeper.policies names 'order'; known are compounder,"),
        ("heartbeat_blocks = 5", "heartbeat_blocks = -1", "orders.heartbeat_blocks is -1; give 0"),
        ("expected_gas = 600000", "expected_gas = 6e5", "orders.expected_gas is 600000.0; give a"),
        ("execute_gas = 2000000", "execute_gas = 20", "orders.execute_gas is 20; give 21000 to"),
        ("execute_gas", "execution_gas", "unknown key orders.execution_gas; known here: min_prof"),
        ("[orders]\n", "[order]\n", "unknown key [order]; known here: network, signer"),
        (
            '[orders]\nmin_profit_usd = "0"',
            '[orders]\nmin_profit_usd = "a cent"',
            "orders.min_profit_usd is 'a cent'; give a decimal number",
        ),
    ],
)
def test_configuration_that_is_wrong__is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    text = SHOWN.read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / "keeper.toml"
    path.write_text(text.replace(old, new), "utf-8")

    status = main(["--config", str(path), "run", "--ticks", "1"])

    said = capsys.readouterr()
    assert (status, said.out) == (EXIT_USAGE, "")
    assert said.err.startswith(f"error: {path}: ") and said.err.count("\n") == 1
    assert words in said.err
