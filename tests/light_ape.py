# SPDX-License-Identifier: Apache-2.0
"""Ape's part of a test, played by the in-process EVM: the same unit tests a hundred times faster.

    pytest -p no:ape_test -p tests.light_ape tests/unit/contracts/lending

`make mutants` runs the unit suites so. It speaks as much of Ape as they do: accounts that deploy and
sign, contracts whose methods are sent or called, receipts with events, `ape.reverts`, and a chain
that mines, travels in time and goes back. What Ape itself would find (its encoding, a node's gas and
limits) it does not; the suites proper run on Ape.
"""

import sys
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from eth_account import Account as Keys
from eth_hash.auto import keccak
from eth_utils import to_checksum_address

from scripts.compiler import deployables
from tests.evm import Artifact, Log, Machine, Reverted, compile_contract
from tests.evm import Contract as EvmContract
from tests.evm.codec import decode, encode, selector, types_of

# A node mines as fast as it is asked to: most blocks of a test are of the same second.
BLOCK_SECONDS = 0

# ERC-5202; and PUSH2 size comes before: DUP1, PUSH1 where, PUSH0, CODECOPY, PUSH0, RETURN.
BLUEPRINT_PREAMBLE = bytes.fromhex("fe7100")
BLUEPRINT_COPIER = bytes.fromhex("80600a5f395ff3")


class Address(str):
    """Equal to itself in any case of its letters."""

    def __eq__(self, other: object) -> bool:
        text = getattr(other, "address", other)
        return isinstance(text, str) and str.lower(self) == str.lower(text)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(str.lower(self))

    @property
    def address(self) -> "Address":
        return Address(to_checksum_address(str.lower(self)))


class Actor(Address):
    """An account with a key, or one that is impersonated."""

    chain: "Chain"
    key: bytes | None

    @property
    def nonce(self) -> int:
        return self.chain.machine.evm.basic(str(self).lower()).nonce

    def deploy(self, container: "Container", *arguments: Any, **_options: Any) -> "Deployed":
        return self.chain.deploy(container, arguments, self)

    def declare(self, container: "Container") -> SimpleNamespace:
        return SimpleNamespace(contract_address=self.chain.declare(container, self))

    def sign_message(self, message: Any, **_options: Any) -> SimpleNamespace:
        made = Keys.sign_message(message, self.key)
        r, s = made.r.to_bytes(32, "big"), made.s.to_bytes(32, "big")
        return SimpleNamespace(v=made.v, r=r, s=s)


class Actors:
    """`accounts[0]`, as many as are asked for."""

    def __init__(self, chain: "Chain") -> None:
        self.chain = chain

    @cache  # noqa: B019 - one object a session
    def __getitem__(self, number: int) -> Actor:
        return self._actor(keccak(f"actor {number}".encode()))

    def __iter__(self) -> Iterator[Actor]:
        return (self[number] for number in range(10))

    def impersonate_account(self, address: Any) -> Actor:
        made = Actor(address)
        made.chain, made.key = self.chain, None
        return made

    def _actor(self, key: bytes) -> Actor:
        made = Actor(Keys.from_key(key).address)
        made.chain, made.key = self.chain, key
        return made


class Container:
    def __init__(self, artifact: Artifact, chain: "Chain") -> None:
        self.artifact, self.chain = artifact, chain

    def at(self, address: str) -> "Deployed":
        """A contract that another has deployed."""
        made = EvmContract(self.chain.machine, self.artifact, str(address).lower())
        self.chain.deployed.append(made)
        return Deployed(self.chain, made)


class Project:
    """`project.LendingPool` and the like."""

    def __init__(self, chain: "Chain") -> None:
        self.chain = chain

    @cache  # noqa: B019 - one object a session
    def __getattr__(self, name: str) -> Container:
        for path in deployables(with_mocks=True):
            if path.rpartition("/")[2] == f"{name}.vy":
                return Container(compile_contract(path), self.chain)
        raise AttributeError(name)


