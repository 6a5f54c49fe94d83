# SPDX-License-Identifier: Apache-2.0
from tests.isolation import isolated_module, isolated_test

__all__ = ["isolated_module", "isolated_test"]
