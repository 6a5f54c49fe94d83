# SPDX-License-Identifier: Apache-2.0
"""The price publisher: signs prices (EIP-712) and carries them to the feed.

python -m scripts.operate.publisher                      a seeded walk, and says so
python -m scripts.operate.publisher --prices FOLDER      a real history, one row a step
python -m scripts.operate.publisher --set tETH=1500      one publication by hand
"""

import argparse
import random
import time
from pathlib import Path

from strategies.command import OneLineParser, run_as_command

from ..deploy._parameters import price_usd_wad
from ..devnet.accounts import devnet_account
from ..devnet.files import read_json, write_json
from ..devnet.publication import Report, publication_digest
from ..devnet.transactions import FastSigner
from ..errors import DeploymentFailed, SettingInvalid
from ..settings import PUBLISHER_INDEX, load_settings
from .chain import Chain, open_chain
from .prices import (
    DEMO_WALK,
    History,
    asset_of_file,
    find_file,
    next_walk_price,
    parse_range,
    read_history,
)
from .sending import Intent, Sender

PUBLISH_GAS = 400_000
ASSETS = ("tUSD", "tBTC", "tETH")
WAD = 10**18


class Publisher:
    """Signs as the devnet's publisher, sends from the same account."""

    def __init__(self, chain: Chain, sender: Sender) -> None:
        self._chain = chain
        self._sender = sender
        self._signer = FastSigner(bytes(devnet_account(PUBLISHER_INDEX).key))
        self._feed = chain.address("PublisherFeed")

    def intent(self, prices_usd_wad: dict[str, int], observed_at: int) -> Intent:
        reports = [
            Report(self._chain.address(asset), price, observed_at)
            for asset, price in prices_usd_wad.items()
        ]
        digest = publication_digest(self._chain.record.chain_id, self._feed, reports)
        payload = self._chain.encode(
            "PublisherFeed",
            "publish",
            [report.as_tuple() for report in reports],
            [self._signer.sign_digest(digest)],
        )
        label = " ".join(f"{asset} {price / WAD:.2f}" for asset, price in prices_usd_wad.items())
        return Intent(PUBLISHER_INDEX, self._feed, payload, PUBLISH_GAS, f"publish {label}")

    def publish(self, prices_usd_wad: dict[str, int], observed_at: int) -> bool:
        """Send one publication; True when the chain took it."""
        sent = self._sender.send([self.intent(prices_usd_wad, observed_at)])
        if not sent:
            return False
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            (receipt,) = self._sender.receipts(sent)
            if receipt is not None:
                return int(receipt["status"], 16) == 1
            time.sleep(0.1)
        return False

    def newest(self) -> dict[str, tuple[int, int]]:
        """(price, observed at) of each asset on the chain, whether or not it counts yet."""
        answers = self._chain.read(
            [
                self._chain.view("PublisherFeed", "newest", self._chain.address(asset))
                for asset in ASSETS
            ]
        )
        return dict(zip(ASSETS, answers, strict=True))

    def next_time(self) -> int:
        """A time that the feed takes: not before the last report, not after the next block."""
        block = self._chain.rpc.block("latest") or {}
        newest = max(observed_at for _, observed_at in self.newest().values())
        return max(int(block["timestamp"], 16), newest + 1)


# --- Sources ---


class WalkSource:
    """A synthetic price; its state is the price on the chain, so that a restart goes on."""

    def __init__(self, seed: int, anchors_usd_wad: dict[str, int]) -> None:
        self._seed = seed
        self._anchors = anchors_usd_wad

    def describe(self) -> str:
        return f"synthetic prices, seed {self._seed}: no market made them"

    def next_prices(self, latest: dict[str, tuple[int, int]]) -> dict[str, int]:
        prices = {"tUSD": WAD}
        for asset, anchor in self._anchors.items():
            price, observed_at = latest[asset]
            chance = random.Random(f"{self._seed}/{asset}/{observed_at}")
            prices[asset] = next_walk_price(price or anchor, anchor, DEMO_WALK, chance)
        return prices


class HistorySource:
    """Real histories, one row a publication, from the start again after the last; what has no
    history walks."""

    def __init__(self, histories: dict[str, History], walk: WalkSource, state_path: Path) -> None:
        self._histories = histories
        self._walk = walk
        self._state_path = state_path
        state = read_json(state_path) or {}
        self._origins = {asset: history.origin for asset, history in histories.items()}
        self._row = state.get("row", 0) if state.get("origins") == self._origins else 0

    def describe(self) -> str:
        real = ", ".join(f"{asset} from {origin}" for asset, origin in self._origins.items())
        walking = [asset for asset in ("tBTC", "tETH") if asset not in self._histories]
        if not walking:
            return real
        return f"{real}; {', '.join(walking)}: {self._walk.describe()}"

    def next_prices(self, latest: dict[str, tuple[int, int]]) -> dict[str, int]:
        prices = self._walk.next_prices(latest)
        for asset, history in self._histories.items():
            prices[asset] = history.prices_usd_wad[self._row % len(history)]
        self._row += 1
        write_json(self._state_path, {"origins": self._origins, "row": self._row})
        return prices


