# SPDX-License-Identifier: Apache-2.0
"""`python -m scripts.operate.traffic`: demo traffic on a live devnet until it is stopped."""

import argparse
import random
import time
from pathlib import Path

from strategies.command import OneLineParser, run_as_command

from ...errors import OpeningFailed
from ...settings import load_settings
from ..chain import Chain, open_chain
from ..sending import Sender, Sent
from .cast import build_cast
from .encoding import intent_of
from .flows import LIVE_PACE, plan_moves
from .opening import Opening
from .world import WorldReader

RECEIPT_SECONDS = 60.0
REPORT_EVERY_STEPS = 15


def open_positions(chain: Chain, opening: Opening, sender: Sender) -> int:
    """Play the opening's rounds on a chain that mines by itself; the number of transactions."""
    count = 0
    for plan in opening.rounds:
        intents = plan()
        sent = sender.send(intents)
        if len(sent) < len(intents):
            raise OpeningFailed("the chain refused a transaction of the opening")
        require_success(sent, _wait(sender, sent))
        count += len(sent)
    return count


def require_success(sent: list[Sent], receipts: list[dict]) -> None:
    for one, receipt in zip(sent, receipts, strict=True):
        if int(receipt["status"], 16) != 1:
            raise OpeningFailed(f"{one.intent.label} of actor {one.intent.actor} reverted")


def _wait(sender: Sender, sent: list[Sent]) -> list[dict]:
    deadline = time.monotonic() + RECEIPT_SECONDS
    while time.monotonic() < deadline:
        receipts = sender.receipts(sent)
        if all(receipt is not None for receipt in receipts):
            return [receipt for receipt in receipts if receipt is not None]
        time.sleep(0.3)
    raise OpeningFailed("the opening's transactions are not mined")


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    chain = open_chain(arguments.rpc or settings.rpc_url, arguments.deployment)
    sender = Sender(chain.rpc, chain.record.chain_id)
    cast = build_cast()
    opened = open_positions(chain, Opening(chain, cast, sender), sender)
    print(f"opening: {opened} transactions", flush=True)
    reader = WorldReader(chain, cast, sender)
    step = 0
    print(f"traffic runs: {len(cast.everyone)} actors, seed {arguments.seed}", flush=True)
    counts: dict[str, int] = {}
    while True:
        world = reader.read()
        chance = random.Random(f"{arguments.seed}/{world.block_number}")
        moves = plan_moves(world, cast, LIVE_PACE, chance)
        sent = sender.send([intent_of(chain, sender, move) for move in moves])
        for one in sent:
            kind = one.intent.label.split()[0]
            counts[kind] = counts.get(kind, 0) + 1
        step += 1
        if step % REPORT_EVERY_STEPS == 0:
            shown = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
            print(f"block {world.block_number}: {shown}", flush=True)
            counts = {}
        time.sleep(LIVE_PACE.step_seconds)


def main() -> int:
    parser = OneLineParser(prog="python -m scripts.operate.traffic")
    settings = load_settings()
    parser.add_argument("--rpc", help="the chain's RPC URL")
    parser.add_argument("--deployment", type=Path, default=settings.deployment_path)
    parser.add_argument("--seed", type=int, default=settings.seed)
    arguments = parser.parse_args()
    return run_as_command(lambda: run(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
