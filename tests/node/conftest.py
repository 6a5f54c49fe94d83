# SPDX-License-Identifier: Apache-2.0
from tests.scripts.conftest import devnet_environment, run_module

__all__ = ["devnet_environment", "run_module"]
