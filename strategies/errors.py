# SPDX-License-Identifier: Apache-2.0
"""What can go wrong: one root, one class per failure, the figures as attributes.

`str(error)` is the one line that a person sees: what was wrong, then what to do.
`exit_status` is what the command line returns, so that a script can tell the kinds apart.
"""

from dataclasses import dataclass
from typing import ClassVar

EXIT_UNEXPECTED = 1  # a defect of ours
EXIT_USAGE = 2  # the command line or the configuration
EXIT_ENVIRONMENT = 3  # ports, files, keystores, unreachable services
EXIT_MISMATCH = 4  # two sources that must agree do not: chain ids, deployments, journals
EXIT_INPUT = 5  # prices and other data files
EXIT_REFUSED = 6  # the chain or a contract said no


class HeadwaterError(Exception):
    """The root; caught once, at the edge, and printed as one line."""

    exit_status: ClassVar[int] = EXIT_UNEXPECTED


# --- Command line and configuration ---


@dataclass(eq=False)
class ConfigurationInvalid(HeadwaterError):
    path: str
    key: str
    fact: str
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.path}: {self.key} {self.fact}"


@dataclass(eq=False)
class ConfigurationKeyUnknown(HeadwaterError):
    path: str
    key: str
    known: tuple[str, ...]
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.path}: unknown key {self.key}; known here: {', '.join(self.known)}"


@dataclass(eq=False)
class ArgumentInvalid(HeadwaterError):
    argument: str
    given: str
    expected: str
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.argument} is {self.given!r}; give {self.expected}"


@dataclass(eq=False)
class QuantityOutOfRange(HeadwaterError):
    """A quantity that its integer type on the chain cannot hold."""

    quantity: str
    given: int
    smallest: int
    largest: int
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.quantity} is {self.given}; it must lie in {self.smallest}..{self.largest}"


# --- Files, ports, services ---


@dataclass(eq=False)
class ProgramMissing(HeadwaterError):
    path: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.path} is not built; {self.remedy}"


@dataclass(eq=False)
class FileMissing(HeadwaterError):
    path: str
    purpose: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.path}: no such file for the {self.purpose}; {self.remedy}"


@dataclass(eq=False)
class FileMalformed(HeadwaterError):
    path: str
    fact: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.path}: {self.fact}"


@dataclass(eq=False)
class PortInUse(HeadwaterError):
    port: int
    service: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"port {self.port} for the {self.service} is taken; stop what uses it or set another"


@dataclass(eq=False)
class RpcUnreachable(HeadwaterError):
    rpc_url: str
    fact: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.rpc_url}: no chain answers ({self.fact}); start it or correct rpc_url"


@dataclass(eq=False)
class RpcAnswerInvalid(HeadwaterError):
    rpc_url: str
    method: str
    fact: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.rpc_url}: {self.method} failed: {self.fact}"


@dataclass(eq=False)
class KeystorePasswordWrong(HeadwaterError):
    path: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.path}: the password does not open this keystore; check password_file"


@dataclass(eq=False)
class JournalBusy(HeadwaterError):
    path: str
    holder: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.path}: another keeper ({self.holder}) writes this journal; stop it first"


# --- Sources that must agree ---


@dataclass(eq=False)
class ChainIdMismatch(HeadwaterError):
    expected: int
    expected_by: str
    found: int
    rpc_url: str
    exit_status: ClassVar[int] = EXIT_MISMATCH

    def __str__(self) -> str:
        return (
            f"{self.rpc_url} is chain {self.found}, but {self.expected_by} is for chain "
            f"{self.expected}; correct rpc_url or use that chain's file"
        )


@dataclass(eq=False)
class DeploymentMismatch(HeadwaterError):
    """The deployments file speaks of another chain, or of code that is not there."""

    path: str
    subject: str
    expected: str
    found: str
    exit_status: ClassVar[int] = EXIT_MISMATCH

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.subject} is {self.found} on the chain, not {self.expected}; "
            "deploy again or use this chain's file"
        )


@dataclass(eq=False)
class ContractUnknown(HeadwaterError):
    path: str
    key: str
    exit_status: ClassVar[int] = EXIT_MISMATCH

    def __str__(self) -> str:
        return f"{self.path}: has no contract {self.key}; deploy it first"


@dataclass(eq=False)
class JournalMismatch(HeadwaterError):
    path: str
    subject: str
    journal: str
    chain: str
    exit_status: ClassVar[int] = EXIT_MISMATCH

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.subject} is {self.journal} in the journal but {self.chain} on "
            "the chain; use this chain's journal"
        )


# --- Data ---


@dataclass(eq=False)
class ColumnsMissing(HeadwaterError):
    path: str
    missing: tuple[str, ...]
    found: tuple[str, ...]
    exit_status: ClassVar[int] = EXIT_INPUT

    def __str__(self) -> str:
        return (
            f"{self.path}: no column {' nor '.join(self.missing)}; "
            f"it has {', '.join(self.found) or 'none'}"
        )


@dataclass(eq=False)
class PriceGap(HeadwaterError):
    path: str
    after: str
    before: str
    longest_seconds: int
    exit_status: ClassVar[int] = EXIT_INPUT

    def __str__(self) -> str:
        return (
            f"{self.path}: no price between {self.after} and {self.before}; "
            f"at most {self.longest_seconds} s may lie between two"
        )


@dataclass(eq=False)
class PriceNotPositive(HeadwaterError):
    path: str
    row: int
    given: str
    exit_status: ClassVar[int] = EXIT_INPUT

    def __str__(self) -> str:
        return f"{self.path}: row {self.row} has price {self.given}; prices must be above zero"


@dataclass(eq=False)
class PriceRangeEmpty(HeadwaterError):
    path: str
    wanted_from: str
    wanted_to: str
    first: str
    last: str
    exit_status: ClassVar[int] = EXIT_INPUT

    def __str__(self) -> str:
        return (
            f"{self.path}: covers {self.first} to {self.last}, "
            f"not {self.wanted_from} to {self.wanted_to}"
        )


# --- Refusals ---


@dataclass(eq=False)
class TransactionReverted(HeadwaterError):
    action: str
    reason: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"{self.action} reverted: {self.reason or 'no reason given'}"


@dataclass(eq=False)
class GasMoneyShort(HeadwaterError):
    account: str
    needed_wei: int
    held_wei: int
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return (
            f"{self.account} holds {self.held_wei} wei for gas and needs {self.needed_wei}; fund it"
        )


@dataclass(eq=False)
class ContractRefused(HeadwaterError):
    """The reference model refuses a call: the reason is the contract's own, word for word."""

    reason: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class ArithmeticOverflow(HeadwaterError):
    """The reference model meets a value that uint256 cannot hold, where the contract reverts."""

    operation: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"{self.operation} leaves uint256"
