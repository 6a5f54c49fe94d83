# SPDX-License-Identifier: Apache-2.0
"""Many contract reads at one block, in one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.chain.contract import Abi
from strategies.chain.rpc import Rpc, RpcRefused
from strategies.errors import RpcAnswerInvalid
from strategies.units import Address, BlockHash, BlockNumber, BlockReference, Timestamp, Wei


@dataclass(frozen=True, slots=True)
class Read:
    target: Address
    abi: Abi
    function: str
    arguments: tuple = ()


@dataclass(frozen=True, slots=True)
class ReadRefused:
    """The contract reverted, which for some reads is an answer (a stale price, say)."""

    function: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockHead:
    reference: BlockReference
    base_fee_wei: Wei


def read_head(rpc: Rpc, tag: str) -> BlockHead:
    block = rpc.call("eth_getBlockByNumber", tag, False)
    if block is None:
        raise RpcAnswerInvalid(rpc.rpc_url, "eth_getBlockByNumber", f"there is no block {tag}")
    reference = BlockReference(
        BlockNumber(int(block["number"], 16)),
        BlockHash(block["hash"]),
        Timestamp(int(block["timestamp"], 16)),
    )
    return BlockHead(reference, Wei(int(block.get("baseFeePerGas") or "0x0", 16)))


def block_hash(rpc: Rpc, number: int) -> str | None:
    block = rpc.call("eth_getBlockByNumber", hex(number), False)
    return None if block is None else block["hash"]


def read_many(rpc: Rpc, block: BlockReference, reads: Sequence[Read]) -> list:
    """Answers in order; a revert answers with `ReadRefused`."""
    tag = hex(block.number)
    calls = [
        (
            "eth_call",
            [{"to": read.target, "data": read.abi.encode(read.function, read.arguments)}, tag],
        )
        for read in reads
    ]
    return [
        _answer(rpc, read, result) for read, result in zip(reads, rpc.batch(calls), strict=True)
    ]


def read_account(rpc: Rpc, block: BlockReference, account: Address) -> tuple[Wei, int]:
    """(gas money, nonce) at the block."""
    tag = hex(block.number)
    answers = rpc.batch(
        [("eth_getBalance", [account, tag]), ("eth_getTransactionCount", [account, tag])]
    )
    for answer in answers:
        if isinstance(answer, RpcRefused):
            raise answer
    return Wei(int(answers[0], 16)), int(answers[1], 16)


def _answer(rpc: Rpc, read: Read, result):
    if isinstance(result, RpcRefused):
        if is_revert(result):
            return ReadRefused(read.function, result.reason)
        raise result
    if result == "0x" and read.abi.has(read.function):
        raise RpcAnswerInvalid(
            rpc.rpc_url, f"{read.abi.name}.{read.function}", f"no contract at {read.target}"
        )
    return read.abi.decode(read.function, len(read.arguments), result)


def is_revert(refused: RpcRefused) -> bool:
    """Servers differ in the code (3, -32000, -32015); all say revert in words."""
    return refused.code == 3 or "revert" in refused.message.lower() or bool(refused.data)
