# SPDX-License-Identifier: Apache-2.0
"""The compiled part, or one clear line if it was never built."""

from .errors import NotBuilt

try:
    from . import _native as native
except ImportError as missing:
    if missing.path is not None:
        raise  # There is one, and it does not load.
    raise NotBuilt from None

__all__ = ["native"]
