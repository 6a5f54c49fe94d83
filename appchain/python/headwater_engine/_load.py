# SPDX-License-Identifier: Apache-2.0
"""The compiled part, or one clear line if it was never built."""

from importlib.util import find_spec

from .errors import NotBuilt

if find_spec(f"{__package__}._native") is None:
    raise NotBuilt

from . import _native as native

__all__ = ["native"]
