# SPDX-License-Identifier: Apache-2.0
"""What is noted of every block while a replay runs: unhealthy accounts, the keeper's transactions."""

from dataclasses import dataclass, field
from typing import Any

from eth_utils import keccak

from ..devnet.rpc import RpcRefused
from ..operate.chain import Chain

# An account that is unhealthy at the end of block N is healthy or liquidated by the end of N + 2.
LIQUIDATION_DELAY_BLOCKS = 2
WAD = 10**18
MAX_DEBTORS = 100
LIQUIDATED_TOPIC = (
    "0x" + keccak(b"Liquidated(address,address,address,uint256,uint256,uint256)").hex()
)
BAD_DEBT_TOPIC = "0x" + keccak(b"BadDebtRecognized(address,uint256)").hex()


@dataclass(frozen=True, slots=True)
class Lateness:
    """An account that was left unhealthy too long."""

    account: str
    since_block: int
    blocks: int
    health: float


@dataclass(slots=True)
class HealthWatch:
    """Follows every debtor's health from block to block."""

    chain: Chain
    liquidations: int = 0
    bad_debts: int = 0
    longest_blocks: int = 0
    unhealthy_seen: int = 0
    late: list[Lateness] = field(default_factory=list)
    _since: dict[str, int] = field(default_factory=dict)

    def note(self, block_number: int) -> None:
        for account in self._liquidated(block_number):
            self._since.pop(account, None)
        debtors = self.chain.read([self.chain.view("Accounts", "debtors", 0, MAX_DEBTORS)],
                                  block_number)[0]  # fmt: skip
        healths = self.chain.read_outcomes(
            [self.chain.view("Accounts", "health_wad", account) for account in debtors],
            block_number,
        )
        for account, health in zip(debtors, healths, strict=True):
            if isinstance(health, RpcRefused) or health >= WAD:
                self._since.pop(account, None)
                continue
            self.unhealthy_seen += account not in self._since
            since = self._since.setdefault(account, block_number)
            blocks = block_number - since
            self.longest_blocks = max(self.longest_blocks, blocks)
            if blocks > LIQUIDATION_DELAY_BLOCKS:
                self.late.append(Lateness(account, since, blocks, health / WAD))
        for account in set(self._since) - set(debtors):
            del self._since[account]

    def _liquidated(self, block_number: int) -> list[str]:
        tag = hex(block_number)
        logs = self.chain.rpc.call(
            "eth_getLogs",
            {"fromBlock": tag, "toBlock": tag, "topics": [[LIQUIDATED_TOPIC, BAD_DEBT_TOPIC]]},
        )
        accounts = []
        for log in logs:
            is_liquidation = log["topics"][0] == LIQUIDATED_TOPIC
            self.liquidations += is_liquidation
            self.bad_debts += not is_liquidation
            if is_liquidation:
                accounts.append(_address(log["topics"][2]))
        return accounts


@dataclass(slots=True)
class KeeperWatch:
    """Every transaction of the keeper that the chain has, in order."""

    keeper: str
    hashes: list[str] = field(default_factory=list)
    blocks: dict[str, int] = field(default_factory=dict)

    def note(self, block: dict[str, Any]) -> int:
        """Take a block with its whole transactions; how many transactions it has."""
        for transaction in block["transactions"]:
            if transaction["from"].lower() == self.keeper.lower():
                self.hashes.append(transaction["hash"])
                self.blocks[transaction["hash"]] = int(block["number"], 16)
        return len(block["transactions"])


def _address(topic: str) -> str:
    from eth_utils import to_checksum_address

    return to_checksum_address("0x" + topic[-40:])
