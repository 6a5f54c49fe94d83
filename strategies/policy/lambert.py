# SPDX-License-Identifier: Apache-2.0
"""The principal branch of Lambert's W on [-1/e, 0], in decimal arithmetic.

Decimal and not float: near the branch point a float loses half its figures, and a decision must
come out the same on every machine.
"""

from decimal import Decimal, localcontext

PRECISION_DIGITS = 60
_MAX_STEPS = 100


def lambert_w0(argument: Decimal) -> Decimal:
    """Solve w * e^w = argument for the w >= -1; argument in [-1/e, 0].

    Starts from the branch-point series w = -1 + p - p^2/3, p = sqrt(2 (e x + 1)), then Halley.
    """
    with localcontext() as context:
        context.prec = PRECISION_DIGITS
        base = 2 * (Decimal(1).exp() * argument + 1)
        if base <= 0:
            return Decimal(-1)
        if argument == 0:
            return Decimal(0)
        root = base.sqrt()
        w = -1 + root - root * root / 3
        tolerance = Decimal(10) ** -(PRECISION_DIGITS * 2 // 3)
        for _ in range(_MAX_STEPS):
            power = w.exp()
            excess = w * power - argument
            if w == -1:
                return w
            step = excess / (power * (w + 1) - (w + 2) * excess / (2 * w + 2))
            w -= step
            if abs(step) < tolerance:
                return w
        return w
