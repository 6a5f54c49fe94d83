# SPDX-License-Identifier: Apache-2.0
"""Send one transaction to the timelock, and wait until its block is closed."""

import time
from typing import Any

from strategies.chain.rpc import revert_reason

from ...deploy._signers import Signer
from ...devnet.rpc import RpcRefused
from ...errors import GovernanceRefused
from ..chain import Chain
from .operations import TIMELOCK

RECEIPT_SECONDS = 120.0
POLL_SECONDS = 0.2


def submit(chain: Chain, signer: Signer, function: str, *arguments: Any) -> int:
    """Send; the number of its block. What the contract refuses is refused here, unsent."""
    rpc, payload = chain.rpc, chain.encode(TIMELOCK, function, *arguments)
    request = {
        "from": signer.address,
        "to": chain.address(TIMELOCK),
        "data": "0x" + payload.hex(),
    }
    try:
        gas = int(rpc.call("eth_estimateGas", request), 16)
    except RpcRefused as refusal:
        words = revert_reason(refusal.payload if isinstance(refusal.payload, str) else "")
        raise GovernanceRefused(function, words or refusal.reason) from None
    fields = {
        "chainId": chain.record.chain_id,
        "nonce": rpc.nonce(signer.address),
        "value": 0,
        "data": payload,
        # Prices move and slots fill between the estimate and the block.
        "gas": gas * 5 // 4,
        "to": chain.address(TIMELOCK),
        **rpc.usual_fees(),
    }
    sent = rpc.call("eth_sendRawTransaction", "0x" + signer.sign_transaction(fields).hex())
    return _mined(chain, function, sent)


def _mined(chain: Chain, function: str, transaction: str) -> int:
    deadline = time.monotonic() + RECEIPT_SECONDS
    while (receipt := chain.rpc.call("eth_getTransactionReceipt", transaction)) is None:
        if time.monotonic() > deadline:
            raise GovernanceRefused(function, f"{transaction} is not mined; look for it later")
        time.sleep(POLL_SECONDS)
    if int(receipt["status"], 16) != 1:
        raise GovernanceRefused(function, f"{transaction} reverted in its block")
    block = int(receipt["blockNumber"], 16)
    # A node may answer for a block that it has not closed; whoever reads next reads a closed one.
    while int(chain.rpc.call("eth_blockNumber"), 16) < block:
        if time.monotonic() > deadline:
            raise GovernanceRefused(function, f"{transaction} is in a block that does not close")
        time.sleep(POLL_SECONDS)
    return block