def load_histories(
    prices: Path | None,
    prices_btc: Path | None,
    start: int | None,
    end: int | None,
    fills_gaps: bool,
) -> dict[str, History]:
    """The histories of a folder or of one or two files; an asset without a file is left out."""
    histories: dict[str, History] = {}
    if prices is not None and prices.is_file():
        asset = asset_of_file(prices, "tETH")
        histories[asset] = read_history(prices, asset, start, end, fills_gaps)
    elif prices is not None:
        for asset in ("tETH", "tBTC"):
            path = find_file(prices, asset)
            if path is not None:
                histories[asset] = read_history(path, asset, start, end, fills_gaps)
        if not histories:
            raise SettingInvalid("--prices", str(prices), "a folder with a BTC or an ETH file")
    if prices_btc is not None:
        found = find_file(prices_btc, "tBTC")
        histories["tBTC"] = read_history(found or prices_btc, "tBTC", start, end, fills_gaps)
    return histories


# --- Command ---


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    chosen = {}
    for part in arguments.set or []:
        asset, _, price = part.partition("=")
        if asset not in ASSETS:
            raise SettingInvalid("--set", part, "tETH=1500, tBTC=... or tUSD=...")
        chosen[asset] = price_usd_wad(asset, price)
    start, end = parse_range(arguments.start, arguments.end)
    histories = load_histories(arguments.prices, arguments.prices_btc, start, end, arguments.fill)

    chain = open_chain(arguments.rpc or settings.rpc_url, arguments.deployment)
    publisher = Publisher(chain, Sender(chain.rpc, chain.record.chain_id))
    if chosen:
        return _publish_once(publisher, chosen)

    latest = publisher.newest()
    walk = WalkSource(settings.seed, {asset: _anchor(asset, latest) for asset in ("tBTC", "tETH")})
    source = (
        HistorySource(histories, walk, settings.state_dir / "publisher.json") if histories else walk
    )
    print(f"publishing every {arguments.every_seconds:g} s: {source.describe()}", flush=True)
    while True:
        prices = source.next_prices(publisher.newest())
        if publisher.publish(prices, publisher.next_time()):
            shown = ", ".join(f"{asset} {price / WAD:,.2f}" for asset, price in prices.items())
            print(f"published {shown}", flush=True)
        else:
            print("a publication was not taken; trying again", flush=True)
        time.sleep(arguments.every_seconds)


def _anchor(asset: str, latest: dict[str, tuple[int, int]]) -> int:
    from ..deploy._parameters import opening_prices_usd_wad

    return opening_prices_usd_wad()[asset] if latest[asset][0] else WAD


def _publish_once(publisher: Publisher, chosen: dict[str, int]) -> int:
    """Publish the chosen prices, and the others again, so that none of them goes stale."""
    latest = publisher.newest()
    prices = {asset: chosen.get(asset, latest[asset][0]) for asset in ASSETS}
    prices = {asset: price for asset, price in prices.items() if price > 0}
    if not publisher.publish(prices, publisher.next_time()):
        raise DeploymentFailed("the feed did not take the prices")
    print(", ".join(f"{asset} {price / WAD:,.2f}" for asset, price in prices.items()))
    return 0


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="python -m scripts.operate.publisher", description="Publish signed prices."
    )
    parser.add_argument("--rpc", help="the chain's RPC URL")
    parser.add_argument("--deployment", type=Path, default=load_settings().deployment_path)
    parser.add_argument("--prices", type=Path, help="CSV or Parquet file, or a folder of them")
    parser.add_argument("--prices-btc", type=Path, help="a file for tBTC beside --prices for tETH")
    parser.add_argument("--from", dest="start", help="first day, such as 2021-05-10")
    parser.add_argument("--to", dest="end", help="the day after the last")
    parser.add_argument("--fill", action="store_true", help="carry the last price over gaps")
    parser.add_argument("--every-seconds", type=float, default=5.0)
    parser.add_argument("--set", action="append", metavar="ASSET=PRICE", help="publish once, end")
    return parser.parse_args(given)


def main() -> int:
    return run_as_command(lambda: run(parse_arguments()))


if __name__ == "__main__":
    raise SystemExit(main())
