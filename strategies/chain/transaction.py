# SPDX-License-Identifier: Apache-2.0
"""Sign and send. Signing is deterministic, so the same call gives the same bytes."""

from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from strategies.chain.records import SignedCall
from strategies.chain.rpc import Rpc, RpcRefused
from strategies.units import Address, ChainId, TransactionHash, Wei

# A pool of waiting transactions takes a replacement only at a price at least a tenth higher.
BUMP_NUMERATOR, BUMP_DENOMINATOR = 9, 8


@dataclass(frozen=True, slots=True)
class Call:
    """One transaction, all but its signature."""

    chain_id: ChainId
    nonce: int
    target: Address
    data: str
    gas_limit: int
    max_fee_wei: Wei
    priority_fee_wei: Wei


def sign(account: LocalAccount, call: Call) -> SignedCall:
    signed = account.sign_transaction(
        {
            "type": 2,
            "chainId": call.chain_id,
            "nonce": call.nonce,
            "to": call.target,
            "value": 0,
            "data": call.data,
            "gas": call.gas_limit,
            "maxFeePerGas": call.max_fee_wei,
            "maxPriorityFeePerGas": call.priority_fee_wei,
        }
    )
    return SignedCall(
        "0x" + signed.raw_transaction.hex(),
        TransactionHash("0x" + signed.hash.hex()),
        call.max_fee_wei,
        call.priority_fee_wei,
    )


def fees(base_fee_wei: int, priority_fee_wei: int) -> tuple[Wei, Wei]:
    """(max fee, priority fee): room for the base fee to double before we are priced out."""
    return Wei(2 * base_fee_wei + priority_fee_wei), Wei(priority_fee_wei)


def bumped(fee_wei: int) -> Wei:
    return Wei(-(-fee_wei * BUMP_NUMERATOR // BUMP_DENOMINATOR) + 1)


def send_raw(rpc: Rpc, raw: str) -> str:
    """Empty when the server has the transaction, by this call or an earlier one; else why not."""
    try:
        rpc.call("eth_sendRawTransaction", raw)
    except RpcRefused as refused:
        return "" if _is_known(refused.message) else refused.message
    return ""


def _is_known(message: str) -> bool:
    lowered = message.lower()
    return "already known" in lowered or "already imported" in lowered


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the chain says of one transaction hash."""

    is_mined: bool
    is_known: bool
    is_success: bool
    block_number: int
    gas_used: int


def outcomes(rpc: Rpc, hashes: list[str]) -> list[Outcome]:
    requests = []
    for value in hashes:
        requests += [("eth_getTransactionReceipt", [value]), ("eth_getTransactionByHash", [value])]
    answers = rpc.batch(requests)
    for answer in answers:
        if isinstance(answer, RpcRefused):
            raise answer
    return [_outcome(answers[i], answers[i + 1]) for i in range(0, len(answers), 2)]


def _outcome(receipt: dict | None, transaction: dict | None) -> Outcome:
    if receipt is None or receipt.get("blockNumber") is None:
        return Outcome(False, transaction is not None, False, 0, 0)
    return Outcome(
        True,
        True,
        int(receipt["status"], 16) == 1,
        int(receipt["blockNumber"], 16),
        int(receipt["gasUsed"], 16),
    )
