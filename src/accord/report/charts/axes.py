"""Round numbers for axes."""

from __future__ import annotations

import math


def ticks(top: float, most: int = 5) -> list[float]:
    """Round values from 0 to the first at or above `top`, in at most `most` steps of 1, 2, 2.5 or 5 times ten to n."""
    if top < 1e-9:  # nothing, or too little for a number to be written
        return [0.0, 1.0]
    size = 10 ** math.floor(math.log10(top / most))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10, 20) if size * factor * most >= top * (1 - 1e-9))
    return [step * number for number in range(math.ceil(top / step - 1e-9) + 1)]


def mark(value: float) -> str:
    """An axis label: no more decimals than the value needs."""
    return f"{value:g}"
