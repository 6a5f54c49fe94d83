# SPDX-License-Identifier: Apache-2.0
"""What can go wrong around the devnet; one class per failure, `str(error)` is the one line shown."""

from dataclasses import dataclass
from typing import ClassVar

from strategies.errors import (
    EXIT_ENVIRONMENT,
    EXIT_INPUT,
    EXIT_MISMATCH,
    EXIT_REFUSED,
    EXIT_USAGE,
    HeadwaterError,
)


@dataclass(eq=False)
class SettingInvalid(HeadwaterError):
    name: str
    given: str
    expected: str
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.name} is {self.given!r}; give {self.expected}"


@dataclass(eq=False)
class PortTaken(HeadwaterError):
    port: int
    service: str
    setting: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return (
            f"port {self.port} for the {self.service} is in use by another program; "
            f"stop it or set {self.setting} to a free port"
        )


@dataclass(eq=False)
class AlreadyRunning(HeadwaterError):
    pid: int
    state_folder: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return (
            f"this devnet is already up (process {self.pid}, state in {self.state_folder}); "
            "use it, or stop it with `make down`"
        )


@dataclass(eq=False)
class NotInstalled(HeadwaterError):
    subject: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"{self.subject} is missing; {self.remedy}"


@dataclass(eq=False)
class ServiceDied(HeadwaterError):
    """A service that stopped by itself, with the end of its log."""

    service: str
    status: int | None
    log_path: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return (
            f"the {self.service} stopped by itself (exit status {self.status}); see {self.log_path}"
        )


@dataclass(eq=False)
class ServiceUnhealthy(HeadwaterError):
    service: str
    fact: str
    log_path: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"the {self.service} did not become healthy: {self.fact}; see {self.log_path}"


@dataclass(eq=False)
class DeploymentElsewhere(HeadwaterError):
    """The deployments file is of another chain than the one that answers."""

    path: str
    subject: str
    recorded: str
    found: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_MISMATCH

    def __str__(self) -> str:
        return (
            f"{self.path} is of another chain: {self.subject} there is {self.recorded}, "
            f"this chain has {self.found}; {self.remedy}"
        )


@dataclass(eq=False)
class DeploymentFailed(HeadwaterError):
    fact: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"deployment stopped: {self.fact}"


@dataclass(eq=False)
class OpeningFailed(HeadwaterError):
    """The demo traffic could not take its first positions."""

    fact: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"opening stopped: {self.fact}"


@dataclass(eq=False)
class AccountUnusable(HeadwaterError):
    alias: str
    fact: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_ENVIRONMENT

    def __str__(self) -> str:
        return f"account {self.alias}: {self.fact}; {self.remedy}"


@dataclass(eq=False)
class PricesInvalid(HeadwaterError):
    """A price file that cannot be replayed as it is."""

    path: str
    fact: str
    remedy: str
    exit_status: ClassVar[int] = EXIT_INPUT

    def __str__(self) -> str:
        return f"{self.path}: {self.fact}; {self.remedy}"


@dataclass(eq=False)
class ReplayFailed(HeadwaterError):
    fact: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"replay stopped: {self.fact}"


@dataclass(eq=False)
class CallInvalid(HeadwaterError):
    """A call for the timelock that cannot be made as it is written."""

    written: str
    fact: str
    exit_status: ClassVar[int] = EXIT_USAGE

    def __str__(self) -> str:
        return f"{self.written or 'nothing'} {self.fact}"


@dataclass(eq=False)
class OperationUnusable(HeadwaterError):
    operation: str
    fact: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"operation {self.operation} {self.fact}"


@dataclass(eq=False)
class GovernanceRefused(HeadwaterError):
    function: str
    fact: str
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"the timelock's {self.function} is refused: {self.fact}"
