# SPDX-License-Identifier: Apache-2.0
"""Headwater's chain in Ape: the ecosystem `headwater`, and its local network on the engine.

ape test --network headwater:local:engine
"""

from collections.abc import Iterator

from ape import plugins


@plugins.register(plugins.Config)
def config_class() -> type:
    from .ecosystem import HeadwaterConfig

    return HeadwaterConfig


@plugins.register(plugins.EcosystemPlugin)
def ecosystems() -> Iterator[type]:
    from .ecosystem import Headwater

    yield Headwater


@plugins.register(plugins.NetworkPlugin)
def networks() -> Iterator[tuple[str, str, type]]:
    from ape.api.networks import LOCAL_NETWORK_NAME, NetworkAPI

    yield "headwater", LOCAL_NETWORK_NAME, NetworkAPI


@plugins.register(plugins.ProviderPlugin)
def providers() -> Iterator[tuple[str, str, type]]:
    from ape.api.networks import LOCAL_NETWORK_NAME

    from .provider import EngineProvider

    yield "headwater", LOCAL_NETWORK_NAME, EngineProvider
