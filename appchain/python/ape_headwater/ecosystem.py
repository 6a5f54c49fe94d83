# SPDX-License-Identifier: Apache-2.0
"""Headwater as Ape sees it: Ethereum's rules, networks of its own."""

from functools import cached_property
from typing import ClassVar, cast

from ape.api.networks import NetworkAPI
from ape_ethereum.ecosystem import BaseEthereumConfig, Ethereum
from ape_ethereum.transactions import TransactionType
from pydantic_settings import SettingsConfigDict


class HeadwaterConfig(BaseEthereumConfig):
    """The `headwater` section of ape-config.yaml, in the words of the `ethereum` one."""

    # Only the local network is the plugin's; ape-config.yaml adds the devnet.
    NETWORKS: ClassVar[dict[str, tuple[int, int]]] = {}

    # Largest runtime code that the engine takes, in bytes; none is the chain's own limit.
    code_size_limit: int | None = None

    # So that one run may differ, as APE_HEADWATER_CODE_SIZE_LIMIT=40000.
    model_config = SettingsConfigDict(extra="allow", env_prefix="APE_HEADWATER_")


class Headwater(Ethereum):
    """Ethereum by another name."""

    @property
    def config(self) -> HeadwaterConfig:  # type: ignore[override]
        return cast(HeadwaterConfig, self.config_manager.get_config("headwater"))

    # Ape asks for both with every transaction, and would make the classes of all networks anew.

    @cached_property
    def _custom_networks(self) -> dict[str, NetworkAPI]:  # type: ignore[override]
        return super()._custom_networks

    @cached_property
    def default_transaction_type(self) -> TransactionType:  # type: ignore[override]
        return TransactionType.DYNAMIC
