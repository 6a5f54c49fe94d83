# SPDX-License-Identifier: Apache-2.0
"""A whole devnet on our own node: what is announced there, and what its L1 gives back."""

import json
import os
import subprocess
import sys

from scripts.devnet.rpc import Rpc
from scripts.settings import ROOT
from tests.scripts.waiting import wait_for

CHAIN_PORT, L1_PORT, PAGE_PORT = range(18_680, 18_683)


def test_devnet__on_our_own_node__is_governed_and_rebuilt_from_its_l1(devnet_environment, tmp_path):
    environment = {
        **os.environ,
        **devnet_environment,
        "HEADWATER_CHAIN": "headwater",
        "HEADWATER_CHAIN_PORT": str(CHAIN_PORT),
        "HEADWATER_L1_PORT": str(L1_PORT),
        "HEADWATER_PAGE_PORT": str(PAGE_PORT),
    }
    left_out = [f"--no-{name}" for name in ("publisher", "traffic", "keeper", "page")]
    devnet = subprocess.Popen(
        [sys.executable, "-m", "scripts.up", "--json", *left_out],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = devnet.stdout.readline()
        assert line, devnet.stderr.read()
        state = json.loads(line)["state_dir"]
        chain = Rpc(f"http://127.0.0.1:{CHAIN_PORT}")
        deployed = chain.block_number()

        change = "LendingPool/usd_prime.set_rate_model(AdaptiveRate)"
        govern = [sys.executable, "-m", "scripts.operate.governance", "announce", "--yes", change]
        announced = subprocess.run(
            govern, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
        assert announced.returncode == 0, announced.stdout + announced.stderr
        assert announced.stdout.splitlines()[-1].startswith("announced 0x")

        record = json.loads((tmp_path / "state/deployments/devnet-l1.json").read_text())
        inbox = record["contracts"]["BatchInbox"]["address"]

        def follow():
            command = [
                sys.executable, "-m", "strategies", "follow", "--once", "--confirmations", "0",
                "--l1", f"http://127.0.0.1:{L1_PORT}", "--inbox", inbox,
                "--genesis", f"{state}/chain/node/genesis.json",
            ]  # fmt: skip
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, done.stdout + done.stderr
            number, block_hash = done.stdout.split(":")[0].split()[1:]
            block = chain.call("eth_getBlockByNumber", hex(int(number)), False)
            assert block["hash"] == block_hash
            return int(number)

        wait_for(lambda: follow() >= deployed)
    finally:
        devnet.terminate()
        devnet.communicate(timeout=60)
