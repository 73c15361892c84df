"""The layers of a guessed spec: convolutions over frames, and the outputs for a target."""

from collections.abc import Sequence
from typing import Any

from tdcli.guess.core.page import SpecLine

FILTERS = 16


def convolution(frame: Sequence[int]) -> list[Any]:
    """Return a convolution over a frame, channels last, and a pooling layer if the frame is large enough."""
    *sizes, _ = frame
    kernel = min(3, *sizes)
    pooled = min(sizes) - kernel + 1 >= 4
    layer = {f"Conv{len(sizes)}D": {"filters": FILTERS, "kernel_size": kernel, "activation": "relu"}}
    return [layer, *([{f"MaxPooling{len(sizes)}D": {"pool_size": 2}}] if pooled else []), "Flatten"]


def number_outputs(count: int, target: str) -> SpecLine:
    """Return linear outputs, one per number."""
    return SpecLine("outputs", count, f"{'one number' if count == 1 else f'{count} numbers'}: {target}")


def class_outputs(classes: Sequence[str], target: str) -> SpecLine:
    """Return a single sigmoid unit for two classes, and softmax for more."""
    if len(classes) == 2:
        comment = f"the probability that {target} is {classes[1]}"
        return SpecLine("outputs", {"units": 1, "activation": "sigmoid"}, comment)
    value = {"units": len(classes), "activation": "softmax"}
    return SpecLine("outputs", value, f"a probability for each class of {target}")
