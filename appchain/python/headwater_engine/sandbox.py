# SPDX-License-Identifier: Apache-2.0
"""A fork to try a plan on before it is sent: `headwater_engine.sandbox:fork`.

It speaks in hexadecimal texts, as whoever plans has them, so that strategies need to know nothing of
the engine: their configuration names this function.
"""

from .chain import Chain
from .errors import MessageRefused
from .origin import Request
from .outcome import Message


class Sandbox:
    """The chain after one block; transactions are tried in the block after it."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._beginning = chain.snapshot()

    def begin(self) -> None:
        """Take back all that was tried."""
        self._chain.revert(self._beginning)
        self._beginning = self._chain.snapshot()

    def send(self, sender: str, target: str, data: str, gas_limit: int) -> str:
        """Run a transaction that pays no fee, and keep what it does.

        Returns why it fails, empty if it does not.
        """
        message = Message(target, bytes.fromhex(data.removeprefix("0x")), sender, gas=gas_limit)
        try:
            return self._chain.send_many([message])[0].reason
        except MessageRefused as refused:
            return str(refused)


def fork(request: Request, block: int) -> Sandbox:
    """Copy the chain behind a JSON-RPC client as of `block`; its state is read when needed.

    Raises
    ------
    OriginInvalid
        If the chain has no such block, and from a transaction whose reads get no chain's answer. What
        `request` raises passes through.
    """
    return Sandbox(Chain.fork(request, block))