class Receipt:
    def __init__(self, chain: "Chain", value: Any) -> None:
        result = chain.machine.evm.result
        self.return_value = value
        self.gas_used = result.gas_used if result else 0
        self.timestamp = chain.machine.timestamp
        self.logs = {each.address: each.logs() for each in chain.deployed}


class Event:
    """`contract.Deposit`, to be found in a receipt."""

    def __init__(self, contract: "Deployed", name: str) -> None:
        self.contract, self.name = contract, name

    def from_receipt(self, receipt: Receipt) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(event_arguments=fields, **fields)
            for log in receipt.logs[self.contract.evm.address]
            if log.event == self.name
            for fields in [named_fields(log)]
        ]


class Method:
    def __init__(self, contract: "Deployed", name: str) -> None:
        self.contract = contract
        self.entries = {len(each["inputs"]): each for each in contract.evm.artifact.functions[name]}
        self.name = name

    def encode_input(self, *arguments: Any) -> bytes:
        inputs = types_of(self.entries[len(arguments)]["inputs"])
        return selector(self.name, inputs) + encode(inputs, [plain(each) for each in arguments])

    def __call__(self, *arguments: Any, sender: Any = None, **_options: Any) -> Any:
        entry, chain = self.entries[len(arguments)], self.contract.chain
        data, target = self.encode_input(*arguments), self.contract.evm.address
        if entry["stateMutability"] in ("view", "pure"):
            answer = chain.machine.call(str(sender or chain.reader), target, data)
            return named(entry["outputs"], answer)
        chain.next_block()
        caller = str(sender).lower()
        is_contract = bool(chain.machine.evm.get_code(caller))
        with chain.machine.played(caller) if is_contract else nullcontext():
            answer = chain.machine.send(caller, target, data)
        return Receipt(chain, named(entry["outputs"], answer))


class Deployed:
    """A contract at an address."""

    def __init__(self, chain: "Chain", evm: EvmContract) -> None:
        self.chain, self.evm = chain, evm
        self.address = Address(evm.address).address

    def __getattr__(self, name: str) -> Any:
        evm = self.__dict__["evm"]
        if name in evm.artifact.functions:
            return Method(self, name)
        if any(each["type"] == "event" and each["name"] == name for each in evm.artifact.abi):
            return Event(self, name)
        raise AttributeError(name)

    def __str__(self) -> str:
        return self.address

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return self.address == other

    def __hash__(self) -> int:
        return hash(self.address)


