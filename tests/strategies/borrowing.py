# SPDX-License-Identifier: Apache-2.0
"""The whole protocol on a real anvil, with one borrower, and the keeper that `headwater run` would be.

Nobody calls the heartbeat unless a test does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import Deployer
from scripts.deploy._record import open_record
from scripts.deploy._signers import open_signer
from scripts.deploy.all import STEPS_OF_ALL
from scripts.devnet.keeper import write_configuration
from scripts.devnet.rpc import Rpc
from scripts.operate.chain import Chain, open_chain
from scripts.operate.publisher import Publisher
from scripts.operate.sending import Intent, Sender
from scripts.settings import CHAIN_ID, DEPLOYER_INDEX, FIRST_ACTOR_INDEX, KEEPER_INDEX
from strategies.chain.journal_reader import JournalReader
from strategies.config import Configuration, load_configuration
from strategies.keeper import session
from strategies.keeper.catalog import read_catalog
from strategies.keeper.loop import Keeper, LoopSettings, no_step
from strategies.model.orders import Kind
from strategies.units import WAD

LENDER, BORROWER, TRADER, EXECUTOR = range(FIRST_ACTOR_INDEX, FIRST_ACTOR_INDEX + 4)
USD, BTC, ETH = 10**6, 10**8, 10**18
DAY = 86_400
FOREVER = 2**256 - 1
CALL_GAS = 3_000_000
SUPPLY, WITHDRAW, BORROW, REPAY = 1, 2, 4, 8

# 15,000 tUSD owed against 10 tETH of 3,000, which count four fifths: health 1.6; of 1.44 once a
# tETH is 2,700.
DEBT, COLLATERAL, FALLEN = 15_000 * USD, 10 * ETH, 2_700
# What takes the pair of two million a side there: sqrt(3,000 / 2,700) of its tETH.
SOLD_TO_FALL = 36 * ETH
TRIGGER_WAD, TARGET_WAD = 15 * WAD // 10, 18 * WAD // 10
SLIPPAGE_BPS, BOUNTY_BPS = 400, 50


def deploy(rpc: Rpc, path: Path) -> None:
    """All but the step that hands ownership to a timelock: a test may change terms at once."""
    record = open_record(path, "devnet", True, rpc)
    deployer = Deployer(rpc, record, open_signer("devnet", True), Artifacts(), lambda _: None)
    for step, body in STEPS_OF_ALL.items():
        if step != "governance":
            body(deployer)
            deployer.finish_step(step)


@dataclass
class Borrowing:
    """Actors are accounts of the devnet's mnemonic."""

    chain: Chain
    sender: Sender
    folder: Path

    # --- What people do ---

    def do(self, actor: int, key: str, function: str, *arguments: Any, gas: int = CALL_GAS) -> dict:
        """One transaction in a block of its own; it must go through."""
        payload = self.chain.encode(self.chain.contract_name(key), function, *arguments)
        intent = Intent(actor, self.chain.address(key), payload, gas, function)
        sent = self.sender.send([intent])
        self.mine()
        (receipt,) = self.sender.receipts(sent)
        assert receipt is not None and int(receipt["status"], 16) == 1, f"{key}.{function}"
        return receipt

    def read(self, key: str, function: str, *arguments: Any) -> Any:
        return self.chain.read([self.chain.view(key, function, *arguments)])[0]

    def mine(self, seconds: int = 1) -> None:
        self.chain.rpc.call("evm_setNextBlockTimestamp", self.now + seconds)
        self.chain.rpc.call("evm_mine")

    def lend_and_borrow(self) -> None:
        usd, eth = self.chain.address("tUSD"), self.chain.address("tETH")
        eth_pool = self.chain.address("LendingPool/eth")
        usd_pool = self.chain.address("LendingPool/usd_core")
        for token, actor, assets in (
            *((usd, LENDER, 10**6 * USD), (eth, BORROWER, 2 * COLLATERAL)),
            (eth, TRADER, 1_000 * ETH),
        ):
            self.do(DEPLOYER_INDEX, "Faucet", "mint_to", token, self.sender.address(actor), assets)
        self.do(LENDER, "tUSD", "approve", usd_pool, FOREVER)
        self.do(LENDER, "LendingPool/usd_core", "deposit", 10**6 * USD, self.sender.address(LENDER))
        self.do(BORROWER, "tETH", "approve", eth_pool, FOREVER)
        self.do(BORROWER, "LendingPool/eth", "deposit", COLLATERAL, self.borrower)
        self.do(BORROWER, "Accounts", "pledge", self.borrower, eth_pool)
        self.do(BORROWER, "LendingPool/usd_core", "borrow", DEBT, self.borrower)

    def hold_bitcoin(self) -> None:
        """One more collateral, of 60,000 dollars."""
        btc, pool = self.chain.address("tBTC"), self.chain.address("LendingPool/btc")
        self.do(DEPLOYER_INDEX, "Faucet", "mint_to", btc, self.borrower, BTC)
        self.do(BORROWER, "tBTC", "approve", pool, BTC)
        self.do(BORROWER, "LendingPool/btc", "deposit", BTC, self.borrower)
        self.do(BORROWER, "Accounts", "pledge", self.borrower, pool)

    def grant(self, action: int = WITHDRAW, key: str = "eth") -> None:
        grant = (FOREVER, self.chain.address("Orders"), self.now + DAY, 0)
        self.do(
            BORROWER, "Operators", "grant", self.borrower, self.chain.address("Orders"), action,
            self.chain.address(f"LendingPool/{key}"), grant,
        )  # fmt: skip

    def set_order(self, **changed: Any) -> None:
        """A stop-loss, but for what is changed."""
        pair, eth = self.chain.address("VolatilePair/eth_usd"), self.chain.address("tETH")
        fields = {
            "account": self.borrower,
            "kind": Kind.STOP_LOSS,
            "pool": self.chain.address("LendingPool/eth"),
            "trigger_wad": TRIGGER_WAD,
            "target_health_wad": TARGET_WAD,
            "assets": COLLATERAL,
            "max_slippage_bps": SLIPPAGE_BPS,
            "bounty_bps": BOUNTY_BPS,
            "expires_at": self.now + DAY,
            "hops": [(pair, eth)],
        }
        self.do(BORROWER, "Orders", "set_order", tuple((fields | changed).values()))

    def fall(self) -> None:
        """The market first, then the publisher; a price counts from the next block on."""
        pair, trader = self.chain.address("VolatilePair/eth_usd"), self.sender.address(TRADER)
        self.do(TRADER, "tETH", "approve", pair, FOREVER)
        eth = self.chain.address("tETH")
        self.do(TRADER, "VolatilePair/eth_usd", "swap", eth, SOLD_TO_FALL, 0, trader)
        publisher = Publisher(self.chain, self.sender)
        self.sender.send([publisher.intent({"tETH": FALLEN * WAD}, self.now + 1)])
        self.mine()
        self.mine()
        assert self.read("PriceOracle", "price_usd_wad", eth) == FALLEN * WAD

    # --- What can be seen ---

    @property
    def now(self) -> int:
        return int(self.chain.rpc.block("latest")["timestamp"], 16)

    @property
    def borrower(self) -> str:
        return self.sender.address(BORROWER)

    @property
    def keeper(self) -> str:
        return self.sender.address(KEEPER_INDEX)

    def health_wad(self) -> int:
        return self.read("Accounts", "health_wad", self.borrower)

    def usd_of(self, account: str) -> int:
        return self.read("tUSD", "balanceOf", account)

    def executions(self) -> list[dict]:
        """`OrderExecuted`, once for each, by whom."""
        logs = self.chain.rpc.call(
            "eth_getLogs", {"fromBlock": "0x0", "address": self.chain.address("Orders")}
        )
        # id, account and executor are indexed; the other events index two at most.
        found = [one for one in logs if len(one["topics"]) == 4]
        return [
            {"executor": "0x" + one["topics"][3][-40:], **_figures(one["data"])} for one in found
        ]

    # --- The keeper ---

    def configuration(self, **lines: str) -> Configuration:
        """The devnet's, but for a line of [keeper], [orders] or [fees]; other policies are off."""
        path = self.folder / "keeper.toml"
        write_configuration(path, self.chain.rpc.url, self.chain.record.path, 0.01, 0)
        kept = [one for one in path.read_text().splitlines() if not one.startswith("policies")]
        at = kept.index("[keeper]") + 1
        kept[at:at] = [lines.get("keeper", 'policies = ["orders"]')]
        for section in ("orders", "fees"):
            kept += [f"[{section}]", lines.get(section, "")]
        path.write_text("\n".join(kept) + "\n", "utf-8")
        return load_configuration(path)

    def tick(self, on_step: Callable[[str], None] = no_step, **lines: str) -> None:
        """What `headwater run --ticks 1` does."""
        configuration = self.configuration(**lines)
        account = session.open_account(configuration)
        connection = session.connect(configuration)
        catalog = read_catalog(
            connection.rpc, connection.shelf, connection.deployment, connection.head
        )
        engine = session.make_engine(configuration, connection, catalog, account.address)
        journal = session.open_journal(
            configuration, connection.deployment, account.address, is_paper=False
        )
        settings = LoopSettings(
            CHAIN_ID, account.address, configuration.fees.priority_fee_wei, 0.01, 20
        )
        keeper = Keeper(
            connection.rpc, journal, connection.shelf, engine, settings, account, on_step
        )
        try:
            keeper.run(lambda: False, max_ticks=1)
        finally:
            journal.close()

    def deliver(self) -> None:
        """The next block, in the same second: what was decided holds to the unit."""
        self.mine(seconds=0)

    def foreseen(self) -> dict[str, int]:
        """The figures of the one action decided."""
        (intent,) = self.intents()
        return {name: int(value) for name, value in json.loads(intent["figures_json"]).items()}

    def intents(self) -> list[dict]:
        return self._rows("SELECT action, status, figures_json, gas_used, error FROM intents")

    def skips(self) -> dict[str, str]:
        """Reason by code."""
        rows = self._rows("SELECT code, reason FROM skips ORDER BY id")
        return {row["code"]: row["reason"] for row in rows}

    def _rows(self, query: str) -> list[dict]:
        reader = JournalReader(self.folder / "journal.sqlite")
        try:
            return reader.rows(query)
        finally:
            reader.close()


def _figures(data: str) -> dict[str, int]:
    words = [int(data[2 + 64 * at : 66 + 64 * at], 16) for at in range(4)]
    return dict(zip(("assets", "bought_assets", "bounty_assets", "health_wad"), words, strict=True))


def again(world: Borrowing, folder: Path) -> Borrowing:
    """The same chain, of which everything after the opening has been undone; no journal yet."""
    return Borrowing(world.chain, Sender(world.chain.rpc, CHAIN_ID), folder)


def open_borrowing(rpc: Rpc, folder: Path) -> Borrowing:
    path = folder / "deployments" / "devnet.json"
    path.parent.mkdir(parents=True)
    deploy(rpc, path)
    chain = open_chain(rpc.url, path)
    world = Borrowing(chain, Sender(chain.rpc, CHAIN_ID), folder)
    world.lend_and_borrow()
    return world
