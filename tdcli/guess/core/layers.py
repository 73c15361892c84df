"""The layers of a guessed spec: convolutions over frames, and the outputs for a target."""

from collections.abc import Sequence
from typing import Any

from tdcli.guess.core.page import SpecLine

FILTERS = 16

UNITS = (32, 16, 8, 4)
PARAMETERS_PER_VALUE = 50
"""Half of the number above which `check` warns that a model can memorize its samples: other layers have some too."""


def convolution(frame: Sequence[int]) -> list[Any]:
    """Return a convolution over a frame, channels last, and a pooling layer if the frame is large enough."""
    *sizes, _ = frame
    kernel = min(3, *sizes)
    pooled = min(sizes) - kernel + 1 >= 4
    layer = {f"Conv{len(sizes)}D": {"filters": FILTERS, "kernel_size": kernel, "activation": "relu"}}
    return [layer, *([{f"MaxPooling{len(sizes)}D": {"pool_size": 2}}] if pooled else []), "Flatten"]


def recurrent_line(key: str = "recurrent", units: int = UNITS[0]) -> SpecLine:
    """Return an LSTM layer."""
    return SpecLine(key, {"cell": "LSTM", "units": units}, "a guess: a small layer to start with")


def units_for(features: int, values: int) -> int:
    """Return the units of an LSTM that reads so many features, with fewer units for data of few values.

    >>> units_for(3, 4200), units_for(1, 25)
    (32, 16)
    """
    return next((units for units in UNITS if _parameters(units, features) <= PARAMETERS_PER_VALUE * values), UNITS[-1])


def _parameters(units: int, features: int) -> int:
    return 4 * units * (features + units + 1)


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
