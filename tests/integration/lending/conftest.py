# SPDX-License-Identifier: Apache-2.0
"""The lending house of the unit tests, with the roles that act in the stories."""

from tests.unit.contracts.conftest import (  # noqa: F401
    borrower,
    house,
    lender,
    liquidator,
    owner,
    receiver,
    stranger,
    treasury,
)
