# SPDX-License-Identifier: Apache-2.0
"""Integer arithmetic with the limits of uint256, as the contracts have it.

Python integers do not overflow, so each operation that reverts on the chain raises here.
"""

from strategies.errors import ArithmeticOverflow, ContractRefused
from strategies.units import MAX_UINT256


def require(is_met: bool, reason: str) -> None:
    """Refuse with the contract's own reason unless the condition is met."""
    if not is_met:
        raise ContractRefused(reason)


def checked(number: int, operation: str) -> int:
    """Return `number` if uint256 holds it; the contract reverts where this raises."""
    if not 0 <= number <= MAX_UINT256:
        raise ArithmeticOverflow(operation)
    return number


def add(left: int, right: int) -> int:
    return checked(left + right, "sum")


def subtract(left: int, right: int) -> int:
    return checked(left - right, "difference")


def multiply(left: int, right: int) -> int:
    return checked(left * right, "product")


def mul_div_down(left: int, right: int, divisor: int) -> int:
    """Return left * right / divisor, down. The product must fit in uint256, as in the contracts."""
    product = multiply(left, right)
    if divisor == 0:
        raise ArithmeticOverflow("division by zero")
    return product // divisor


def mul_div_up(left: int, right: int, divisor: int) -> int:
    """Return left * right / divisor, up. The product must fit in uint256, as in the contracts."""
    product = multiply(left, right)
    if divisor == 0:
        raise ArithmeticOverflow("division by zero")
    return -(-product // divisor)


def full_mul_div_down(left: int, right: int, divisor: int) -> int:
    """Return left * right / divisor, down, through a 512-bit product; only the result must fit."""
    if divisor == 0:
        raise ArithmeticOverflow("division by zero")
    return checked(left * right // divisor, "quotient")


def full_mul_div_up(left: int, right: int, divisor: int) -> int:
    """Return left * right / divisor, up, through a 512-bit product; only the result must fit."""
    if divisor == 0:
        raise ArithmeticOverflow("division by zero")
    return checked(-(-left * right // divisor), "quotient")
