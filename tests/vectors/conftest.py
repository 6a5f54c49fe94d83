# SPDX-License-Identifier: Apache-2.0
from tests.builds import built

__all__ = ["built"]
