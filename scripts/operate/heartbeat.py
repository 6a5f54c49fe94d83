# SPDX-License-Identifier: Apache-2.0
"""Calls the heartbeat in every block of a chain that does not do so by itself.

python -m scripts.operate.heartbeat

Our own node opens and closes each block with the two calls. On any other they are anybody's, and
come wherever in the block they come: what a price brings about is then not ahead of all users.
"""

import argparse
import time
from pathlib import Path

from strategies.command import OneLineParser, run_as_command

from ..settings import HEARTBEAT_CALLER_INDEX, load_settings
from .chain import Chain, open_chain
from .sending import Intent, Sender

# What our own node gives each of them.
CALL_GAS = 10_000_000
POLL_SECONDS = 0.25
FUNCTIONS = ("open_block", "close_block")


def beat(chain: Chain, sender: Sender) -> int:
    """Send both calls; how many the node took."""
    target = chain.address("Heartbeat")
    intents = [
        Intent(HEARTBEAT_CALLER_INDEX, target, chain.encode("Heartbeat", name), CALL_GAS, name)
        for name in FUNCTIONS
    ]
    return len(sender.send(intents))


def run(arguments: argparse.Namespace) -> int:
    chain = open_chain(arguments.rpc, arguments.deployment)
    sender = Sender(chain.rpc, chain.record.chain_id)
    print("calling open_block and close_block in every block", flush=True)
    beaten = -1
    while True:
        number = chain.rpc.block_number()
        if number == beaten:
            time.sleep(POLL_SECONDS)
            continue
        beaten = number
        if beat(chain, sender) < len(FUNCTIONS):
            print(f"a call after block {number} was not taken; trying again", flush=True)


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    settings = load_settings()
    parser = OneLineParser(prog="heartbeat", description="Call the heartbeat in every block.")
    parser.add_argument("--rpc", default=settings.rpc_url)
    parser.add_argument("--deployment", type=Path, default=settings.deployment_path)
    return parser.parse_args(given)


def main() -> int:
    return run_as_command(lambda: run(parse_arguments()))


if __name__ == "__main__":
    raise SystemExit(main())
