# SPDX-License-Identifier: Apache-2.0
"""Bad input to the commands: one clear line, exit status not 0, nothing half-done."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.settings import ROOT
from tests.scripts.conftest import CHAIN_PORT, PAGE_PORT, REPLAY_PORT
from tests.scripts.waiting import assert_one_line_error

APE = Path(sys.executable).parent / "ape"


@pytest.fixture
def take_port():
    sockets = []

    def take(port: int) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        sockets.append(listener)

    yield take
    for listener in sockets:
        listener.close()


def nothing_started(environment: dict[str, str]) -> bool:
    return not (Path(environment["HEADWATER_STATE_DIR"]) / "chain").exists()


@pytest.mark.parametrize(
    ("port", "setting"),
    [(CHAIN_PORT, "HEADWATER_CHAIN_PORT"), (PAGE_PORT, "HEADWATER_PAGE_PORT")],
)
def test_up__port_in_use__names_port_and_setting(
    run_module, take_port, devnet_environment, port, setting
):
    take_port(port)

    done = run_module("scripts.up")

    assert_one_line_error(done, str(port), setting)
    assert nothing_started(devnet_environment)


def test_up__unknown_node__is_refused(run_module, devnet_environment):
    assert_one_line_error(run_module("scripts.up", HEADWATER_CHAIN="geth"), "geth", "anvil")
    assert nothing_started(devnet_environment)


def test_up__opening_price_beyond_the_oracle__is_refused_before_anything_starts(
    run_module, devnet_environment
):
    done = run_module("scripts.up", HEADWATER_OPENING_PRICES="tETH=1000000000001")

    assert_one_line_error(done, "the price of tETH", "at most 1,000,000,000,000")
    assert nothing_started(devnet_environment)


def test_up__state_folder_that_cannot_be_made__is_one_line(run_module):
    done = run_module("scripts.up", HEADWATER_STATE_DIR="/proc/1/headwater")

    assert_one_line_error(done, "/proc/1/headwater")


def test_up__page_not_built__says_how(run_module, devnet_environment, tmp_path):
    done = run_module("scripts.up", HEADWATER_PAGE_FOLDER=str(tmp_path / "absent"))

    assert_one_line_error(done, "the built page", "npm run build")
    assert nothing_started(devnet_environment)


def test_up__bad_prices__are_refused_before_anything_starts(
    run_module, devnet_environment, tmp_path
):
    path = tmp_path / "ETH.csv"
    path.write_text("time,volume\n1,2\n3,4\n")

    done = run_module("scripts.up", "--prices", str(path))

    assert_one_line_error(done, "has no column close or price")
    assert nothing_started(devnet_environment)


@pytest.mark.parametrize("module", ["scripts.up", "scripts.down", "scripts.reset",
                                    "scripts.replay", "scripts.operate.publisher"])  # fmt: skip
def test_command__unknown_flag__is_refused(run_module, module):
    done = run_module(module, "--frobnicate")

    assert done.returncode == 2
    assert_one_line_error(done, "--frobnicate", "--help")


def test_down__nothing_running__says_so(run_module):
    done = run_module("scripts.down")

    assert done.returncode == 0
    assert "nothing of this devnet is running" in done.stdout


def test_reset__folder_with_other_things__is_left_alone(run_module, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "letters.txt").write_text("dear")

    done = run_module("scripts.reset", HEADWATER_STATE_DIR=str(folder))

    assert_one_line_error(done, "letters.txt")
    assert (folder / "letters.txt").exists()


def test_publisher__unreachable_rpc__is_one_line(run_module, tmp_path):
    done = run_module("scripts.operate.publisher", "--rpc", f"http://127.0.0.1:{CHAIN_PORT}")

    assert_one_line_error(done, f"http://127.0.0.1:{CHAIN_PORT}", "no chain answers")


def test_publisher__rpc_that_is_no_url__is_one_line(run_module):
    assert_one_line_error(
        run_module("scripts.operate.publisher", "--rpc", "localhost"), "localhost"
    )


@pytest.mark.parametrize(
    "price",
    [
        "tETH=0",
        "tETH=-5",
        "tETH=cheap",
        "tDOGE=1",
        "tETH",
        "tETH=1000000000001",
        "tETH=" + "9" * 5_000,
    ],
)
def test_publisher__price_by_hand_that_is_none__is_refused(run_module, price):
    assert_one_line_error(run_module("scripts.operate.publisher", "--set", price))


def test_publisher__file_of_another_chain__is_refused(run_module, start_chain, tmp_path):
    rpc = start_chain()
    path = tmp_path / "devnet.json"
    content = {
        "schema": 1, "network": "devnet", "chain_id": rpc.chain_id(), "genesis_hash": "0x" + "1" * 64,
        "is_devnet": True, "rpc_url": rpc.url, "block": 1, "contracts": {}, "steps": [],
    }  # fmt: skip
    path.write_text(json.dumps(content))

    done = run_module("scripts.operate.publisher", "--rpc", rpc.url, "--deployment", str(path))

    assert_one_line_error(done, "is of another chain", "the first block", "make reset")


def test_replay__port_in_use__names_port_and_setting(run_module, take_port):
    take_port(REPLAY_PORT)

    assert_one_line_error(run_module("scripts.replay"), str(REPLAY_PORT), "HEADWATER_REPLAY_PORT")


def test_replay__price_file_with_a_gap__says_where(run_module, tmp_path):
    path = tmp_path / "ETH.csv"
    rows = [f"2021-05-10 {hour:02d}:00,4000" for hour in range(24) if hour not in (5, 6)]
    path.write_text("\n".join(["date,price", *rows]))

    done = run_module("scripts.replay", "--prices", str(path))

    assert_one_line_error(done, "2 prices are missing between 2021-05-10 04:00", "--fill")


def test_replay__days_in_the_wrong_order__are_refused(run_module):
    done = run_module("scripts.replay", "--from", "2021-05-25", "--to", "2021-05-10")

    assert_one_line_error(done, "--to", "a day after --from 2021-05-25")


# --- Deployment by Ape ---


def ape_deploy(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(APE), "run", "deploy", "all", *arguments, "--out", str(tmp_path / "out.json")],
        cwd=ROOT,
        env={**os.environ, "APE_DATA_FOLDER": str(tmp_path / "ape"), **environment},
        capture_output=True,
        text=True,
        timeout=240,
        stdin=subprocess.DEVNULL,
    )


def assert_error_of_ape(done: subprocess.CompletedProcess, *words: str) -> None:
    """Ape may warn before; what it ends with is our one line."""
    assert done.returncode not in (0, 1), done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    for word in words:
        assert word in errors[0]
    assert "Traceback" not in done.stderr


def test_ape_run_deploy__unreachable_rpc__is_one_line(tmp_path):
    done = ape_deploy(tmp_path, "--network", f"http://127.0.0.1:{CHAIN_PORT}")

    assert_error_of_ape(done, f"http://127.0.0.1:{CHAIN_PORT}", "no chain answers")
    assert not (tmp_path / "out.json").exists()


def test_ape_run_deploy__missing_account_and_wrong_password__are_one_line(tmp_path, start_chain):
    rpc = start_chain(chain_id=31)
    keystores = tmp_path / "ape" / "accounts"
    keystores.mkdir(parents=True)
    _write_keystore(keystores / "someone.json", "right")

    missing = ape_deploy(tmp_path, "--network", rpc.url, "--account", "nobody")
    wrong = ape_deploy(
        tmp_path, "--network", rpc.url, "--account", "someone", HEADWATER_ACCOUNT_PASSWORD="wrong"
    )

    assert_error_of_ape(missing, "nobody", "no account of this name")
    assert_error_of_ape(wrong, "someone", "the password is wrong")
    assert not (tmp_path / "out.json").exists()
    assert rpc.block_number() == 0


def _write_keystore(path: Path, password: str) -> None:
    from eth_account import Account

    document = Account.encrypt(b"\x01" * 32, password, kdf="pbkdf2", iterations=1_000)
    path.write_text(json.dumps(document))