class Chain:
    chain_id = 1
    provider: Any

    def __init__(self) -> None:
        self.machine = Machine()
        self.deployed: list[EvmContract] = []
        self.reader = Address("0x" + "00" * 19 + "01")
        self.seconds = BLOCK_SECONDS
        # When the next block is to be, if somebody has said so.
        self.asked_timestamp: int | None = None
        self.contracts = SimpleNamespace(clear_local_caches=lambda: None)
        # What waits for the next block while nothing is mined by itself.
        self.queued: list[Mapping[str, Any]] = []
        self.provider = SimpleNamespace(
            auto_mine=True,
            make_request=self._request,
            web3=SimpleNamespace(eth=SimpleNamespace(send_transaction=self.queued.append)),
        )

    def deploy(self, container: Container, arguments: Sequence[Any], sender: Any) -> Deployed:
        self.next_block()
        made = self.machine.deploy(
            container.artifact, *map(plain, arguments), sender=str(sender).lower()
        )
        self.deployed.append(made)
        return Deployed(self, made)

    def declare(self, container: Container, sender: Any) -> str:
        """Store the code as an ERC-5202 blueprint; its address."""
        code = BLUEPRINT_PREAMBLE + container.artifact.bytecode
        self.next_block()
        made = self.machine.deploy_code(
            b"\x61" + len(code).to_bytes(2, "big") + BLUEPRINT_COPIER + code, str(sender).lower()
        )
        return Address(made).address

    def next_block(self) -> None:
        at = self.asked_timestamp
        self.asked_timestamp = None
        self.machine.wait(self.seconds if at is None else at - self.machine.timestamp)

    def mine(
        self, count: int = 1, deltatime: int | None = None, timestamp: int | None = None
    ) -> None:
        now = self.machine.timestamp
        self.machine.wait((timestamp - now) if timestamp else (deltatime or count), count)
        for each in self.queued:
            self.machine.send(each["from"].lower(), each["to"].lower(), each["data"])
        self.queued.clear()

    @property
    def pending_timestamp(self) -> int:
        return self.machine.timestamp + self.seconds

    @pending_timestamp.setter
    def pending_timestamp(self, timestamp: int) -> None:
        self.asked_timestamp = timestamp

    @property
    def blocks(self) -> SimpleNamespace:
        head = SimpleNamespace(timestamp=self.machine.timestamp, number=self.machine.number)
        return SimpleNamespace(head=head, height=self.machine.number)

    def snapshot(self) -> Any:
        return self.machine.snapshot(), len(self.deployed)

    def restore(self, snapshot: Any) -> None:
        state, count = snapshot
        self.machine.revert(state)
        del self.deployed[count:]

    @contextmanager
    def isolate(self) -> Iterator[None]:
        with self.machine.undone():
            yield

    def _request(self, method: str, parameters: Sequence[int]) -> None:
        if method == "anvil_setBlockTimestampInterval":
            self.seconds = parameters[0]
        elif method == "anvil_removeBlockTimestampInterval":
            self.seconds = BLOCK_SECONDS
        else:
            raise NotImplementedError(method)


@contextmanager
def reverts(reason: str | None = None, **_options: Any) -> Iterator[None]:
    with pytest.raises(Reverted) as caught:
        yield
    if reason is not None:
        assert caught.value.reason == reason, caught.value.detail


# --- Values ---


def plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(plain(each) for each in value)
    if isinstance(value, Deployed):
        return value.evm.address
    return str.lower(value) if isinstance(value, Address) else value


def named(outputs: Sequence[Mapping[str, Any]], answer: bytes) -> Any:
    """What Ape makes of an answer: structs by their fields, addresses in any case."""
    values = decode(types_of(outputs), answer)
    if len(outputs) == 0:
        return None
    if len(outputs) == 1:
        return shaped(outputs[0], values)
    return tuple(shaped(each, value) for each, value in zip(outputs, values, strict=True))


def shaped(parameter: Mapping[str, Any], value: Any) -> Any:
    kind = parameter["type"]
    if kind.endswith("]"):
        inner = {**parameter, "type": kind.rpartition("[")[0]}
        return [shaped(inner, each) for each in value]
    if kind == "tuple":
        fields = [each["name"] for each in parameter["components"]]
        made = namedtuple("Struct", fields)
        return made(
            *(shaped(each, item) for each, item in zip(parameter["components"], value, strict=True))
        )
    return Address(value) if kind == "address" else value


def named_fields(log: Log) -> dict[str, Any]:
    return {name: addressed(value) for name, value in log.fields.items()}


def addressed(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [addressed(each) for each in value]
    is_address = isinstance(value, str) and value.startswith("0x") and len(value) == 42
    return Address(value) if is_address else value


# --- What pytest sees ---


def pytest_configure(config: pytest.Config) -> None:
    light = ModuleType("ape")
    light.reverts = reverts  # type: ignore[attr-defined]
    light.Project = Project  # type: ignore[attr-defined]
    sys.modules["ape"] = light


@pytest.fixture(scope="session")
def chain() -> Chain:
    return Chain()


@pytest.fixture(scope="session")
def accounts(chain: Chain) -> Actors:
    return Actors(chain)
