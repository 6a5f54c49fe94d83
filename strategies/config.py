# SPDX-License-Identifier: Apache-2.0
"""The keeper's configuration: every key, its meaning and its bounds.

A TOML file; paths in it are relative to its own folder; money is a decimal number in quotes, so
that nothing is rounded on the way. A key that is not listed here is refused. `docs/keeper.toml`
shows them all.
"""

# ruff: noqa: RUF009 (`key` makes a dataclass field, which is what a default may be)

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path

from strategies.errors import (
    ConfigurationInvalid,
    ConfigurationKeyUnknown,
    FileMalformed,
    FileMissing,
    QuantityOutOfRange,
)
from strategies.units import BPS, MAX_UINT256, WAD

POLICIES = ("compounder", "allocator", "liquidator", "orders")


class _Invalid(Exception):
    """Why a value is refused; the loader adds the file and the key."""


# --- Values ---


def _whole(smallest: int, largest: int) -> Callable:
    def read(value, _folder: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _Invalid(f"is {value!r}; give a whole number")
        if not smallest <= value <= largest:
            raise _Invalid(f"is {value}; give {smallest} to {largest}")
        return value

    return read


def _amount(scale: int) -> Callable:
    """A decimal number in quotes, times the scale, that uint256 can hold."""

    def read(value, _folder: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _Invalid(f'is {value!r}; give a decimal number in quotes, as "12.5"')
        return parse_amount(str(value), scale)

    return read


def parse_amount(text: str, scale: int) -> int:
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation as error:
        raise _Invalid(f"is {text!r}; give a decimal number") from error
    if not number.is_finite() or number < 0:
        raise _Invalid(f"is {text!r}; give a number from zero up")
    # Compared as decimals first: an exponent like 1e999999 must not be written out.
    if number > Decimal(MAX_UINT256) / scale:
        raise _Invalid(f"is {text}, which a 256-bit integer cannot hold; give less")
    return int(number * scale)


def _seconds_float(value, _folder: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= 3600:
        raise _Invalid(f"is {value!r}; give 0.01 to 3600 seconds")
    return float(value)


def _text(value, _folder: Path) -> str:
    if not isinstance(value, str):
        raise _Invalid(f"is {value!r}; give a text in quotes")
    return value


def _url(value, folder: Path) -> str:
    text = _text(value, folder)
    if not text.startswith(("http://", "https://")):
        raise _Invalid(f"is {text!r}; give an address that begins with http:// or https://")
    return text


def _path(value, folder: Path) -> Path:
    text = _text(value, folder)
    if not text:
        raise _Invalid("is empty; give a path")
    return (folder / text).resolve()


def _policies(value, _folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Invalid(f"is {value!r}; give a list of {', '.join(POLICIES)}")
    unknown = [one for one in value if one not in POLICIES]
    if unknown:
        raise _Invalid(f"names {unknown[0]!r}; known are {', '.join(POLICIES)}")
    if len(set(value)) != len(value):
        raise _Invalid("names a policy twice")
    return tuple(value)


def _table(read_value: Callable) -> Callable:
    def read(value, folder: Path) -> dict:
        if not isinstance(value, dict):
            raise _Invalid(f"is {value!r}; give a table of name = value")
        return {name: read_value(one, folder) for name, one in value.items()}

    return read


def _decimal_text(value, folder: Path) -> str:
    """Kept as text until the token's decimals are known."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    parse_amount(_text(text, folder), 1)
    return text


def key(read: Callable, meaning: str, default=MISSING):
    """One configuration key: how to read it, what it means, what it is when not given."""
    metadata = {"read": read, "meaning": meaning}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


_USD = _amount(WAD)
_WEI = _amount(1)
_BPS = _whole(0, BPS)
_GAS = _whole(21_000, 30_000_000)
_LAPSE = _whole(0, 10 * 365 * 86_400)

# --- Sections ---


@dataclass(frozen=True)
class NetworkSection:
    rpc_url: str = key(_url, "where the chain answers JSON-RPC")
    chain_id: int = key(_whole(1, 2**63), "the chain that this keeper is for")
    deployments: Path = key(_path, "deployments/<network>.json; the ABIs lie beside it in abi/")
    timeout_seconds: float = key(_seconds_float, "longest wait for one answer", 30.0)


@dataclass(frozen=True)
class SignerSection:
    keystore: Path = key(_path, "the keeper's key, a V3 keystore")
    password_file: Path = key(_path, "a file that holds its password and nothing else")


@dataclass(frozen=True)
class KeeperSection:
    journal: Path = key(_path, "the SQLite journal; paper mode writes <name>.paper beside it")
    poll_seconds: float = key(_seconds_float, "how often to look for a new block", 0.5)
    policies: tuple = key(_policies, "which policies decide, of " + ", ".join(POLICIES), POLICIES)
    bump_after_blocks: int = key(
        _whole(1, 1_000_000), "replace a waiting transaction at a higher fee after so many", 20
    )
    sample_seconds: int = key(
        _LAPSE, "chain time between samples for the report; 0 samples each block", 60
    )
    fork: str = key(
        _text,
        "module:function that copies a block into memory to try actions on; empty asks the server",
        "",
    )


@dataclass(frozen=True)
class FeesSection:
    priority_fee_wei: int = key(_WEI, "tip for each unit of gas", 1_000_000)
    gas_priced_as: str = key(
        _text, "token whose oracle price values gas; empty counts gas as free", "tETH"
    )


@dataclass(frozen=True)
class CompounderSection:
    cost_usd: int = key(_USD, "what a harvest costs beside its gas, in dollars", WAD // 20)
    max_delay_seconds: int = key(_LAPSE, "harvest at the latest after so long", 86_400)
    slippage_bps: int = key(_BPS, "least liquidity of a harvest, below its fair value", 300)
    expected_gas: int = key(_GAS, "of a harvest and its report together", 700_000)
    harvest_gas: int = key(_GAS, "gas limit of harvest", 2_000_000)
    report_gas: int = key(_GAS, "gas limit of process_report", 1_500_000)
    stream_gas: int = key(_GAS, "gas limit of each FeeCollector call", 1_500_000)
    report_cost_multiple: int = key(
        _whole(1, 1_000_000), "book or stream an amount at so many times its cost", 20
    )
    report_max_delay_seconds: int = key(
        _LAPSE, "book or stream at the latest after so long, if worth its cost", 21_600
    )


@dataclass(frozen=True)
class AllocatorSection:
    horizon_seconds: int = key(_LAPSE, "how far ahead a gain counts", 86_400)
    half_life_seconds: int = key(_LAPSE, "in which a rate gap halves; 0 takes it to last", 21_960)
    cost_usd: int = key(_USD, "of each move beside its gas, in dollars", WAD // 20)
    margin_usd: int = key(_USD, "what a set of moves must bring beyond its cost", WAD // 10)
    min_move_usd: int = key(_USD, "smallest move", 10 * WAD)
    max_move_usd: int = key(_USD, "largest move of one strategy in one decision", 10**9 * WAD)
    deposit_buffer_bps: int = key(_BPS, "of the room under a cap, left free", 100)
    move_gas: int = key(_GAS, "gas limit of update_debt", 2_000_000)
    weight_caps_bps: Mapping = key(
        _table(_BPS), "largest part of a vault in one strategy, by deployment key", {}
    )


@dataclass(frozen=True)
class LiquidatorSection:
    min_profit_usd: int = key(_USD, "least profit after costs", 0)
    cost_usd: int = key(_USD, "of each liquidation beside its gas, in dollars", 0)
    slippage_bps: int = key(_BPS, "least seizure, below the quote", 200)
    liquidate_gas: int = key(_GAS, "gas limit of liquidate", 3_000_000)
    approve_gas: int = key(_GAS, "gas limit of approve", 100_000)
    redeem_gas: int = key(_GAS, "gas limit of redeem", 1_500_000)
    swap_gas: int = key(_GAS, "gas limit of a swap", 1_500_000)
    working_symbol: str = key(_text, "token that excess is swapped into; empty swaps none", "tUSD")
    min_inventory_usd: int = key(_USD, "redeem or swap back from this value on", 100 * WAD)
    inventory_slippage_bps: int = key(_BPS, "longest way off the oracle for swaps back", 200)
    deadline_seconds: int = key(_LAPSE, "for swaps back, from the block decided on", 7_200)
    keep: Mapping = key(
        _table(_decimal_text), "whole tokens to keep, by symbol; one not named is never swapped", {}
    )


@dataclass(frozen=True)
class OrdersSection:
    min_profit_usd: int = key(_USD, "least value of a bounty after costs", 0)
    cost_usd: int = key(_USD, "of each execution beside its gas, in dollars", 0)
    heartbeat_blocks: int = key(
        _whole(0, 1_000_000), "leave orders to a heartbeat that opened one of so many blocks", 5
    )
    expected_gas: int = key(_GAS, "of an execution, for the cost", 600_000)
    execute_gas: int = key(_GAS, "gas limit of execute", 2_000_000)


@dataclass(frozen=True)
class RiskSection:
    halt_gas_wei: int = key(_WEI, "send nothing below this gas balance", 10**15)
    low_gas_wei: int = key(_WEI, "add no exposure below this gas balance", 10**16)
    max_failed_in_a_row: int = key(_whole(1, 1000), "halt after so many reverts in a row", 3)
    failure_memory_seconds: int = key(_LAPSE, "chain time after which a halt ends", 3_600)
    max_share_price_drop_bps: int = key(_BPS, "between two samples, else add no exposure", 100)


@dataclass(frozen=True)
class Configuration:
    path: Path
    network: NetworkSection
    signer: SignerSection
    keeper: KeeperSection
    fees: FeesSection
    compounder: CompounderSection
    allocator: AllocatorSection
    liquidator: LiquidatorSection
    orders: OrdersSection
    risk: RiskSection

    @property
    def paper_journal(self) -> Path:
        journal = self.keeper.journal
        return journal.with_name(f"{journal.stem}.paper{journal.suffix}")


SECTIONS: dict[str, type] = {
    "network": NetworkSection,
    "signer": SignerSection,
    "keeper": KeeperSection,
    "fees": FeesSection,
    "compounder": CompounderSection,
    "allocator": AllocatorSection,
    "liquidator": LiquidatorSection,
    "orders": OrdersSection,
    "risk": RiskSection,
}

# --- Loading ---


def load_configuration(path: Path) -> Configuration:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise FileMissing(
            str(path), "keeper's configuration", "start from docs/keeper.toml"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileMalformed(str(path), f"is not TOML: {error}") from error
    except OSError as error:
        raise FileMalformed(str(path), f"cannot be read: {error.strerror}") from error
    for name in document:
        if name not in SECTIONS:
            raise ConfigurationKeyUnknown(str(path), f"[{name}]", tuple(SECTIONS))
    sections = {
        name: _section(path, name, kind, document.get(name, {})) for name, kind in SECTIONS.items()
    }
    return Configuration(path=path, **sections)


def _section(path: Path, name: str, kind: type, given) -> object:
    if not isinstance(given, dict):
        raise ConfigurationInvalid(str(path), name, f"must be a table, [{name}]")
    known = {one.name: one for one in fields(kind)}
    for one in given:
        if one not in known:
            raise ConfigurationKeyUnknown(str(path), f"{name}.{one}", tuple(known))
    values = {}
    for one in known.values():
        if one.name in given:
            values[one.name] = _value(path, f"{name}.{one.name}", one, given[one.name])
        elif one.default is MISSING and one.default_factory is MISSING:
            meaning = one.metadata["meaning"]
            raise ConfigurationInvalid(str(path), f"{name}.{one.name}", f"is missing: {meaning}")
    return kind(**values)


def _value(path: Path, name: str, one, given):
    try:
        return one.metadata["read"](given, path.resolve().parent)
    except _Invalid as error:
        raise ConfigurationInvalid(str(path), name, str(error)) from error


def amount_of_token(path: Path, name: str, text: str, decimals: int) -> int:
    """Base units of a whole-token amount, once the token's decimals are known."""
    try:
        return parse_amount(text, 10**decimals)
    except _Invalid as error:
        raise QuantityOutOfRange(f"{path}: {name}", int(Decimal(text)), 0, MAX_UINT256) from error
