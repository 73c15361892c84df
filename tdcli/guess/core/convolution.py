"""The CNN that a spec of frames starts with."""

from collections.abc import Sequence
from typing import Any

FILTERS = 16


def convolution(frame: Sequence[int]) -> list[Any]:
    """Return one convolution over a frame, its channels last, and a pooling where its sizes allow one."""
    *sizes, _ = frame
    kernel = min(3, *sizes)
    pooled = min(sizes) - kernel + 1 >= 4
    layer = {f"Conv{len(sizes)}D": {"filters": FILTERS, "kernel_size": kernel, "activation": "relu"}}
    return [layer, *([{f"MaxPooling{len(sizes)}D": {"pool_size": 2}}] if pooled else []), "Flatten"]
