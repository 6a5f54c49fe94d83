# SPDX-License-Identifier: Apache-2.0
"""A deployed contract whose ABI functions are methods.

A view is called, any other function is sent and stays; `sender` is always a keyword.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.evm.build import Artifact
from tests.evm.codec import decode, encode, selector, topic, types_of
from tests.evm.machine import Machine, actor

READER = actor("reader")


@dataclass(frozen=True, slots=True)
class Log:
    """One decoded event."""

    address: str
    event: str
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


class Contract:
    def __init__(self, machine: Machine, artifact: Artifact, address: str) -> None:
        self.machine = machine
        self.artifact = artifact
        self.address = address

    def __str__(self) -> str:
        return self.address

    def __repr__(self) -> str:
        return f"<{self.artifact.name} {self.address}>"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        entries = self.__dict__.get("artifact", None) and self.artifact.functions.get(name)
        if not entries:
            raise AttributeError(name)
        by_count: dict[int, Callable[..., Any]] = {}
        for entry in entries:
            inputs, outputs = types_of(entry["inputs"]), types_of(entry["outputs"])
            is_view = entry["stateMutability"] in ("view", "pure")
            by_count[len(inputs)] = partial(
                self._read if is_view else self._send, selector(name, inputs), inputs, outputs
            )

        def method(*arguments: Any, sender: str = READER) -> Any:
            if len(arguments) not in by_count:
                raise TypeError(f"{self.artifact.name}.{name} takes {sorted(by_count)} arguments")
            return by_count[len(arguments)](arguments, str(sender))

        self.__dict__[name] = method
        return method

    def _read(self, head: bytes, inputs: Any, outputs: Any, arguments: Any, sender: str) -> Any:
        data = head + encode(inputs, arguments)
        return decode(outputs, self.machine.call(sender, self.address, data))

    def _send(self, head: bytes, inputs: Any, outputs: Any, arguments: Any, sender: str) -> Any:
        data = head + encode(inputs, arguments)
        return decode(outputs, self.machine.send(sender, self.address, data))

    def calldata(self, name: str, *arguments: Any) -> bytes:
        """The bytes of a call, for those who pass calls on (batches, multicalls)."""
        for entry in self.artifact.functions[name]:
            types = types_of(entry["inputs"])
            if len(types) == len(arguments):
                return selector(name, types) + encode(types, arguments)
        raise TypeError(f"{self.artifact.name}.{name} does not take {len(arguments)} arguments")

    def logs(self) -> list[Log]:
        """This contract's events in the latest transaction, in order."""
        events = {
            topic(each["name"], types_of(each["inputs"])): each
            for each in self.artifact.abi
            if each["type"] == "event"
        }
        result = self.machine.evm.result
        decoded = []
        for raw in result.logs if result else []:
            topics = [bytes.fromhex(each.removeprefix("0x")) for each in raw.topics]
            if raw.address.lower() != self.address or topics[0] not in events:
                continue
            event = events[topics[0]]
            indexed = [each for each in event["inputs"] if each["indexed"]]
            plain = [each for each in event["inputs"] if not each["indexed"]]
            body = raw.data[1] if isinstance(raw.data, tuple) else raw.data
            values = decode(types_of(plain), bytes(body))
            values = values if len(plain) > 1 else (values,)
            fields = {
                each["name"]: decode(types_of([each]), word)
                for each, word in zip(indexed, topics[1:], strict=True)
            }
            fields |= {each["name"]: value for each, value in zip(plain, values, strict=False)}
            decoded.append(Log(self.address, event["name"], fields))
        return decoded
