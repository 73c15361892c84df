"""Draw a curve on one line of text."""

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw the last `width` values. Values that are not finite are left blank.

    >>> sparkline([1, 2, 3, 2], 10), sparkline([5, 5], 10), sparkline([9, 1, math.nan, 8], 3)
    ('▁▅█▅', '▁▁', '▁ █')
    """
    shown = values[max(0, len(values) - width) :]
    finite = [each for each in shown if math.isfinite(each)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    scale = (len(BLOCKS) - 1) / (high - low) if high > low else 0.0
    return "".join(BLOCKS[round((each - low) * scale)] if math.isfinite(each) else " " for each in shown)


def thin_out(values: Sequence[float], most: int) -> list[float]:
    """Return at most this many of the values, at equal distances.

    >>> thin_out([0, 1, 2, 3, 4, 5], 3)
    [0, 2, 4]
    """
    count = min(len(values), most)
    return [values[place * len(values) // count] for place in range(count)]
